"""Probes. The liveness probe only connects, so that an overloaded pod becomes unready but is not restarted."""

from anykube._workloads.pods.spec import Check

_Action = dict[str, object]


def probes(check: Check, port: str | int | None) -> dict[str, object]:
    """The probes of a container: with its command if it has one, otherwise on `port`, a number or name.

    Empty without a command and a port.
    """
    if check.command:
        live: _Action = {"exec": {"command": list(check.command)}}
        ready = live
    elif port is not None:
        live = {"tcpSocket": {"port": port}}
        ready = {"httpGet": {"path": check.path, "port": port}} if check.path else live
    else:
        return {}
    return {
        "startupProbe": {**live, "periodSeconds": 1, "failureThreshold": check.startup_seconds},
        "readinessProbe": {**ready, "periodSeconds": 5, "timeoutSeconds": 3, "failureThreshold": 2},
        "livenessProbe": {**live, "periodSeconds": 10, "timeoutSeconds": 3, "failureThreshold": 3},
    }

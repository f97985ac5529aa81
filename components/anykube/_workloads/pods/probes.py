"""Probes: liveness connects, readiness asks. A saturated pod is taken out of service, not restarted."""

from anykube._workloads.pods.spec import Check

_Action = dict[str, object]


def probes(check: Check, port: str | int | None) -> dict[str, object]:
    """The probes of a container that listens on `port`, a number or name; by its command where it has one.

    None without either.
    """
    if check.command:
        alive: _Action = {"exec": {"command": list(check.command)}}
        serves = alive
    elif port is not None:
        alive = {"tcpSocket": {"port": port}}
        serves = {"httpGet": {"path": check.path, "port": port}} if check.path else alive
    else:
        return {}
    return {
        "startupProbe": {**alive, "periodSeconds": 1, "failureThreshold": check.startup_seconds},
        "readinessProbe": {**serves, "periodSeconds": 5, "timeoutSeconds": 3, "failureThreshold": 2},
        "livenessProbe": {**alive, "periodSeconds": 10, "timeoutSeconds": 3, "failureThreshold": 3},
    }

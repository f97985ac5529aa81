"""Probes. By default liveness only means to connect, so that an overloaded pod becomes unready but is not restarted."""

import math
from collections.abc import Mapping

from anykube._workloads.pods.spec import Check, Probe

_Action = dict[str, object]

_SECONDS, _COMMAND_SECONDS = (3, 5), (10, 10)
"""Timeout and period of a probe; of one by a command, which starts a process each time. A virtual machine alone can
take 5 s to start: https://github.com/rabbitmq/cluster-operator/issues/2071"""


def probes(check: Check, port: str | int | None, numbers: Mapping[str, int] | None = None) -> dict[str, _Action]:
    """The probes of a container: of its command if it has one, otherwise of `port`, the number or name of a TCP port.

    Empty without a command and a port. `numbers`: the container's ports by name.
    """
    ready = _action(check, port, numbers or {})
    if ready is None:
        return {}
    default = ready if check.command else _connect(check.port or port)
    liveness = check.liveness if isinstance(check.liveness, Probe) else None
    live = (liveness and _action(liveness, check.port or port, numbers or {})) or default
    timeout, period = _seconds(check)
    live_timeout, live_period = _seconds(liveness or check)
    if not (liveness and liveness.period_seconds):
        live_period *= 2
    set_timeout = check.timeout_seconds or (liveness and liveness.timeout_seconds)
    # A connection takes milliseconds. It is tried every second, with Kubernetes' timeout of 1 s.
    connects = "tcpSocket" in live and not set_timeout
    startup_period = 1 if connects else max(timeout, live_timeout)
    result: dict[str, _Action] = {
        "startupProbe": {
            **live,
            "periodSeconds": startup_period,
            **({} if connects else {"timeoutSeconds": startup_period}),
            "failureThreshold": math.ceil(check.startup_seconds / startup_period),
        },
        "readinessProbe": {**ready, **_times(timeout, period, check.failures or 2)},
    }
    if check.liveness:
        failures = (liveness and liveness.failures) or max(3, check.failures or 0)
        result["livenessProbe"] = {**live, **_times(live_timeout, live_period, failures)}
    return result


def _times(timeout: int, period: int, failures: int) -> dict[str, object]:
    return {"periodSeconds": period, "timeoutSeconds": timeout, "failureThreshold": failures}


def _action(probe: Probe, port: str | int | None, numbers: Mapping[str, int]) -> _Action | None:
    port = probe.port or port
    if probe.command:
        return {"exec": {"command": list(probe.command)}}
    if port is None:
        return None
    if probe.grpc:
        # The only kind of probe whose port cannot be a name.
        service = {"service": probe.grpc} if isinstance(probe.grpc, str) else {}
        return {"grpc": {"port": numbers[port] if isinstance(port, str) else port, **service}}
    if probe.path is None:
        return _connect(port)
    headers = [{"name": name, "value": value} for name, value in probe.headers.items()]
    return {
        "httpGet": {
            "path": probe.path,
            "port": port,
            **({"scheme": probe.scheme} if probe.scheme != "HTTP" else {}),
            **({"httpHeaders": headers} if headers else {}),
        }
    }


def _connect(port: str | int | None) -> _Action:
    return {"tcpSocket": {"port": port}}


def _seconds(probe: Probe) -> tuple[int, int]:
    """The timeout and the period of a probe, which does not begin before the last one has ended."""
    timeout, period = _COMMAND_SECONDS if probe.command else _SECONDS
    if probe.period_seconds is not None:
        timeout = min(timeout, probe.period_seconds)
    timeout = probe.timeout_seconds or timeout
    return timeout, probe.period_seconds or max(period, timeout)

"""The settings of probes."""

from collections.abc import Mapping
from typing import Any

from anykube_cli.importing import paths
from anykube_cli.importing.draft import AppDraft, Origin
from anykube_cli.importing.grouping import AppGroup
from anykube_cli.importing.objects import KubernetesObject
from anykube_cli.importing.paths import Path
from anykube_cli.importing.ports import main_port, number_of

PROBES = ("readinessProbe", "livenessProbe", "startupProbe")
ACTIONS = ("exec", "httpGet", "tcpSocket", "grpc")
_DEFAULT_SECONDS = 60
_LONGEST = 3600
_TIMES = {"timeoutSeconds": "timeout_seconds", "periodSeconds": "period_seconds", "failureThreshold": "failures"}


def health(
    group: AppGroup, workload: KubernetesObject, app: AppDraft, container: Mapping[str, Any], path: Path
) -> None:
    """Writes the probes of a container. The settings are the readiness probe's, or else the liveness probe's."""
    probes = {name: probe for name in PROBES if (probe := paths.mapping(container, name))}
    if not probes:
        if not app.prefix and group.kind == "web":
            app.set("health.path", None)
        return
    port = app.get("port") if app.prefix else main_port(group)
    name, probe = next(iter(probes.items()))
    app.set("health", {})
    for setting, value in _settings(container, probe, port).items():
        app.set(("health", setting), value, (workload, (*path, name, *_source(probe, setting))))
    if not app.prefix and group.kind == "web" and not set(app.get("health")) & {"path", "command", "grpc"}:
        app.set("health.path", None)
    liveness = probes.get("livenessProbe")
    if liveness and not _is_default_liveness(container, probe, liveness, port):
        for setting, value in _settings(container, liveness, port).items():
            origin: Origin = (workload, (*path, "livenessProbe", *_source(liveness, setting)))
            app.set(("health", "liveness", setting), value, origin)
    seconds = startup_seconds(probes)
    if seconds > _DEFAULT_SECONDS:
        origins = [(workload, (*path, item)) for item in ("startupProbe", "livenessProbe") if item in probes]
        app.set("health.startup_seconds", min(seconds, _LONGEST), *origins[:1])
        _extend_deadline(group, app, min(seconds, _LONGEST))


def _settings(container: Mapping[str, Any], probe: Mapping[str, Any], main: object) -> dict[str, Any]:
    """The settings of one probe."""
    settings: dict[str, Any] = {}
    if "exec" in probe:
        settings["command"] = paths.elements(probe, "exec.command")
    elif "httpGet" in probe:
        request = paths.mapping(probe, "httpGet")
        settings["path"] = request.get("path") or "/"
        if request.get("scheme", "HTTP") != "HTTP":
            settings["scheme"] = request["scheme"]
        if headers := request.get("httpHeaders"):
            settings["headers"] = {header["name"]: str(header.get("value", "")) for header in headers}
    if "grpc" in probe:
        settings["grpc"] = paths.mapping(probe, "grpc").get("service") or True
    number = _port(container, probe)
    if number is not None and number != main:
        settings["port"] = number
    return settings | {setting: probe[field] for field, setting in _TIMES.items() if field in probe}


def _source(probe: Mapping[str, Any], setting: str) -> Path:
    """The field below a probe that a setting comes from."""
    fields = {setting: field for field, setting in _TIMES.items()}
    if setting in fields:
        return (fields[setting],)
    action = next((action for action in ACTIONS if action in probe), "")
    below = {"command": "command", "path": "path", "scheme": "scheme", "headers": "httpHeaders", "grpc": "service"}
    return (action, below.get(setting, "port")) if setting != "grpc" else (action,)


def _port(container: Mapping[str, Any], probe: Mapping[str, Any]) -> int | None:
    for action in ("httpGet", "tcpSocket", "grpc"):
        if action in probe:
            return number_of(container, paths.get(probe, f"{action}.port"))
    return None


def _is_default_liveness(
    container: Mapping[str, Any], probe: Mapping[str, Any], liveness: Mapping[str, Any], main: object
) -> bool:
    """Whether Anykube's own liveness probe is the same: it connects to the port, or runs the command."""
    if any(field in liveness for field in _TIMES):
        return False
    if "exec" in liveness:
        return bool(liveness["exec"] == probe.get("exec"))
    return "tcpSocket" in liveness and _port(container, liveness) == main and "exec" not in probe


def startup_seconds(probes: Mapping[str, Any]) -> int:
    """The seconds that a container may take to start before it is restarted."""
    probe = probes.get("startupProbe") or probes.get("livenessProbe")
    if not probe:
        return 0
    delay, period = probe.get("initialDelaySeconds", 0), probe.get("periodSeconds", 10)
    return int(delay) + int(period) * int(probe.get("failureThreshold", 3))


def _extend_deadline(group: AppGroup, app: AppDraft, seconds: int) -> None:
    """A rollout may take as long as a container may take to start."""
    field = {"web": "rollout.progress_deadline", "worker": "rollout.progress_deadline"}.get(group.kind, "deadline")
    if seconds > 300 and not app.prefix and group.kind in ("web", "worker", "stateful", "daemon"):
        current = app.get(field)
        if current is None or current < seconds:
            app.set(field, seconds)

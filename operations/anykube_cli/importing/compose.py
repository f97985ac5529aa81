"""Settings for a Compose file: each service becomes an app."""

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

from anykube_cli.importing import compose_syntax as syntax
from anykube_cli.importing import paths
from anykube_cli.importing.comparison import Entry, Status
from anykube_cli.importing.draft import AppDraft, Draft
from anykube_cli.importing.fitting import fit
from anykube_cli.importing.grouping import app_name
from anykube_cli.importing.interpolation import Interpolation, environment_file
from anykube_cli.importing.names import is_secret, label, port_name, secret_name
from anykube_cli.importing.paths import MISSING, Path
from anykube_cli.importing.reading import Document, ImportingError
from anykube_cli.importing.rendering import SECRET, render, with_outputs
from anykube_cli.importing.result import Result, secrets_of

_SIZE = "10Gi"
_MOST_TEXT = 1_000_000
_PORTS: Mapping[str, int] = {
    "elasticsearch": 9200,
    "mariadb": 3306,
    "memcached": 11211,
    "minio": 9000,
    "mongo": 27017,
    "mysql": 3306,
    "nats": 4222,
    "opensearch": 9200,
    "postgres": 5432,
    "rabbitmq": 5672,
    "redis": 6379,
    "valkey": 6379,
}
"""Ports of images that Compose files use without naming a port."""


@dataclass(frozen=True, eq=False)
class ComposeItem:
    """A service of a Compose file, or the file's other sections."""

    document: Document
    name: str
    kind: str = "service"

    @property
    def title(self) -> str:
        return f"{self.kind} {self.name}".strip()


@dataclass
class _Service:
    """A service that is being converted."""

    item: ComposeItem
    data: Mapping[str, Any]
    root: Mapping[str, Any]
    app: AppDraft
    names: Mapping[str, str]
    """Names of apps by service."""
    kind: str
    port: int | None
    folder: File
    entries: list[Entry] = field(default_factory=list)

    def note(self, status: Status, path: Path, value: Any, note: str = "") -> None:
        """Records what becomes of a field."""
        self.entries.append(Entry(status, self.item, path, value, MISSING, note))

    def same(self, path: Path, value: Any, target: str | Path, setting: Any) -> None:
        """Writes a setting for a field."""
        self.app.set(target, setting, (self.item, path))
        self.note(Status.SAME, path, value)


@with_outputs
def import_compose(document: Document, cluster: str) -> Result:
    """Settings for a Compose file."""
    folder = File(document.file).parent if document.file != "standard input" else File()
    dotenv = folder / ".env"
    values = environment_file(dotenv.read_text(encoding="utf-8")) if dotenv.is_file() else {}
    interpolation = Interpolation({**values, **os.environ})
    root = interpolation.apply(dict(document.data))
    root["services"] = {name: service or {} for name, service in root["services"].items()}
    draft = Draft({"cluster": {"stack": cluster}, "apps": {}})
    names = {name: app_name(name, "stateful") for name in root["services"]}
    services = [_convert(document, root, name, draft, names, folder, interpolation) for name in root["services"]]
    top = list(_top_level(document, root))
    fitted = fit(draft)
    for name in fitted.settings.apps:
        render(fitted.settings, name)
    entries = [_judged(entry, draft, draft.dropped, names) for service in services for entry in service.entries]
    origins = {names[service.item.name]: f"service {service.item.name} in {document}" for service in services}
    return Result(draft.data, fitted.refusals, [*entries, *top], secrets_of(draft), origins)


def _judged(entry: Entry, draft: Draft, dropped: Mapping[str, str], names: Mapping[str, str]) -> Entry:
    """The entry, corrected if the rules refuse its setting."""
    reason = dropped.get(names.get(entry.item.name, ""))
    for setting, message in draft.refusals:
        for path, origins in draft.origins.items():
            shorter = min(len(path), len(setting))
            if path[:shorter] == setting[:shorter] and any(
                source is entry.item and entry.path[: len(origin)] == origin for source, origin in origins
            ):
                reason = reason or message
    if entry.status is Status.SAME and (reason or not _is_set(entry, draft)):
        note = reason or "this kind of app has no such setting"
        return Entry(Status.NOT_EXPRESSED, entry.item, entry.path, entry.value, MISSING, note)
    return entry


def _is_set(entry: Entry, draft: Draft) -> bool:
    """Whether all settings that come from the field are still there."""
    settings = [
        path
        for path, origins in draft.origins.items()
        if any(item is entry.item and origin == entry.path for item, origin in origins)
    ]
    return all(paths.get(draft.data, path) is not MISSING for path in settings)


def _convert(
    document: Document,
    root: Mapping[str, Any],
    name: str,
    draft: Draft,
    names: Mapping[str, str],
    folder: File,
    interpolation: Interpolation,
) -> _Service:
    data = root["services"][name]
    if "extends" in data:
        raise ImportingError(
            f"{document}: services.{name}.extends is not resolved. Import the output of `docker compose config` instead"
        )
    kind, port = _kind(data)
    service = _Service(ComposeItem(document, name), data, root, draft.app(names[name]), names, kind, port, folder)
    if kind != "web":
        service.app.set("kind", kind)
    if kind not in ("job", "daemon"):
        service.app.set("replicas", 1)
    if "image" not in data:
        service.app.set("image", f"registry.example/{names[name]}:0.0.0")
    if port is not None:
        service.app.set("port", port)
        if kind == "web" and port != 80:
            service.app.set("service.port", port)
    if kind == "web" and "healthcheck" not in data:
        service.app.set("health.path", None)
    if names[name] != name:
        service.note(Status.CHANGED, (), name, f"other apps reach it as {names[name]}")
    for key, value in data.items():
        handler = _FIELDS.get(key)
        if handler and value is not None:
            handler(service, value, (key,))
        else:
            for path, leaf in paths.leaves(value, (key,)):
                _other(service, path, leaf)
    for variable in sorted(interpolation.missing):
        raw = paths.get(document.data, ("services", name))
        for path, leaf in paths.leaves(raw):
            if isinstance(leaf, str) and path[0] != "environment" and variable in leaf:
                service.note(Status.NOT_EXPRESSED, path, leaf, f"the variable {variable} is not set")
    return service


def _kind(data: Mapping[str, Any]) -> tuple[str, int | None]:
    """The kind of the app, and its main port."""
    targets = [
        port["target"]
        for entry in data.get("ports") or ()
        for port in syntax.ports(entry)
        if port.get("protocol", "tcp") == "tcp"
    ]
    targets += [int(str(entry).partition("/")[0].partition("-")[0]) for entry in data.get("expose") or ()]
    image = str(data.get("image", "")).rpartition("/")[2].partition("@")[0].partition(":")[0]
    port = targets[0] if targets else _PORTS.get(image)
    named = any(
        (entry := syntax.volume(volume)).get("type") == "volume" and entry.get("source")
        for volume in data.get("volumes") or ()
    )
    if paths.get(data, "deploy.mode") == "global":
        return "daemon", port
    if port is None:
        return ("job" if str(data.get("restart")) in ("no", "false", "on-failure") else "worker"), None
    return ("stateful" if named else "web"), port


# Fields of services


def _image(service: _Service, value: Any, path: Path) -> None:
    service.same(path, value, "image", str(value))


def _build(service: _Service, value: Any, path: Path) -> None:
    status = Status.CHANGED if "image" in service.data else Status.NOT_EXPRESSED
    note = f"push the image, and set apps.{service.app.name}.image to its name"
    for leaf_path, leaf in paths.leaves(value, path):
        service.note(status, leaf_path, leaf, note)


def _words(setting: str) -> Callable[[_Service, Any, Path], None]:
    def handler(service: _Service, value: Any, path: Path) -> None:
        service.same(path, value, setting, syntax.words(value))

    return handler


def _environment(service: _Service, value: Any, path: Path) -> None:
    for index, (name, text) in enumerate(syntax.variables(value).items()):
        _variable(service, name, text, (*path, name if isinstance(value, Mapping) else index))


def _variable(service: _Service, name: str, text: str | None, path: Path) -> None:
    """A variable: a secret if its name says so, or if only the shell has its value."""
    raw = paths.get(service.item.document.data, ("services", service.item.name, *path))
    references = isinstance(raw, str) and "$" in raw.replace("$$", "")
    if (
        text is None
        or is_secret(name, text)
        or (references and text == "")
        or (isinstance(raw, str) and references and is_secret(name, "unknown"))
    ):
        reference = secret_name(service.app.name, name)
        setting = service.app.draft.secret(reference, text or "", f"{name} of service {service.item.name}")
        service.app.set(("env", name), dict(setting), (service.item, path))
        service.note(Status.SAME, path, SECRET)
    else:
        service.same(path, text, ("env", name), text.replace("$(", "$$("))


def _environment_file(service: _Service, value: Any, path: Path) -> None:
    for entry in value if isinstance(value, list) else [value]:
        name = entry.get("path") if isinstance(entry, Mapping) else entry
        file = service.folder / str(name)
        if not file.is_file():
            service.note(Status.NOT_EXPRESSED, path, name, "the file does not exist")
            continue
        for variable, text in environment_file(file.read_text(encoding="utf-8")).items():
            if variable not in syntax.variables(service.data.get("environment")):
                _variable(service, variable, text, path)


def _ports(service: _Service, value: Any, path: Path) -> None:
    used = ["http", "tcp"]
    for index, entry in enumerate(value):
        for port in syntax.ports(entry):
            protocol = str(port.get("protocol", "tcp")).upper()
            if port["target"] != service.port or protocol != "TCP":
                name = port_name(port.get("name"), port["target"], used)
                used.append(name)
                settings = {"port": port["target"], **({"protocol": protocol} if protocol != "TCP" else {})}
                if service.kind in ("web", "stateful", "daemon"):
                    service.app.set(("service", "ports", name), settings, (service.item, (*path, index)))
            if port.get("published"):
                note = "for clients outside the cluster, add routes or `service: {type: LoadBalancer}`"
                service.note(Status.NOT_EXPRESSED, (*path, index), entry, note)
            else:
                service.note(Status.SAME, (*path, index), entry)


def _expose(service: _Service, value: Any, path: Path) -> None:
    _ports(service, [str(entry) for entry in value], path)


def _volumes(service: _Service, value: Any, path: Path) -> None:
    for index, entry in enumerate(value):
        volume = syntax.volume(entry)
        target, source = str(volume["target"]), volume.get("source")
        origin: Path = (*path, index)
        name = label(str(source or target))
        settings: dict[str, Any] = {"path": target, **({"read_only": True} if volume.get("read_only") else {})}
        known = {"type", "source", "target", "read_only", "volume", "tmpfs"}
        for field_name in set(volume) - known:
            service.note(
                Status.NOT_EXPRESSED, (*origin, field_name), volume[field_name], "volumes have no such setting"
            )
        if volume["type"] == "bind":
            _bind(service, volume, entry, origin)
        elif volume["type"] == "tmpfs":
            size = paths.get(volume, "tmpfs.size")
            quantity = syntax.memory(size) if size is not MISSING else None
            settings |= {"type": "memory", **({"size": quantity} if quantity else {})}
            _volume(service, name, settings, entry, origin)
        elif volume["type"] == "volume":
            shared = _users(service.root, source) if source else 1
            if source:
                settings |= {"type": "claim", "size": _SIZE}
            _volume(service, name, settings, entry, origin)
            if shared > 1:
                note = "each app has a claim of its own; for one that they share, use claim_name"
                service.note(Status.NOT_EXPRESSED, origin, entry, note)
        else:
            service.note(Status.NOT_EXPRESSED, origin, entry, f"settings have no volumes of type {volume['type']}")


def _volume(service: _Service, name: str, settings: dict[str, Any], entry: Any, origin: Path) -> None:
    if settings["path"] == "/tmp" and settings.get("type") in (None, "memory"):
        service.note(Status.CHANGED, origin, entry, "every container has a directory /tmp on disk")
        return
    reserved = ("tmp", "files", "secret-files")
    service.same(origin, entry, ("volumes", f"{name}-volume" if name in reserved else name), settings)
    if settings.get("size") == _SIZE:
        service.note(Status.CHANGED, origin, entry, f"the claim has {_SIZE}; set another size if it needs more")


def _users(root: Mapping[str, Any], source: object) -> int:
    return sum(
        any(syntax.volume(volume).get("source") == source for volume in service.get("volumes") or ())
        for service in root["services"].values()
    )


def _bind(service: _Service, volume: Mapping[str, Any], entry: Any, origin: Path) -> None:
    """A text file of the host becomes a file in settings; a folder cannot."""
    file = service.folder / str(volume.get("source"))
    text = _text_of(file)
    if text is None:
        note = "a directory of the host: put the files into the image, into `files`, or into a claim"
        service.note(Status.NOT_EXPRESSED, origin, entry, note)
    else:
        service.same(origin, entry, ("files", str(volume["target"])), text)


def _text_of(file: File) -> str | None:
    try:
        text = file.read_text(encoding="utf-8") if file.is_file() else None
    except (OSError, UnicodeDecodeError):
        return None
    return text if text is None or len(text) <= _MOST_TEXT else None


def _tmpfs(service: _Service, value: Any, path: Path) -> None:
    for index, entry in enumerate(value if isinstance(value, list) else [value]):
        target = str(entry).partition(":")[0]
        origin: Path = (*path, index) if isinstance(value, list) else path
        _volume(service, label(target), {"path": target, "type": "memory"}, entry, origin)


def _shared_memory(service: _Service, value: Any, path: Path) -> None:
    size = syntax.memory(value)
    service.same(path, value, ("volumes", "shared-memory"), {"path": "/dev/shm", "type": "memory", "size": size})


def _depends_on(service: _Service, value: Any, path: Path) -> None:
    apps = [service.names.get(name, name) for name in syntax.names(value)]
    current = service.app.get("talks_to") or []
    service.app.set("talks_to", [*current, *(app for app in apps if app not in current)], (service.item, path))
    note = "talks_to also closes other outgoing connections; apps do not wait for each other, so they must retry"
    for leaf_path, leaf in paths.leaves(value, path):
        service.note(Status.CHANGED, leaf_path, leaf, note)


def _links(service: _Service, value: Any, path: Path) -> None:
    for index, entry in enumerate(value):
        name, separator, alias = str(entry).partition(":")
        if separator and alias != name:
            service.note(
                Status.NOT_EXPRESSED, (*path, index), entry, "an app has one name: use it in place of the alias"
            )
    _depends_on(service, [str(entry).partition(":")[0] for entry in value], path)


def _healthcheck(service: _Service, value: Any, path: Path) -> None:
    test = value.get("test")
    kind = test[0] if isinstance(test, list) and test else None
    if value.get("disable") or kind == "NONE":
        for leaf_path, leaf in paths.leaves(value, path):
            service.note(Status.CHANGED, leaf_path, leaf, "Anykube then only connects to the port")
        if service.kind == "web":
            service.app.set("health.path", None)
        return
    if isinstance(test, str) or kind == "CMD-SHELL":
        command = ["/bin/sh", "-c", test if isinstance(test, str) else str(test[1])]
    elif kind == "CMD":
        command = [str(word) for word in test[1:]]
    else:
        command = []
    if command:
        service.same((*path, "test"), test, "health.command", [word.replace("$(", "$$(") for word in command])
    times = {"interval": "period_seconds", "timeout": "timeout_seconds", "start_period": "startup_seconds"}
    for name, setting in times.items():
        duration = syntax.seconds(value[name]) if name in value else None
        if duration is not None:
            service.same((*path, name), value[name], f"health.{setting}", max(1, math.ceil(duration)))
        elif name in value:
            service.note(Status.NOT_EXPRESSED, (*path, name), value[name], "it is not a duration")
    if "retries" in value:
        service.same((*path, "retries"), value["retries"], "health.failures", int(value["retries"]))
    for name in set(value) - {*times, "test", "retries", "disable"}:
        service.note(Status.NOT_EXPRESSED, (*path, name), value[name], "probes have no such setting")


def _deploy(service: _Service, value: Any, path: Path) -> None:
    for leaf_path, leaf in paths.leaves(value, path):
        match leaf_path[1:]:
            case ("replicas",):
                service.same(leaf_path, leaf, "replicas", int(leaf))
            case ("mode",):
                service.note(Status.SAME, leaf_path, leaf)
            case ("resources", "limits", "memory") | ("resources", "reservations", "memory"):
                _memory(service, leaf, leaf_path, is_limit=leaf_path[2] == "limits")
            case ("resources", "limits", "cpus") | ("resources", "reservations", "cpus"):
                setting = "resources.cpu_limit" if leaf_path[2] == "limits" else "resources.cpu"
                _cpus(setting)(service, leaf, leaf_path)
            case _:
                _other(service, leaf_path, leaf)


def _cpus(setting: str) -> Callable[[_Service, Any, Path], None]:
    def handler(service: _Service, value: Any, path: Path) -> None:
        service.same(path, value, setting, f"{math.ceil(float(value) * 1000)}m")
        if setting.endswith("limit") and service.app.get("resources.cpu") is None and float(value) < 0.1:
            service.app.set("resources.cpu", f"{math.ceil(float(value) * 1000)}m", (service.item, path))

    return handler


def _memory(service: _Service, value: Any, path: Path, *, is_limit: bool) -> None:
    quantity = syntax.memory(value)
    if quantity is None:
        service.note(Status.NOT_EXPRESSED, path, value, "it is not a number of bytes")
        return
    service.same(path, value, "resources.memory_limit" if is_limit else "resources.memory", quantity)
    if is_limit and service.app.get("resources.memory") is None:
        # As in Kubernetes, a limit alone is the request too.
        service.app.set("resources.memory", quantity, (service.item, path))


def _memory_limit(service: _Service, value: Any, path: Path) -> None:
    _memory(service, value, path, is_limit=True)


def _memory_request(service: _Service, value: Any, path: Path) -> None:
    _memory(service, value, path, is_limit=False)


def _user(service: _Service, value: Any, path: Path) -> None:
    user, _, group = str(value).partition(":")
    if not user.isdigit() or (group and not group.isdigit()):
        service.note(Status.NOT_EXPRESSED, path, value, "set run_as_user to the number of the user")
        return
    if group and group != user:
        service.app.set("run_as_group", int(group), (service.item, path))
    service.same(path, value, "run_as_user", int(user))


def _restart(service: _Service, value: Any, path: Path) -> None:
    is_job = str(value) in ("no", "false", "on-failure") or str(value).startswith("on-failure:")
    if not is_job or service.kind == "job":
        service.note(Status.SAME, path, value)
    else:
        service.note(Status.CHANGED, path, value, "Kubernetes always restarts the containers of such an app")


def _secrets(service: _Service, value: Any, path: Path) -> None:
    for index, entry in enumerate(value):
        secret = syntax.reference(entry)
        name = str(secret["source"])
        target = str(secret.get("target") or name)
        file = target if target.startswith("/") else f"/run/secrets/{target}"
        setting = service.app.draft.secret(secret_name(name), name, f"secret {name} of the Compose file")
        service.app.set(("files", file), dict(setting), (service.item, (*path, index)))
        _reference_entries(service, secret, entry, (*path, index))


def _reference_entries(service: _Service, reference: Mapping[str, Any], entry: Any, path: Path) -> None:
    service.note(Status.SAME, path, entry if not isinstance(entry, Mapping) else reference["source"])
    for name in ("uid", "gid", "mode"):
        if name in reference:
            service.note(Status.CHANGED, (*path, name), reference[name], "all users of the container can read files")


def _configs(service: _Service, value: Any, path: Path) -> None:
    for index, entry in enumerate(value):
        config = syntax.reference(entry)
        name = str(config["source"])
        definition = paths.mapping(service.root, ("configs", name))
        file = definition.get("file")
        text = definition.get("content")
        text = text if text is not None else _text_of(service.folder / str(file)) if file else None
        if text is None:
            note = "its content is not in the Compose file: set it in `files`"
            service.note(Status.NOT_EXPRESSED, (*path, index), entry, note)
            continue
        target = str(config.get("target") or f"/{name}")
        service.app.set(("files", target), str(text), (service.item, (*path, index)))
        _reference_entries(service, config, entry, (*path, index))


def _networks(service: _Service, value: Any, path: Path) -> None:
    for leaf_path, leaf in paths.leaves(value, path):
        note = "apps in the cluster reach each other by name; talks_to restricts them"
        service.note(Status.CHANGED, leaf_path, leaf, note)
    for name, settings in syntax.names(value).items():
        for leaf_path, leaf in paths.leaves(settings, (*path, name)):
            if leaf not in ({}, []):
                service.note(Status.NOT_EXPRESSED, leaf_path, leaf, "an app has one name, and no fixed address")
        if not settings and isinstance(value, Mapping):
            service.note(Status.CHANGED, (*path, name), None, "apps in the cluster reach each other by name")


def _extra_hosts(service: _Service, value: Any, path: Path) -> None:
    items = (
        value.items()
        if isinstance(value, Mapping)
        else [str(entry).replace("=", ":").partition(":")[::2] for entry in value]
    )
    addresses: dict[str, list[str]] = {}
    for host, address in items:
        addresses.setdefault(str(address).strip("[]"), []).append(str(host))
    for address, hosts in addresses.items():
        service.app.set(("host_aliases", address), hosts, (service.item, path))
    service.note(Status.SAME, path, value)


def _stop(service: _Service, value: Any, path: Path) -> None:
    duration = syntax.seconds(value)
    service.same(path, value, "stop_seconds", max(1, math.ceil(duration or 0)))


def _working_dir(service: _Service, value: Any, path: Path) -> None:
    service.same(path, value, "working_dir", str(value))


def _read_only(service: _Service, value: Any, path: Path) -> None:
    if value:
        service.note(Status.SAME, path, value)
    else:
        service.same(path, value, "read_only_root", False)


def _replicas(service: _Service, value: Any, path: Path) -> None:
    service.same(path, value, "replicas", int(value))


def _no_effect(note: str) -> Callable[[_Service, Any, Path], None]:
    def handler(service: _Service, value: Any, path: Path) -> None:
        for leaf_path, leaf in paths.leaves(value, path):
            service.note(Status.CHANGED, leaf_path, leaf, note)

    return handler


_FIELDS: Mapping[str, Callable[[_Service, Any, Path], None]] = {
    "build": _build,
    "command": _words("args"),
    "configs": _configs,
    "container_name": _no_effect("Kubernetes names the containers of an app"),
    "cpus": _cpus("resources.cpu_limit"),
    "depends_on": _depends_on,
    "deploy": _deploy,
    "entrypoint": _words("command"),
    "env_file": _environment_file,
    "environment": _environment,
    "expose": _expose,
    "extra_hosts": _extra_hosts,
    "healthcheck": _healthcheck,
    "image": _image,
    "links": _links,
    "mem_limit": _memory_limit,
    "mem_reservation": _memory_request,
    "networks": _networks,
    "ports": _ports,
    "pull_policy": _no_effect("Kubernetes pulls an image if a node does not have it"),
    "read_only": _read_only,
    "restart": _restart,
    "scale": _replicas,
    "secrets": _secrets,
    "shm_size": _shared_memory,
    "stop_grace_period": _stop,
    "tmpfs": _tmpfs,
    "user": _user,
    "volumes": _volumes,
    "working_dir": _working_dir,
}
"""What becomes of the fields of a service. Other fields are not expressed."""

_HINTS: Mapping[str, str] = {
    "cap_add": "Pod Security restricted refuses it",
    "devices": "Pod Security restricted refuses it",
    "ipc": "Pod Security restricted refuses it",
    "labels": "use patches for labels and annotations; for a proxy's labels, use routes",
    "network_mode": "Pod Security restricted refuses the network of the host",
    "pid": "Pod Security restricted refuses it",
    "privileged": "Pod Security restricted refuses it",
    "profiles": "remove the app, or put it into a stack of its own",
}


def _other(service: _Service, path: Path, value: Any) -> None:
    if str(path[0]).startswith("x-"):
        service.note(Status.CHANGED, path, value, "an extension without a meaning of its own")
    else:
        service.note(Status.NOT_EXPRESSED, path, value, _HINTS.get(str(path[0]), "settings have no such field"))


def _top_level(document: Document, root: Mapping[str, Any]) -> Iterator[Entry]:
    """What becomes of the sections beside the services."""
    item = ComposeItem(document, "", "Compose file")
    if "include" in root:
        raise ImportingError(
            f"{document}: include is not resolved. Import the output of `docker compose config` instead"
        )
    notes = {
        "version": "it is obsolete",
        "name": "the file's name is the name of the stack",
        "secrets": "the value is set in the stack's configuration",
        "configs": "its content is in `files`",
        "networks": "apps in the cluster reach each other by name",
        "volumes": "it becomes a claim",
    }
    plain: Sequence[object] = ({}, [])
    for key, value in root.items():
        if key == "services":
            continue
        for path, leaf in paths.leaves(value, (key,)):
            depth = len(path)
            known = key in notes and (key not in ("networks", "volumes") or depth <= 2 or leaf in plain)
            if known or key.startswith("x-"):
                shown = SECRET if key == "secrets" else leaf
                yield Entry(Status.CHANGED, item, path, shown, MISSING, notes.get(key, "an extension"))
            else:
                yield Entry(Status.NOT_EXPRESSED, item, path, leaf, MISSING, "settings have no such field")

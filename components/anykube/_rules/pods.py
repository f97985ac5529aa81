"""Rules of pods: volumes, files, containers and placement."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from anykube._clusters.clouds import CLOUDS
from anykube._rules.context import RuleContext, apps, cloud
from anykube._rules.findings import Finding, dotted
from anykube._rules.node import ConfigNode
from anykube._rules.standalone import probe_action, toleration_key, volume_type
from anykube._rules.wording import choice

_SHARED_ACCESS = ("ReadWriteMany", "ReadOnlyMany")


def containers(app: ConfigNode) -> Iterator[ConfigNode]:
    """The containers of an app, except the main one."""
    for field in ("init_containers", "containers"):
        yield from (container for container in app[field].elements() if container.is_mapping)


def names(context: RuleContext) -> Iterator[Finding]:
    """Containers of a pod have different names. The main container has the name of the app's objects."""
    for app_name, app in apps(context.settings):
        first = next(app["renamed_from"].elements(), None)
        object_name = (first.text if first else None) or app_name
        used = {object_name, *((f"{object_name}-next",) if app["next"].is_mapping else ())}
        for container in containers(app):
            name = container["name"].text
            if name in used:
                message = f"{name} is the name of another container of the pod"
                yield Finding(container["name"].path, message, "choose another name")
            used |= {name} if name else set()


def ports(context: RuleContext) -> Iterator[Finding]:
    """Containers of a pod listen on different ports, since they share one network."""
    for _, app in apps(context.settings):
        used = {
            number: "the app's main container" for number, protocol in main_ports(app).values() if protocol == "TCP"
        }
        for container in containers(app):
            port = container["port"]
            if port.number is None:
                continue
            if port.number in used:
                message = f"{port.number} is already the port of {used[port.number]}, and both are in one pod"
                yield Finding(port.path, message, "choose another port")
            used.setdefault(port.number, container["name"].text or "another container")


def main_ports(app: ConfigNode) -> dict[str, tuple[int, str]]:
    """Number and protocol of the ports of the main container, by name, as far as they are valid."""
    kind = app["kind"].text_or("web")
    if kind not in ("web", "stateful", "daemon"):
        return {}
    number = app["port"].number_or(8080) if kind == "web" else app["port"].number
    name = "http" if kind == "web" else app["port_name"].text_or("tcp")
    main_protocol = "TCP" if kind == "web" else app["protocol"].text_or("TCP") or "TCP"
    result = {name: (number, main_protocol)} if name and number is not None else {}
    for extra_name, extra in app["service"]["ports"].items():
        target = extra["target"].number if extra["target"].is_set else extra["port"].number
        protocol = extra["protocol"].text_or("TCP")
        if target is not None and protocol and (result or kind != "daemon"):
            result.setdefault(extra_name, (target, protocol))
    return result


def volumes(context: RuleContext) -> Iterator[Finding]:
    """A volume has the fields that its type needs, and pods that share a claim can all mount it."""
    modes = dict(_access_of_manifests(context))
    for _, app in apps(context.settings):
        for _, volume in app["volumes"].items():
            if not volume.is_mapping:
                continue
            yield from volume_type(volume)
            if volume["type"].text != "claim" or (app["kind"].text == "stateful" and not volume["claim_name"].is_set):
                continue
            access = volume["access"].text_or("ReadWriteOnce")
            if volume["claim_name"].is_set:
                access = modes.get(volume["claim_name"].text or "")
            elif not volume["size"].is_set:
                continue
            sharing = _several_pods(app)
            if access is not None and access not in _SHARED_ACCESS and sharing:
                message = f"{sharing} would share this claim from several nodes, which {access} does not allow"
                remedy = (
                    "set `access: ReadWriteMany` if the storage supports it, or `kind: stateful` for a claim for each"
                )
                if app["kind"].text_or("web") in ("web", "worker"):
                    remedy = f"set `replicas: 1` and `rollout: {{strategy: recreate}}` to run a single pod, {remedy}"
                yield Finding(volume.path, message, f"{remedy} pod")


def _access_of_manifests(context: RuleContext) -> Iterator[tuple[str, str | None]]:
    """The access mode of each claim in `manifests`, by name."""
    for _, app in apps(context.settings):
        for manifest in app["manifests"].elements():
            if manifest["kind"].text == "PersistentVolumeClaim":
                modes = [mode.text for mode in manifest["spec"]["accessModes"].elements()]
                shared = [mode for mode in modes if mode in _SHARED_ACCESS]
                yield manifest["metadata"]["name"].text or "", (shared or modes or [None])[0]


def _several_pods(app: ConfigNode) -> str | None:
    """Which pods of the app can run at the same time. None: at most one runs, or their number is invalid."""
    kind = app["kind"].text_or("web")
    if kind == "daemon":
        return "the pods of all nodes"
    if kind == "cronjob" and app["concurrency"].text == "Allow":
        return "runs at the same time"
    if kind in ("job", "cronjob"):
        return "parallel pods" if (app["parallelism"].number or 1) > 1 else None
    if app["autoscaling"].is_mapping:
        return "autoscaled pods"
    replicas = app["replicas"].number_or(1 if kind == "stateful" else 2)
    if replicas is not None and replicas > 1:
        return f"{replicas} pods"
    if app["next"].is_mapping:
        return "the app and its next version"
    if kind != "stateful" and app["rollout"]["strategy"].text_or("rolling") == "rolling":
        return "the old and the new pod of a rollout"
    return None


def references(context: RuleContext) -> Iterator[Finding]:
    """Tolerations name a taint, and no Secret with credentials is listed twice: server-side apply rejects that."""
    for _, app in apps(context.settings):
        for toleration in app["tolerations"].elements():
            yield from toleration_key(toleration)
        secrets = list(app["pull_secrets"].elements())
        names = [secret.text for secret in secrets]
        for index, secret in enumerate(secrets):
            if secret.text is not None and secret.text in names[:index]:
                yield Finding(secret.path, f"lists {secret.text} a second time", "remove it")


def mounts(context: RuleContext) -> Iterator[Finding]:
    """Containers mount volumes of the app."""
    for _, app in apps(context.settings):
        volume_names = [name for name, _ in app["volumes"].items()]
        for container in (app, *containers(app)):
            for name, mount in container["mounts"].items():
                if name not in volume_names:
                    yield Finding(mount.path, f"the app has no volume {name}", choice(name, volume_names, "volume"))


def paths(context: RuleContext) -> Iterator[Finding]:
    """Each path of a container has one volume or file, and nothing is below a file."""
    for _, app in apps(context.settings):
        main = [_Target(volume["path"], volume["path"].text) for _, volume in app["volumes"].items()]
        main += [
            _Target(secrets["path"], secrets["path"].text, fixed=True) for _, secrets in app["csi_secrets"].items()
        ]
        yield from _collisions([*main, *_targets(app)])
        for container in containers(app):
            yield from _collisions(list(_targets(container)))


class _Target(NamedTuple):
    """A path in a container that a volume or a file is mounted at."""

    field: ConfigNode
    path: str | None
    fixed: bool = False
    """Whether nothing can be mounted below it."""


def _targets(container: ConfigNode) -> Iterator[_Target]:
    for _, value in container["mounts"].items():
        for mount in (value, *value.elements()):
            field = mount if mount.text is not None else mount["path"]
            yield _Target(field, field.text)
    for path, file in container["files"].items():
        yield _Target(file, path, fixed=True)


def _collisions(targets: list[_Target]) -> Iterator[Finding]:
    used = {"/tmp": "the directory for temporary files", "/dev/termination-log": "the kubelet"}
    fixed = {target.path for target in targets if target.fixed}
    for field, path, _ in targets:
        if path is None:
            continue
        parents = [path[:index] for index in range(1, len(path)) if path[index] == "/"]
        system = next((folder for folder in _SYSTEM_FOLDERS if folder in (path, *parents)), None)
        if system or path == "/dev":
            yield Finding(field.path, f"{system or path} belongs to the container runtime", "choose another path")
        elif path in used:
            yield Finding(field.path, f"{path} is already used by {used[path]}", "choose another path")
        elif parent := next((parent for parent in parents if parent in fixed), None):
            message = f"{path} is below {parent}, in which nothing can be mounted"
            yield Finding(field.path, message, "choose another path")
        used.setdefault(path, dotted(field.path))


_SYSTEM_FOLDERS = ("/proc", "/sys", "/var/run/secrets/kubernetes.io", "/run/secrets/kubernetes.io")
"""Folders in which a container runtime refuses mounts, or mounts the pod's token."""

_MOST_DATA, _MOST_ANNOTATIONS = 1024**2, 256 * 1024
"""Bytes of the data of a ConfigMap, and of the annotations of an object, that an API server accepts.

https://kubernetes.io/docs/concepts/configuration/configmap/
"""


def sizes(context: RuleContext) -> Iterator[Finding]:
    """Text files of an app fit into one ConfigMap, and annotations into an object."""
    for _, app in apps(context.settings):
        files = [file for container in (app, *containers(app)) for _, file in container["files"].items()]
        yield from _too_large("the app's files", files, _MOST_DATA, "a ConfigMap holds")
        for manifest in app["manifests"].elements():
            if manifest["kind"].text == "ConfigMap":
                values = [value for _, value in manifest["data"].items()]
                yield from _too_large("the data", values, _MOST_DATA, "a ConfigMap holds")
        for field in ("annotations", "pod_annotations", "route_annotations", "service.annotations"):
            values = [value for _, value in app.at(field).items()]
            yield from _too_large("the annotations", values, _MOST_ANNOTATIONS, "an object holds")


def _too_large(subject: str, texts: Sequence[ConfigNode], most: int, holds: str) -> Iterator[Finding]:
    sizes = [(len(text.text.encode()), text) for text in texts if text.text is not None]
    total = sum(size for size, _ in sizes)
    if total > most:
        size, largest = max(sizes, key=lambda entry: entry[0])
        message = f"{subject} have {total:,} bytes, of which this text has {size:,}; {holds} {most:,}"
        yield Finding(largest.path, message, "put it into the image, or into a volume of type claim")


_MOST_TEXT = 128 * 1024 - 1
"""Bytes of an argument or of `NAME=VALUE` with which Linux starts a process, with the zero at its end: execve(2)."""


def texts(context: RuleContext) -> Iterator[Finding]:
    """A process can be started with its program, arguments and environment variables."""
    for _, app in apps(context.settings):
        for container in (app, app["next"], *containers(app)):
            values = [(f"{name}=", value) for name, value in container["env"].items()]
            values += [("", value) for field in ("command", "args") for value in container[field].elements()]
            health = container["health"]
            for command in (container["command"], health["command"], health["liveness"]["command"]):
                program = next(command.elements(), None)
                if program is not None and program.text is not None and not program.text.strip():
                    yield Finding(program.path, "is empty, so that no program starts", "name a program, or remove it")
            for prefix, value in values:
                if value.text is None:
                    continue
                if "\0" in value.text:
                    yield Finding(value.path, "has a zero character, with which no process starts", "remove it")
                elif (size := len(prefix.encode()) + len(value.text.encode())) > _MOST_TEXT:
                    message = f"has {size:,} bytes, but Linux starts processes with at most {_MOST_TEXT:,}"
                    yield Finding(value.path, message, "put it into a file with `files`")


def external_secrets(context: RuleContext) -> Iterator[Finding]:
    """Variables refer to existing external secrets and keys."""
    for _, app in apps(context.settings):
        secrets = dict(app["external_secrets"].items())
        for container in (app, app["next"], *containers(app)):
            for _, value in container["env"].items():
                name, key = value["external"], value["key"]
                if name.text is None:
                    continue
                if name.text not in secrets:
                    message = f"the app has no external secret {name.text}"
                    yield Finding(name.path, message, choice(name.text, secrets, "external secret"))
                elif key.text is not None and key.text not in (keys := dict(secrets[name.text]["keys"].items())):
                    message = f"the external secret {name.text} has no key {key.text}"
                    yield Finding(key.path, message, choice(key.text, keys, "key"))


def pools(context: RuleContext) -> Iterator[Finding]:
    """Apps run on pools of the cluster."""
    cluster = (context.referenced or context.settings)["cluster"]
    pool_names = [name for name, _ in cluster["pools"].items()]
    if not cluster["cloud"].text:
        return
    for _, app in apps(context.settings):
        pool = app["pool"]
        if pool.text is not None and pool.text not in pool_names:
            unknown = "use node_selector instead, since the cluster's pools are unknown"
            remedy = choice(pool.text, pool_names, "pool") if pool_names else unknown
            yield Finding(pool.path, f"the cluster has no pool {pool.text}", remedy)


def identities(context: RuleContext) -> Iterator[Finding]:
    """Only the stack that creates a cloud's cluster can give pods an identity."""
    for _, app in apps(context.settings):
        identity = app["identity"]
        if not identity.is_set:
            continue
        if context.referenced is not None:
            message = "only the stack that has the cluster can grant an identity, and this is another stack"
            yield Finding(identity.path, message, "move the app to that stack, or grant the service account there")
            continue
        kind = cloud(context)
        facts = CLOUDS.get(kind or "")
        if kind is not None and facts is None:
            message = f"not supported, since the cluster is {kind} and its pods have no cloud identities"
            yield Finding(identity.path, message, "remove it")
        elif kind and identity.is_mapping and not identity[kind].is_set:
            message = f"has no section for {facts.name if facts else kind}, which the cluster runs on"
            yield Finding(identity.path, message, f"add {facts.identity_hint if facts else kind}, or remove identity")


def checks(context: RuleContext) -> Iterator[Finding]:
    """A probe has one action, and a port that exists if it needs one."""
    for _, app in apps(context.settings):
        own_ports = main_ports(app)
        has_port = any(protocol == "TCP" for _, protocol in own_ports.values())
        yield from _check(app["health"], own_ports, has_port=has_port, is_web=app["kind"].text_or("web") == "web")
        for container in containers(app):
            health = container["health"]
            if (
                health.is_mapping
                and container.path[-2] == "init_containers"
                and container["sidecar"].node.value is not True
            ):
                message = "a container that runs to completion has no probes"
                yield Finding(health.path, message, "remove it, or set `sidecar: true`")
            yield from _check(health, {}, has_port=container["port"].is_set)


def _check(
    health: ConfigNode, ports: dict[str, tuple[int, str]], *, has_port: bool, is_web: bool = False
) -> Iterator[Finding]:
    has_port = has_port or health["port"].is_set
    yield from _probe(health, ports, has_port=has_port, has_path=is_web)
    liveness = health["liveness"]
    yield from _probe(liveness, ports, has_port=has_port)
    has_command = bool(list(liveness["command"].elements()))
    if liveness.is_mapping and not (has_port or has_command or liveness["port"].is_set):
        yield Finding(liveness.path, "the probe has no port and no command", "add one of them")


def _probe(
    probe: ConfigNode, ports: dict[str, tuple[int, str]], *, has_port: bool, has_path: bool = False
) -> Iterator[Finding]:
    if not probe.is_mapping:
        return
    yield from probe_action(probe)
    has_command = bool(list(probe["command"].elements()))
    has_grpc = probe["grpc"].text is not None or probe["grpc"].node.value is True
    for field, kind in (("path", "an HTTP"), ("grpc", "a gRPC")):
        is_used = has_grpc if field == "grpc" else probe["path"].is_set
        if is_used and not (has_port or probe["port"].is_set):
            message = f"{kind} probe needs a port, and the container has none"
            yield Finding(probe[field].path, message, "use command instead, or set the port it listens on")
    for field in ("scheme", "headers"):
        if probe[field].is_set and not (probe["path"].is_set or has_path or has_command or has_grpc):
            yield Finding(probe[field].path, "only an HTTP probe has it", "set path too, or remove it")
    port = probe["port"].text
    if port is not None and port not in ports:
        remedy = (
            choice(port, ports, "port") if ports else "write its number, since ports of this container have no names"
        )
        yield Finding(probe["port"].path, f"the container has no port {port}", remedy)
    elif port is not None and ports[port][1] != "TCP":
        message = f"{port} is a {ports[port][1]} port, to which a probe cannot connect"
        yield Finding(probe["port"].path, message, "choose a TCP port, or use command")

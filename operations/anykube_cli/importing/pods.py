"""The settings of pods and containers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from anykube_cli.importing import paths, tables
from anykube_cli.importing.comparison import known_change
from anykube_cli.importing.draft import AppDraft
from anykube_cli.importing.grouping import AppGroup
from anykube_cli.importing.names import is_secret, label, secret_name, volume_names
from anykube_cli.importing.objects import POD_TEMPLATES, KubernetesObject
from anykube_cli.importing.paths import MISSING, Path
from anykube_cli.importing.ports import main_port, number_of
from anykube_cli.importing.probes import health
from anykube_cli.importing.references import References

_RESOURCES = ("cpu", "memory")


@dataclass(frozen=True)
class Pod:
    """A pod template that is being converted."""

    group: AppGroup
    workload: KubernetesObject
    app: AppDraft
    references: References
    volumes: Mapping[str, str]
    """Names of volumes in settings, by their names in the manifest."""

    @property
    def base(self) -> Path:
        """The path of the pod's spec."""
        return (*POD_TEMPLATES[self.workload.kind], "spec")

    @property
    def namespace(self) -> str | None:
        return self.workload.namespace


def convert_pod(group: AppGroup, workload: KubernetesObject, app: AppDraft, references: References) -> None:
    """Writes the settings of a workload's pods."""
    volumes = volume_names(workload.pod, paths.elements(workload.data, "spec.volumeClaimTemplates"))
    pod = Pod(group, workload, app, references, volumes)
    containers = list(enumerate(paths.elements(workload.pod, "containers")))
    main = main_container(group, workload)
    main_path: Path = (*pod.base, "containers", main)
    _volumes(pod, containers[main][1])
    _container(pod, app, containers[main][1], main_path)
    for field, items in (
        ("init_containers", enumerate(paths.elements(workload.pod, "initContainers"))),
        ("containers", (entry for entry in containers if entry[0] != main)),
    ):
        for index, container in items:
            path = (*pod.base, "initContainers" if field == "init_containers" else "containers", index)
            _additional_container(pod, field, container, path)
    _pod_fields(pod)
    _user(pod, app, containers[main][1], main_path)


def main_container(group: AppGroup, workload: KubernetesObject) -> int:
    """The index of the main container: the one that the Service leads to, or the first."""
    containers = paths.elements(workload.pod, "containers")
    target = main_port(group)
    for index, container in enumerate(containers):
        if target and any(port.get("containerPort") == target for port in paths.elements(container, "ports")):
            return index
    names = (workload.name, group.name)
    return next((index for index, container in enumerate(containers) if container.get("name") in names), 0)


def _pod_fields(pod: Pod) -> None:
    tables.convert(tables.POD, pod.workload, pod.base, pod.app)
    for index, alias in enumerate(paths.elements(pod.workload.pod, "hostAliases")):
        origin = (pod.workload, (*pod.base, "hostAliases", index))
        pod.app.set(("host_aliases", alias.get("ip")), paths.elements(alias, "hostnames"), origin)
    for index, secret in enumerate(paths.elements(pod.workload.pod, "imagePullSecrets")):
        pod.app.append("pull_secrets", secret.get("name"), (pod.workload, (*pod.base, "imagePullSecrets", index)))
    for index, toleration in enumerate(paths.elements(pod.workload.pod, "tolerations")):
        _toleration(pod, toleration, (*pod.base, "tolerations", index))
    _metadata(pod)


def _metadata(pod: Pod) -> None:
    """Labels and annotations of pods, without those that select pods or that Anykube sets itself."""
    template = POD_TEMPLATES[pod.workload.kind]
    selectors = [paths.mapping(pod.workload.data, "spec.selector.matchLabels")]
    selectors += [paths.mapping(item.data, "spec.selector") for item in pod.group.objects()]
    for field, setting in (("labels", "pod_labels"), ("annotations", "pod_annotations")):
        for key, value in paths.mapping(pod.workload.template, f"metadata.{field}").items():
            path = (*template, "metadata", field, key)
            if not known_change(path) and not any(key in selector for selector in selectors):
                pod.app.set((setting, key), str(value), (pod.workload, path))


def _toleration(pod: Pod, toleration: Mapping[str, Any], path: Path) -> None:
    fields = {name: toleration[name] for name in ("key", "value", "effect") if toleration.get(name)}
    exists = toleration.get("operator") == "Exists"
    if not fields and exists and pod.group.kind == "daemon":
        pod.app.set("all_nodes", True, (pod.workload, path))
    elif "tolerationSeconds" not in toleration and (exists or "value" in fields):
        pod.app.append("tolerations", fields, (pod.workload, path))


def _user(pod: Pod, app: AppDraft, container: Mapping[str, Any], path: Path) -> None:
    for field, setting in (("runAsUser", "run_as_user"), ("runAsGroup", "run_as_group")):
        value = paths.get(container, f"securityContext.{field}")
        if value is not MISSING:
            app.set(setting, value, (pod.workload, (*path, "securityContext", field)))


def _container(pod: Pod, app: AppDraft, container: Mapping[str, Any], path: Path) -> None:
    tables.convert(tables.CONTAINER, pod.workload, path, app)
    for resource in _RESOURCES:
        # Without a request, it is the limit.
        limit = paths.get(container, f"resources.limits.{resource}")
        if limit is not MISSING and paths.get(container, f"resources.requests.{resource}") is MISSING:
            app.set(f"resources.{resource}", str(limit), (pod.workload, (*path, "resources", "limits", resource)))
    for name, (value, origin) in environment(pod, container, path).items():
        app.set(("env", name), value, (pod.workload, origin))
    _files(pod, app, container, path)
    _mounts(pod, app, container, path)
    health(pod.group, pod.workload, app, container, path)


def _additional_container(pod: Pod, field: str, container: Mapping[str, Any], path: Path) -> None:
    name = label(str(container.get("name")))
    app = pod.app.append(field, {"name": name}, (pod.workload, path))
    if container.get("restartPolicy") == "Always" and field == "init_containers":
        app.set("sidecar", True, (pod.workload, (*path, "restartPolicy")))
    ports = [port.get("containerPort") for port in paths.elements(container, "ports")]
    if ports:
        app.set("port", ports[0], (pod.workload, (*path, "ports", 0)))
    elif port := _probed_port(container):
        app.set("port", port)
    _user(pod, app, container, path)
    _container(pod, app, container, path)


def _probed_port(container: Mapping[str, Any]) -> int | None:
    for probe in ("readinessProbe", "livenessProbe", "startupProbe"):
        for action in ("httpGet", "tcpSocket"):
            number = number_of(container, paths.get(container, f"{probe}.{action}.port"))
            if number:
                return number
    return None


def environment(pod: Pod, container: Mapping[str, Any], path: Path) -> dict[str, tuple[Any, Path]]:
    """The variables of a container as values in settings, and the field that each comes from."""
    result: dict[str, tuple[Any, Path]] = {}
    for index, source in enumerate(paths.elements(container, "envFrom")):
        for kind, field in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
            item = pod.references.grouped.find(kind, paths.get(source, f"{field}.name"), pod.namespace)
            for key in item.content() if item else ():
                name = f"{source.get('prefix', '')}{key}"
                result[name] = (pod.references.value(item, key), (*path, "envFrom", index)) if item else result[name]
    for index, variable in enumerate(paths.elements(container, "env")):
        value = _variable(pod, variable)
        if value is not MISSING:
            result[str(variable.get("name"))] = (value, (*path, "env", index))
    return result


def _variable(pod: Pod, variable: Mapping[str, Any]) -> Any:
    source = paths.mapping(variable, "valueFrom")
    if not source:
        name, text = str(variable.get("name")), variable.get("value")
        value = "" if text is None else str(text)
        if not is_secret(name, value):
            return value
        origin = f"{name} in {pod.workload.title}"
        return pod.references.draft.secret(secret_name(pod.group.name, name), value, origin)
    if reference := paths.mapping(source, "fieldRef"):
        return {"field": reference.get("fieldPath")}
    if reference := paths.mapping(source, "resourceFieldRef"):
        return {"resource": reference.get("resource")}
    for kind, field, setting in (
        ("ConfigMap", "configMapKeyRef", "from_config"),
        ("Secret", "secretKeyRef", "from_secret"),
    ):
        if reference := paths.mapping(source, field):
            item = pod.references.grouped.find(kind, reference.get("name"), pod.namespace)
            key = str(reference.get("key"))
            if item is None:
                return {setting: reference.get("name"), "key": key}
            return pod.references.value(item, key) if key in item.content() else MISSING
    return MISSING


def _mounts(pod: Pod, app: AppDraft, container: Mapping[str, Any], path: Path) -> None:
    """The mounts of volumes, except for those that a volume's `path` describes."""
    mounts: dict[str, list[Any]] = {}
    for index, mount in enumerate(paths.elements(container, "volumeMounts")):
        name = str(mount.get("name"))
        volume = pod.volumes.get(name, "tmp")
        settings = pod.app.get("volumes") or {}
        if volume not in settings or (not app.prefix and settings[volume].get("path") is not None):
            continue
        value = {"path": mount.get("mountPath")}
        value |= {"read_only": True} if mount.get("readOnly") and not settings[volume].get("read_only") else {}
        value |= {"sub_path": mount["subPath"]} if mount.get("subPath") else {}
        mounts.setdefault(volume, []).append(value if len(value) > 1 else value["path"])
        origin = (pod.workload, (*path, "volumeMounts", index))
        values = mounts[volume]
        several = [item if isinstance(item, dict) else {"path": item} for item in values]
        app.set(("mounts", volume), values[0] if len(values) == 1 else several, origin)


_VOLUMES = {"emptyDir", "persistentVolumeClaim"}


def mounted_files(
    references: References, workload: KubernetesObject, container: Mapping[str, Any]
) -> Iterator[tuple[int, str, KubernetesObject, str]]:
    """The files in a container from ConfigMaps and Secrets of the input: the mount's index, path, object, key."""
    volumes = {volume.get("name"): volume for volume in paths.elements(workload.pod, "volumes")}
    for index, mount in enumerate(paths.elements(container, "volumeMounts")):
        volume = volumes.get(mount.get("name"))
        files = references.files(volume, workload.namespace) if volume else None
        if not files:
            continue
        path, sub_path = str(mount.get("mountPath")).rstrip("/"), mount.get("subPath")
        for name, (item, key) in files.items():
            if not sub_path:
                yield index, f"{path}/{name}", item, key
            elif name == sub_path:
                yield index, path, item, key


def _files(pod: Pod, app: AppDraft, container: Mapping[str, Any], path: Path) -> None:
    for index, file, item, key in mounted_files(pod.references, pod.workload, container):
        app.set(("files", file), pod.references.value(item, key), (pod.workload, (*path, "volumeMounts", index)))


def _volumes(pod: Pod, main: Mapping[str, Any]) -> None:
    for index, volume in enumerate(paths.elements(pod.workload.pod, "volumes")):
        name = str(volume.get("name"))
        templated = name in _templates(pod)
        if pod.volumes[name] == "tmp" or templated or not set(volume) - {"name"} <= _VOLUMES:
            continue
        has_claim = "persistentVolumeClaim" in volume
        settings = _claim(pod, volume, pod.volumes[name]) if has_claim else _empty(volume)
        _volume(pod, main, name, settings, (*pod.base, "volumes", index))
    for index, template in enumerate(paths.elements(pod.workload.data, "spec.volumeClaimTemplates")):
        name = str(paths.get(template, "metadata.name"))
        path: Path = ("spec", "volumeClaimTemplates", index)
        _volume(pod, main, name, claim_settings(template), path)


def _templates(pod: Pod) -> list[object]:
    """The volumes that a StatefulSet has from claim templates, which precede volumes of the same name."""
    templates = paths.elements(pod.workload.data, "spec.volumeClaimTemplates")
    return [paths.get(template, "metadata.name") for template in templates]


def _volume(pod: Pod, main: Mapping[str, Any], name: str, settings: dict[str, Any], path: Path) -> None:
    mounts = [mount for mount in paths.elements(main, "volumeMounts") if mount.get("name") == name]
    every_mount = [
        mount
        for field in ("containers", "initContainers")
        for container in paths.elements(pod.workload.pod, field)
        for mount in paths.elements(container, "volumeMounts")
        if mount.get("name") == name
    ]
    if len(mounts) == 1 and not set(mounts[0]) - {"name", "mountPath", "readOnly"} and _readers(mounts, every_mount):
        settings = {"path": mounts[0].get("mountPath"), **settings}
    if every_mount and all(mount.get("readOnly") for mount in every_mount):
        settings["read_only"] = True
    for field, value in settings.items():
        pod.app.set(("volumes", pod.volumes[name], field), value, (pod.workload, path))
    if not settings:
        pod.app.set(("volumes", pod.volumes[name]), {}, (pod.workload, path))


def _readers(mounts: list[Any], every_mount: list[Any]) -> bool:
    """Whether the mount needs no setting of its own: all mounts of the volume are read-only, or this one is not."""
    return not mounts[0].get("readOnly") or all(mount.get("readOnly") for mount in every_mount)


def _empty(volume: Mapping[str, Any]) -> dict[str, Any]:
    source = paths.mapping(volume, "emptyDir")
    return {
        **({"type": "memory"} if source.get("medium") == "Memory" else {}),
        **({"size": str(source["sizeLimit"])} if source.get("sizeLimit") is not None else {}),
    }


def _claim(pod: Pod, volume: Mapping[str, Any], name: str) -> dict[str, Any]:
    claim_name = paths.get(volume, "persistentVolumeClaim.claimName")
    claim = pod.references.grouped.find("PersistentVolumeClaim", claim_name, pod.namespace)
    if claim is None or pod.group.kind == "stateful":
        return {"type": "claim", "claim_name": claim_name}
    app, volume_name = pod.references.claims.setdefault(id(claim), (pod.group.name, name))
    if (app, volume_name) != (pod.group.name, name):
        return {"type": "claim", "claim_name": f"{app}-{volume_name}"}
    return claim_settings(claim.data)


def claim_settings(claim: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a volume with a claim."""
    size, modes = paths.get(claim, "spec.resources.requests.storage"), paths.elements(claim, "spec.accessModes")
    storage_class = paths.get(claim, "spec.storageClassName")
    return {
        "type": "claim",
        **({"size": str(size)} if size is not MISSING else {}),
        **({"access": modes[0]} if modes and modes[0] != "ReadWriteOnce" else {}),
        **({"storage_class": storage_class} if storage_class not in (MISSING, None, "") else {}),
    }

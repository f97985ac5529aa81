"""Volumes of pods."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from anykube._kubernetes import Manifest
from anykube._model import CheckedModel, Model, OutputText, example
from anykube._names import Bytes, ObjectName
from anykube._rules.standalone import volume_type
from anykube._workloads.metadata import SKIP_AWAIT, metadata
from anykube._workloads.quantities import canonical


def _normal(path: str) -> str:
    if {".", ".."} & set(path.split("/")):
        raise ValueError("must not have '.' or '..' between slashes")
    return path


ABSOLUTE, RELATIVE = r"^(/[^/:\x00-\x1f\x7f]+)+$", r"^[^/:\x00-\x1f\x7f]+(/[^/:\x00-\x1f\x7f]+)*$"

FilePath = Annotated[str, Field(pattern=ABSOLUTE, max_length=240, examples=["/var/cache/app"]), AfterValidator(_normal)]
"""An absolute path in a container, at most 240 characters."""

SubPath = Annotated[str, Field(pattern=RELATIVE, max_length=240, examples=["uploads"]), AfterValidator(_normal)]
"""A relative path in a volume, at most 240 characters."""

Access = Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadOnlyMany", "ReadWriteMany"]


class Volume(CheckedModel, json_schema_extra=example(path="/var/cache/app", size="1Gi")):
    """A volume of a pod, mounted at `path` in the app's main container, and in others by their `mounts`."""

    rules = (volume_type,)

    path: FilePath | None = None
    """Mount path in the app's main container. Default: mounted only by `mounts`."""
    type: Literal["empty", "memory", "claim"] = "empty"
    """`empty`: an empty directory that is deleted with the pod. `memory`: the same in memory. `claim`: persistent
    storage, by a PersistentVolumeClaim."""
    size: Annotated[Bytes | None, Field(examples=["10Gi"])] = None
    """Size in bytes, as a Kubernetes quantity. Of a claim, the storage to request; required without `claim_name`.
    Otherwise, the maximum size. Default: unlimited."""
    claim_name: Annotated[ObjectName | OutputText | None, Field(examples=["shared-uploads"])] = None
    """Name of an existing PersistentVolumeClaim. Default: a new claim; in a stateful app, one for each pod."""
    storage_class: Annotated[ObjectName | OutputText | None, Field(examples=["fast-ssd"])] = None
    """Name of the claim's StorageClass. Default: the cluster's default class."""
    access: Access = "ReadWriteOnce"
    """Access mode of the claim.

    https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
    """
    read_only: bool = False
    """Whether containers can only read the volume."""


class Mount(Model, json_schema_extra=example(path="/var/www/html", read_only=True)):
    """A mount of a volume in a container."""

    path: FilePath
    """Mount path in the container."""
    read_only: bool = False
    """Whether the container can only read the volume. Always so if the volume is `read_only`."""
    sub_path: SubPath | None = None
    """File or directory of the volume to mount. Default: the whole volume."""


def managed_claims(volumes: Mapping[str, Volume]) -> dict[str, Volume]:
    """The volumes whose claims Anykube creates."""
    return {name: volume for name, volume in volumes.items() if volume.type == "claim" and volume.claim_name is None}


def claim_spec(volume: Volume) -> dict[str, object]:
    """The spec of a PersistentVolumeClaim."""
    return {
        "accessModes": [volume.access],
        "resources": {"requests": {"storage": canonical(volume.size or "1Gi")}},
        **({"storageClassName": volume.storage_class} if volume.storage_class is not None else {}),
    }


def claims(app: str, namespace: str, volumes: Mapping[str, Volume]) -> dict[str, Manifest]:
    """The PersistentVolumeClaims `APP-VOLUME`, which all pods share, by volume."""
    return {
        name: {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            # Waiting could deadlock: some storage classes bind a claim only when a pod uses it.
            "metadata": metadata(app, namespace, suffix=f"-{name}", annotations=SKIP_AWAIT),
            "spec": claim_spec(volume),
        }
        for name, volume in managed_claims(volumes).items()
    }


def sources(app: str, volumes: Mapping[str, Volume], *, templates: bool) -> list[dict[str, object]]:
    """The volumes of a pod, without those from a StatefulSet's claim templates."""
    templated = managed_claims(volumes) if templates else {}
    return [{"name": name, **_source(app, name, volume)} for name, volume in volumes.items() if name not in templated]


def _source(app: str, name: str, volume: Volume) -> dict[str, object]:
    if volume.type == "claim":
        return {
            "persistentVolumeClaim": {"claimName": f"{app}-{name}" if volume.claim_name is None else volume.claim_name}
        }
    limits = {
        **({"medium": "Memory"} if volume.type == "memory" else {}),
        **({"sizeLimit": canonical(volume.size)} if volume.size else {}),
    }
    return {"emptyDir": limits}


def mounts(
    fields: Mapping[str, str | Mount | Sequence[Mount]], volumes: Mapping[str, Volume]
) -> list[dict[str, object]]:
    """The mounts of a container, from its `mounts`."""
    return [_mount(name, mount, volumes[name]) for name, value in fields.items() for mount in mounts_of(value)]


def mounts_of(value: str | Mount | Sequence[Mount]) -> Sequence[Mount]:
    """The mounts of a volume in a container: a path, a mount, or several."""
    if isinstance(value, str):
        return (Mount(path=value),)
    return (value,) if isinstance(value, Mount) else value


def main_mounts(volumes: Mapping[str, Volume]) -> list[dict[str, object]]:
    """The mounts of the app's main container by the `path` of each volume."""
    return [_mount(name, Mount(path=volume.path), volume) for name, volume in volumes.items() if volume.path]


def _mount(name: str, mount: Mount, volume: Volume) -> dict[str, object]:
    return {
        "name": name,
        "mountPath": mount.path,
        **({"subPath": mount.sub_path} if mount.sub_path else {}),
        **({"readOnly": True} if mount.read_only or volume.read_only else {}),
    }

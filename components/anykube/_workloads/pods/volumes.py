"""Volumes of pods."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from anykube._kubernetes import Manifest
from anykube._model import CheckedModel, OutputText, example
from anykube._names import ObjectName, Quantity
from anykube._rules.standalone import volume_type
from anykube._workloads.metadata import SKIP_AWAIT, metadata
from anykube._workloads.quantities import canonical

FilePath = Annotated[str, Field(pattern=r"^(/[-._a-zA-Z0-9]+)+$", max_length=240, examples=["/var/cache/app"])]
"""An absolute path in a container, at most 240 characters."""

Access = Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadOnlyMany", "ReadWriteMany"]


class Volume(CheckedModel, json_schema_extra=example(path="/var/cache/app", size="1Gi")):
    """A volume of a pod, mounted at `path` in the app's main container, and in others by their `mounts`."""

    rules = (volume_type,)

    path: FilePath | None = None
    """Mount path in the app's main container. Default: mounted only in other containers."""
    type: Literal["empty", "memory", "claim"] = "empty"
    """`empty`: an empty directory that is deleted with the pod. `memory`: the same in memory. `claim`: persistent
    storage, by a PersistentVolumeClaim."""
    size: Annotated[Quantity | None, Field(examples=["10Gi"])] = None
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


def mount(name: str, path: str, volume: Volume) -> dict[str, object]:
    """A container's mount of the volume."""
    return {"name": name, "mountPath": path, **({"readOnly": True} if volume.read_only else {})}

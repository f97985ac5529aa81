"""Volumes: what a pod's containers write to, and may share."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from anykube._kubernetes import Manifest
from anykube._model import CheckedModel, OutputText
from anykube._names import ObjectName, Quantity
from anykube._rules.standalone import volume_type
from anykube._workloads.metadata import SKIP_AWAIT, metadata
from anykube._workloads.quantities import canonical

FilePath = Annotated[str, Field(pattern=r"^(/[-._a-zA-Z0-9]+)+$", max_length=240)]
"""An absolute path in a container."""

Access = Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadOnlyMany", "ReadWriteMany"]


class Volume(CheckedModel):
    """A volume, at `path` in the app's own container; other containers have it by their `mounts`."""

    rules = (volume_type,)

    path: FilePath | None = None
    """None: only other containers have it."""
    type: Literal["empty", "memory", "claim"] = "empty"
    """empty: a folder that goes with the pod. memory: the same in memory. claim: storage that outlives pods."""
    size: Quantity | None = None
    """Of a claim: how much, needed unless `claim_name` is given. Of the others: the most that it may hold."""
    claim_name: ObjectName | OutputText | None = None
    """A PersistentVolumeClaim that is there. None: one is made, in a StatefulService one for each pod."""
    storage_class: ObjectName | OutputText | None = None
    """None: the cluster's default class."""
    access: Access = "ReadWriteOnce"
    """Who may mount it at once.

    https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
    """
    read_only: bool = False


def made(volumes: Mapping[str, Volume]) -> dict[str, Volume]:
    """The volumes for which a claim is made."""
    return {name: volume for name, volume in volumes.items() if volume.type == "claim" and volume.claim_name is None}


def claim_spec(volume: Volume) -> dict[str, object]:
    """The spec of a PersistentVolumeClaim."""
    return {
        "accessModes": [volume.access],
        "resources": {"requests": {"storage": canonical(volume.size or "1Gi")}},
        **({"storageClassName": volume.storage_class} if volume.storage_class is not None else {}),
    }


def claims(app: str, namespace: str, volumes: Mapping[str, Volume]) -> dict[str, Manifest]:
    """The PersistentVolumeClaims `APP-VOLUME` that all pods share, by volume."""
    return {
        name: {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            # A class may bind only when a pod is there, and the pod waits for this object.
            "metadata": metadata(app, namespace, suffix=f"-{name}", annotations=SKIP_AWAIT),
            "spec": claim_spec(volume),
        }
        for name, volume in made(volumes).items()
    }


def sources(app: str, volumes: Mapping[str, Volume], *, templates: bool) -> list[dict[str, object]]:
    """The volumes of a pod. Those that a StatefulSet's templates make are not among them."""
    own = made(volumes) if templates else {}
    return [{"name": name, **_source(app, name, volume)} for name, volume in volumes.items() if name not in own]


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
    """Where a container has the volume."""
    return {"name": name, "mountPath": path, **({"readOnly": True} if volume.read_only else {})}

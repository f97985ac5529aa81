"""The manifests of a workload and the order in which they are created."""

from typing import Literal, NamedTuple

from anykube._kubernetes import Manifest

Stage = Literal["before", "workload", "after"]


class ManifestPart(NamedTuple):
    """A Kubernetes object of a workload."""

    suffix: str
    """The end of its Pulumi resource name: `deployment` for `NAME-deployment`."""
    manifest: Manifest
    stage: Stage
    """before: the pods need it. workload: it creates the pods. after: it routes requests to the pods or scales them."""
    timeout_seconds: int | None = None
    """Seconds until it must be ready. None: Pulumi's default."""
    ignore_changes: tuple[str, ...] = ()
    """Fields that Pulumi sets only on creation, such as spec.replicas."""


def before(suffix: str, manifest: Manifest | None) -> list[ManifestPart]:
    """A part that is created before the pods, if there is a manifest."""
    return [ManifestPart(suffix, manifest, "before")] if manifest else []


def after(suffix: str, manifest: Manifest | None) -> list[ManifestPart]:
    """A part that is created when the pods are ready, and deleted before them, if there is a manifest."""
    return [ManifestPart(suffix, manifest, "after")] if manifest else []

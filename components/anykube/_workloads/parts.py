"""What a workload is made of: manifests, each with the place that it has in the order of things."""

from typing import Literal, NamedTuple

from anykube._kubernetes import Manifest

Stage = Literal["before", "workload", "after"]


class Part(NamedTuple):
    """One object of a workload."""

    suffix: str
    """Ends the name of its Pulumi resource: `deployment` makes `NAME-deployment`."""
    manifest: Manifest
    stage: Stage
    """before: pods need it. workload: has the pods. after: leads requests to them, or looks after them."""
    patience: int | None = None
    """Seconds until it must be ready. None: Pulumi's own time."""
    left_alone: tuple[str, ...] = ()
    """Fields that somebody else owns once the object is there, such as spec.replicas."""


def before(suffix: str, manifest: Manifest | None) -> list[Part]:
    """A part that pods need, where there is one."""
    return [Part(suffix, manifest, "before")] if manifest else []


def after(suffix: str, manifest: Manifest | None) -> list[Part]:
    """A part that comes when pods are ready, and goes before they do, where there is one."""
    return [Part(suffix, manifest, "after")] if manifest else []

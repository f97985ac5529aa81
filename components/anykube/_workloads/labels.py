"""Labels and annotations of an app's objects, in addition to those that Anykube sets."""

from collections.abc import Mapping
from typing import Annotated, cast

from pydantic import AfterValidator, Field

from anykube._kubernetes import Manifest, Transform
from anykube._model import TextInput
from anykube._names import AnnotationKey, LabelKey, LabelValue
from anykube._workloads.metadata import MANAGED_BY, selector

_WORKLOADS = ("CronJob", "DaemonSet", "Deployment", "Job", "StatefulSet")
_ROUTES = ("Gateway", "Ingress")
_RESERVED = frozenset({*selector(""), *MANAGED_BY})


def _not_reserved(key: str) -> str:
    if key in _RESERVED:
        raise ValueError(f"must not be {' or '.join(sorted(_RESERVED))}, which Anykube sets")
    return key


Labels = Annotated[
    dict[Annotated[LabelKey, AfterValidator(_not_reserved)], LabelValue], Field(examples=[{"example.com/team": "shop"}])
]
"""Labels by key."""
Annotations = Annotated[dict[AnnotationKey, TextInput], Field(examples=[{"example.com/owner": "shop@example.com"}])]
"""Annotations by key."""


def metadata_transform(
    labels: Mapping[str, str],
    annotations: Mapping[str, object],
    route_annotations: Mapping[str, object],
) -> Transform:
    """A transform that adds labels to all objects, and annotations to the workload and to the Ingress or Gateway."""

    def transform(manifest: Manifest) -> Manifest:
        kind = manifest["kind"]
        added = annotations if kind in _WORKLOADS else route_annotations if kind in _ROUTES else {}
        if not labels and not added:
            return manifest
        metadata = cast("Mapping[str, Mapping[str, object]]", manifest["metadata"])
        # A manifest of the user keeps a label that it sets itself.
        merged = {
            **({"labels": {**labels, **metadata.get("labels", {})}} if labels else {}),
            **({"annotations": {**metadata.get("annotations", {}), **added}} if added else {}),
        }
        return {**manifest, "metadata": {**metadata, **merged}}

    return transform

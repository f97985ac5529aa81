"""The settings of each revision of an app, which are stored in the cluster as an annotation.

Kubernetes copies the annotations of a Deployment to its ReplicaSets, those of a StatefulSet or DaemonSet to its
ControllerRevisions. So the settings exist exactly as long as the revision to which a rollback is possible.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from anykube._kubernetes import Manifest
from anykube._workloads.app import AppSpec

ANNOTATION = "anykube.dev/settings"
_KINDS = ("Deployment", "StatefulSet", "DaemonSet")
_MAX_LENGTH = 100_000
"""Maximum length of the annotation. All annotations of an object may have 256 KiB together."""

NOT_OF_PODS = frozenset(
    {
        "autoscaling",
        "called_by",
        "disruption",
        "gateway",
        "manifests",
        "namespace",
        "next",
        "renamed_from",
        "replicas",
        "rollout",
        "routed",
        "routes",
        "talks_to",
        "via",
    }
)
"""Settings that do not affect what runs in a pod: scaling, placement and networking."""


def pod_settings(app: AppSpec) -> dict[str, Any]:
    """The settings of an app that affect what runs in its pods. Secrets are included by name."""
    settings: dict[str, Any] = app.model_dump(mode="json", exclude_unset=True, exclude=set(NOT_OF_PODS))
    return settings


def annotate_settings(app: AppSpec) -> Callable[[Manifest], Manifest]:
    """A transform that adds the settings as an annotation to the app's workload, unless they are too long."""
    settings = json.dumps(pod_settings(app), separators=(",", ":"))

    def transform(manifest: Manifest) -> Manifest:
        metadata = manifest["metadata"]
        if manifest["kind"] not in _KINDS or len(settings) > _MAX_LENGTH or not isinstance(metadata, Mapping):
            return manifest
        annotations = {**metadata.get("annotations", {}), ANNOTATION: settings}
        return {**manifest, "metadata": {**metadata, "annotations": annotations}}

    return transform

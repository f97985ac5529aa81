"""What a cluster keeps of the settings that each revision of an app was made from.

Kubernetes copies a Deployment's annotations to its ReplicaSets, a StatefulSet's and a DaemonSet's to their
ControllerRevisions. So the settings lie where Kubernetes keeps what it can go back to, as long as it keeps that, and
no longer.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from anykube._kubernetes import Manifest
from anykube._workloads.app import AppSpec

ANNOTATION = "anykube.dev/settings"
_KINDS = ("Deployment", "StatefulSet", "DaemonSet")
_MOST = 100_000
"""Bytes. All annotations of an object together may have 256 KiB."""

AROUND_PODS = frozenset(
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
"""Settings that say how many pods there are, where, and who reaches them, but not what runs in them."""


def of_pods(app: AppSpec) -> dict[str, Any]:
    """What an app's settings say of its pods. Secrets are names in there."""
    said: dict[str, Any] = app.model_dump(mode="json", exclude_unset=True, exclude=set(AROUND_PODS))
    return said


def remembering(app: AppSpec) -> Callable[[Manifest], Manifest]:
    """A transform that has the cluster keep the settings beside what is made of them, unless they are too long."""
    settings = json.dumps(of_pods(app), separators=(",", ":"))

    def remember(manifest: Manifest) -> Manifest:
        metadata = manifest["metadata"]
        if manifest["kind"] not in _KINDS or len(settings) > _MOST or not isinstance(metadata, Mapping):
            return manifest
        annotations = {**metadata.get("annotations", {}), ANNOTATION: settings}
        return {**manifest, "metadata": {**metadata, "annotations": annotations}}

    return remember

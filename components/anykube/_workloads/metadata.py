"""The metadata of a workload's objects."""

from collections.abc import Mapping

MANAGED_BY = {"app.kubernetes.io/managed-by": "anykube"}

SKIP_AWAIT = {"pulumi.com/skipAwait": "true"}
"""Annotation that makes Pulumi's Kubernetes provider not wait until the object is ready.

https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/
"""


def selector(app: str) -> dict[str, object]:
    """The labels that select an app's pods. They must never change: a Deployment's selector is immutable."""
    return {"app.kubernetes.io/name": app}


def metadata(
    app: str, namespace: str, *, suffix: str = "", annotations: Mapping[str, object] | None = None
) -> dict[str, object]:
    """The name (with a suffix if the app has several objects of a kind), the namespace and the recommended labels.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
    """
    common: dict[str, object] = {
        "name": f"{app}{suffix}",
        "namespace": namespace,
        "labels": {**selector(app), **MANAGED_BY},
    }
    return {**common, "annotations": annotations} if annotations else common

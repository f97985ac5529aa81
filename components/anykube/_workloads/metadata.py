"""The metadata that every object of a workload has."""

from collections.abc import Mapping

MANAGED_BY = {"app.kubernetes.io/managed-by": "anykube"}

SKIP_AWAIT = {"pulumi.com/skipAwait": "true"}
"""Tells Pulumi's Kubernetes provider not to wait until the object is ready.

https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/
"""


def selector(app: str) -> dict[str, object]:
    """The labels by which an app's pods are found. They must not change: a Deployment's selector cannot."""
    return {"app.kubernetes.io/name": app}


def metadata(
    app: str, namespace: str, *, suffix: str = "", annotations: Mapping[str, object] | None = None
) -> dict[str, object]:
    """The app's name (with a suffix where an app has several of a kind), namespace and recommended labels.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
    """
    common: dict[str, object] = {
        "name": f"{app}{suffix}",
        "namespace": namespace,
        "labels": {**selector(app), **MANAGED_BY},
    }
    return {**common, "annotations": annotations} if annotations else common

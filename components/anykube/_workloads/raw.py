"""Objects that a user writes beside an app, as Kubernetes has them."""

from collections.abc import Mapping
from typing import cast

from anykube._kubernetes import Manifest
from anykube._workloads.app import AppSpec
from anykube._workloads.parts import Part

OF_NO_NAMESPACE = frozenset(
    {
        "APIService",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "CSIDriver",
        "GatewayClass",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttributesClass",
    }
)
"""Kinds of the whole cluster. https://kubernetes.io/docs/reference/kubernetes-api/"""


def raw(namespace: str, spec: AppSpec) -> list[Part]:
    """The app's own manifests, in its namespace unless they say another. They come before the pods."""
    return [
        Part(f"{kind.lower()}-{name}", _placed(namespace, kind, manifest), "before")
        for manifest in spec.manifests
        for kind, name in [_identity(manifest)]
    ]


def _identity(manifest: Manifest) -> tuple[str, str]:
    return str(manifest["kind"]), str(cast("Mapping[str, object]", manifest["metadata"])["name"])


def _placed(namespace: str, kind: str, manifest: Manifest) -> Manifest:
    if kind in OF_NO_NAMESPACE:
        return manifest
    return {**manifest, "metadata": {"namespace": namespace, **cast("Mapping[str, object]", manifest["metadata"])}}

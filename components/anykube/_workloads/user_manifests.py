"""The additional manifests of an app."""

from collections.abc import Mapping
from typing import cast

from anykube._kubernetes import Manifest
from anykube._workloads.app import AppSpec
from anykube._workloads.parts import ManifestPart

CLUSTER_SCOPED_KINDS = frozenset(
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
"""Kinds without a namespace. https://kubernetes.io/docs/reference/kubernetes-api/"""


def user_manifests(namespace: str, spec: AppSpec) -> list[ManifestPart]:
    """The app's `manifests`, in its namespace unless they set another. They are created before the pods."""
    return [
        ManifestPart(f"{kind.lower()}-{name}", _with_namespace(namespace, kind, manifest), "before")
        for manifest in spec.manifests
        for kind, name in [_kind_and_name(manifest)]
    ]


def _kind_and_name(manifest: Manifest) -> tuple[str, str]:
    return str(manifest["kind"]), str(cast("Mapping[str, object]", manifest["metadata"])["name"])


def _with_namespace(namespace: str, kind: str, manifest: Manifest) -> Manifest:
    if kind in CLUSTER_SCOPED_KINDS:
        return manifest
    return {**manifest, "metadata": {"namespace": namespace, **cast("Mapping[str, object]", manifest["metadata"])}}

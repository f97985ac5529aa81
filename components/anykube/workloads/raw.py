"""Objects that a user writes beside an app, as Kubernetes has them."""

from collections.abc import Mapping
from typing import cast

import pulumi

from anykube.kubernetes import Manifest
from anykube.workloads.app import AppSpec
from anykube.workloads.parts import Part

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
    """The app's own manifests, in its namespace unless they say another. They come before the pods.

    Raises pulumi.RunError where one does not say what it is.
    """
    return [
        Part(f"{kind.lower()}-{name}", _placed(namespace, kind, manifest), "before")
        for index, manifest in enumerate(spec.manifests)
        for kind, name in [_identity(index, manifest)]
    ]


def _identity(index: int, manifest: Manifest) -> tuple[str, str]:
    metadata = manifest.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    kind, version = manifest.get("kind"), manifest.get("apiVersion")
    if not (isinstance(name, str) and isinstance(kind, str) and isinstance(version, str)):
        raise pulumi.RunError(f"manifests[{index}] must have apiVersion, kind and metadata.name.")
    return kind, name


def _placed(namespace: str, kind: str, manifest: Manifest) -> Manifest:
    if kind in OF_NO_NAMESPACE:
        return manifest
    return {**manifest, "metadata": {"namespace": namespace, **cast("Mapping[str, object]", manifest["metadata"])}}

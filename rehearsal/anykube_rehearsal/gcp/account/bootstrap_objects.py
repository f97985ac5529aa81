"""The objects that GKE creates in its clusters: storage classes, CRDs, and GatewayClasses if enabled."""

from collections.abc import Mapping, Sequence
from typing import Any

_STORAGE = "/apis/storage.k8s.io/v1/storageclasses"
_DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_DISK = "pd.csi.storage.gke.io"

GATEWAY_CLASSES = (
    "gke-l7-global-external-managed",
    "gke-l7-regional-external-managed",
    "gke-l7-rilb",
    "gke-l7-gxlb",
)
"""https://cloud.google.com/kubernetes-engine/docs/how-to/gatewayclass-capabilities"""
GATEWAY_CONTROLLER = "networking.gke.io/gateway"

_KINDS = (
    ("cloud.google.com", "v1", "BackendConfig", "backendconfigs"),
    ("networking.gke.io", "v1beta1", "FrontendConfig", "frontendconfigs"),
    ("networking.gke.io", "v1", "ManagedCertificate", "managedcertificates"),
    ("networking.gke.io", "v1beta1", "ServiceAttachment", "serviceattachments"),
)
"""https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration and .../managed-certs"""
_GATEWAY_KINDS = (
    ("networking.gke.io", "v1", "GCPBackendPolicy", "gcpbackendpolicies"),
    ("networking.gke.io", "v1", "GCPGatewayPolicy", "gcpgatewaypolicies"),
    ("networking.gke.io", "v1", "HealthCheckPolicy", "healthcheckpolicies"),
)
"""https://cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources"""


def default_objects() -> Mapping[str, Sequence[Mapping[str, object]]]:
    """The objects in every cluster."""
    return {_STORAGE: _storage_classes(), _DEFINITIONS: [_definition(*kind) for kind in _KINDS]}


def gateway_objects() -> Mapping[str, Sequence[Mapping[str, object]]]:
    """The additional objects in a cluster with the Gateway API."""
    return {_DEFINITIONS: [_definition(*kind) for kind in _GATEWAY_KINDS]}


def _storage_classes() -> list[dict[str, Any]]:
    """https://cloud.google.com/kubernetes-engine/docs/concepts/persistent-volumes#storageclasses"""
    storage_classes = []
    for name, disk in (("standard-rwo", "pd-balanced"), ("premium-rwo", "pd-ssd")):
        default = {"storageclass.kubernetes.io/is-default-class": "true"} if name == "standard-rwo" else {}
        storage_classes.append(
            {
                "apiVersion": "storage.k8s.io/v1",
                "kind": "StorageClass",
                "metadata": {"name": name, "annotations": default},
                "provisioner": _DISK,
                "parameters": {"type": disk},
                "volumeBindingMode": "WaitForFirstConsumer",
                "allowVolumeExpansion": True,
            }
        )
    return storage_classes


def _definition(group: str, version: str, kind: str, plural: str) -> dict[str, Any]:
    """A CRD of Google's. It accepts any content, because the schema is Google's too."""
    any_schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": any_schema},
                    "subresources": {"status": {}},
                }
            ],
        },
    }

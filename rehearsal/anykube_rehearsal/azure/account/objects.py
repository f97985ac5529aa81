"""The objects that AKS creates in its clusters: storage classes and ingress classes."""

from collections.abc import Mapping, Sequence
from typing import Any

_STORAGE = "/apis/storage.k8s.io/v1/storageclasses"
_INGRESSES = "/apis/networking.k8s.io/v1/ingressclasses"
Objects = Mapping[str, Sequence[Mapping[str, object]]]


def objects(cluster: Mapping[str, Any]) -> Objects:
    """Manifests by the path of their collection. `cluster` are the cluster's inputs."""
    profile, storage_classes = cluster.get("storageProfile") or {}, []
    if (profile.get("diskCSIDriver") or {}).get("enabled") is not False:
        storage_classes += [_disks(*row) for row in _DISKS]
    if (profile.get("fileCSIDriver") or {}).get("enabled") is not False:
        storage_classes += [_files(*row) for row in _FILES]
    return {_STORAGE: storage_classes, **_ingresses(cluster)}


_DISKS = (
    ("default", "StandardSSD_LRS", True),
    ("managed", "StandardSSD_LRS", False),
    ("managed-csi", "StandardSSD_LRS", False),
    ("managed-csi-premium", "Premium_LRS", False),
    ("managed-premium", "Premium_LRS", False),
)
"""https://learn.microsoft.com/en-us/azure/aks/azure-disk-csi#storage-class"""
_FILES = (("azurefile", "Standard_LRS"), ("azurefile-csi", "Standard_LRS"), ("azurefile-csi-premium", "Premium_LRS"))
"""https://learn.microsoft.com/en-us/azure/aks/azure-files-csi"""


def _disks(name: str, sku: str, default: bool) -> Mapping[str, object]:
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name, "annotations": annotations},
        "provisioner": "disk.csi.azure.com",
        "parameters": {"skuname": sku},
        "reclaimPolicy": "Delete",
        "allowVolumeExpansion": True,
        "volumeBindingMode": "WaitForFirstConsumer",
    }


def _files(name: str, sku: str) -> Mapping[str, object]:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name},
        "provisioner": "file.csi.azure.com",
        "parameters": {"skuName": sku},
        "reclaimPolicy": "Delete",
        "allowVolumeExpansion": True,
        "volumeBindingMode": "Immediate",
    }


def _ingresses(cluster: Mapping[str, Any]) -> Objects:
    """The class of application routing's nginx: https://learn.microsoft.com/en-us/azure/aks/app-routing"""
    routing = (cluster.get("ingressProfile") or {}).get("webAppRouting") or {}
    enabled = bool(routing.get("enabled")) or (cluster.get("sku") or {}).get("name") == "Automatic"
    if not enabled or (routing.get("nginx") or {}).get("defaultIngressControllerType") == "None":
        return {}
    name = "webapprouting.kubernetes.azure.com"
    ingress_class = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {"name": name},
        "spec": {"controller": f"{name}/nginx"},
    }
    return {_INGRESSES: [ingress_class]}

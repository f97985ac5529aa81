"""What AKS puts into its clusters: classes of storage, and of Ingresses."""

from collections.abc import Mapping, Sequence
from typing import Any

_STORAGE = "/apis/storage.k8s.io/v1/storageclasses"
_INGRESSES = "/apis/networking.k8s.io/v1/ingressclasses"
Objects = Mapping[str, Sequence[Mapping[str, object]]]


def objects(cluster: Mapping[str, Any]) -> Objects:
    """By the path of their collection; `cluster` are its inputs."""
    profile, made = cluster.get("storageProfile") or {}, []
    if (profile.get("diskCSIDriver") or {}).get("enabled") is not False:
        made += [_disks(*row) for row in _DISKS]
    if (profile.get("fileCSIDriver") or {}).get("enabled") is not False:
        made += [_files(*row) for row in _FILES]
    return {_STORAGE: made, **_ingresses(cluster)}


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
    """https://learn.microsoft.com/en-us/azure/aks/app-routing: nginx, unless it is told to make none."""
    routing = (cluster.get("ingressProfile") or {}).get("webAppRouting") or {}
    on = bool(routing.get("enabled")) or (cluster.get("sku") or {}).get("name") == "Automatic"
    if not on or (routing.get("nginx") or {}).get("defaultIngressControllerType") == "None":
        return {}
    name = "webapprouting.kubernetes.azure.com"
    made = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {"name": name},
        "spec": {"controller": f"{name}/nginx"},
    }
    return {_INGRESSES: [made]}

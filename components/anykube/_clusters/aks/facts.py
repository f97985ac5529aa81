"""What a page may say of a cluster on Azure. No SDK is needed to know it."""

from datetime import date

from anykube._clusters.aks.machines import MACHINES
from anykube._clusters.aks.spec import AksOptions
from anykube._clusters.cloud import AddressRange, Cloud, NameFormat, UnsupportedField, network_range, service_range
from anykube._clusters.managed import Network
from anykube._clusters.spec import Taint

_GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_OPTIONS = AksOptions(subscription="00000000-0000-0000-0000-000000000000")

SPOT_TAINT = Taint(key="kubernetes.azure.com/scalesetpriority", value="spot", effect="NoSchedule")
"""What Azure adds itself to nodes of spare capacity, as a taint and as a label.

https://learn.microsoft.com/azure/aks/spot-node-pool
"""

AUTOMATIC_VERSION = "1.36"
"""From which AKS Automatic has application routing by the Gateway API: https://learn.microsoft.com/azure/aks/app-routing-gateway-api"""

FACTS = Cloud(
    name="Azure",
    service="AKS",
    section="aks",
    managed_mode_name="AKS Automatic",
    # https://learn.microsoft.com/azure/aks/manage-azure-rbac
    principals=NameFormat(
        rf"((group|user|app):)?{_GUID}",
        "which is not the object id of a group, user or service principal of Entra",
        "give it as group:00000000-0000-0000-0000-000000000000, user: or app: likewise; "
        "`az ad group show --group NAME --query id` tells a group's",
    ),
    regions=NameFormat(
        r"[a-z]+[a-z0-9]*", "which is not a region of Azure", "write it without blanks, such as westeurope"
    ),
    zones=NameFormat(r"[123]", "which is not a zone of Azure", 'zones are "1", "2" and "3" in every region'),
    ranges=(
        network_range(str(Network().cidr), remedy="nodes of all zones"),
        # https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay#ip-address-planning
        service_range(str(Network().services), 13, 24),
        AddressRange(
            "aks.pods", str(_OPTIONS.pods), "pods are", (9, 20), "give a /9 to /20: each node takes a /24 of it"
        ),
    ),
    existing_network_field="aks.network",
    new_network_fields=("network.cidr", "network.nat"),
    catalogue=MACHINES,
    # https://learn.microsoft.com/azure/aks/supported-kubernetes-versions: the last day of the month that it names
    support={
        "1.33": date(2026, 7, 31),
        "1.34": date(2026, 11, 30),
        "1.35": date(2027, 3, 31),
        "1.36": date(2027, 6, 30),
    },
    # https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
    tag_keys=NameFormat(
        r"[^<>%&\\?/]{1,512}", "which Azure does not take as a tag's name", "leave out < > % & \\ ? and /"
    ),
    tag_values=NameFormat(r".{0,256}", "which Azure does not take as a tag's value", "write 256 characters at most"),
    # https://learn.microsoft.com/azure/aks/concepts-storage#os-disk-sizing
    disk_size_limits=(30, 2048),
    spot_taints=(SPOT_TAINT,),
    unsupported_cluster_fields=(
        *(
            UnsupportedField(
                f"aks.{field}",
                "is given, but AKS Automatic chooses that itself",
                "remove it, or write `mode: standard`",
                example,
                mode="managed",
            )
            for field, example in (
                ("channel", "patch"),
                ("tier", "Standard"),
                ("host_encryption", True),
                ("secure_boot", True),
            )
        ),
        UnsupportedField(
            "network.nat",
            "leaves nodes without a way out, which those of AKS need",
            "write single or zone, or name a network with a way out of its own by aks.network",
            "none",
            when=lambda value: value == "none",
        ),
        UnsupportedField(
            "maintenance.days",
            "names more than one day, but a weekly schedule of AKS has one",
            "keep one of them",
            ["saturday", "sunday"],
            when=lambda value: isinstance(value, list | tuple) and len(value) > 1,
        ),
    ),
    identity_hint="`azure:` with its roles",
    # https://learn.microsoft.com/azure/aks/workload-identity-overview#pod-labels
    identity_labels={"azure.workload.identity/use": "true"},
)

"""What settings for a cluster on Azure may contain. Imports no SDK."""

from datetime import date

from anykube._clusters.aks.machines import MACHINES
from anykube._clusters.aks.spec import AksOptions
from anykube._clusters.cloud import AddressRange, Cloud, NameFormat, UnsupportedField, network_range, service_range
from anykube._clusters.managed import Network
from anykube._clusters.spec import Taint

_GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_OPTIONS = AksOptions(subscription="00000000-0000-0000-0000-000000000000")

SPOT_TAINT = Taint(key="kubernetes.azure.com/scalesetpriority", value="spot", effect="NoSchedule")
"""The taint that Azure adds to spot nodes, with a label of the same key and value.

https://learn.microsoft.com/azure/aks/spot-node-pool
"""

AUTOMATIC_VERSION = "1.36"
"""First version in which AKS Automatic has application routing with the Gateway API: https://learn.microsoft.com/azure/aks/app-routing-gateway-api"""

FACTS = Cloud(
    name="Azure",
    service="AKS",
    section="aks",
    managed_mode_name="AKS Automatic",
    # https://learn.microsoft.com/azure/aks/manage-azure-rbac
    principals=NameFormat(
        rf"((group|user|app):)?{_GUID}",
        "is not an Entra object ID",
        "use group:, user: or app: with an object ID; to find it, run `az ad group show --group NAME --query id`",
    ),
    regions=NameFormat(r"[a-z]+[a-z0-9]*", "is not an Azure region", "use a region such as westeurope, without spaces"),
    zones=NameFormat(r"[123]", "is not an Azure zone", 'use "1", "2" or "3"'),
    ranges=(
        network_range(str(Network().cidr), remedy="nodes"),
        # https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay#ip-address-planning
        service_range(str(Network().services), 13, 24),
        AddressRange(
            "aks.pods", str(_OPTIONS.pods), "pods", (9, 20), "use a range from /9 to /20; each node uses a /24 of it"
        ),
    ),
    existing_network_field="aks.network",
    new_network_fields=("network.cidr", "network.nat"),
    catalogue=MACHINES,
    # https://learn.microsoft.com/azure/aks/supported-kubernetes-versions: the last day of the month on that page
    support={
        "1.33": date(2026, 7, 31),
        "1.34": date(2026, 11, 30),
        "1.35": date(2027, 3, 31),
        "1.36": date(2027, 6, 30),
    },
    # https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
    tag_keys=NameFormat(r"[^<>%&\\?/]{1,512}", "is not a valid tag name on Azure", "remove < > % & \\ ? and /"),
    tag_values=NameFormat(r".{0,256}", "is not a valid tag value on Azure", "use at most 256 characters"),
    # https://learn.microsoft.com/azure/aks/concepts-storage#os-disk-sizing
    disk_size_limits=(30, 2048),
    spot_taints=(SPOT_TAINT,),
    unsupported_cluster_fields=(
        *(
            UnsupportedField(
                f"aks.{field}",
                "not supported: AKS Automatic chooses it",
                "remove it, or set `mode: standard`",
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
            "AKS nodes need outbound internet access",
            "use `single` or `zone`, or set `aks.network` to a network with outbound access",
            "none",
            when=lambda value: value == "none",
        ),
        UnsupportedField(
            "maintenance.days",
            "a weekly schedule of AKS supports only one day",
            "keep one day",
            ["saturday", "sunday"],
            when=lambda value: isinstance(value, list | tuple) and len(value) > 1,
        ),
    ),
    identity_hint="`azure:` with its roles",
    # https://learn.microsoft.com/azure/aks/workload-identity-overview#pod-labels
    identity_labels={"azure.workload.identity/use": "true"},
    # https://github.com/Azure/AKS/issues/3704. GKE and Karpenter move such pods.
    local_volumes_hold_nodes=True,
)

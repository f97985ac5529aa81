"""What an AKS cluster is asked to be."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from anykube._clusters.aks.sections import AksNodePool
from anykube._clusters.managed import ManagedCluster
from anykube._model import Model, OutputText, Seq
from anykube._names import Cidr, DnsLabel

SUBSCRIPTION = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
SUBNET = (
    r"^/subscriptions/[0-9a-fA-F-]{36}/resourceGroups/[^/]+"
    r"/providers/Microsoft\.Network/virtualNetworks/[^/]+/subnets/[^/]+$"
)
DNS_ZONE = (
    r"^/subscriptions/[0-9a-fA-F-]{36}/resourceGroups/[^/]+"
    r"/providers/Microsoft\.Network/dns[zZ]ones/[a-z0-9.-]+$"
)

Subnet = Annotated[str, Field(pattern=SUBNET)] | OutputText
"""Id of a subnet."""

LogCategory = Literal[
    "kube-apiserver",
    "kube-audit",
    "kube-audit-admin",
    "kube-controller-manager",
    "kube-scheduler",
    "cluster-autoscaler",
    "guard",
]


class AksNetwork(Model):
    """A network that is there. Its subnets' way out is its owner's."""

    nodes: Subnet
    """Id of the subnet of all nodes."""
    api_server: Subnet
    """Id of a subnet of its own for the API server, /28 or larger, delegated to Microsoft.ContainerService.

    https://learn.microsoft.com/azure/aks/api-server-vnet-integration
    """
    load_balancers: Subnet | None = None
    """Id of a subnet for load balancers, /24 or larger, delegated to Microsoft.ServiceNetworking/trafficControllers.

    In standard mode needed; AKS Automatic has its load balancers among the nodes.
    https://learn.microsoft.com/azure/application-gateway/for-containers/container-networking
    """
    outbound: Literal["userAssignedNATGateway", "userDefinedRouting"] = "userAssignedNATGateway"
    """The way out of the nodes' subnet: a NAT gateway, or a route such as to a firewall. Fixed at the first creation.

    https://learn.microsoft.com/azure/aks/egress-outboundtype
    """


class AksOptions(Model):
    """What only AKS has."""

    subscription: Annotated[str, Field(pattern=SUBSCRIPTION)]
    """Id of the subscription that everything is made in."""
    network: AksNetwork | None = None
    """A network that is there, instead of one that is made."""
    pods: Cidr = "10.244.0.0/14"
    """Range of pods, /10 to /18, an overlay that only the cluster sees: each node takes a /24 of it.

    https://learn.microsoft.com/azure/aks/azure-cni-overlay
    """
    tier: Literal["Standard", "Premium"] = "Standard"
    """Standard: an API server with an agreed uptime. Premium: long-term support of a version, too.

    https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers
    """
    channel: Literal["stable", "patch", "none"] = "stable"
    """What AKS upgrades by itself, in the maintenance window: `patch` within the page's minor version, `none` nothing.
    `stable` also moves to the minor version before the newest: move `version` up with it, since AKS takes no lower one.
    Automatic has `stable`.

    https://learn.microsoft.com/azure/aks/auto-upgrade-cluster
    """
    log_categories: Seq[LogCategory] = ("kube-apiserver", "kube-audit-admin", "guard")
    """Logs of the control plane that are kept: https://learn.microsoft.com/azure/aks/monitor-aks-reference"""
    log_days: Annotated[int, Field(ge=30, le=730)] = 90
    """Days that logs are kept, 30 to 730."""
    host_encryption: bool = True
    """Whether the nodes' hosts encrypt disks and caches. The subscription has to be registered for it once:
    `az feature register --namespace Microsoft.Compute --name EncryptionAtHost`.

    https://learn.microsoft.com/azure/aks/enable-host-encryption
    """
    secure_boot: bool = True
    """Whether nodes start by what is signed, wherever they can: not on arm64, nor with GPUs, whose drivers are not.

    https://learn.microsoft.com/azure/aks/use-trusted-launch
    """
    dns_zone: Annotated[str, Field(pattern=DNS_ZONE)] | OutputText | None = None
    """Id of the Azure DNS zone that the hosts of apps are in: with it, routes may have `tls: {issuer: cluster}`, by
    Let's Encrypt. cert-manager is installed for that, and proves by a record in the zone that the hosts are yours.

    https://cert-manager.io/docs/configuration/acme/dns01/azuredns/
    """
    lock: bool = True
    """Whether `protect` also locks the cluster against deletion by anybody. A lock holds its pools too: to exchange or
    remove one, lift it by a run of its own.

    https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
    """


class AksClusterSpec(ManagedCluster):
    """Azure Kubernetes Service, private and encrypted unless told otherwise."""

    cloud: Literal["azure"]
    aks: AksOptions
    """What only AKS has."""
    if not TYPE_CHECKING:
        # A program may give any NodePool, and a type checker knows of no conversion.
        pools: dict[DnsLabel, AksNodePool] = {}

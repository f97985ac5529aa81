"""Settings of an AKS cluster."""

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
"""Resource ID of a subnet."""

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
    """An existing network. You provide outbound access for its subnets."""

    nodes: Subnet
    """Resource ID of the subnet for all nodes."""
    api_server: Subnet
    """Resource ID of a subnet only for the API server, /28 or larger, delegated to
    Microsoft.ContainerService/managedClusters.

    https://learn.microsoft.com/azure/aks/api-server-vnet-integration
    """
    load_balancers: Subnet | None = None
    """Resource ID of a subnet for load balancers, /24 or larger, delegated to
    Microsoft.ServiceNetworking/trafficControllers.

    Required in standard mode. AKS Automatic runs its load balancers on nodes.
    https://learn.microsoft.com/azure/application-gateway/for-containers/container-networking
    """
    outbound: Literal["userAssignedNATGateway", "userDefinedRouting"] = "userAssignedNATGateway"
    """Outbound access of the nodes' subnet: a NAT gateway, or a route, such as to a firewall. Cannot change later.

    https://learn.microsoft.com/azure/aks/egress-outboundtype
    """


class AksOptions(Model):
    """Settings that only AKS has."""

    subscription: Annotated[str, Field(pattern=SUBSCRIPTION)]
    """ID of the subscription for the cluster."""
    network: AksNetwork | None = None
    """An existing network to use. None: create a network as in `network`."""
    pods: Cidr = "10.244.0.0/14"
    """Address range of pods, /9 to /20, an overlay network inside the cluster. Each node uses a /24.

    https://learn.microsoft.com/azure/aks/azure-cni-overlay
    """
    tier: Literal["Standard", "Premium"] = "Standard"
    """Standard: with an uptime SLA for the API server. Premium: also with long-term support for Kubernetes versions.

    https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers
    """
    channel: Literal["stable", "patch", "none"] = "stable"
    """Automatic upgrades in the maintenance window. `patch`: to the latest patch of the minor version in `version`.
    `stable`: also to the second-newest minor version; then raise `version` too, since AKS does not downgrade. `none`:
    no upgrades. AKS Automatic always has `stable`.

    https://learn.microsoft.com/azure/aks/auto-upgrade-cluster
    """
    log_categories: Seq[LogCategory] = ("kube-apiserver", "kube-audit-admin", "guard")
    """Control plane logs to send to Log Analytics: https://learn.microsoft.com/azure/aks/monitor-aks-reference"""
    log_days: Annotated[int, Field(ge=30, le=730)] = 90
    """Retention of logs in days, 30 to 730."""
    host_encryption: bool = True
    """Encrypts disks and caches on the VM hosts of nodes. Register the subscription for it once:
    `az feature register --namespace Microsoft.Compute --name EncryptionAtHost`.

    https://learn.microsoft.com/azure/aks/enable-host-encryption
    """
    secure_boot: bool = True
    """Enables secure boot for nodes, except for arm64 and for GPUs, whose drivers are not signed.

    https://learn.microsoft.com/azure/aks/use-trusted-launch
    """
    dns_zone: Annotated[str, Field(pattern=DNS_ZONE)] | OutputText | None = None
    """Resource ID of the Azure DNS zone that contains the hosts of apps. Installs cert-manager, which gets certificates
    from Let's Encrypt by DNS-01 challenges in the zone, for routes with `tls: {issuer: cluster}`.

    https://cert-manager.io/docs/configuration/acme/dns01/azuredns/
    """
    lock: bool = True
    """With `protect`, also creates an Azure lock against deletion. The lock covers node pools too: before you replace
    or remove one, set this to false and deploy.

    https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
    """


class AksClusterSpec(ManagedCluster):
    """A cluster on Azure Kubernetes Service, private and encrypted by default."""

    cloud: Literal["azure"]
    aks: AksOptions
    """Settings that only AKS has."""
    if not TYPE_CHECKING:
        # Programs may pass a NodePool, which is converted; type checkers do not know that.
        pools: dict[DnsLabel, AksNodePool] = {}

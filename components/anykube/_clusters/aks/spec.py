"""Settings of an AKS cluster."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from anykube._clusters.aks.sections import AksNodePool
from anykube._clusters.managed import POOLS, ManagedCluster
from anykube._model import Model, OutputText, Seq, example
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

_SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"
_NETWORKS = f"/subscriptions/{_SUBSCRIPTION}/resourceGroups/network/providers/Microsoft.Network"
_SUBNETS = f"{_NETWORKS}/virtualNetworks/shop/subnets"

Subnet = Annotated[str, Field(pattern=SUBNET, examples=[f"{_SUBNETS}/nodes"])] | OutputText
"""Resource id of a subnet."""

LogCategory = Literal[
    "kube-apiserver",
    "kube-audit",
    "kube-audit-admin",
    "kube-controller-manager",
    "kube-scheduler",
    "cluster-autoscaler",
    "guard",
]


class AksNetwork(Model, json_schema_extra=example(nodes=f"{_SUBNETS}/nodes", api_server=f"{_SUBNETS}/api-server")):
    """An existing virtual network. Its owner provides internet access for the subnets."""

    nodes: Subnet
    """Resource id of the subnet of all nodes."""
    api_server: Annotated[Subnet, Field(examples=[f"{_SUBNETS}/api-server"])]
    """Resource id of a subnet that only the API server uses, /28 or larger, delegated to
    Microsoft.ContainerService/managedClusters.

    https://learn.microsoft.com/azure/aks/api-server-vnet-integration
    """
    load_balancers: Annotated[Subnet | None, Field(examples=[f"{_SUBNETS}/load-balancers"])] = None
    """Resource id of a subnet for load balancers, /24 or larger, delegated to
    Microsoft.ServiceNetworking/trafficControllers. Required in mode `standard`; AKS Automatic needs none.

    https://learn.microsoft.com/azure/application-gateway/for-containers/container-networking
    """
    outbound: Literal["userAssignedNATGateway", "userDefinedRouting"] = "userAssignedNATGateway"
    """How the nodes' subnet reaches the internet: through a NAT gateway, or by a route, such as to a firewall.
    Cannot change after creation.

    https://learn.microsoft.com/azure/aks/egress-outboundtype
    """


class AksOptions(Model, json_schema_extra=example(subscription=_SUBSCRIPTION, tier="Premium")):
    """Settings of a cluster that only AKS has."""

    subscription: Annotated[str, Field(pattern=SUBSCRIPTION, examples=[_SUBSCRIPTION])]
    """Id of the Azure subscription of all resources."""
    network: AksNetwork | None = None
    """An existing network. Default: a new one, described by the `network` of the cluster."""
    pods: Annotated[Cidr, Field(examples=["10.244.0.0/14"])] = "10.244.0.0/14"
    """IPv4 range of pods, /9 to /20. An overlay network that exists only inside the cluster; each node takes a /24.

    https://learn.microsoft.com/azure/aks/azure-cni-overlay
    """
    tier: Literal["Standard", "Premium"] = "Standard"
    """Pricing tier. `Standard`: an uptime SLA for the API server. `Premium`: also long-term support of versions.

    https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers
    """
    channel: Literal["stable", "patch", "none"] = "stable"
    """What AKS upgrades automatically, in the maintenance window. `none`: nothing. `patch`: patch versions within
    `version`. `stable`: also to the latest minor version but one; raise `version` when that happens, since AKS accepts
    no downgrade. AKS Automatic always has `stable`.

    https://learn.microsoft.com/azure/aks/auto-upgrade-cluster
    """
    log_categories: Seq[LogCategory] = ("kube-apiserver", "kube-audit-admin", "guard")
    """Control plane logs that are kept.

    https://learn.microsoft.com/azure/aks/monitor-aks-reference
    """
    log_days: Annotated[int, Field(ge=30, le=730, examples=[30])] = 90
    """Days that logs are kept, 30 to 730."""
    host_encryption: bool = True
    """Whether the nodes' hosts encrypt disks and caches. Register the subscription for it once:
    `az feature register --namespace Microsoft.Compute --name EncryptionAtHost`.

    https://learn.microsoft.com/azure/aks/enable-host-encryption
    """
    secure_boot: bool = True
    """Whether nodes use Secure Boot, which starts only signed software. Has no effect on arm64 nodes, and on GPU nodes,
    whose drivers are unsigned.

    https://learn.microsoft.com/azure/aks/use-trusted-launch
    """
    dns_zone: (
        Annotated[str, Field(pattern=DNS_ZONE, examples=[f"{_NETWORKS}/dnsZones/example.com"])] | OutputText | None
    ) = None
    """Resource id of the Azure DNS zone of the apps' hosts. Routes may then have `tls: {issuer: cluster}`: Anykube
    installs cert-manager, which gets certificates from Let's Encrypt by DNS records in the zone. Default: no
    certificates from the cluster.

    https://cert-manager.io/docs/configuration/acme/dns01/azuredns/
    """
    lock: bool = True
    """Whether `protect` also sets a CanNotDelete lock on the cluster. The lock covers node pools: before you replace or
    remove one, set it to false and deploy.

    https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
    """


class AksClusterSpec(
    ManagedCluster,
    json_schema_extra=example(
        cloud="azure",
        name="shop-prod",
        region="westeurope",
        zones=["1", "2"],
        pools=POOLS,
        aks={"subscription": _SUBSCRIPTION},
    ),
):
    """An Azure Kubernetes Service cluster. Private and encrypted by default."""

    cloud: Literal["azure"]
    """`azure`: a cluster on Azure Kubernetes Service."""
    aks: AksOptions
    """Settings that only AKS has."""
    if not TYPE_CHECKING:
        # A program may pass any NodePool, which a type checker would reject.
        pools: Annotated[dict[DnsLabel, AksNodePool], Field(examples=[POOLS])] = {}
        """Node pools by name. Mode `standard` needs at least one; mode `managed` has none."""

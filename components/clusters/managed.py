"""The neutral vocabulary of clusters that a cloud manages: what means the same on EKS, GKE and AKS."""

from typing import Annotated, Literal

from pydantic import Field

from components.clusters.spec import NodePool
from components.model import Many, Model
from components.names import Cidr, DnsLabel

Version = Literal["1.34", "1.35", "1.36"]
"""Minor versions that all three clouds support in November 2026; 1.34 leaves EKS' standard support on 2026-12-02."""


class Api(Model):
    """Who reaches the Kubernetes API. Nodes always reach it inside the network."""

    public: Many[Cidr] = ()
    """Ranges outside that may, such as an office's. Empty: nobody, the API is private."""
    anywhere: bool = False
    """Says that 0.0.0.0/0 among them is meant, not a slip."""


class Access(Model):
    """Who may do what in the cluster, in the cloud's own names of people and roles: on AWS ARNs."""

    admins: Many[str] = ()
    """May do everything, beside whoever brings the stack up."""
    viewers: Many[str] = ()
    """May read everything but secrets."""


class Network(Model):
    """A network that is made for the cluster. For one that is there, give its ids in the cloud's own section."""

    cidr: Cidr = "10.0.0.0/16"
    """Range of the network, /16 to /20: nodes, and on AWS pods too."""
    services: Cidr = "172.20.0.0/16"
    """Range of Services, /12 to /24: inside the cluster only, and beside the network's."""
    nat: Literal["none", "single", "zone"] = "zone"
    """The way out for private nodes: none, one gateway (its zone fails: all fail), or one for each zone."""


class ManagedCluster(Model):
    """What a managed cluster has on every cloud."""

    cloud: str
    """The cloud that it is in, as pages call it."""
    name: DnsLabel
    """Name of the cluster, one of its kind in the account and region."""
    region: str
    """The cloud's name of the region, such as eu-west-1."""
    version: Version = "1.35"
    """Kubernetes minor version. Moved up by one at a time, never down."""
    mode: Literal["standard", "managed"] = "standard"
    """managed: the cloud owns the nodes (EKS Auto Mode, GKE Autopilot, AKS Automatic), and there are no pools."""
    zones: Annotated[Many[str], Field(min_length=2, max_length=3)]
    """Two or three zones that the cluster is spread over."""
    api: Api = Api()
    access: Access = Access()
    network: Network = Network()
    pools: dict[DnsLabel, NodePool] = {}
    gateway_api: bool = False
    """Whether it has the Gateway API and a controller for it, for apps `via: gateway`, also of layered stacks."""
    protect: bool = True
    """Deletion protection in the cloud, and Pulumi's. Lifted by a run of its own before a `destroy`."""
    tags: dict[str, str] = {}
    """On everything that can carry tags."""

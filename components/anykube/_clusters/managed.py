"""The neutral vocabulary of clusters that a cloud manages: what means the same on EKS, GKE and AKS."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._clusters.spec import NodePool
from anykube._model import CheckedModel, Model, Seq, TextInput
from anykube._names import Cidr, DnsLabel
from anykube._rules.standalone import api_exposure

Version = Literal["1.34", "1.35", "1.36"]
"""Minor versions that all three clouds support in November 2026; 1.34 leaves EKS' standard support on 2026-12-02."""


class Api(CheckedModel):
    """Who reaches the Kubernetes API. Nodes always reach it inside the network."""

    rules = (api_exposure,)

    public: Seq[Cidr] = ()
    """Ranges outside that may, such as an office's. Empty: nobody, the API is private."""
    anywhere: bool = False
    """Says that 0.0.0.0/0 among them is meant, not a slip."""


class Access(Model):
    """Who may do what in the cluster, in the cloud's own names of people and roles.

    On AWS ARNs; on Google user:ann@example.com, group: and serviceAccount: likewise; on Azure Entra's object ids.
    """

    admins: Seq[str] = ()
    """May do everything, beside whoever brings the stack up."""
    viewers: Seq[str] = ()
    """May read everything but secrets."""


class Network(Model):
    """A network that is made for the cluster. For one that is there, give its ids in the cloud's own section."""

    cidr: Cidr = "10.0.0.0/16"
    """Range of the network, /16 to /20: nodes, and on AWS pods too; Google and Azure have a range for them."""
    services: Cidr = "172.20.0.0/16"
    """Range of Services, /12 to /24: inside the cluster only, and beside the network's."""
    nat: Literal["none", "single", "zone"] = "zone"
    """The way out for private nodes: none, one gateway (its zone fails: all fail), or none that fails with a zone: one
    for each on AWS, a regional one on Google."""


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Maintenance(Model):
    """When the cloud may upgrade control plane and nodes. Times are UTC."""

    days: Annotated[Seq[Weekday], Field(min_length=1, max_length=7)] = ("sunday",)
    start: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "00:00"
    """Time of day that it begins at, such as 22:30."""
    hours: Annotated[int, Field(ge=4, le=24)] = 12
    """Hours that it lasts, 4 to 24."""


class ManagedCluster(Model):
    """What a managed cluster has on every cloud."""

    cloud: str
    """The cloud that it is in, as pages call it."""
    name: DnsLabel
    """Name of the cluster, one of its kind in the account and region."""
    region: str
    """The cloud's name of the region, such as eu-west-1, europe-west1 or westeurope."""
    version: Version = "1.35"
    """Kubernetes minor version. Moved up by one at a time, never down."""
    mode: Literal["standard", "managed"] = "standard"
    """managed: the cloud owns the nodes (EKS Auto Mode, GKE Autopilot, AKS Automatic), and there are no pools."""
    zones: Annotated[Seq[str], Field(min_length=2, max_length=3)]
    """Two or three zones that the cluster is spread over, as the cloud calls them: eu-west-1a, europe-west1-b, "1"."""
    api: Api = Api()
    access: Access = Access()
    network: Network = Network()
    maintenance: Maintenance | None = None
    """None: Sundays from midnight to noon, UTC; AWS has no window, and upgrades when it is asked to."""
    pools: dict[DnsLabel, NodePool] = {}
    gateway_api: bool = False
    """Whether it has the Gateway API and a controller for it, for apps `via: gateway`, also of layered stacks."""
    protect: bool = True
    """Deletion protection in the cloud, and Pulumi's. Lifted by a run of its own before a `destroy`."""
    tags: dict[str, TextInput] = {}
    """On everything that can carry tags; Google calls them labels."""

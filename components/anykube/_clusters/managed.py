"""Settings that mean the same on EKS, GKE and AKS."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._clusters.spec import NodePool
from anykube._model import CheckedModel, Model, Seq, TextInput
from anykube._names import Cidr, DnsLabel
from anykube._rules.standalone import api_exposure

Version = Literal["1.34", "1.35", "1.36"]
"""Minor versions that all three clouds support in November 2026. EKS standard support for 1.34 ends on 2026-12-02."""


class Api(CheckedModel):
    """Access to the Kubernetes API over the network. Nodes always reach it inside the cluster's network."""

    rules = (api_exposure,)

    public: Seq[Cidr] = ()
    """Ranges outside the network that can reach the API, such as your office's, in CIDR notation. Empty: the API is
    private."""
    anywhere: bool = False
    """Confirms that `public` contains 0.0.0.0/0 on purpose. Without it, 0.0.0.0/0 is rejected."""


class Access(Model):
    """Permissions of people and programs in the cluster.

    Principals are ARNs on AWS; `user:`, `group:` or `serviceAccount:` with an email address on Google Cloud; and
    `group:`, `user:` or `app:` with an Entra object ID on Azure.
    """

    admins: Seq[str] = ()
    """Principals with full access. The principal that deploys the stack always has it."""
    viewers: Seq[str] = ()
    """Principals that can read everything except Secrets."""


class Network(Model):
    """A new network for the cluster. To use an existing network, set its IDs in the cloud's own section instead."""

    cidr: Cidr = "10.0.0.0/16"
    """Address range of the network, /16 to /20. It holds nodes, and on AWS also pods; on Google Cloud and Azure pods
    have a separate range."""
    services: Cidr = "172.20.0.0/16"
    """Address range of Services, /12 to /24, used only inside the cluster. It must not overlap `cidr`."""
    nat: Literal["none", "single", "zone"] = "zone"
    """NAT gateways for outbound traffic of private nodes. `none`: no outbound traffic. `single`: one gateway; if its
    zone fails, all nodes lose outbound traffic. `zone`: no single point of failure, with one gateway in each zone on
    AWS and Azure and a regional one on Google Cloud."""


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Maintenance(Model):
    """The window in which the cloud may upgrade control plane and nodes. Times are in UTC."""

    days: Annotated[Seq[Weekday], Field(min_length=1, max_length=7)] = ("sunday",)
    """Days of the week on which the window opens."""
    start: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "00:00"
    """Time of day at which the window opens, such as 22:30."""
    hours: Annotated[int, Field(ge=4, le=24)] = 12
    """Length of the window in hours, 4 to 24."""


class ManagedCluster(Model):
    """A cluster that a cloud manages: the settings common to all clouds."""

    cloud: str
    """The cloud, such as aws."""
    name: DnsLabel
    """Name of the cluster, unique in the account and region."""
    region: str
    """The cloud's name for the region, such as eu-west-1, europe-west1 or westeurope."""
    version: Version = "1.35"
    """Kubernetes minor version. Upgrade one minor version at a time; downgrades are not possible."""
    mode: Literal["standard", "managed"] = "standard"
    """`managed`: the cloud manages the nodes (EKS Auto Mode, GKE Autopilot, AKS Automatic) and `pools` must be empty.
    `standard`: you define the node pools."""
    zones: Annotated[Seq[str], Field(min_length=2, max_length=3)]
    """Two or three zones for the cluster, with the cloud's names: eu-west-1a, europe-west1-b, "1"."""
    api: Api = Api()
    access: Access = Access()
    network: Network = Network()
    maintenance: Maintenance | None = None
    """None: Sundays from 00:00 to 12:00 UTC. Not supported on AWS, which upgrades only when you change `version`."""
    pools: dict[DnsLabel, NodePool] = {}
    """Node pools, by name."""
    gateway_api: bool = False
    """Installs the Gateway API and a controller for it, for apps with `via: gateway`, also in other stacks on this
    cluster."""
    protect: bool = True
    """Protects the cluster against deletion, in the cloud and in Pulumi. Set to false and deploy before a `destroy`."""
    tags: dict[str, TextInput] = {}
    """Tags for every resource that supports them. Google Cloud calls them labels."""

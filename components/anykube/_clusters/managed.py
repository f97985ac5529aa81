"""Settings of managed clusters that mean the same on EKS, GKE and AKS."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue

from anykube._clusters.api_access import is_range
from anykube._clusters.spec import NodePool
from anykube._model import CheckedModel, Model, Seq, TextInput, example
from anykube._names import Cidr, DnsLabel
from anykube._rules.standalone import api_exposure

Version = Literal["1.34", "1.35", "1.36"]
"""Minor versions that all three clouds support in November 2026. EKS standard support for 1.34 ends on 2026-12-02."""


def place_of_deployment(value: str) -> str:
    """Checks `api.deploy_from`. Raises ValueError."""
    if is_range(value):
        try:
            IPv4Network(value)
        except ValueError:
            raise ValueError("must be `internet`, `network` or an IPv4 range, such as 203.0.113.0/24") from None
    return value


class Api(CheckedModel, json_schema_extra=example(public=["203.0.113.0/24"])):
    """Network access to the Kubernetes API. Nodes always reach it inside the network."""

    rules = (api_exposure,)

    public: Annotated[Seq[Cidr], Field(examples=[["203.0.113.0/24"]])] = ()
    """Public IPv4 ranges that may reach the API, such as an office's. Default: none, the API is private."""
    internal: Annotated[Seq[Cidr], Field(examples=[["10.200.0.0/16"]])] = ()
    """IPv4 ranges of connected networks that may reach the private address of the API, such as those of a VPN, a
    bastion or a peered network. You connect the networks. Not allowed with `public`. Default: none."""
    deploy_from: (
        Annotated[str, AfterValidator(place_of_deployment), Field(examples=["203.0.113.7/32", "network"])] | None
    ) = None
    """Where the machines that deploy the stack are: `internet`, with unknown addresses such as those of hosted CI
    runners; `network`, in the network of the cluster; or an IPv4 range of `public` or `internal`. Preflight checks that
    they reach the API, and rehearsals start there. On AWS, `network` also admits the new network. Default: `internet`
    for a new cluster."""
    anywhere: bool = False
    """Confirms that `public` may contain 0.0.0.0/0, the whole internet."""


class Access(Model, json_schema_extra=example(deployers=["arn:aws:iam::111122223333:role/anykube-deploy-prod"])):
    """Who has access to the cluster.

    On AWS, a principal is the ARN of a role or user. On Google Cloud, it is `user:`, `group:` or `serviceAccount:` with
    an email address. On Azure, it is `group:`, `user:` or `app:` with an Entra object ID. A principal in several lists
    has the permissions of the strongest.
    """

    deployers: Annotated[Seq[str], Field(examples=[["arn:aws:iam::111122223333:role/anykube-deploy-prod"]])] = ()
    """Principals that deploy the stack, with full access: the pipeline's role, and people who run `anykube up`.
    Default: the principal that creates the cluster, for as long as the cluster exists."""
    reviewers: Annotated[Seq[str], Field(examples=[["arn:aws:iam::111122223333:role/anykube-review-prod"]])] = ()
    """Principals that deploy review stacks. They can read everything, and write only in namespaces `pr-NUMBER`."""
    previewers: Annotated[Seq[str], Field(examples=[["arn:aws:iam::111122223333:role/anykube-preview"]])] = ()
    """Principals that preview the stack and detect drift. They can read everything, with Secrets, which a preview
    compares with the settings."""
    admins: Annotated[Seq[str], Field(examples=[["arn:aws:iam::111122223333:role/platform"]])] = ()
    """Principals with full access that do not deploy the stack."""
    viewers: Annotated[Seq[str], Field(examples=[["group:support@example.com"]])] = ()
    """Principals that can read everything except Secrets."""


class Network(Model, json_schema_extra=example(cidr="10.20.0.0/16", nat="single")):
    """The network that is created for the cluster. For an existing network, set its ids in the cloud's own section."""

    cidr: Annotated[Cidr, Field(examples=["10.20.0.0/16"])] = "10.0.0.0/16"
    """IPv4 range of the network, /16 to /20. Nodes have their addresses here; on AWS pods too. Google Cloud and Azure
    have a separate range for pods."""
    services: Annotated[Cidr, Field(examples=["172.20.0.0/16"])] = "172.20.0.0/16"
    """IPv4 range of Services, /12 to /24. Used only inside the cluster. Must not overlap `cidr`."""
    nat: Literal["none", "single", "zone"] = "zone"
    """Internet access of private nodes. `none`: no NAT gateway. `single`: one gateway, which fails with its zone.
    `zone`: no single point of failure, with one gateway in each zone on AWS and Azure and a regional one on Google
    Cloud."""


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Maintenance(Model, json_schema_extra=example(days=["saturday", "sunday"], start="22:30", hours=6)):
    """The maintenance window in which the cloud may upgrade control plane and nodes. Times are UTC."""

    days: Annotated[Seq[Weekday], Field(min_length=1, max_length=7, examples=[["saturday", "sunday"]])] = ("sunday",)
    """Days of the week on which the window begins, 1 to 7."""
    start: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["22:30"])] = "00:00"
    """Time of day at which the window begins, as HH:MM in UTC."""
    hours: Annotated[int, Field(ge=4, le=24, examples=[6])] = 12
    """Length of the window in hours, 4 to 24."""


POOLS: JsonValue = {"system": {"count": 2, "taints": [{"key": "CriticalAddonsOnly", "effect": "NoSchedule"}]}}
"""An example of node pools."""


class ManagedCluster(Model):
    """Settings of a managed cluster that every cloud has."""

    cloud: str
    """Name of the cloud in settings, such as aws."""
    name: Annotated[DnsLabel, Field(examples=["shop-prod"])]
    """Name of the cluster, unique in the account and region. A DNS label."""
    region: Annotated[str, Field(examples=["eu-west-1", "europe-west1", "westeurope"])]
    """The cloud's name of the region, such as eu-west-1, europe-west1 or westeurope."""
    version: Version = "1.35"
    """Kubernetes minor version. Upgrade by one minor version at a time; downgrades are not possible."""
    mode: Literal["standard", "managed"] = "standard"
    """Who manages the nodes. `standard`: the cluster has the node pools in `pools`. `managed`: the cloud manages the
    nodes (EKS Auto Mode, GKE Autopilot, AKS Automatic), and `pools` must be empty."""
    zones: Annotated[Seq[str], Field(min_length=2, max_length=3, examples=[["eu-west-1a", "eu-west-1b"], ["1", "2"]])]
    """Two or three zones that the cluster spans, by the cloud's names: eu-west-1a, europe-west1-b, "1"."""
    api: Api = Api()
    """Network access to the Kubernetes API. Default: private."""
    access: Access = Access()
    """Who has access to the cluster. Default: only the principal that creates it."""
    network: Network = Network()
    """The network that is created for the cluster."""
    maintenance: Maintenance | None = None
    """Maintenance window for upgrades by the cloud. Not available on AWS, which upgrades only on request.
    Default: Sundays from 00:00 to 12:00 UTC."""
    pools: Annotated[dict[DnsLabel, NodePool], Field(examples=[POOLS])] = {}
    """Node pools by name. Mode `standard` needs at least one; mode `managed` has none."""
    gateway_api: bool = False
    """Whether the cluster has the Gateway API and a controller for it, for apps with `via: gateway`. Includes the apps
    of stacks that refer to this one."""
    protect: bool = True
    """Whether the cluster is protected against deletion, in the cloud and in Pulumi. Before a `destroy`, set it to
    false and deploy."""
    tags: Annotated[dict[str, TextInput], Field(examples=[{"team": "platform"}])] = {}
    """Tags of all resources that can have them. On Google Cloud, labels."""

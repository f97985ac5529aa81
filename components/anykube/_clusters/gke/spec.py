"""Settings of a GKE cluster."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from anykube._clusters.gke.sections import GkeNodePool
from anykube._clusters.managed import POOLS, ManagedCluster
from anykube._model import Model, OutputText, Seq, example
from anykube._names import Cidr, DnsLabel

Name = Annotated[str, Field(pattern=r"^\S+$")] | OutputText
"""The name of a Google Cloud resource. In a program it may be an output."""


class GkeNetwork(
    Model, json_schema_extra=example(network="shared", subnetwork="nodes", pods="pods", services="services")
):
    """An existing VPC network with a subnetwork in the cluster's region, perhaps of another project (Shared VPC)."""

    network: Annotated[Name, Field(examples=["shared", "projects/host-project/global/networks/shared"])]
    """Name of the network, or projects/HOST/global/networks/NAME."""
    subnetwork: Annotated[
        Name, Field(examples=["nodes", "projects/host-project/regions/europe-west1/subnetworks/nodes"])
    ]
    """Subnetwork of the nodes: its name, or projects/HOST/regions/REGION/subnetworks/NAME. It must have Private Google
    Access."""
    pods: Annotated[Name, Field(examples=["pods"])]
    """Name of the subnetwork's secondary range for pods."""
    services: Annotated[Name, Field(examples=["services"])]
    """Name of the subnetwork's secondary range for Services."""


class GkeOptions(Model, json_schema_extra=example(project="shop-prod-1234", channel="STABLE")):
    """Settings of a cluster that only GKE has."""

    project: Annotated[str, Field(pattern=r"^[a-z][-a-z0-9]{4,28}[a-z0-9]$", examples=["shop-prod-1234"])]
    """Id of the Google Cloud project that has the cluster, 6 to 30 characters."""
    network: GkeNetwork | None = None
    """An existing network. Default: a new one, described by the `network` of the cluster."""
    pods: Annotated[Cidr, Field(examples=["10.4.0.0/14"])] = "10.4.0.0/14"
    """IPv4 range of pods, /9 to /21. Must not overlap the ranges of the network and of Services. Each node takes a /24,
    for up to 110 pods.

    https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips
    """
    control_plane: Annotated[Cidr, Field(examples=["172.16.0.0/28"])] = "172.16.0.0/28"
    """IPv4 range of the control plane's private endpoint, a /28. Must not overlap any other range of the cluster."""
    dns_endpoint: bool = False
    """Whether the API also has a DNS-based endpoint. Identities with the permission container.clusters.connect reach it
    from any network.

    https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation
    """
    security_group: (
        Annotated[str, Field(pattern=r"^gke-security-groups@\S+\.\S+$", examples=["gke-security-groups@example.com"])]
        | OutputText
        | None
    ) = None
    """The Google Workspace group gke-security-groups@YOUR-DOMAIN, which must contain all groups in `access`.
    Default: groups have no access.

    https://cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac
    """
    channel: Literal["RAPID", "REGULAR", "STABLE", "EXTENDED"] = "REGULAR"
    """Release channel: how soon GKE offers new versions.

    https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels
    """
    logs: Seq[Literal["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"]] = (
        "SYSTEM_COMPONENTS",
        "WORKLOADS",
        "APISERVER",
    )
    """Logs that are sent to Cloud Logging.

    https://cloud.google.com/kubernetes-engine/docs/about/about-logs
    """


class GkeClusterSpec(
    ManagedCluster,
    json_schema_extra=example(
        cloud="gcp",
        name="shop-prod",
        region="europe-west1",
        zones=["europe-west1-b", "europe-west1-c"],
        pools=POOLS,
        gke={"project": "shop-prod-1234"},
    ),
):
    """A Google Kubernetes Engine cluster. Private and encrypted by default."""

    cloud: Literal["gcp"]
    """`gcp`: a cluster on Google Kubernetes Engine."""
    gke: GkeOptions
    """Settings that only GKE has."""
    if not TYPE_CHECKING:
        # A program may pass any NodePool, which a type checker would reject.
        pools: Annotated[dict[DnsLabel, GkeNodePool], Field(examples=[POOLS])] = {}
        """Node pools by name. Mode `standard` needs at least one; mode `managed` has none."""

"""What a GKE cluster is asked to be."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from anykube._clusters.gke.sections import GkeNodePool
from anykube._clusters.managed import ManagedCluster
from anykube._model import Model, OutputText, Seq
from anykube._names import Cidr, DnsLabel

Name = Annotated[str, Field(pattern=r"^\S+$")] | OutputText
"""The name of something in Google Cloud, perhaps first known during the update."""


class GkeNetwork(Model):
    """A network that is there, with a subnetwork in the cluster's region; also one of another project."""

    network: Name
    """Its name, or projects/HOST/global/networks/NAME."""
    subnetwork: Name
    """Its name, or projects/HOST/regions/REGION/subnetworks/NAME: the nodes'. Private Google access is on in it."""
    pods: Name
    """Name of its secondary range for pods."""
    services: Name
    """Name of its secondary range for Services."""


class GkeOptions(Model):
    """What only GKE has."""

    project: Annotated[str, Field(pattern=r"^[a-z][-a-z0-9]{4,28}[a-z0-9]$")]
    """Id of the Google Cloud project that has the cluster, 6 to 30 characters."""
    network: GkeNetwork | None = None
    """A network that is there, instead of one that is made."""
    pods: Cidr = "10.4.0.0/14"
    """Range of pods, /9 to /21: beside the network's and the Services'. A node takes a /24 of it, for 110 pods.

    https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips
    """
    control_plane: Cidr = "172.16.0.0/28"
    """Range of the control plane's private endpoint, a /28 beside all others."""
    dns_endpoint: bool = False
    """Whether the API is also reached by a DNS name, from anywhere, by who has container.clusters.connect.

    https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation
    """
    security_group: Annotated[str, Field(pattern=r"^gke-security-groups@\S+\.\S+$")] | OutputText | None = None
    """The group of Workspace that all groups in `access` belong to: gke-security-groups@YOUR-DOMAIN.

    https://cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac
    """
    channel: Literal["RAPID", "REGULAR", "STABLE", "EXTENDED"] = "REGULAR"
    """How soon new versions come: https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels"""
    logs: Seq[Literal["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"]] = (
        "SYSTEM_COMPONENTS",
        "WORKLOADS",
        "APISERVER",
    )
    """What goes to Cloud Logging: https://cloud.google.com/kubernetes-engine/docs/about/about-logs"""


class GkeClusterSpec(ManagedCluster):
    """Google Kubernetes Engine, private and encrypted unless told otherwise."""

    cloud: Literal["gcp"]
    gke: GkeOptions
    """What only GKE has."""
    if not TYPE_CHECKING:
        # A program may give any NodePool, and a type checker knows of no conversion.
        pools: dict[DnsLabel, GkeNodePool] = {}

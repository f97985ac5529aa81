"""Settings of a GKE cluster."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from anykube._clusters.gke.sections import GkeNodePool
from anykube._clusters.managed import ManagedCluster
from anykube._model import Model, OutputText, Seq
from anykube._names import Cidr, DnsLabel

Name = Annotated[str, Field(pattern=r"^\S+$")] | OutputText
"""Name of a resource in Google Cloud, or an output of another resource."""


class GkeNetwork(Model):
    """An existing network with a subnetwork in the cluster's region. It can be in another project."""

    network: Name
    """Name of the network, or projects/HOST/global/networks/NAME."""
    subnetwork: Name
    """Name of the subnetwork for nodes, or projects/HOST/regions/REGION/subnetworks/NAME. It must have Private Google
    Access."""
    pods: Name
    """Name of the secondary range for pods."""
    services: Name
    """Name of the secondary range for Services."""


class GkeOptions(Model):
    """Settings that only GKE has."""

    project: Annotated[str, Field(pattern=r"^[a-z][-a-z0-9]{4,28}[a-z0-9]$")]
    """ID of the Google Cloud project for the cluster, 6 to 30 characters."""
    network: GkeNetwork | None = None
    """An existing network to use. None: create a network as in `network`."""
    pods: Cidr = "10.4.0.0/14"
    """Address range of pods, /9 to /21. It must not overlap other ranges. Each node uses a /24, for 110 pods.

    https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips
    """
    control_plane: Cidr = "172.16.0.0/28"
    """Address range of the control plane's private endpoint, a /28. It must not overlap other ranges."""
    dns_endpoint: bool = False
    """Also makes the API reachable by a DNS name, from anywhere, for principals with container.clusters.connect.

    https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation
    """
    security_group: Annotated[str, Field(pattern=r"^gke-security-groups@\S+\.\S+$")] | OutputText | None = None
    """The Google Workspace group that contains all groups in `access`: gke-security-groups@YOUR-DOMAIN.

    https://cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac
    """
    channel: Literal["RAPID", "REGULAR", "STABLE", "EXTENDED"] = "REGULAR"
    """Release channel, which sets how soon new versions arrive: https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels"""
    logs: Seq[Literal["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"]] = (
        "SYSTEM_COMPONENTS",
        "WORKLOADS",
        "APISERVER",
    )
    """Logs to send to Cloud Logging: https://cloud.google.com/kubernetes-engine/docs/about/about-logs"""


class GkeClusterSpec(ManagedCluster):
    """A cluster on Google Kubernetes Engine, private and encrypted by default."""

    cloud: Literal["gcp"]
    gke: GkeOptions
    """Settings that only GKE has."""
    if not TYPE_CHECKING:
        # Programs may pass a NodePool, which is converted; type checkers do not know that.
        pools: dict[DnsLabel, GkeNodePool] = {}

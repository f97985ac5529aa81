"""The cluster's network: a new network with private nodes, or an existing one.

https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_gcp as gcp

from anykube._clusters.gke.naming import network_description
from anykube._clusters.gke.project import Project
from anykube._clusters.gke.spec import GkeClusterSpec, GkeNetwork
from anykube._clusters.resource_scope import ResourceScope

_PODS, _SERVICES = "pods", "services"


@dataclass(frozen=True)
class ClusterNetwork:
    """The network for control plane, nodes, pods and load balancers."""

    network: pulumi.Input[str]
    subnetwork: pulumi.Input[str]
    pods: pulumi.Input[str]
    """Name of the secondary range for pods."""
    services: pulumi.Input[str]
    """Name of the secondary range for Services."""
    node_range: str | None = None
    """Address range of nodes, which can reach the API. None: unknown, in an existing network."""
    ready: Sequence[pulumi.Resource] = field(default_factory=tuple)
    """Resources that nodes need to join, until they are deleted: subnetwork and Cloud NAT."""


def create_network(children: ResourceScope, spec: GkeClusterSpec, project: Project) -> ClusterNetwork:
    """The existing network in `gke.network`, or a new network."""
    return _existing_network(spec.gke.network) if spec.gke.network else _new_network(children, spec, project)


def _existing_network(network: GkeNetwork) -> ClusterNetwork:
    return ClusterNetwork(network.network, network.subnetwork, network.pods, network.services)


def _new_network(children: ResourceScope, spec: GkeClusterSpec, project: Project) -> ClusterNetwork:
    network = gcp.compute.Network(
        children.name("network"),
        project=project.id,
        description=network_description(spec.name),
        auto_create_subnetworks=False,
        routing_mode="REGIONAL",
        opts=children.options(depends_on=project.ready),
    )
    subnetwork = gcp.compute.Subnetwork(
        children.name("nodes"),
        project=project.id,
        region=spec.region,
        network=network.id,
        ip_cidr_range=spec.network.cidr,
        secondary_ip_ranges=[
            gcp.compute.SubnetworkSecondaryIpRangeArgs(range_name=name, ip_cidr_range=cidr)
            for name, cidr in ((_PODS, spec.gke.pods), (_SERVICES, spec.network.services))
        ],
        # Lets nodes without external addresses reach Google APIs, such as Artifact Registry for images.
        private_ip_google_access=True,
        opts=children.options(),
    )
    nat = _create_nat(children, spec, project, network, subnetwork) if spec.network.nat != "none" else []
    return ClusterNetwork(network.id, subnetwork.id, _PODS, _SERVICES, spec.network.cidr, [subnetwork, *nat])


def _create_nat(
    children: ResourceScope,
    spec: GkeClusterSpec,
    project: Project,
    network: gcp.compute.Network,
    subnetwork: gcp.compute.Subnetwork,
) -> list[pulumi.Resource]:
    """Cloud NAT, which is regional: https://cloud.google.com/nat/docs/overview"""
    router = gcp.compute.Router(
        children.name("router"), project=project.id, region=spec.region, network=network.id, opts=children.options()
    )
    nat = gcp.compute.RouterNat(
        children.name("nat"),
        project=project.id,
        region=spec.region,
        router=router.name,
        nat_ip_allocate_option="AUTO_ONLY",
        source_subnetwork_ip_ranges_to_nat="LIST_OF_SUBNETWORKS",
        subnetworks=[
            gcp.compute.RouterNatSubnetworkArgs(name=subnetwork.id, source_ip_ranges_to_nats=["ALL_IP_RANGES"])
        ],
        log_config=gcp.compute.RouterNatLogConfigArgs(enable=True, filter="ERRORS_ONLY"),
        opts=children.options(),
    )
    return [router, nat]

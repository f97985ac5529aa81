"""The cluster's network: made, without an address of its own on any node, or one that is there.

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
    """Where control plane, nodes, pods and load balancers go."""

    network: pulumi.Input[str]
    subnetwork: pulumi.Input[str]
    pods: pulumi.Input[str]
    """Name of the secondary range of pods."""
    services: pulumi.Input[str]
    """Name of the secondary range of Services."""
    inside: str | None = None
    """The range of nodes, where it is known: whoever is there reaches the API."""
    ready: Sequence[pulumi.Resource] = field(default_factory=tuple)
    """What nodes need before they can join, and may lose only after they are gone: the way out."""


def network(children: ResourceScope, spec: GkeClusterSpec, project: Project) -> ClusterNetwork:
    """The network of the page: the one that it names, or a new one."""
    return _there(spec.gke.network) if spec.gke.network else _made(children, spec, project)


def _there(named: GkeNetwork) -> ClusterNetwork:
    return ClusterNetwork(named.network, named.subnetwork, named.pods, named.services)


def _made(children: ResourceScope, spec: GkeClusterSpec, project: Project) -> ClusterNetwork:
    made = gcp.compute.Network(
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
        network=made.id,
        ip_cidr_range=spec.network.cidr,
        secondary_ip_ranges=[
            gcp.compute.SubnetworkSecondaryIpRangeArgs(range_name=name, ip_cidr_range=range_)
            for name, range_ in ((_PODS, spec.gke.pods), (_SERVICES, spec.network.services))
        ],
        # Nodes have no address outside, and reach Google's services, where images are, without one.
        private_ip_google_access=True,
        opts=children.options(),
    )
    ready = _way_out(children, spec, project, made, subnetwork) if spec.network.nat != "none" else []
    return ClusterNetwork(made.id, subnetwork.id, _PODS, _SERVICES, spec.network.cidr, [subnetwork, *ready])


def _way_out(
    children: ResourceScope,
    spec: GkeClusterSpec,
    project: Project,
    made: gcp.compute.Network,
    subnetwork: gcp.compute.Subnetwork,
) -> list[pulumi.Resource]:
    """Cloud NAT, which is regional: https://cloud.google.com/nat/docs/overview"""
    router = gcp.compute.Router(
        children.name("router"), project=project.id, region=spec.region, network=made.id, opts=children.options()
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

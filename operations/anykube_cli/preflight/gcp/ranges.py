"""Checks the cluster's ranges for overlaps, and an existing network for what GKE requires."""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.gcp.clients import Clients, cluster_networks, get_or_none, list_aggregated, resource_name
from anykube_cli.preflight.gcp.plan import GcpPlan, SubnetworkPlan
from anykube_cli.preflight.problem import Problem

_SECONDARY_RANGES = "https://cloud.google.com/kubernetes-engine/docs/how-to/alias-ips"


def overlapping(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """Subnetworks with overlapping addresses. An error in the cluster's own network; others can never be peered.

    https://cloud.google.com/vpc/docs/vpc-peering
    """
    planned = plan.subnetwork
    project = planned.project if planned else plan.project
    networks = {_network_of(planned, clients)} if planned else cluster_networks(plan, clients)
    for _, item in list_aggregated(clients.compute.subnetworks(), "subnetworks", project=project):
        in_cluster_network = resource_name(item["network"]) in networks
        if in_cluster_network and not planned:  # created by an earlier run: its ranges are the plan's
            continue
        for purpose, cidr in plan.ranges.items():
            planned_range = ipaddress.ip_network(cidr, strict=False)
            if blocks := [block for block in _blocks(item) if planned_range.overlaps(ipaddress.ip_network(block))]:
                yield _overlap(purpose, cidr, blocks, item, in_cluster_network)


def subnetwork(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """An existing subnetwork must have the secondary ranges, and Private Google Access for private nodes.

    https://cloud.google.com/vpc/docs/private-google-access
    """
    planned = plan.subnetwork
    if planned is None:
        return
    subject, item = f"subnetwork {planned.name}", _subnetwork(planned, clients)
    if item is None:
        yield Problem(
            subject,
            f"the subnetwork does not exist in {planned.region} of the project {planned.project}",
            f"choose an existing one: gcloud compute networks subnets list --project {planned.project} "
            f"--filter region:{planned.region}",
        )
        return
    names = [secondary["rangeName"] for secondary in item.get("secondaryIpRanges", ())]
    for name in planned.secondary:
        if name not in names:
            yield Problem(
                subject,
                f"the subnetwork has no secondary range {name}",
                f"choose from {', '.join(sorted(names)) or 'none'}, or add the range; {_SECONDARY_RANGES}",
            )
    if not item.get("privateIpGoogleAccess"):
        yield Problem(
            subject,
            "Private Google Access is off, so private nodes cannot reach the registry and the APIs of Google Cloud",
            f"gcloud compute networks subnets update {planned.name} --project {planned.project} "
            f"--region {planned.region} --enable-private-ip-google-access",
        )


def _overlap(purpose: str, cidr: str, blocks: Iterable[str], item: Mapping[str, Any], in_cluster: bool) -> Problem:
    subject, network = f"range {cidr} ({purpose})", resource_name(item["network"])
    message = f"the range overlaps {', '.join(blocks)} of the subnetwork {item['name']} in the network {network}"
    if in_cluster:
        return Problem(subject, f"{message}, the cluster's own network", "choose another range")
    remedy = "choose another range if the two networks, or their peers, must ever reach each other"
    return Problem(subject, message, remedy, "warning")


def _blocks(item: Mapping[str, Any]) -> Iterable[str]:
    """All IPv4 ranges of a subnetwork, including secondary ones."""
    if "ipCidrRange" in item:
        yield item["ipCidrRange"]
    for secondary in item.get("secondaryIpRanges", ()):
        yield secondary["ipCidrRange"]


def _network_of(planned: SubnetworkPlan, clients: Clients) -> str:
    item = _subnetwork(planned, clients)
    return resource_name(item["network"]) if item else ""


def _subnetwork(planned: SubnetworkPlan, clients: Clients) -> Mapping[str, Any] | None:
    parameters = {"project": planned.project, "region": planned.region, "subnetwork": planned.name}
    return get_or_none(clients.compute.subnetworks().get(**parameters))

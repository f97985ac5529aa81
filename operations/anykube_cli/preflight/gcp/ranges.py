"""Whether the cluster's ranges are free where they have to be, and a network that is brought has what it needs."""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.gcp.clients import Clients, found, last, own_networks, spread
from anykube_cli.preflight.gcp.plan import GcpPlan, SubnetworkPlan
from anykube_cli.preflight.problem import Problem

_BROUGHT = "https://cloud.google.com/kubernetes-engine/docs/how-to/alias-ips"


def overlapping(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """Subnetworks with addresses of the cluster's: an error in its own network, and else what bars peering for ever.

    https://cloud.google.com/vpc/docs/vpc-peering
    """
    brought = plan.subnetwork
    project = brought.project if brought else plan.project
    own = {_network_of(brought, clients)} if brought else own_networks(plan, clients)
    for _, item in spread(clients.compute.subnetworks(), "subnetworks", project=project):
        name = last(item["network"])
        if name in own and not brought:  # made before: its ranges are the plan's
            continue
        for purpose, cidr in plan.ranges.items():
            ours = ipaddress.ip_network(cidr, strict=False)
            if hit := [block for block in _blocks(item) if ours.overlaps(ipaddress.ip_network(block))]:
                yield _overlap(purpose, cidr, hit, item, name in own)


def subnetwork(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """One that is brought: there, with its secondary ranges, and with Private Google Access for private nodes.

    https://cloud.google.com/vpc/docs/private-google-access
    """
    brought = plan.subnetwork
    if brought is None:
        return
    subject, item = f"subnetwork {brought.name}", _subnetwork(brought, clients)
    if item is None:
        yield Problem(
            subject,
            f"there is none of this name in {brought.region} of {brought.project}",
            f"choose one that there is: gcloud compute networks subnets list --project {brought.project} "
            f"--filter region:{brought.region}",
        )
        return
    known = [one["rangeName"] for one in item.get("secondaryIpRanges", ())]
    for name in brought.secondary:
        if name not in known:
            yield Problem(
                subject,
                f"it has no secondary range {name}",
                f"choose from {', '.join(sorted(known)) or 'none'}, or add it; {_BROUGHT}",
            )
    if not item.get("privateIpGoogleAccess"):
        yield Problem(
            subject,
            "Private Google Access is off, so that private nodes reach no registry and no API of Google Cloud",
            f"gcloud compute networks subnets update {brought.name} --project {brought.project} "
            f"--region {brought.region} --enable-private-ip-google-access",
        )


def _overlap(purpose: str, cidr: str, hit: Iterable[str], item: Mapping[str, Any], own: bool) -> Problem:
    what = f"it overlaps {', '.join(hit)} of the subnetwork {item['name']} in {last(item['network'])}"
    if own:
        return Problem(f"range of {purpose} {cidr}", f"{what}, the cluster's own network", "choose other addresses")
    return Problem(
        f"range of {purpose} {cidr}",
        what,
        "choose other addresses if the two networks, or their peers, are ever to reach each other",
        "warning",
    )


def _blocks(item: Mapping[str, Any]) -> Iterable[str]:
    """All of a subnetwork's ranges, secondary ones too."""
    if "ipCidrRange" in item:
        yield item["ipCidrRange"]
    for one in item.get("secondaryIpRanges", ()):
        yield one["ipCidrRange"]


def _network_of(brought: SubnetworkPlan, clients: Clients) -> str:
    item = _subnetwork(brought, clients)
    return last(item["network"]) if item else ""


def _subnetwork(brought: SubnetworkPlan, clients: Clients) -> Mapping[str, Any] | None:
    asked = {"project": brought.project, "region": brought.region, "subnetwork": brought.name}
    return found(clients.compute.subnetworks().get(**asked))

"""Whether the region takes this account, and its zones a cluster."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from anykube_cli.preflight.aws.clients import Clients
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.problem import Problem, Severity

REFUSED_BY_EKS = {"use1-az3": "us-east-1", "usw1-az2": "us-west-1", "cac1-az3": "ca-central-1"}
"""Zone ids in which EKS takes no subnet for a control plane. Names of zones differ from account to account, ids do not.

https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
"""

_STATES: Mapping[str, Severity] = {"impaired": "warning", "constrained": "warning", "unavailable": "error"}
"""https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AvailabilityZone.html"""


def region(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """Whether the region is there and enabled.

    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """
    known = {item["RegionName"]: item.get("OptInStatus", "opt-in-not-required") for item in _regions(clients)}
    status = known.get(plan.region)
    if status is None:
        enabled = [name for name, status in known.items() if status != "not-opted-in"]
        yield Problem(
            f"region {plan.region}", "AWS has no such region", f"name one of {_listed(enabled)}, or enable another"
        )
    elif status == "not-opted-in":
        yield Problem(
            f"region {plan.region}",
            "the account has not enabled it",
            f"enable it: aws account enable-region --region-name {plan.region} (takes minutes to hours)",
        )


def zones(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """Whether the zones are there, are up and can hold a control plane's subnets."""
    there = {zone["ZoneName"]: zone for zone in _zones(clients)}
    usable = _listed([name for name, zone in there.items() if _is_usable(zone)])
    asked = sorted({*plan.zones, *(zone for pool in plan.pools for zone in pool.zones)})
    for name in asked:
        if name not in there:
            yield Problem(f"zone {name}", f"{plan.region} has no such zone", f"choose from {usable}")
        else:
            yield from _about(there[name], in_network=name in plan.zones, usable=usable)
    if plan.cidr is not None and len(set(plan.zones)) < 2:
        yield Problem(
            "zones",
            f"the network lies in {len(set(plan.zones))} zone, EKS asks for subnets in two or more",
            f"choose two or more of {usable}; see https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html",
        )
    for pool in plan.pools:
        if plan.zones and (beyond := sorted(set(pool.zones) - set(plan.zones))):
            yield Problem(
                f"pool {pool.name}",
                f"the network has no subnets in its zones {_listed(beyond)}",
                f"choose from the network's zones {_listed(plan.zones)}, or add those to the network",
            )


def _about(zone: Mapping[str, Any], *, in_network: bool, usable: str) -> Iterable[Problem]:
    name, subject = zone["ZoneName"], f"zone {zone['ZoneName']}"
    if zone.get("ZoneType", "availability-zone") != "availability-zone":
        yield Problem(subject, f"it is a {zone['ZoneType']}, where no control plane can be", f"choose from {usable}")
    elif zone.get("ZoneId") in REFUSED_BY_EKS and in_network:
        yield Problem(
            subject,
            f"it is {zone['ZoneId']} in this account, which EKS takes no control plane's subnets in",
            f"choose from {usable}; see https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html",
        )
    elif severity := _STATES.get(zone.get("State", "available")):
        yield Problem(
            subject,
            f"AWS says that {name} is {zone['State']}",
            f"choose from {usable}, or wait: https://health.aws.amazon.com/health/status",
            severity,
        )


def _is_usable(zone: Mapping[str, Any]) -> bool:
    return (
        zone.get("ZoneType", "availability-zone") == "availability-zone"
        and zone.get("ZoneId") not in REFUSED_BY_EKS
        and zone.get("State", "available") == "available"
    )


def _regions(clients: Clients) -> Sequence[Mapping[str, Any]]:
    """All regions, enabled or not. One that is not enabled lets nobody in, not even to say so: then home is asked."""
    client = clients.home_ec2 if clients.at_home else clients.ec2
    found: Sequence[Mapping[str, Any]] = client.describe_regions(AllRegions=True)["Regions"]
    return found


def _zones(clients: Clients) -> Sequence[Mapping[str, Any]]:
    # Also zones that are not opted in: those are local ones, whose kind is then the problem that is named.
    found: Sequence[Mapping[str, Any]] = clients.ec2.describe_availability_zones(AllAvailabilityZones=True)[
        "AvailabilityZones"
    ]
    return found


def _listed(names: Sequence[str]) -> str:
    return ", ".join(sorted(names)) or "none"

"""Checks that the account can use the region, and that its zones can hold an EKS cluster."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from anykube_cli.preflight.aws.clients import Clients
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.problem import Problem, Severity

UNSUPPORTED_BY_EKS = {"use1-az3": "us-east-1", "usw1-az2": "us-west-1", "cac1-az3": "ca-central-1"}
"""Zone ids that EKS does not support for control plane subnets. Zone names differ between accounts, ids do not.

https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
"""

_STATES: Mapping[str, Severity] = {"impaired": "warning", "constrained": "warning", "unavailable": "error"}
"""https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AvailabilityZone.html"""


def region(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """The region must exist and be enabled.

    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """
    statuses = {item["RegionName"]: item.get("OptInStatus", "opt-in-not-required") for item in _regions(clients)}
    status = statuses.get(plan.region)
    if status is None:
        enabled = [name for name, status in statuses.items() if status != "not-opted-in"]
        yield Problem(
            f"region {plan.region}",
            "AWS has no such region",
            f"use one of {_listed(enabled)}, or enable another region",
        )
    elif status == "not-opted-in":
        yield Problem(
            f"region {plan.region}",
            "the region is not enabled in this account",
            f"enable it: aws account enable-region --region-name {plan.region} (takes minutes to hours)",
        )


def zones(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """The zones must exist, be available and support control plane subnets."""
    existing = {zone["ZoneName"]: zone for zone in _zones(clients)}
    usable = _listed([name for name, zone in existing.items() if _is_usable(zone)])
    for name in sorted({*plan.zones, *(zone for pool in plan.pools for zone in pool.zones)}):
        if name not in existing:
            yield Problem(f"zone {name}", f"{plan.region} has no such zone", f"choose from {usable}")
        else:
            yield from _zone(existing[name], in_network=name in plan.zones, usable=usable)
    if plan.cidr is not None and len(set(plan.zones)) < 2:
        yield Problem(
            "zones",
            f"the network has {len(set(plan.zones))} zone, but EKS needs subnets in at least two",
            f"choose two or more of {usable}; see https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html",
        )
    for pool in plan.pools:
        if plan.zones and (outside := sorted(set(pool.zones) - set(plan.zones))):
            yield Problem(
                f"pool {pool.name}",
                f"the network has no subnets in the pool's zones {_listed(outside)}",
                f"choose from the network's zones {_listed(plan.zones)}, or add the pool's zones to the network",
            )


def _zone(zone: Mapping[str, Any], *, in_network: bool, usable: str) -> Iterable[Problem]:
    name, subject = zone["ZoneName"], f"zone {zone['ZoneName']}"
    if zone.get("ZoneType", "availability-zone") != "availability-zone":
        yield Problem(
            subject, f"{name} is a {zone['ZoneType']}, which cannot hold a control plane", f"choose from {usable}"
        )
    elif zone.get("ZoneId") in UNSUPPORTED_BY_EKS and in_network:
        yield Problem(
            subject,
            f"{name} is {zone['ZoneId']} in this account, which EKS does not support for control plane subnets",
            f"choose from {usable}; see https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html",
        )
    elif severity := _STATES.get(zone.get("State", "available")):
        yield Problem(
            subject,
            f"AWS reports the state {zone['State']} for {name}",
            f"choose from {usable}, or wait: https://health.aws.amazon.com/health/status",
            severity,
        )


def _is_usable(zone: Mapping[str, Any]) -> bool:
    return (
        zone.get("ZoneType", "availability-zone") == "availability-zone"
        and zone.get("ZoneId") not in UNSUPPORTED_BY_EKS
        and zone.get("State", "available") == "available"
    )


def _regions(clients: Clients) -> Sequence[Mapping[str, Any]]:
    """All regions, enabled or not. A disabled region rejects every request, so the home region lists them then."""
    client = clients.home_ec2 if clients.in_home_region else clients.ec2
    regions: Sequence[Mapping[str, Any]] = client.describe_regions(AllRegions=True)["Regions"]
    return regions


def _zones(clients: Clients) -> Sequence[Mapping[str, Any]]:
    # Includes zones that are not opted in. Those are local zones, which `_zone` reports as such.
    response = clients.ec2.describe_availability_zones(AllAvailabilityZones=True)
    zones: Sequence[Mapping[str, Any]] = response["AvailabilityZones"]
    return zones


def _listed(names: Sequence[str]) -> str:
    return ", ".join(sorted(names)) or "none"

"""Checks that the region and its zones exist and are up."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from anykube_cli.preflight.gcp.clients import Clients, list_items, resource_name
from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.preflight.problem import Problem

_HEALTH = "https://status.cloud.google.com"


def region(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """The region must exist and be up: https://cloud.google.com/compute/docs/regions-zones"""
    regions = {item["name"]: item for item in list_items(clients.compute.regions(), project=plan.project)}
    region = regions.get(plan.region)
    if region is None:
        yield Problem(
            f"region {plan.region}",
            "Google Cloud has no such region",
            f"use one of {listed([name for name, item in regions.items() if is_up(item)])}",
        )
    elif not is_up(region):
        yield Problem(
            f"region {plan.region}",
            f"Google Cloud reports the state {state(region)} for it",
            f"choose another region, or wait: {_HEALTH}",
        )


def zones(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """The zones of the cluster and its pools must be in the region, and up."""
    zones = {
        zone["name"]: zone
        for zone in list_items(clients.compute.zones(), project=plan.project)
        if resource_name(zone["region"]) == plan.region
    }
    usable = listed([name for name, zone in zones.items() if is_up(zone)])
    for name in sorted({*plan.zones, *(zone for pool in plan.pools for zone in pool.zones)}):
        if name not in zones:
            yield Problem(f"zone {name}", f"{plan.region} has no such zone", f"choose from {usable}")
        elif not is_up(zones[name]):
            yield Problem(
                f"zone {name}",
                f"Google Cloud reports the state {state(zones[name])} for it",
                f"choose from {usable}, or wait: {_HEALTH}",
            )


def is_up(item: Mapping[str, Any]) -> bool:
    """Whether a region or zone is up and not deprecated."""
    return item.get("status") == "UP" and "state" not in item.get("deprecated", {})


def state(item: Mapping[str, Any]) -> str:
    """The state of a region or zone that is not up, such as DOWN or OBSOLETE."""
    return str(item.get("deprecated", {}).get("state") or item.get("status"))


def listed(names: Sequence[str]) -> str:
    return ", ".join(sorted(names)) or "none"

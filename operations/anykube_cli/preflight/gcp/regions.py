"""Whether the region is there, and its zones are up."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from anykube_cli.preflight.gcp.clients import Clients, items, last
from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.preflight.problem import Problem

_HEALTH = "https://status.cloud.google.com"


def region(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """https://cloud.google.com/compute/docs/regions-zones"""
    known = {item["name"]: item for item in items(clients.compute.regions(), project=plan.project)}
    there = known.get(plan.region)
    if there is None:
        yield Problem(
            f"region {plan.region}",
            "Google Cloud has no such region",
            f"name one of {listed([name for name, item in known.items() if is_up(item)])}",
        )
    elif not is_up(there):
        yield Problem(
            f"region {plan.region}",
            f"Google Cloud says that it is {state(there)}",
            f"choose another, or wait: {_HEALTH}",
        )


def zones(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """Whether the zones of cluster and pools are the region's, and up."""
    there = {
        zone["name"]: zone
        for zone in items(clients.compute.zones(), project=plan.project)
        if last(zone["region"]) == plan.region
    }
    usable = listed([name for name, zone in there.items() if is_up(zone)])
    for name in sorted({*plan.zones, *(zone for pool in plan.pools for zone in pool.zones)}):
        if name not in there:
            yield Problem(f"zone {name}", f"{plan.region} has no such zone", f"choose from {usable}")
        elif not is_up(there[name]):
            yield Problem(
                f"zone {name}",
                f"Google Cloud says that it is {state(there[name])}",
                f"choose from {usable}, or wait: {_HEALTH}",
            )


def is_up(item: Mapping[str, Any]) -> bool:
    """Whether a region or zone is up, and not on its way out."""
    return item.get("status") == "UP" and "state" not in item.get("deprecated", {})


def state(item: Mapping[str, Any]) -> str:
    """Why it is not up."""
    return str(item.get("deprecated", {}).get("state") or item.get("status"))


def listed(names: Sequence[str]) -> str:
    return ", ".join(sorted(names)) or "none"

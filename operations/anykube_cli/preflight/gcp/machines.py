"""Whether the machines that pools ask for are there, in each zone of the pool: GKE spreads a pool evenly over them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.gcp.clients import Clients, spread
from anykube_cli.preflight.gcp.plan import GcpPlan, GcpPool
from anykube_cli.preflight.problem import Problem

Machines = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""What Compute Engine says of machine types, by name and zone."""


def described(plan: GcpPlan, clients: Clients, types: Iterable[str]) -> Machines:
    """https://cloud.google.com/compute/docs/reference/rest/v1/machineTypes/aggregatedList"""
    return _named(plan, clients.compute.machineTypes(), "machineTypes", types)


def offerings(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """Each type in all zones of its pool: GKE makes no pool of which a zone has no such machine."""
    known = described(plan, clients, (kind for pool in plan.pools for kind in pool.machines))
    for pool in plan.pools:
        for kind in pool.machines:
            yield from _offered(plan, pool, kind, known.get(kind, {}), "type", "machine-types")


def accelerators(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """GPUs in all zones of their pool: https://cloud.google.com/compute/docs/gpus/gpu-regions-zones"""
    wanted = {pool.accelerator for pool in plan.pools if pool.accelerator}
    known = _named(plan, clients.compute.acceleratorTypes(), "acceleratorTypes", wanted)
    for pool in plan.pools:
        if pool.accelerator:
            yield from _offered(
                plan, pool, pool.accelerator, known.get(pool.accelerator, {}), "GPU", "accelerator-types"
            )


def kinds(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """GPUs where they are asked for, and only there; types that Google Cloud does not want to be used any more."""
    known = described(plan, clients, (kind for pool in plan.pools for kind in pool.machines))
    for pool in plan.pools:
        for kind in pool.machines:
            for item in list(known.get(kind, {}).values())[:1]:
                yield from _about(pool, kind, item)


def _about(pool: GcpPool, kind: str, item: Mapping[str, Any]) -> Iterable[Problem]:
    subject, gpus = f"pool {pool.name}", item.get("accelerators", ())
    if pool.gpu and not gpus and not pool.accelerator:
        yield Problem(
            subject, f"GPUs are asked for, and {kind} has none", "choose a type with GPUs, such as g2-standard-4"
        )
    elif gpus and not pool.gpu:
        yield Problem(
            subject,
            f"{kind} has GPUs which the pool does not ask for: they are paid for, and have no driver",
            "choose a type without GPUs, or ask for GPUs",
            "warning",
        )
    if state := item.get("deprecated", {}).get("state"):
        yield Problem(
            subject, f"{kind} is {state}", "choose a newer type", "warning" if state == "DEPRECATED" else "error"
        )


def _offered(
    plan: GcpPlan, pool: GcpPool, kind: str, where: Mapping[str, Any], thing: str, listing: str
) -> Iterable[Problem]:
    zones = set(plan.zones_of(pool))
    if not where:
        yield Problem(
            f"pool {pool.name}",
            f"{kind} is not offered in {plan.region}",
            f"choose another {thing}: gcloud compute {listing} list --filter zone~{plan.region} lists those that are",
        )
    elif missing := sorted(zones - set(where)):
        right = sorted(zones & set(where)) or sorted(where)
        yield Problem(
            f"pool {pool.name}",
            f"{kind} is not offered in {', '.join(missing)}, and GKE makes no pool of which a zone has none",
            f"give the pool zones of {', '.join(right)}, or choose another {thing}",
        )


def _named(plan: GcpPlan, collection: Any, key: str, names: Iterable[str]) -> Machines:
    """By name and zone of the plan's region. Where nothing is wanted, nothing is asked."""
    wanted, there = sorted(set(names)), defaultdict[str, dict[str, Mapping[str, Any]]](dict)
    if not wanted:
        return there
    by_name = " OR ".join(f'(name = "{name}")' for name in wanted)
    for zone, item in spread(collection, key, project=plan.project, filter=by_name):
        if zone.rpartition("-")[0] == plan.region:
            there[item["name"]][zone] = item
    return there

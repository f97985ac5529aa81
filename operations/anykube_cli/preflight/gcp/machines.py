"""Checks the machine types and GPUs of the node pools in each zone of the pool: GKE spreads a pool over its zones."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.gcp.clients import Clients, list_aggregated
from anykube_cli.preflight.gcp.plan import GcpPlan, GcpPool
from anykube_cli.preflight.problem import Problem, Severity

Descriptions = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Compute Engine's descriptions of machine types or accelerator types, by name and zone."""


def describe_machine_types(plan: GcpPlan, clients: Clients, types: Iterable[str]) -> Descriptions:
    """https://cloud.google.com/compute/docs/reference/rest/v1/machineTypes/aggregatedList"""
    return _describe(plan, clients.compute.machineTypes(), "machineTypes", types)


def offerings(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """Each type must be offered in all zones of its pool: else GKE does not create the pool."""
    descriptions = describe_machine_types(plan, clients, (name for pool in plan.pools for name in pool.machines))
    for pool in plan.pools:
        for machine in pool.machines:
            yield from _offering(plan, pool, machine, descriptions.get(machine, {}), "type", "machine-types")


def accelerators(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """GPUs must be offered in all zones of their pool: https://cloud.google.com/compute/docs/gpus/gpu-regions-zones"""
    types = {pool.accelerator for pool in plan.pools if pool.accelerator}
    descriptions = _describe(plan, clients.compute.acceleratorTypes(), "acceleratorTypes", types)
    for pool in plan.pools:
        if pool.accelerator:
            offered = descriptions.get(pool.accelerator, {})
            yield from _offering(plan, pool, pool.accelerator, offered, "GPU", "accelerator-types")


def features(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """GPUs only where the pool requests them; no deprecated machine types."""
    descriptions = describe_machine_types(plan, clients, (name for pool in plan.pools for name in pool.machines))
    for pool in plan.pools:
        for machine in pool.machines:
            for item in list(descriptions.get(machine, {}).values())[:1]:
                yield from _features(pool, machine, item)


def _features(pool: GcpPool, machine: str, item: Mapping[str, Any]) -> Iterable[Problem]:
    subject, gpus = f"pool {pool.name}", item.get("accelerators", ())
    if pool.gpu and not gpus and not pool.accelerator:
        remedy = "choose a type with GPUs, such as g2-standard-4"
        yield Problem(subject, f"the pool requires GPUs, but {machine} has none", remedy)
    elif gpus and not pool.gpu:
        yield Problem(
            subject,
            f"{machine} has GPUs but the pool does not request any: you pay for them, and no driver is installed",
            "choose a type without GPUs, or request GPUs",
            "warning",
        )
    if state := item.get("deprecated", {}).get("state"):
        severity: Severity = "warning" if state == "DEPRECATED" else "error"
        yield Problem(subject, f"{machine} is {state}", "choose a newer type", severity)


def _offering(
    plan: GcpPlan, pool: GcpPool, name: str, offered: Mapping[str, Any], noun: str, listing: str
) -> Iterable[Problem]:
    zones = set(plan.zones_of(pool))
    if not offered:
        yield Problem(
            f"pool {pool.name}",
            f"{name} is not offered in {plan.region}",
            f"choose another {noun}; list them with: gcloud compute {listing} list --filter zone~{plan.region}",
        )
    elif missing := sorted(zones - set(offered)):
        usable = sorted(zones & set(offered)) or sorted(offered)
        yield Problem(
            f"pool {pool.name}",
            f"{name} is not offered in {', '.join(missing)}, and GKE requires it in all zones of the pool",
            f"limit the pool to {', '.join(usable)}, or choose another {noun}",
        )


def _describe(plan: GcpPlan, collection: Any, key: str, types: Iterable[str]) -> Descriptions:
    """Descriptions in the plan's region. Without types, sends no request."""
    names, descriptions = sorted(set(types)), defaultdict[str, dict[str, Mapping[str, Any]]](dict)
    if not names:
        return descriptions
    by_name = " OR ".join(f'(name = "{name}")' for name in names)
    for zone, item in list_aggregated(collection, key, project=plan.project, filter=by_name):
        if zone.rpartition("-")[0] == plan.region:
            descriptions[item["name"]][zone] = item
    return descriptions

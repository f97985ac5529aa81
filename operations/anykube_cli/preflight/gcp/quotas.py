"""Whether the project may have that much at all: with pools at their maximum, beside what it uses already."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.allowance import Need
from anykube_cli.preflight.gcp.clients import Clients, last, own_networks, spread
from anykube_cli.preflight.gcp.limits import of_project, of_region, taken, unit
from anykube_cli.preflight.gcp.machines import described
from anykube_cli.preflight.gcp.plan import GcpPlan, GcpPool
from anykube_cli.preflight.problem import Problem

_EVERYWHERE = {"CPUS": "CPUS_ALL_REGIONS", "GPUS": "GPUS_ALL_REGIONS"}
"""What also counts in the whole project, by the end of a region's metric."""


def machines(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """vCPUs, GPUs and disks of the pools: each pool's maximum times what a node takes.

    Nodes that an upgrade adds for a while are not counted.
    """
    if not plan.pools:
        return
    region, nodes = of_region(plan, clients), list(_nodes(plan, clients))
    machine = _machines(plan, clients, nodes)
    planned, there = defaultdict[str, dict[str, float]](dict), Counter[str]()
    for pool in plan.pools:
        if pool.machines[0] not in machine:  # told by `machines.offerings`
            continue
        for metric, amount in taken(pool, machine[pool.machines[0]], region):
            if metric is None:
                yield _not_told(plan, pool)
            else:
                planned[metric][pool.name] = pool.max * amount
    for node in nodes:
        for metric, amount in taken(node, machine[node.machines[0]], region):
            there[metric or ""] += int(amount)
    for metric, pools in planned.items():
        yield from region.within(metric, _need(metric, pools, there[metric]))
    everywhere = of_project(plan, clients)
    for end, metric in _EVERYWHERE.items():
        all_pools = Counter[str]()
        for one, pools in planned.items():
            all_pools.update(pools if one.endswith(end) else {})
        ours = sum(amount for one, amount in there.items() if one.endswith(end))
        yield from everywhere.within(metric, _need(end, all_pools, ours))


def addresses(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """An external address for the network's way out; nodes have none.

    Cloud NAT reserves it: https://cloud.google.com/nat/docs/ports-and-addresses
    """
    if plan.network and plan.nat != "none" and not own_networks(plan, clients):
        region = of_region(plan, clients)
        for metric in ("STATIC_ADDRESSES", "IN_USE_ADDRESSES"):
            less = "release one that is not used, or take nat: none"
            yield from region.within(metric, Need(1, 0, "the network's way out takes 1 external address", less))


def networks(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """A network with its subnetwork and its router, unless it is brought or there already.

    https://cloud.google.com/vpc/docs/quota
    """
    if plan.network and not own_networks(plan, clients):
        project = of_project(plan, clients)
        for metric, thing in (("NETWORKS", "network"), ("SUBNETWORKS", "subnetwork"), ("ROUTERS", "router")):
            less = f"delete a {thing} that is not used, or bring the network"
            yield from project.within(metric, Need(1, 0, f"the stack makes a {thing}", less))


def _need(metric: str, pools: Mapping[str, float], there: float) -> Need:
    names = f"{'pool' if len(pools) == 1 else 'pools'} {', '.join(sorted(pools))}"
    total = sum(pools.values())
    what = f"the maximum of {names} is {total:g} {unit(metric)}"
    return Need(total, there, what, "lower the pools' maximum or choose smaller machines")


def _not_told(plan: GcpPlan, pool: GcpPool) -> Problem:
    return Problem(
        f"pool {pool.name}",
        f"a quota of {pool.machines[0]} is none that Compute Engine tells of a region, so it was not compared",
        f"look for it: https://console.cloud.google.com/iam-admin/quotas?project={plan.project}",
        "warning",
    )


def _machines(plan: GcpPlan, clients: Clients, nodes: Iterable[GcpPool]) -> Mapping[str, Mapping[str, Any]]:
    types = {pool.machines[0] for pool in (*plan.pools, *nodes)}
    known = described(plan, clients, types)
    return {name: next(iter(zones.values())) for name, zones in known.items()}


def _nodes(plan: GcpPlan, clients: Clients) -> Iterable[GcpPool]:
    """Nodes of this very cluster that are there, which are in its pools' maximum already: each a pool of one.

    Of which kind its disk is an instance does not say: it is taken for that of a pool with the same machine.
    GKE labels its nodes: https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels
    """
    ours = f'labels.goog-k8s-cluster-name = "{plan.cluster}"'
    disks = {pool.machines[0]: (pool.disk, pool.disk_type) for pool in plan.pools}
    for zone, item in spread(clients.compute.instances(), "instances", project=plan.project, filter=ours):
        if zone.rpartition("-")[0] == plan.region:
            machine, spot = last(item["machineType"]), item.get("scheduling", {}).get("provisioningModel") == "SPOT"
            size, kind = disks.get(machine, (0, "pd-balanced"))
            yield GcpPool(item["name"], [machine], 1, spot, disk=size, disk_type=kind)

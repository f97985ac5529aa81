"""Compares the quotas of the project with the node pools at their maximum, in addition to current usage."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.gcp.clients import Clients, cluster_networks, list_aggregated, resource_name
from anykube_cli.preflight.gcp.limits import node_usage, project_limits, region_limits, unit
from anykube_cli.preflight.gcp.machines import describe_machine_types
from anykube_cli.preflight.gcp.plan import GcpPlan, GcpPool
from anykube_cli.preflight.problem import Problem
from anykube_cli.preflight.quota import QuotaDemand

_PROJECT_METRICS = {"CPUS": "CPUS_ALL_REGIONS", "GPUS": "GPUS_ALL_REGIONS"}
"""Metrics of the whole project by the suffix of the region's metrics that also count there."""


def machines(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """vCPUs, GPUs and disks: each pool's maximum times what a node uses.

    Does not count nodes that an upgrade adds temporarily.
    """
    if not plan.pools:
        return
    region, nodes = region_limits(plan, clients), list(_nodes(plan, clients))
    descriptions = _machines(plan, clients, nodes)
    planned, owned = defaultdict[str, dict[str, float]](dict), Counter[str]()
    for pool in plan.pools:
        if pool.machines[0] not in descriptions:  # reported by `machines.offerings`
            continue
        for metric, amount in node_usage(pool, descriptions[pool.machines[0]], region):
            if metric is None:
                yield _unreported(plan, pool)
            else:
                planned[metric][pool.name] = pool.max * amount
    for node in nodes:
        for metric, amount in node_usage(node, descriptions[node.machines[0]], region):
            owned[metric or ""] += int(amount)
    for metric, pools in planned.items():
        yield from region.check(metric, _demand(metric, pools, owned[metric]))
    project = project_limits(plan, clients)
    for suffix, project_metric in _PROJECT_METRICS.items():
        all_pools = Counter[str]()
        for metric, pools in planned.items():
            all_pools.update(pools if metric.endswith(suffix) else {})
        total_owned = sum(amount for metric, amount in owned.items() if metric.endswith(suffix))
        yield from project.check(project_metric, _demand(suffix, all_pools, total_owned))


def addresses(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """An external address for Cloud NAT; nodes have none.

    Cloud NAT reserves it: https://cloud.google.com/nat/docs/ports-and-addresses
    """
    if plan.network_description and plan.nat != "none" and not cluster_networks(plan, clients):
        region = region_limits(plan, clients)
        for metric in ("STATIC_ADDRESSES", "IN_USE_ADDRESSES"):
            alternative = "release an unused one, or set nat: none"
            yield from region.check(metric, QuotaDemand(1, 0, "Cloud NAT needs 1 external address", alternative))


def networks(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """A network with a subnetwork and a router, unless the network exists.

    https://cloud.google.com/vpc/docs/quota
    """
    if plan.network_description and not cluster_networks(plan, clients):
        project = project_limits(plan, clients)
        for metric, noun in (("NETWORKS", "network"), ("SUBNETWORKS", "subnetwork"), ("ROUTERS", "router")):
            alternative = f"delete an unused {noun}, or use an existing network"
            yield from project.check(metric, QuotaDemand(1, 0, f"the stack creates a {noun}", alternative))


def _demand(metric: str, pools: Mapping[str, float], in_use: float) -> QuotaDemand:
    names = f"{'pool' if len(pools) == 1 else 'pools'} {', '.join(sorted(pools))}"
    total = sum(pools.values())
    reason = f"{names} can grow to {total:g} {unit(metric)}"
    return QuotaDemand(total, in_use, reason, "lower the pools' maximum or choose smaller machine types")


def _unreported(plan: GcpPlan, pool: GcpPool) -> Problem:
    return Problem(
        f"pool {pool.name}",
        f"Compute Engine does not report a quota of {pool.machines[0]} with the region, so it was not checked",
        f"check it yourself: https://console.cloud.google.com/iam-admin/quotas?project={plan.project}",
        "warning",
    )


def _machines(plan: GcpPlan, clients: Clients, nodes: Iterable[GcpPool]) -> Mapping[str, Mapping[str, Any]]:
    types = {pool.machines[0] for pool in (*plan.pools, *nodes)}
    descriptions = describe_machine_types(plan, clients, types)
    return {name: next(iter(zones.values())) for name, zones in descriptions.items()}


def _nodes(plan: GcpPlan, clients: Clients) -> Iterable[GcpPool]:
    """Existing nodes of this cluster, each as a pool of one. They are part of their pool's maximum.

    An instance does not tell its disk type, so that of a pool with the same machine type is assumed.
    GKE labels its nodes: https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels
    """
    by_cluster = f'labels.goog-k8s-cluster-name = "{plan.cluster}"'
    disks = {pool.machines[0]: (pool.disk, pool.disk_type) for pool in plan.pools}
    instances = list_aggregated(clients.compute.instances(), "instances", project=plan.project, filter=by_cluster)
    for zone, item in instances:
        if zone.rpartition("-")[0] == plan.region:
            machine = resource_name(item["machineType"])
            spot = item.get("scheduling", {}).get("provisioningModel") == "SPOT"
            size, disk_type = disks.get(machine, (0, "pd-balanced"))
            yield GcpPool(item["name"], [machine], 1, spot, disk=size, disk_type=disk_type)

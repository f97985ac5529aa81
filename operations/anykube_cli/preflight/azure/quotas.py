"""Compares the quotas of the subscription with the node pools at their maximum, in addition to current usage.

https://learn.microsoft.com/azure/quotas/per-vm-quota-requests
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from anykube_cli.preflight.azure.clients import Clients, get_or_none
from anykube_cli.preflight.azure.machines import capabilities
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.problem import Problem
from anykube_cli.preflight.quota import QuotaDemand, check_quota

_SPOT, _TOTAL = "lowPriorityCores", "cores"
"""The quota of all spot VMs in a region, and that of all other VMs in addition to the quota of their family."""


def machines(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """vCPUs: each pool's maximum times its VM size. Does not count nodes that an upgrade adds temporarily."""
    if not plan.pools:
        return
    skus = clients.vm_sizes()
    planned, owned = defaultdict[str, dict[str, float]](dict), Counter[str]()
    for pool in plan.pools:
        if (sku := skus.get(pool.machines[0])) is not None:  # `machines.offerings` reports sizes that do not exist
            for quota in _quotas_of(sku, pool.spot):
                planned[quota][pool.name] = pool.max * _vcpus(sku)
    for size, count, spot in _nodes(plan, clients):
        if (sku := skus.get(size)) is not None:
            for quota in _quotas_of(sku, spot):
                owned[quota] += count * _vcpus(sku)
    usages = {str(usage.name.value).lower(): usage for usage in clients.compute.usage.list(plan.region)}
    for quota, pools in planned.items():
        names = f"{'pool' if len(pools) == 1 else 'pools'} {', '.join(sorted(pools))}"
        total = sum(pools.values())
        reason, alternative = f"{names} can grow to {total:g} vCPUs", "lower the pools' maximum or choose smaller sizes"
        yield from _check(plan, quota, usages, QuotaDemand(total, owned[quota], reason, alternative))


def network(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """A virtual network, and a public IP for each NAT gateway.

    https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits
    """
    if plan.cidr is None or get_or_none(lambda: clients.network.virtual_networks.get(plan.cluster, plan.cluster)):
        return
    usages = {str(usage.name.value).lower(): usage for usage in clients.network.usages.list(plan.region)}
    reason = f"the NAT gateways need {plan.nat_gateways} public IPs"
    alternative = "release unused ones, or set nat: single or none"
    for quota in ("PublicIPAddresses", "StandardSkuPublicIpAddresses", "StaticPublicIPAddresses"):
        yield from _check(plan, quota, usages, QuotaDemand(plan.nat_gateways, 0, reason, alternative))
    alternative = "delete an unused one, or use an existing network"
    demand = QuotaDemand(1, 0, "the stack creates a virtual network", alternative)
    yield from _check(plan, "VirtualNetworks", usages, demand)


def _check(plan: AzurePlan, quota: str, usages: Mapping[str, Any], demand: QuotaDemand) -> Iterable[Problem]:
    """Skips a quota that Azure does not report.

    `demand.in_use` is only this stack's share of the usage, which is already part of `demand.planned`.
    """
    usage = usages.get(quota.lower())
    if usage is not None:
        demand = replace(demand, in_use=max(usage.current_value - demand.in_use, 0))
        request = f"https://portal.azure.com/#view/Microsoft_Azure_Capacity/QuotaMenuBlade, {quota} in {plan.region}"
        yield from check_quota(f"{quota} in {plan.region}", usage.limit, demand, request)


def _quotas_of(sku: Any, spot: bool) -> tuple[str, ...]:
    return (_SPOT,) if spot else (str(sku.family), _TOTAL)


def _vcpus(sku: Any) -> int:
    """The usable vCPUs: some sizes have fewer than their name says."""
    has = capabilities(sku)
    return int(has.get("vCPUsAvailable") or has["vCPUs"])


def _nodes(plan: AzurePlan, clients: Clients) -> Iterable[tuple[str, int, bool]]:
    """VM size, count, and whether it is spot, of this cluster's pools. Their nodes are part of the pools' maximum."""
    cluster = get_or_none(lambda: clients.containers.managed_clusters.get(plan.cluster, plan.cluster))
    if cluster is not None and plan.owns(cluster.tags or {}):
        for pool in cluster.properties.agent_pool_profiles or () if cluster.properties else ():
            yield str(pool.vm_size), int(pool.count or 0), pool.scale_set_priority == "Spot"

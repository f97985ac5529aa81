"""Whether the subscription may have that much at all: with pools at their maximum, beside what it uses already.

https://learn.microsoft.com/azure/quotas/per-vm-quota-requests
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.allowance import Need, beyond
from anykube_cli.preflight.azure.clients import Clients, found
from anykube_cli.preflight.azure.machines import capabilities
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.problem import Problem

_SPOT, _TOTAL = "lowPriorityCores", "cores"
"""What all spot machines of a region share, and what all others share beside their family's quota."""


def machines(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """vCPUs: each pool's maximum times its size. Nodes that an upgrade adds for a while are not counted."""
    if not plan.pools:
        return
    sizes = clients.sizes()
    planned, there = defaultdict[str, dict[str, float]](dict), Counter[str]()
    for pool in plan.pools:
        if (sku := sizes.get(pool.machines[0])) is not None:  # else told by `machines.offerings`
            for quota in _counted(sku, pool.spot):
                planned[quota][pool.name] = pool.max * _cpus(sku)
    for size, count, spot in _nodes(plan, clients):
        if (sku := sizes.get(size)) is not None:
            for quota in _counted(sku, spot):
                there[quota] += count * _cpus(sku)
    usage = {str(one.name.value).lower(): one for one in clients.compute.usage.list(plan.region)}
    for quota, pools in planned.items():
        names = f"{'pool' if len(pools) == 1 else 'pools'} {', '.join(sorted(pools))}"
        total = sum(pools.values())
        what, less = f"the maximum of {names} is {total:g} vCPUs", "lower the pools' maximum or choose smaller sizes"
        yield from _within(plan, quota, usage, Need(total, there[quota], what, less))


def network(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """A network, a public IP for each NAT gateway, and what else a subscription has a number of in a region.

    https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits
    """
    if plan.cidr is None or found(lambda: clients.network.virtual_networks.get(plan.cluster, plan.cluster)):
        return
    usage = {str(one.name.value).lower(): one for one in clients.network.usages.list(plan.region)}
    addresses = f"the network's NAT gateways take {plan.gateways} public IPs"
    release = "release ones that are not used, or take nat: single or none"
    for quota in ("PublicIPAddresses", "StandardSkuPublicIpAddresses", "StaticPublicIPAddresses"):
        yield from _within(plan, quota, usage, Need(plan.gateways, 0, addresses, release))
    delete = "delete one that is not used, or bring the network"
    yield from _within(plan, "VirtualNetworks", usage, Need(1, 0, "the stack makes a virtual network", delete))


def _within(plan: AzurePlan, quota: str, usage: Mapping[str, Any], need: Need) -> Iterable[Problem]:
    """`need.there` is what of the usage is this very stack's, to be counted once. What Azure does not tell is left."""
    known = usage.get(quota.lower())
    if known is not None:
        beside = Need(need.planned, max(known.current_value - need.there, 0), need.what, need.less)
        more = f"https://portal.azure.com/#view/Microsoft_Azure_Capacity/QuotaMenuBlade, {quota} in {plan.region}"
        yield from beyond(f"{quota} in {plan.region}", known.limit, beside, more)


def _counted(sku: Any, spot: bool) -> tuple[str, ...]:
    return (_SPOT,) if spot else (str(sku.family), _TOTAL)


def _cpus(sku: Any) -> int:
    """Those that can be used: some sizes have fewer than their name says."""
    has = capabilities(sku)
    return int(has.get("vCPUsAvailable") or has["vCPUs"])


def _nodes(plan: AzurePlan, clients: Clients) -> Iterable[tuple[str, int, bool]]:
    """Size, count and whether it is spot, of this very cluster's pools: those are in their maximum already."""
    there = found(lambda: clients.containers.managed_clusters.get(plan.cluster, plan.cluster))
    if there is not None and plan.owns(there.tags or {}):
        for pool in there.properties.agent_pool_profiles or () if there.properties else ():
            yield str(pool.vm_size), int(pool.count or 0), pool.scale_set_priority == "Spot"

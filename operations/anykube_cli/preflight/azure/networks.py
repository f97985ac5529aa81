"""Whether the cluster's ranges are free where they have to be, and subnets that are brought have what they need."""

import ipaddress
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from anykube_cli.preflight.azure.clients import Clients, found, split
from anykube_cli.preflight.azure.plan import AzurePlan, SubnetPlan
from anykube_cli.preflight.problem import Problem


def overlapping(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Networks with addresses of the cluster's: an error in its own network, and else what bars peering for ever.

    https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-peering
    """
    own = {split(subnet.id)["virtualnetworks"].lower() for subnet in plan.subnets}
    for network in clients.network.virtual_networks.list_all():
        if plan.owns(network.tags or {}):
            continue
        mine = str(network.name).lower() in own
        for purpose, cidr in plan.ranges.items():
            ours = ipaddress.ip_network(cidr, strict=False)
            if hit := [block for block in _blocks(network) if ours.overlaps(ipaddress.ip_network(block))]:
                yield _overlap(purpose, cidr, hit, network, mine)


def subnets(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Those that are brought: there, large enough, and delegated to whom they are for.

    https://learn.microsoft.com/azure/aks/api-server-vnet-integration
    """
    for brought in plan.subnets:
        at, subject = split(brought.id), f"subnet {split(brought.id)['subnets']}"
        if at["subscriptions"].lower() != plan.subscription.lower():
            yield Problem(
                subject,
                f"it is in the subscription {at['subscriptions']}, where it was not looked for",
                f"look whether it is there, for {brought.purpose}",
                "warning",
            )
            continue
        names = (at["resourcegroups"], at["virtualnetworks"], at["subnets"])
        there = found(partial(clients.network.subnets.get, *names))
        if there is None:
            yield Problem(
                subject,
                f"there is no such subnet in {at['virtualnetworks']} of {at['resourcegroups']}, for {brought.purpose}",
                "choose one that there is: az network vnet subnet list "
                f"--resource-group {at['resourcegroups']} --vnet-name {at['virtualnetworks']}",
            )
        else:
            yield from _about(brought, subject, there)


def _about(brought: SubnetPlan, subject: str, there: Any) -> Iterable[Problem]:
    delegated = [one.properties.service_name for one in there.properties.delegations or () if one.properties]
    if brought.delegated and brought.delegated not in delegated:
        yield Problem(
            subject,
            f"it is not delegated to {brought.delegated}, which {brought.purpose} need",
            f"az network vnet subnet update --ids {brought.id} --delegations {brought.delegated}",
        )
    prefixes = [there.properties.address_prefix] if there.properties.address_prefix else []
    for prefix in prefixes or there.properties.address_prefixes or ():
        if ipaddress.ip_network(prefix).prefixlen > brought.longest:
            yield Problem(
                subject,
                f"its range {prefix} is too small for {brought.purpose}",
                f"give it a /{brought.longest} or larger, or choose another subnet",
            )


def _overlap(purpose: str, cidr: str, hit: Sequence[str], network: Any, mine: bool) -> Problem:
    what = f"it overlaps {', '.join(hit)} of the network {network.name}"
    if mine:
        return Problem(f"range of {purpose} {cidr}", f"{what}, the cluster's own", "choose other addresses")
    return Problem(
        f"range of {purpose} {cidr}",
        what,
        "choose other addresses if the two networks, or their peers, are ever to reach each other",
        "warning",
    )


def _blocks(network: Any) -> Iterable[str]:
    space = network.properties.address_space if network.properties else None
    return (block for block in (space.address_prefixes if space else None) or () if ":" not in block)

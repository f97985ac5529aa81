"""Checks the cluster's ranges for overlaps, and existing subnets for what AKS requires."""

import ipaddress
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from anykube_cli.preflight.azure.clients import Clients, get_or_none, parse_resource_id
from anykube_cli.preflight.azure.plan import AzurePlan, SubnetPlan
from anykube_cli.preflight.problem import Problem


def overlapping(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Virtual networks with overlapping addresses. An error in the cluster's own network; others can never be peered.

    https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-peering
    """
    cluster_networks = {parse_resource_id(subnet.id)["virtualnetworks"].lower() for subnet in plan.subnets}
    for network in clients.network.virtual_networks.list_all():
        if plan.owns(network.tags or {}):
            continue
        holds_cluster = str(network.name).lower() in cluster_networks
        for purpose, cidr in plan.ranges.items():
            planned = ipaddress.ip_network(cidr, strict=False)
            if blocks := [block for block in _blocks(network) if planned.overlaps(ipaddress.ip_network(block))]:
                yield _overlap(purpose, cidr, blocks, network, holds_cluster)


def subnets(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Existing subnets must exist, be large enough and have the right delegation.

    https://learn.microsoft.com/azure/aks/api-server-vnet-integration
    """
    for planned in plan.subnets:
        names = parse_resource_id(planned.id)
        subject = f"subnet {names['subnets']}"
        group, network = names["resourcegroups"], names["virtualnetworks"]
        if names["subscriptions"].lower() != plan.subscription.lower():
            yield Problem(
                subject,
                f"the subnet for {planned.purpose} is in another subscription, {names['subscriptions']}: not checked",
                "check yourself that it exists",
                "warning",
            )
            continue
        subnet = get_or_none(partial(clients.network.subnets.get, group, network, names["subnets"]))
        if subnet is None:
            yield Problem(
                subject,
                f"the subnet for {planned.purpose} does not exist in the network {network} of the group {group}",
                "choose an existing subnet: az network vnet subnet list "
                f"--resource-group {group} --vnet-name {network}",
            )
        else:
            yield from _subnet(planned, subject, subnet)


def _subnet(planned: SubnetPlan, subject: str, subnet: Any) -> Iterable[Problem]:
    delegations = [item.properties.service_name for item in subnet.properties.delegations or () if item.properties]
    if planned.delegation and planned.delegation not in delegations:
        yield Problem(
            subject,
            f"the subnet for {planned.purpose} is not delegated to {planned.delegation}",
            f"az network vnet subnet update --ids {planned.id} --delegations {planned.delegation}",
        )
    prefixes = [subnet.properties.address_prefix] if subnet.properties.address_prefix else []
    for prefix in prefixes or subnet.properties.address_prefixes or ():
        if ipaddress.ip_network(prefix).prefixlen > planned.max_prefix_length:
            yield Problem(
                subject,
                f"the range {prefix} is too small for {planned.purpose}",
                f"use a subnet with a /{planned.max_prefix_length} or larger range",
            )


def _overlap(purpose: str, cidr: str, blocks: Sequence[str], network: Any, holds_cluster: bool) -> Problem:
    message = f"the range overlaps {', '.join(blocks)} of the virtual network {network.name}"
    if holds_cluster:
        return Problem(f"range {cidr} ({purpose})", f"{message}, the cluster's own", "choose another range")
    return Problem(
        f"range {cidr} ({purpose})",
        message,
        "choose another range if the two networks, or their peers, must ever reach each other",
        "warning",
    )


def _blocks(network: Any) -> Iterable[str]:
    space = network.properties.address_space if network.properties else None
    return (block for block in (space.address_prefixes if space else None) or () if ":" not in block)

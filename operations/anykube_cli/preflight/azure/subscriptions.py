"""Whether the subscription and the region are there, and have what AKS is made of."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from anykube_cli.preflight.azure.clients import Clients, found
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.problem import Problem


def subscription(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Whether it is there and alive.

    https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states
    """
    subject = f"subscription {plan.subscription}"
    there = found(lambda: clients.subscriptions.subscriptions.get(plan.subscription))
    if there is None:
        yield Problem(
            subject,
            "it is not there, or the caller may not see it",
            "compare its id with `az account list`, and have a role in it assigned to the caller",
        )
    elif there.state != "Enabled":
        yield Problem(
            subject,
            f"it is {_text(there.state)}, so that nothing can be made in it",
            "have it enabled by who pays for it, or name another",
        )


def region(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Whether the region is there, and is one that machines can be in."""
    known = {one.name: one for one in _locations(plan, clients)}
    if plan.region not in known:
        yield Problem(
            f"region {plan.region}",
            "the subscription has no such region",
            f"name one of {', '.join(sorted(known))}",
        )


def zones(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Whether the region has these zones: https://learn.microsoft.com/azure/reliability/availability-zones-overview"""
    here = next(one for one in _locations(plan, clients) if one.name == plan.region)
    there = sorted(str(zone.logical_zone) for zone in here.availability_zone_mappings or ())
    for zone in sorted({*plan.zones, *(zone for pool in plan.pools for zone in pool.zones)} - set(there)):
        right = f"choose from {', '.join(there)}" if there else "choose a region with availability zones"
        yield Problem(f"zone {zone}", f"{plan.region} has no such zone", right)


def providers(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Resource providers that are not registered, whose resources Azure refuses to make.

    https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types
    """
    for namespace in plan.providers:
        there = found(partial(clients.resources.providers.get, namespace))
        state = there.registration_state if there else "not there"
        if state == "Registering":
            yield Problem(
                f"resource provider {namespace}", "it is being registered", "wait a few minutes, and repeat", "warning"
            )
        elif state != "Registered":
            yield Problem(
                f"resource provider {namespace}",
                "it is not registered in the subscription",
                f"az provider register --subscription {plan.subscription} --namespace {namespace} --wait",
            )


def host_encryption(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """https://learn.microsoft.com/azure/aks/enable-host-encryption"""
    if not plan.host_encryption:
        return
    there = found(lambda: clients.features.features.get("Microsoft.Compute", "EncryptionAtHost"))
    state = there.properties.state if there and there.properties else "not there"
    if state != "Registered":
        yield Problem(
            "feature EncryptionAtHost",
            f"it is {_text(state)} in the subscription, and the nodes' hosts are to encrypt their disks",
            f"az feature register --subscription {plan.subscription} --namespace Microsoft.Compute "
            "--name EncryptionAtHost, or say `host_encryption: false`",
        )


def _locations(plan: AzurePlan, clients: Clients) -> Iterable[Any]:
    for one in clients.subscriptions.subscriptions.list_locations(plan.subscription):
        if one.metadata is None or one.metadata.region_type != "Logical":
            yield one


def _text(state: Any) -> str:
    """An enumeration's value as Azure writes it."""
    return str(getattr(state, "value", state))

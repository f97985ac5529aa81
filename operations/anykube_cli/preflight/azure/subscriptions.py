"""Checks the subscription, the region, its zones, resource providers and features."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from anykube_cli.preflight.azure.clients import Clients, get_or_none
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.problem import Problem


def subscription(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """The subscription must exist and be enabled.

    https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states
    """
    subject = f"subscription {plan.subscription}"
    existing = get_or_none(lambda: clients.subscriptions.subscriptions.get(plan.subscription))
    if existing is None:
        yield Problem(
            subject,
            "the subscription does not exist, or the caller has no access to it",
            "compare its id with `az account list`, and ask for a role in it",
        )
    elif existing.state != "Enabled":
        yield Problem(
            subject,
            f"the subscription is {_text(existing.state)}, so nothing can be created in it",
            "ask its billing owner to enable it, or use another subscription",
        )


def region(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """The region must exist and be a physical one."""
    names = {location.name for location in _locations(plan, clients)}
    if plan.region not in names:
        yield Problem(
            f"region {plan.region}",
            "the subscription has no such region",
            f"use one of {', '.join(sorted(names))}",
        )


def zones(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """The region must have the zones: https://learn.microsoft.com/azure/reliability/availability-zones-overview"""
    location = next(location for location in _locations(plan, clients) if location.name == plan.region)
    existing = sorted(str(zone.logical_zone) for zone in location.availability_zone_mappings or ())
    for zone in sorted({*plan.zones, *(zone for pool in plan.pools for zone in pool.zones)} - set(existing)):
        remedy = f"choose from {', '.join(existing)}" if existing else "choose a region with availability zones"
        yield Problem(f"zone {zone}", f"{plan.region} has no such zone", remedy)


def providers(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """The resource providers must be registered; else Azure does not create their resources.

    https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types
    """
    for namespace in plan.providers:
        provider = get_or_none(partial(clients.resources.providers.get, namespace))
        state = provider.registration_state if provider else "missing"
        if state == "Registering":
            yield Problem(
                f"resource provider {namespace}",
                "the registration is in progress",
                "wait a few minutes, then run preflight again",
                "warning",
            )
        elif state != "Registered":
            yield Problem(
                f"resource provider {namespace}",
                "the resource provider is not registered in the subscription",
                f"az provider register --subscription {plan.subscription} --namespace {namespace} --wait",
            )


def host_encryption(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Encryption at host must be registered if the stack uses it.

    https://learn.microsoft.com/azure/aks/enable-host-encryption
    """
    if not plan.host_encryption:
        return
    feature = get_or_none(lambda: clients.features.features.get("Microsoft.Compute", "EncryptionAtHost"))
    state = feature.properties.state if feature and feature.properties else "missing"
    if state != "Registered":
        yield Problem(
            "feature EncryptionAtHost",
            f"the feature is {_text(state)} in the subscription, but the cluster uses host encryption",
            f"az feature register --subscription {plan.subscription} --namespace Microsoft.Compute "
            "--name EncryptionAtHost, or set `host_encryption: false`",
        )


def _locations(plan: AzurePlan, clients: Clients) -> Iterable[Any]:
    for location in clients.subscriptions.subscriptions.list_locations(plan.subscription):
        if location.metadata is None or location.metadata.region_type != "Logical":
            yield location


def _text(state: Any) -> str:
    """The value of an enumeration as in Azure's API."""
    return str(getattr(state, "value", state))

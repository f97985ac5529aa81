"""Checks for existing resources with the stack's names: another stack's, or left by an earlier one."""

from collections.abc import Iterable
from typing import Any

from anykube_cli.preflight.azure.clients import Clients, get_or_none
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.conflicts import deletion_in_progress, name_conflict
from anykube_cli.preflight.problem import Problem


def group(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Another stack's resource group with the cluster's name. Names are unique in a subscription."""
    existing = get_or_none(lambda: clients.resources.resource_groups.get(plan.cluster))
    if existing is None:
        return
    tags, subject = existing.tags or {}, f"resource group {plan.cluster}"
    if not plan.owns(tags):
        yield name_conflict(plan, subject, tags, f" in {existing.location}", " for the cluster")
    elif existing.properties and existing.properties.provisioning_state == "Deleting":
        yield deletion_in_progress(subject, f"az group wait --deleted --name {plan.cluster}")


def node_group(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """The resource group of the nodes. AKS creates it and does not adopt an existing one.

    https://learn.microsoft.com/azure/aks/faq
    """
    existing = get_or_none(lambda: clients.resources.resource_groups.get(plan.node_group)) if plan.node_group else None
    if existing is not None and not _is_owned(plan, _cluster(plan, clients)):
        yield Problem(
            f"resource group {plan.node_group}",
            "the group already exists without a cluster of this stack, but AKS must create it itself",
            f"delete it: az group delete --name {plan.node_group}, or choose another name for the cluster",
        )


def cluster(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Another stack's cluster in the resource group, or this stack's while it is being deleted or after a failure.

    https://learn.microsoft.com/rest/api/aks/managed-clusters/get
    """
    existing, subject = _cluster(plan, clients), f"cluster {plan.cluster}"
    if existing is None:
        return
    tags, state = existing.tags or {}, existing.properties.provisioning_state if existing.properties else None
    if not plan.owns(tags):
        yield name_conflict(plan, subject, tags, " in the resource group")
    elif state == "Deleting":
        wait = f"az aks wait --deleted --resource-group {plan.cluster} --name {plan.cluster}"
        yield deletion_in_progress(subject, wait)
    elif state == "Failed":
        yield Problem(
            subject,
            "the last update of the cluster failed; deploying the stack again may repair it",
            f"find the reason: az aks show --resource-group {plan.cluster} --name {plan.cluster}",
            "warning",
        )


def _cluster(plan: AzurePlan, clients: Clients) -> Any:
    return get_or_none(lambda: clients.containers.managed_clusters.get(plan.cluster, plan.cluster))


def _is_owned(plan: AzurePlan, cluster: Any) -> bool:
    return cluster is not None and plan.owns(cluster.tags or {})

"""Whether somebody else's things are where the stack's are to be, or a former stack's were left."""

from collections.abc import Iterable
from typing import Any

from anykube_cli.preflight.azure.clients import Clients, found
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.conflicts import foreign, leaving
from anykube_cli.preflight.problem import Problem


def group(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """A resource group of the cluster's name that is not this stack's. Names are unique in a subscription."""
    there = found(lambda: clients.resources.resource_groups.get(plan.cluster))
    if there is None:
        return
    tags, subject = there.tags or {}, f"resource group {plan.cluster}"
    if not plan.owns(tags):
        yield foreign(plan, subject, tags, f" in {there.location}", " for the cluster")
    elif there.properties and there.properties.provisioning_state == "Deleting":
        yield leaving(subject, f"az group wait --deleted --name {plan.cluster}")


def node_group(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """The resource group of the nodes, which AKS makes itself and does not take over.

    https://learn.microsoft.com/azure/aks/faq
    """
    there = found(lambda: clients.resources.resource_groups.get(plan.node_group)) if plan.node_group else None
    if there is not None and not _is_ours(plan, _cluster(plan, clients)):
        yield Problem(
            f"resource group {plan.node_group}",
            "there is one of this name without a cluster of this stack, and AKS makes its nodes' group anew",
            f"wait where it is being deleted, delete it: az group delete --name {plan.node_group}, or choose another "
            "name for the cluster",
        )


def cluster(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """A cluster of this name in the stack's resource group, of somebody else or not well.

    https://learn.microsoft.com/rest/api/aks/managed-clusters/get
    """
    there, subject = _cluster(plan, clients), f"cluster {plan.cluster}"
    if there is None:
        return
    tags, state = there.tags or {}, there.properties.provisioning_state if there.properties else None
    if not plan.owns(tags):
        yield foreign(plan, subject, tags, " in the resource group")
    elif state == "Deleting":
        yield leaving(subject, f"az aks wait --deleted --resource-group {plan.cluster} --name {plan.cluster}")
    elif state == "Failed":
        yield Problem(
            subject,
            "it is there, and its last change failed; bringing it up again may mend it",
            f"see why: az aks show --resource-group {plan.cluster} --name {plan.cluster}",
            "warning",
        )


def _cluster(plan: AzurePlan, clients: Clients) -> Any:
    return found(lambda: clients.containers.managed_clusters.get(plan.cluster, plan.cluster))


def _is_ours(plan: AzurePlan, there: Any) -> bool:
    return there is not None and plan.owns(there.tags or {})

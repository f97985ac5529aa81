"""Checks for existing resources with the stack's names: another stack's, or left by an earlier one."""

from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.conflicts import deletion_in_progress, name_conflict
from anykube_cli.preflight.gcp.clients import Clients, cluster_networks, get_or_none
from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.preflight.problem import Problem


def cluster(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """Another stack's cluster of this name, or this stack's in a state without a way on.

    Names are unique in a location of a project:
    https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters
    """
    existing = _cluster(plan, clients)
    if existing is None:
        return
    labels, subject = existing.get("resourceLabels", {}), f"cluster {plan.cluster}"
    if not plan.owns(labels):
        yield name_conflict(plan, subject, labels, f" in {plan.region}")
    elif existing.get("status") == "STOPPING":
        wait = f"gcloud container operations list --location {plan.region} --project {plan.project}"
        yield deletion_in_progress(subject, wait)
    elif existing.get("status") == "ERROR":
        yield Problem(
            subject, "the cluster exists and its status is ERROR", "run `pulumi destroy`, then deploy the stack again"
        )


def network(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """A network created for a cluster of this name that this stack does not have. It costs money and uses quotas."""
    names = cluster_networks(plan, clients)
    if names and not _has_cluster(plan, clients):
        yield Problem(
            f"network {', '.join(sorted(names))}",
            f'its description is "{plan.network_description}", but this stack has no such cluster: an `up` was '
            "interrupted, or the network belongs to another stack",
            "if `pulumi stack` does not list it and nothing uses it, delete it: "
            f"gcloud compute networks delete {' '.join(sorted(names))} --project {plan.project}",
            "warning",
        )


def service_account(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """The nodes' service account. Its id is unique in a project, across regions.

    https://cloud.google.com/iam/docs/service-accounts-create
    """
    email = f"{plan.service_account}@{plan.project}.iam.gserviceaccount.com"
    name = f"projects/{plan.project}/serviceAccounts/{email}"
    existing = get_or_none(clients.accounts.projects().serviceAccounts().get(name=name))
    if existing is None or _has_cluster(plan, clients):
        return
    is_leftover = existing.get("displayName") == plan.service_account_display_name
    yield Problem(
        f"service account {plan.service_account}",
        "it exists but its cluster does not: an `up` was interrupted, or a cluster of this name is in another region"
        if is_leftover
        else f'the id is already used by a service account with the display name "{existing.get("displayName", "")}"',
        "if `pulumi stack` does not list it, choose another name for the cluster, or delete the service account: "
        f"gcloud iam service-accounts delete {email} --project {plan.project}",
        "warning" if is_leftover else "error",
    )


def _has_cluster(plan: GcpPlan, clients: Clients) -> bool:
    cluster = _cluster(plan, clients)
    return cluster is not None and plan.owns(cluster.get("resourceLabels", {}))


def _cluster(plan: GcpPlan, clients: Clients) -> Mapping[str, Any] | None:
    name = f"projects/{plan.project}/locations/{plan.region}/clusters/{plan.cluster}"
    return get_or_none(clients.container.projects().locations().clusters().get(name=name))

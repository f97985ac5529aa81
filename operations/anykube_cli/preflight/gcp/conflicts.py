"""Whether somebody else's things are where the stack's are to be, or a former stack's were left."""

from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.conflicts import foreign, leaving
from anykube_cli.preflight.gcp.clients import Clients, found, own_networks
from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.preflight.problem import Problem


def cluster(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """A cluster of this name that is not this stack's. Names are unique in a project's location.

    https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters
    """
    there = _cluster(plan, clients)
    if there is None:
        return
    labels, subject = there.get("resourceLabels", {}), f"cluster {plan.cluster}"
    if not plan.owns(labels):
        yield foreign(plan, subject, labels, f" in {plan.region}")
    elif there.get("status") == "STOPPING":
        yield leaving(subject, f"gcloud container operations list --location {plan.region} --project {plan.project}")
    elif there.get("status") == "ERROR":
        yield Problem(subject, "it is there, and failed", "`pulumi destroy`, then bring it up again")


def network(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """A network that was made for a cluster of this name, without one of this stack: it costs, and takes of quotas."""
    names = own_networks(plan, clients)
    if names and not _is_there(plan, clients):
        yield Problem(
            f"network {', '.join(sorted(names))}",
            f'it is described as "{plan.network}", and this stack has no such cluster: an `up` was not finished, or it '
            "is another's",
            "if `pulumi stack` does not show it, and nothing uses it, delete it: "
            f"gcloud compute networks delete {' '.join(sorted(names))} --project {plan.project}",
            "warning",
        )


def account(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """The nodes' service account. Its id is unique in a project, over all regions.

    https://cloud.google.com/iam/docs/service-accounts-create
    """
    email = f"{plan.account}@{plan.project}.iam.gserviceaccount.com"
    name = f"projects/{plan.project}/serviceAccounts/{email}"
    there = found(clients.accounts.projects().serviceAccounts().get(name=name))
    if there is None or _is_there(plan, clients):
        return
    left = there.get("displayName") == plan.account_display
    yield Problem(
        f"service account {plan.account}",
        "it is there without its cluster: an `up` was not finished, or a cluster of this name is in another region"
        if left
        else f'there is one of this name, displayed as "{there.get("displayName", "")}"',
        "if `pulumi stack` does not show it, choose another name for the cluster, or delete it: "
        f"gcloud iam service-accounts delete {email} --project {plan.project}",
        "warning" if left else "error",
    )


def _is_there(plan: GcpPlan, clients: Clients) -> bool:
    there = _cluster(plan, clients)
    return there is not None and plan.owns(there.get("resourceLabels", {}))


def _cluster(plan: GcpPlan, clients: Clients) -> Mapping[str, Any] | None:
    name = f"projects/{plan.project}/locations/{plan.region}/clusters/{plan.cluster}"
    return found(clients.container.projects().locations().clusters().get(name=name))

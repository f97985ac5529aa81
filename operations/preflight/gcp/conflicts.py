"""Whether somebody else's things are where the stack's are to be, or a former stack's were left."""

from collections.abc import Iterable, Mapping
from typing import Any

from operations.preflight.gcp.clients import Clients, found
from operations.preflight.gcp.plan import GcpPlan
from operations.preflight.problem import Problem


def cluster(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """A cluster of this name that is not this stack's. Names are unique in a project's location.

    https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters
    """
    there = _cluster(plan, clients)
    if there is None:
        return
    labels, subject = there.get("resourceLabels", {}), f"cluster {plan.cluster}"
    if not plan.owns(labels):
        yield Problem(
            subject,
            f"there is one of this name in {plan.region}, of {plan.owner(labels)}",
            "choose another name, or import it into this stack if it is to be its",
        )
    elif there.get("status") == "STOPPING":
        yield Problem(
            subject,
            "it is being deleted",
            f"wait: gcloud container operations list --location {plan.region} --project {plan.project}",
        )
    elif there.get("status") == "ERROR":
        yield Problem(subject, "it is there, and failed", "`pulumi destroy`, then bring it up again")


def network(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """A network of the planned name. It bears no labels, so only its cluster can say whose it is.

    https://cloud.google.com/compute/docs/reference/rest/v1/networks
    """
    if not plan.network or found(clients.compute.networks().get(project=plan.project, network=plan.network)) is None:
        return
    there = _cluster(plan, clients)
    if there is None or not plan.owns(there.get("resourceLabels", {})):
        yield Problem(
            f"network {plan.network}",
            "there is one of this name, without a cluster of this stack: an `up` that was not finished, or somebody's",
            "if `pulumi stack` does not show it, choose another name for the cluster, or delete it: "
            f"gcloud compute networks delete {plan.network} --project {plan.project}",
            "warning",
        )


def key_ring(plan: GcpPlan, clients: Clients) -> Iterable[Problem]:
    """A key ring of the planned name. Google Cloud never deletes one, so a former stack's is still there.

    https://cloud.google.com/kms/docs/destroy-restore
    """
    if not plan.key_ring:
        return
    name = f"projects/{plan.project}/locations/{plan.region}/keyRings/{plan.key_ring}"
    there = _cluster(plan, clients)
    if there is not None and plan.owns(there.get("resourceLabels", {})):
        return
    if found(clients.keys.projects().locations().keyRings().get(name=name)) is not None:
        yield Problem(
            f"key ring {plan.key_ring}",
            "there is one of this name, perhaps of a stack that was destroyed: Google Cloud never deletes key rings",
            f"if `pulumi stack` does not show it, take it over by `pulumi import gcp:kms/keyRing:KeyRing … {name}`, "
            "or choose another name for the cluster",
            "warning",
        )


def _cluster(plan: GcpPlan, clients: Clients) -> Mapping[str, Any] | None:
    name = f"projects/{plan.project}/locations/{plan.region}/clusters/{plan.cluster}"
    return found(clients.container.projects().locations().clusters().get(name=name))

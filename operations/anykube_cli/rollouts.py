"""Checks in the cluster that the workloads of a stack are rolled out, after Pulumi reported success.

Pulumi can report success too early. If an update changes both the replicas and the pod template, the Deployment
controller scales the existing ReplicaSet and sets observedGeneration before it creates the new ReplicaSet. If the
Kubernetes provider reads the Deployment at that moment, it takes the old revision for the new one: pulumi-kubernetes
4.25, pkg/await/deployment.go, changeTriggeredRollout. It takes an update of a StatefulSet for finished at once
(https://github.com/pulumi/pulumi-kubernetes/issues/3329). And it does not look at objects that it does not change.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from anykube_cli.cluster_api import CLAIMS, ClusterApi
from anykube_cli.readiness import Problem, deleted_claim, problem
from anykube_cli.workloads import Workload

_GRACE_SECONDS = 10.0
"""Time for the controller to report a failed rollout of a Deployment, after the Deployment's own deadline."""
_INTERVAL_SECONDS = 0.5


class Unready(NamedTuple):
    """A workload that is not ready."""

    workload: Workload
    problem: Problem
    live: Mapping[str, Any] | None
    """The object; None if it does not exist."""


def unready(api: ClusterApi, workloads: Sequence[Workload]) -> list[Unready]:
    """The workloads that are not ready now. Raises UnreachableError."""
    pairs = live_objects(api, workloads)
    result = [Unready(workload, fault, live) for workload, live in pairs if (fault := problem(workload, live))]
    known = {entry.workload.urn for entry in result}
    return [*result, *(entry for entry in _without_claims(api, pairs) if entry.workload.urn not in known)]


def _without_claims(api: ClusterApi, pairs: Sequence[tuple[Workload, Mapping[str, Any] | None]]) -> Iterator[Unready]:
    """The StatefulSets whose claims somebody deleted."""
    sets = [
        (workload, live)
        for workload, live in pairs
        if workload.kind == "StatefulSet" and live and live["spec"].get("volumeClaimTemplates")
    ]
    leaving = [
        claim
        for namespace in sorted({workload.namespace for workload, _ in sets})
        for claim in api.items(CLAIMS, namespace=namespace)
        if "deletionTimestamp" in claim["metadata"]
    ]
    for workload, live in sets if leaving else ():
        names = [f"{item['metadata']['name']}-{workload.name}" for item in live["spec"]["volumeClaimTemplates"]]
        for claim in leaving:
            stem, _, ordinal = claim["metadata"]["name"].rpartition("-")
            is_used = ordinal.isdecimal() and int(ordinal) < live["spec"]["replicas"]
            if claim["metadata"]["namespace"] == workload.namespace and stem in names and is_used:
                yield Unready(workload, deleted_claim(claim), live)
                break


def live_objects(api: ClusterApi, workloads: Sequence[Workload]) -> list[tuple[Workload, Mapping[str, Any] | None]]:
    """The workloads with their objects; None: there is no such object. Raises UnreachableError."""
    places = sorted({(workload.kind, workload.namespace) for workload in workloads})
    kinds = {workload.kind: workload.resource for workload in workloads}
    with ThreadPoolExecutor() as threads:
        listings = threads.map(lambda place: api.items(kinds[place[0]], namespace=place[1]), places)
        objects = {
            (*place, item["metadata"]["name"]): item
            for place, items in zip(places, listings, strict=True)
            for item in items
        }
    return [(workload, objects.get((workload.kind, workload.namespace, workload.name))) for workload in workloads]


def wait_until_ready(api: ClusterApi, workloads: Sequence[Workload]) -> list[Unready]:
    """The workloads that are still not ready when each has failed or passed its deadline. Raises UnreachableError."""
    start, pending = time.monotonic(), unready(api, workloads)
    while waiting := [entry.workload for entry in pending if not entry.problem.final]:
        if time.monotonic() - start >= max(map(_limit, waiting)):
            break
        time.sleep(_INTERVAL_SECONDS)
        pending = unready(api, [entry.workload for entry in pending])
    return pending


def _limit(workload: Workload) -> float:
    return workload.deadline + (_GRACE_SECONDS if workload.kind == "Deployment" else 0)

"""Judges whether a live workload is what its stack deployed: there, at this revision, with all its pods ready.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from anykube_cli.workloads import Workload

CLAIM = "PersistentVolumeClaim"
Live = Mapping[str, Any]
"""An object, as the API server returns it."""


class Problem(NamedTuple):
    """Why a workload is not ready."""

    reason: str
    """In one word; empty if only its pods or events can tell."""
    message: str
    final: bool = False
    """Whether waiting cannot help."""


def problem(workload: Workload, live: Live | None) -> Problem | None:
    """Why the workload is not ready; None if it is. `live` is None if the object does not exist."""
    if live is None:
        return None if _expires(workload) else Problem("NotFound", "it does not exist in the cluster", final=True)
    if leaving := live["metadata"].get("deletionTimestamp"):
        return deleted_claim(live) if workload.kind == CLAIM else Problem("Terminating", _since(leaving, live))
    return next(_problems(workload, live), None)


def deleted_claim(claim: Live) -> Problem:
    """Why a claim that somebody deleted is a problem: Kubernetes removes it when no pod uses it any longer."""
    message = f"somebody deleted the claim {claim['metadata']['name']}: its data goes when its last pod ends"
    return Problem("ClaimDeleted", message, final=True)


def _since(time: str, live: Live) -> str:
    finalizers = live["metadata"].get("finalizers")
    return f"it is being deleted since {time}" + (f", and waits for {', '.join(finalizers)}" if finalizers else "")


def condition(live: Live, kind: str) -> Mapping[str, Any]:
    """The condition of this type; empty if the object has none."""
    conditions = (live.get("status") or {}).get("conditions") or ()
    return next((condition for condition in conditions if condition["type"] == kind), {})


def _problems(workload: Workload, live: Live) -> Iterator[Problem]:
    spec, status = live["spec"], live.get("status") or {}
    match workload.kind:
        case "CronJob":
            if spec.get("suspend") and not workload.spec.get("suspend"):
                yield Problem("Suspended", "somebody suspended it outside Anykube, so no run starts", final=True)
        case "PersistentVolumeClaim":
            if status.get("phase") == "Lost":
                yield Problem("Lost", "its volume does not exist any longer", final=True)
        case "Job":
            yield from _job(spec, live)
        case "DaemonSet":
            yield from _observed(live)
            desired = status.get("desiredNumberScheduled", 0)
            if (spec.get("updateStrategy") or {}).get("type") != "OnDelete":
                yield from _pods("updated", status.get("updatedNumberScheduled", 0), desired)
            yield from _pods("ready", status.get("numberReady", 0), desired)
        case "StatefulSet":
            yield from _replicas(workload, live)
            yield from _observed(live)
            yield from _pods("updated", status.get("updatedReplicas", 0), _to_update(spec))
            yield from _pods("ready", status.get("readyReplicas", 0), spec["replicas"])
        case "Deployment":
            yield from _replicas(workload, live)
            yield from _deployment(live)


def _deployment(live: Live) -> Iterator[Problem]:
    spec, status = live["spec"], live.get("status") or {}
    # Another revision is left while its pods count. https://github.com/kubernetes/kubectl: rollout_status.go
    updated, others = status.get("updatedReplicas", 0), status.get("replicas", 0) - status.get("updatedReplicas", 0)
    unfinished = [
        *_observed(live),
        *_pods("updated", updated, spec["replicas"]),
        *([Problem("", f"{others} pods of another revision still run")] if others > 0 else []),
        *_pods("ready", status.get("readyReplicas", 0), spec["replicas"]),
    ]
    if not unfinished:
        return
    if spec.get("paused"):
        command = f"kubectl rollout resume deployment/{live['metadata']['name']} -n {live['metadata']['namespace']}"
        yield Problem("Paused", f"somebody paused its rollout outside Anykube. To resume it: {command}", final=True)
    exceeded = condition(live, "Progressing").get("reason") == "ProgressDeadlineExceeded"
    yield from (problem._replace(final=exceeded) for problem in unfinished)


def _observed(live: Live) -> Iterator[Problem]:
    if (live.get("status") or {}).get("observedGeneration", 0) < live["metadata"].get("generation", 0):
        yield Problem("", "its controller has not seen the last change yet")


def _replicas(workload: Workload, live: Live) -> Iterator[Problem]:
    """Whether somebody scaled the workload below what its settings say."""
    replicas, applied = live["spec"]["replicas"], workload.spec.get("replicas", 1)
    if not isinstance(applied, int):
        return
    if workload.autoscaled:
        # https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation
        if replicas == 0 and applied > 0:
            metadata = live["metadata"]
            target = f"{workload.kind.lower()}/{metadata['name']} --replicas={applied} -n {metadata['namespace']}"
            message = f"somebody scaled it to 0 pods, which stops its autoscaler. To start it: kubectl scale {target}"
            yield Problem("AutoscalerStopped", message, final=True)
    elif replicas < applied:
        yield Problem("Scaled", f"somebody scaled it to {replicas} pods; its settings say {applied}", final=True)


def _to_update(spec: Mapping[str, Any]) -> int:
    """The number of pods of a StatefulSet that its update strategy updates.

    https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies
    """
    strategy = spec.get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return 0
    partition: int = (strategy.get("rollingUpdate") or {}).get("partition") or 0
    replicas: int = spec["replicas"]
    return max(replicas - partition, 0)


def _pods(state: str, count: int, desired: int) -> Iterator[Problem]:
    if count < desired:
        yield Problem("", f"{count} of {desired} pods are {state}")


def _job(spec: Mapping[str, Any], live: Live) -> Iterator[Problem]:
    failed = condition(live, "Failed")
    if failed.get("status") == "True":
        yield Problem(failed.get("reason", "Failed"), failed.get("message", ""), final=True)
    elif condition(live, "Complete").get("status") != "True" and not spec.get("suspend"):
        yield Problem("", "the job has not finished")


def _expires(workload: Workload) -> bool:
    """Whether Kubernetes itself deletes the object once it has finished."""
    return workload.kind == "Job" and "ttlSecondsAfterFinished" in workload.spec

"""Explains why workloads are not ready: container states, conditions, the last warning event, and a remedy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from anykube_cli.cluster_api import CLAIMS, EVENTS, PODS, ClusterApi
from anykube_cli.readiness import CLAIM, condition
from anykube_cli.rollouts import Unready

_PULL = "Check the name of the image, and that the nodes may pull it (pull_secrets, registries)."
_TAKE_BACK = "To set it as the settings say: anykube up --stack STACK --take-back APP"
REMEDIES: Mapping[str, str] = {
    "ErrImagePull": _PULL,
    "ImagePullBackOff": _PULL,
    "InvalidImageName": "Correct the name of the image.",
    "CrashLoopBackOff": "The container crashes. Read its last log with `kubectl logs --previous`.",
    "CreateContainerConfigError": "A Secret or ConfigMap in env or files does not exist. Create it, or fix its name.",
    "OOMKilled": "The container ran out of memory. Raise resources.memory.",
    "Evicted": "The node ran out of memory or disk. Raise resources.memory, or use larger nodes.",
    "Unhealthy": "Check that the app responds at health.path on its port within health.startup_seconds.",
    "FailedScheduling": "No node fits. Raise the pool's max, lower resources, or check taints, zones and spread.",
    "FailedMount": "A volume, Secret or ConfigMap does not exist. Create it, or fix its name.",
    "FailedCreate": "The API server rejects the pod. Check the namespace's quota and pod security level.",
    "NotFound": "Somebody deleted it. The next `anykube up` creates it again.",
    "ClaimDeleted": "Copy the data now. Kubernetes cannot undo the deletion.",
    "Terminating": "Remove what its finalizers wait for. If the node of a pod is gone: kubectl delete pod NAME --force",
    "UnboundClaim": "Check storage_class, size and access of the volume, and `kubectl describe pvc`.",
    "Error": "The container failed. Read its log with `kubectl logs OBJECT`. The next `anykube up` runs a job again.",
    "Scaled": _TAKE_BACK,
    "Suspended": _TAKE_BACK,
}
"""What to do, by the reason that Kubernetes or `readiness` reports."""


@dataclass(frozen=True)
class Failure:
    """A workload that is not ready, with the reason."""

    namespace: str
    app: str
    """The app, by its name in the settings; empty for an object outside the apps."""
    object: str
    """A pod that is not ready, or KIND/NAME of the workload if it has no such pod."""
    reason: str
    message: str
    stack: str = ""

    @property
    def remedy(self) -> str:
        """What to do; empty if unknown."""
        place = f"{self.object} -n {self.namespace}"
        remedy = REMEDIES.get(self.reason, "").replace("OBJECT", place)
        return remedy.replace("STACK", self.stack).replace("APP", self.app or self.object)

    def __str__(self) -> str:
        # A pod's name starts with the name of its app, unless the app was renamed.
        app = f" (app {self.app})" if self.app and self.app not in self.object else ""
        return f"{self.namespace}/{self.object}{app}: {self.reason}: {self.message}"


def failures(api: ClusterApi, unready: Sequence[Unready]) -> list[Failure]:
    """The failure of each of these workloads. Raises UnreachableError."""
    namespaces = sorted({entry.workload.namespace for entry in unready})
    pods = {namespace: api.items(PODS, namespace=namespace) for namespace in namespaces}
    events = {
        namespace: sorted(
            api.items(EVENTS, namespace=namespace, fields={"type": "Warning"}),
            key=lambda event: event.get("lastTimestamp") or event.get("eventTime") or "",
        )
        for namespace in namespaces
    }
    return [
        _failure(api, entry, pods[entry.workload.namespace], events[entry.workload.namespace])
        for entry in sorted(unready, key=lambda entry: str(entry.workload))
    ]


def _failure(
    api: ClusterApi, entry: Unready, pods: Sequence[Mapping[str, Any]], events: Sequence[Mapping[str, Any]]
) -> Failure:
    workload, problem = entry.workload, entry.problem
    is_about_pods = not problem.reason or workload.kind == "Job"
    pod = _newest_unhealthy(pods, entry.live) if is_about_pods else None
    leaving = _stuck_in_deletion(pods, entry.live) if is_about_pods and not pod else None
    if pod:
        name = pod["metadata"]["name"]
        reason, message = _pod_failure(pod, _last_warning(events, "Pod", name))
        if reason == "FailedScheduling" and "persistentvolumeclaim" in message.lower():
            reason, message = "UnboundClaim", "; ".join([message, *_unbound_claims(api, pod, events)])
    elif leaving:
        name, reason = leaving["metadata"]["name"], "Terminating"
        waits = leaving["metadata"].get("finalizers")
        message = f"{problem.message}; this pod should be gone since {leaving['metadata']['deletionTimestamp']}"
        message += f", and waits for {', '.join(waits)}" if waits else ""
    else:
        name = f"{workload.kind}/{workload.name}"
        reason, message = (problem.reason, problem.message) if problem.reason else _workload_failure(entry, events)
    return Failure(workload.namespace, workload.app, name, reason, message, workload.stack)


def _unbound_claims(api: ClusterApi, pod: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The pod's claims without a volume, each with the last warning about it."""
    volumes = (pod.get("spec") or {}).get("volumes") or ()
    names = {volume["persistentVolumeClaim"]["claimName"] for volume in volumes if "persistentVolumeClaim" in volume}
    for claim in api.items(CLAIMS, namespace=pod["metadata"]["namespace"]):
        name, phase = claim["metadata"]["name"], (claim.get("status") or {}).get("phase")
        if name in names and phase != "Bound":
            warning = _last_warning(events, CLAIM, name) or {}
            yield f"the claim {name} is {phase}" + (f": {warning['message']}" if warning.get("message") else "")


def _stuck_in_deletion(pods: Sequence[Mapping[str, Any]], live: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A pod that should be gone, after the grace period with which Kubernetes ends it."""
    now = datetime.now(UTC).isoformat()
    leaving = [pod for pod in _pods_of(pods, live) if pod["metadata"].get("deletionTimestamp", now) < now]
    return min(leaving, key=lambda pod: str(pod["metadata"]["deletionTimestamp"]), default=None)


def _pods_of(pods: Sequence[Mapping[str, Any]], live: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    selector = ((live or {}).get("spec") or {}).get("selector")
    labels = selector.get("matchLabels") if isinstance(selector, Mapping) else None
    if not isinstance(labels, Mapping) or not labels:
        return []
    return [pod for pod in pods if labels.items() <= (pod["metadata"].get("labels") or {}).items()]


def _newest_unhealthy(pods: Sequence[Mapping[str, Any]], live: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    unhealthy = [pod for pod in _pods_of(pods, live) if not _is_healthy(pod)]
    return max(unhealthy, key=lambda pod: str(pod["metadata"]["creationTimestamp"]), default=None)


def _is_healthy(pod: Mapping[str, Any]) -> bool:
    if pod["status"].get("phase") == "Succeeded" or "deletionTimestamp" in pod["metadata"]:
        return True
    return bool(condition(pod, "Ready").get("status") == "True")


def _pod_failure(pod: Mapping[str, Any], warning: Mapping[str, Any] | None) -> tuple[str, str]:
    status, state = pod["status"], next(_waiting(pod), None)
    if status.get("phase") == "Failed" and status.get("reason"):  # such as Evicted
        return status["reason"], status.get("message", "")
    if state:
        reason, message = state["reason"], state.get("message", "")
    elif warning:
        reason, message = warning.get("reason", ""), warning.get("message", "")
    else:
        reason, message = status.get("phase", "Unknown"), "the readiness probe has not succeeded yet"
    if state and warning and warning.get("message"):
        message = f"{message}; {warning['message']}"
    return reason, message


def _workload_failure(entry: Unready, events: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """The failure of a workload that has fewer pods than it should, none of which is unhealthy."""
    refused = condition(entry.live or {}, "ReplicaFailure")
    if refused.get("status") == "True":
        return refused["reason"], f"{entry.problem.message}; {refused.get('message', '')}"
    warning = _last_warning(events, entry.workload.kind, entry.workload.name)
    if warning:
        return warning.get("reason", ""), f"{entry.problem.message}; {warning.get('message', '')}"
    return "NotReady", entry.problem.message


def _last_warning(events: Sequence[Mapping[str, Any]], kind: str, name: str) -> Mapping[str, Any] | None:
    subjects = ((event, event["involvedObject"]) for event in reversed(events))
    return next((e for e, subject in subjects if (subject.get("kind"), subject.get("name")) == (kind, name)), None)


def _waiting(pod: Mapping[str, Any]) -> Iterator[Any]:
    """The states of waiting or failed containers. Init containers first, because the others wait for them."""
    for field in ("initContainerStatuses", "containerStatuses"):
        for container in pod["status"].get(field, []):
            state = container.get("state", {})
            if "waiting" in state and state["waiting"].get("reason") not in (None, "PodInitializing"):
                yield state["waiting"]
            elif state.get("terminated", {}).get("exitCode"):
                yield state["terminated"]

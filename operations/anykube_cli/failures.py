"""Explains why pods are not ready: container states, the last warning event, and a remedy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from anykube_cli.cluster_api import EVENTS, MANAGED, PODS, ClusterApi

_PULL = "Check the name of the image, and that the nodes may pull it (pull_secrets, registries)."
REMEDIES: Mapping[str, str] = {
    "ErrImagePull": _PULL,
    "ImagePullBackOff": _PULL,
    "InvalidImageName": "Correct the name of the image.",
    "CrashLoopBackOff": "The container crashes. Read its last log with `kubectl logs --previous`.",
    "CreateContainerConfigError": "A Secret or ConfigMap in env or files does not exist. Create it, or fix its name.",
    "OOMKilled": "The container ran out of memory. Raise resources.memory.",
    "Unhealthy": "Check that the app responds at health.path on its port within health.startup_seconds.",
    "FailedScheduling": "No node fits. Raise the pool's max, lower resources, or check taints, zones and spread.",
    "FailedMount": "A volume, Secret or ConfigMap does not exist. Create it, or fix its name.",
    "FailedCreate": "The API server rejects the pod. Check the namespace's quota and pod security level.",
}
"""What to do, by the reason that Kubernetes reports."""


@dataclass(frozen=True)
class Failure:
    """A pod that is not ready, with the reason."""

    namespace: str
    app: str
    pod: str
    reason: str
    message: str

    @property
    def remedy(self) -> str:
        """What to do; empty if unknown."""
        return REMEDIES.get(self.reason, "")


def failures(kubeconfig: str) -> list[Failure]:
    """For each of Anykube's apps with pods that are not ready, the failure of the newest. Raises UnreachableError."""
    with ClusterApi(kubeconfig) as api:
        pods, events = api.items(PODS, labels=MANAGED), api.items(EVENTS, fields={"type": "Warning"})
    warnings: dict[tuple[str, str], Any] = {}
    for event in sorted(events, key=lambda event: event.get("lastTimestamp") or event.get("eventTime") or ""):
        pod = event["involvedObject"]
        warnings[pod.get("namespace", ""), pod["name"]] = event
    newest = {
        (pod["metadata"]["namespace"], pod["metadata"]["labels"].get("app.kubernetes.io/name", "")): pod
        for pod in sorted(pods, key=lambda pod: str(pod["metadata"]["creationTimestamp"]))
        if not _is_healthy(pod)
    }
    return [
        _failure(namespace, app, pod, warnings.get((namespace, pod["metadata"]["name"])))
        for (namespace, app), pod in sorted(newest.items())
    ]


def _is_healthy(pod: Mapping[str, Any]) -> bool:
    if pod["status"].get("phase") == "Succeeded" or "deletionTimestamp" in pod["metadata"]:
        return True
    conditions = pod["status"].get("conditions", [])
    return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)


def _failure(namespace: str, app: str, pod: Mapping[str, Any], warning: Mapping[str, Any] | None) -> Failure:
    state = next(_waiting(pod), None)
    if state:
        reason, message = state["reason"], state.get("message", "")
    elif warning:
        reason, message = warning.get("reason", ""), warning.get("message", "")
    else:
        reason, message = pod["status"].get("phase", "Unknown"), "the readiness probe has not succeeded yet"
    if state and warning and warning.get("message"):
        message = f"{message}; {warning['message']}"
    return Failure(namespace, app, pod["metadata"]["name"], reason, message)


def _waiting(pod: Mapping[str, Any]) -> Iterator[Any]:
    """The states of waiting or failed containers. Init containers first, because the others wait for them."""
    for field in ("initContainerStatuses", "containerStatuses"):
        for container in pod["status"].get(field, []):
            state = container.get("state", {})
            if "waiting" in state and state["waiting"].get("reason") not in (None, "PodInitializing"):
                yield state["waiting"]
            elif state.get("terminated", {}).get("exitCode"):
                yield state["terminated"]

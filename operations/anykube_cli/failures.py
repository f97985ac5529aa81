"""Why pods are not ready: what they say of themselves, the last warning about them, and what helps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from anykube_cli.cluster_api import EVENTS, MANAGED, PODS, ClusterApi

REMEDIES: Mapping[str, str] = {
    "ErrImagePull": "is the image's name right, and may the nodes pull it (pull_secrets, registries)?",
    "ImagePullBackOff": "is the image's name right, and may the nodes pull it (pull_secrets, registries)?",
    "InvalidImageName": "correct the image's name",
    "CrashLoopBackOff": "kubectl logs --previous shows the last words of the container",
    "CreateContainerConfigError": "a Secret or ConfigMap that env or files name is not there",
    "OOMKilled": "raise resources.memory",
    "Unhealthy": "does the app answer at health.path on its port? health.startup_seconds is the time that it has",
    "FailedScheduling": "no node has room: raise the pool's max or lower resources, or see to taints, zones and spread",
    "FailedMount": "a volume, Secret or ConfigMap is not there",
    "FailedCreate": "the API server refuses the pod: a quota, or what the namespace demands of pods",
}
"""By the reason that Kubernetes gives."""


@dataclass(frozen=True)
class Failure:
    """A pod that is not ready, and why."""

    namespace: str
    app: str
    pod: str
    reason: str
    message: str

    @property
    def remedy(self) -> str:
        """What helps, where that is known."""
        return REMEDIES.get(self.reason, "")


def failures(kubeconfig: str) -> list[Failure]:
    """One for each app of ours with pods that are not ready: of its youngest. Raises UnreachableError."""
    with ClusterApi(kubeconfig) as api:
        pods, events = api.items(PODS, labels=MANAGED), api.items(EVENTS, fields={"type": "Warning"})
    warnings: dict[tuple[str, str], Any] = {}
    for event in sorted(events, key=lambda event: event.get("lastTimestamp") or event.get("eventTime") or ""):
        about = event["involvedObject"]
        warnings[about.get("namespace", ""), about["name"]] = event
    youngest = {
        (pod["metadata"]["namespace"], pod["metadata"]["labels"].get("app.kubernetes.io/name", "")): pod
        for pod in sorted(pods, key=lambda pod: str(pod["metadata"]["creationTimestamp"]))
        if not _well(pod)
    }
    return [
        _failure(namespace, app, pod, warnings.get((namespace, pod["metadata"]["name"])))
        for (namespace, app), pod in sorted(youngest.items())
    ]


def _well(pod: Mapping[str, Any]) -> bool:
    if pod["status"].get("phase") == "Succeeded" or "deletionTimestamp" in pod["metadata"]:
        return True
    conditions = pod["status"].get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _failure(namespace: str, app: str, pod: Mapping[str, Any], warning: Mapping[str, Any] | None) -> Failure:
    state = next(_waiting(pod), None)
    if state:
        reason, message = state["reason"], state.get("message", "")
    elif warning:
        reason, message = warning.get("reason", ""), warning.get("message", "")
    else:
        reason, message = pod["status"].get("phase", "Unknown"), "its readiness probe has not passed yet"
    if state and warning and warning.get("message"):
        message = f"{message}; {warning['message']}"
    return Failure(namespace, app, pod["metadata"]["name"], reason, message)


def _waiting(pod: Mapping[str, Any]) -> Iterator[Any]:
    """What containers wait for, or how they ended; init containers first, since the others wait for them."""
    for field in ("initContainerStatuses", "containerStatuses"):
        for container in pod["status"].get(field, []):
            state = container.get("state", {})
            if "waiting" in state and state["waiting"].get("reason") not in (None, "PodInitializing"):
                yield state["waiting"]
            elif state.get("terminated", {}).get("exitCode"):
                yield state["terminated"]

"""Replaces pods of a StatefulSet that block it, while a run deploys a newer revision.

With pods that start in order, Kubernetes waits for a broken pod to become ready before it replaces it, even if the new
revision would mend it: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
And if a StatefulSet was created again with another claim template, its controller tries forever to add the claim to the
pods that it adopted, which no pod allows.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from anykube_cli.cluster_api import PODS, STATEFUL_SETS, ClusterApi, StatusError
from anykube_cli.kubeconfig import UnreachableError
from anykube_cli.readiness import condition
from anykube_cli.rollouts import unready
from anykube_cli.workloads import Workload

Json = Mapping[str, Any]

_INTERVAL_SECONDS = 2.0
_FIRST_STATUS = timedelta(seconds=2)
"""A kubelet records the condition Ready of a new pod with its first status."""
_STUCK = frozenset(
    {
        "CrashLoopBackOff",
        "CreateContainerConfigError",
        "CreateContainerError",
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
        "RunContainerError",
    }
)


@contextmanager
def replaced_stuck_pods(
    kubeconfig: str | None, workloads: Sequence[Workload], say: Callable[[str], object]
) -> Iterator[None]:
    """Replaces stuck pods of these workloads until the block ends."""
    stateful = [workload for workload in workloads if workload.kind == "StatefulSet"]
    if kubeconfig is None or not stateful:
        yield
        return
    end = threading.Event()
    thread = threading.Thread(target=_watch, args=(kubeconfig, stateful, say, end), daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def _watch(kubeconfig: str, workloads: Sequence[Workload], say: Callable[[str], object], end: threading.Event) -> None:
    try:
        with ClusterApi(kubeconfig) as api:
            while not end.wait(_INTERVAL_SECONDS):
                for entry in unready(api, workloads):
                    replace_stuck(api, entry.workload, say)
    except UnreachableError:
        pass  # the run itself reports it


def replace_stuck(api: ClusterApi, workload: Workload, say: Callable[[str], object]) -> None:
    """Deletes the stuck pods of a StatefulSet, so that its controller creates them from the new revision."""
    for live in api.items(STATEFUL_SETS, namespace=workload.namespace, fields={"metadata.name": workload.name}):
        pods = [pod for pod in api.items(PODS, namespace=workload.namespace) if _is_owned(pod, live)]
        for pod in pods:
            if is_stuck(pod, live, timedelta(seconds=workload.deadline)):
                _delete(
                    api,
                    pod,
                    workload,
                    say,
                    "It never became ready on its earlier revision, and Kubernetes would wait for it forever.",
                )
        if pod := without_claim(pods, live):
            _delete(api, pod, workload, say, "Its new claim can only be added to a new pod.")


def without_claim(pods: Sequence[Json], stateful_set: Json) -> Json | None:
    """The next pod that lacks a claim of its StatefulSet. None while another pod is not ready."""
    spec = stateful_set["spec"]
    templates = {item["metadata"]["name"] for item in spec.get("volumeClaimTemplates") or ()}
    lacking = [pod for pod in pods if templates - {volume["name"] for volume in pod["spec"].get("volumes") or ()}]
    if not lacking or (spec.get("updateStrategy") or {}).get("type") == "OnDelete":
        return None
    first = min(lacking, key=_ordinal)
    is_available = all(condition(pod, "Ready").get("status") == "True" for pod in pods if pod is not first)
    is_complete = len(pods) >= spec["replicas"] and "deletionTimestamp" not in first["metadata"]
    return first if is_available and is_complete else None


def _ordinal(pod: Json) -> int:
    return int(pod["metadata"]["name"].rpartition("-")[2])


def _is_owned(pod: Json, stateful_set: Json) -> bool:
    owners = pod["metadata"].get("ownerReferences") or ()
    return stateful_set["metadata"]["uid"] in {owner["uid"] for owner in owners}


def _delete(api: ClusterApi, pod: Json, workload: Workload, say: Callable[[str], object], reason: str) -> None:
    metadata = pod["metadata"]
    # Only this pod in this state: it may have become ready in the meantime.
    conditions = {key: metadata[key] for key in ("uid", "resourceVersion")}
    try:
        api.request(
            "DELETE",
            f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}",
            body={"preconditions": conditions},
        )
    except StatusError:
        return  # it changed, or is gone: look again
    say(f"{workload.app or workload.name}: deleted the pod {metadata['namespace']}/{metadata['name']}. {reason}")


def is_stuck(pod: Json, stateful_set: Json, deadline: timedelta) -> bool:
    """Whether the pod never became ready, on a revision that the StatefulSet no longer has, and cannot recover.

    `deadline`: the age from which a pod that merely runs counts as stuck.
    """
    metadata, spec, status = pod["metadata"], stateful_set["spec"], stateful_set.get("status") or {}
    strategy = spec.get("updateStrategy") or {}
    waits_for_it = spec.get("podManagementPolicy") != "Parallel" and strategy.get("type") != "OnDelete"
    if not _is_owned(pod, stateful_set) or not waits_for_it or "deletionTimestamp" in metadata:
        return False
    is_observed = status.get("observedGeneration", 0) >= stateful_set["metadata"]["generation"]
    revision = metadata["labels"].get("controller-revision-hash")
    ordinal = _ordinal(pod) - ((spec.get("ordinals") or {}).get("start") or 0)
    is_updated = ordinal >= ((strategy.get("rollingUpdate") or {}).get("partition") or 0)
    if not is_observed or not is_updated or revision in (None, status.get("updateRevision")):
        return False
    return _never_ready(pod) and _cannot_recover(pod, deadline)


def _never_ready(pod: Json) -> bool:
    ready = condition(pod, "Ready")
    if not ready:
        return True  # no kubelet has it yet
    start = pod["status"].get("startTime")
    unchanged = start is not None and _time(ready["lastTransitionTime"]) - _time(start) <= _FIRST_STATUS
    return ready["status"] != "True" and unchanged


def _cannot_recover(pod: Json, deadline: timedelta) -> bool:
    status = pod["status"]
    containers = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    reasons = {((container.get("state") or {}).get("waiting") or {}).get("reason") for container in containers}
    unschedulable = condition(pod, "PodScheduled").get("reason") == "Unschedulable"
    restarted = any(container.get("restartCount", 0) > 0 for container in containers)
    is_old = datetime.now(UTC) - _time(pod["metadata"]["creationTimestamp"]) > deadline
    return bool(reasons & _STUCK) or unschedulable or restarted or is_old


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)

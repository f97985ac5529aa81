"""Why pods are not ready, from the objects of the API server."""

from typing import Any

import pytest
from anykube_cli import failures as module
from anykube_cli.cluster_api import ClusterApi
from anykube_cli.failures import failures
from anykube_cli.readiness import Problem
from anykube_cli.rollouts import Unready
from anykube_cli.workloads import Workload

from tests.operations.api_server import ApiServer

LABEL = "app.kubernetes.io/name"


def _pod(name: str, created: str = "2026-01-01T00:00:00Z", app: str = "web", **status: Any) -> dict[str, Any]:
    labels = {LABEL: app}
    metadata = {"name": name, "namespace": "demo", "creationTimestamp": created, "labels": labels}
    return {"metadata": metadata, "status": {"phase": "Pending", **status}}


def _waiting(reason: str, message: str = "") -> dict[str, Any]:
    return {"state": {"waiting": {"reason": reason, "message": message}}}


_READY: dict[str, Any] = {"conditions": [{"type": "Ready", "status": "True"}]}


def _event(
    name: str, reason: str, message: str, last: str = "2026-01-01T00:00:00Z", kind: str = "Pod"
) -> dict[str, Any]:
    return {
        "involvedObject": {"namespace": "demo", "kind": kind, "name": name},
        "reason": reason,
        "message": message,
        "lastTimestamp": last,
    }


_LIVE: dict[str, Any] = {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {LABEL: "web"}}}}


def _unready(
    problem: Problem, live: dict[str, Any] | None = None, app: str = "web", kind: str = "Deployment"
) -> Unready:
    return Unready(Workload("urn:pulumi:local-a::anykube::t::n", kind, "demo", "web", app), problem, live or _LIVE)


_UNREADY = _unready(Problem("", "1 of 2 pods are ready"))


@pytest.fixture
def reported(api_server: ApiServer) -> Any:
    def report(pods: list[Any], events: list[Any], unready: Unready = _UNREADY) -> tuple[str, str, str]:
        api_server.add("/api/v1/namespaces/demo/pods", pods)
        api_server.add("/api/v1/namespaces/demo/events", events)
        with ClusterApi(api_server.kubeconfig({"token": "valid"})) as api:
            [failure] = failures(api, [unready])
        return failure.object, failure.reason, failure.message

    return report


def test_reports_a_pod_that_does_not_end(reported: Any) -> None:
    pod = _pod("a", **_READY)
    pod["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["example.com/backup"]}
    message = (
        "1 of 2 pods are ready; this pod should be gone since 2026-01-01T00:00:00Z, and waits for example.com/backup"
    )
    assert reported([pod], []) == ("a", "Terminating", message)


def test_reports_a_claim_without_a_volume(reported: Any, api_server: ApiServer) -> None:
    claim = {"metadata": {"name": "data-db-0", "namespace": "demo"}, "status": {"phase": "Pending"}}
    bound = {"metadata": {"name": "other", "namespace": "demo"}, "status": {"phase": "Bound"}}
    api_server.add("/api/v1/namespaces/demo/persistentvolumeclaims", [bound, claim])
    claims = [{"persistentVolumeClaim": {"claimName": name}} for name in ("data-db-0", "other")]
    pod = {**_pod("db-0"), "spec": {"volumes": [{"configMap": {}}, *claims]}}
    events = [
        _event("db-0", "FailedScheduling", "pod has unbound immediate PersistentVolumeClaims"),
        _event("data-db-0", "ProvisioningFailed", 'class "fast" not found', kind="PersistentVolumeClaim"),
    ]
    message = 'pod has unbound immediate PersistentVolumeClaims; the claim data-db-0 is Pending: class "fast" not found'
    assert reported([pod], events) == ("db-0", "UnboundClaim", message)


def test_ignores_healthy_pods_and_those_that_end(reported: Any) -> None:
    terminating = _pod("c")
    terminating["metadata"]["deletionTimestamp"] = "2999-01-01T00:00:00Z"
    pods = [_pod("a", **_READY), _pod("b", phase="Succeeded"), terminating]
    assert reported(pods, []) == ("Deployment/web", "NotReady", "1 of 2 pods are ready")


def test_reports_a_waiting_container_with_the_last_warning(reported: Any) -> None:
    pod = _pod("a", containerStatuses=[_waiting("ImagePullBackOff", "Back-off pulling")])
    events = [_event("a", "Failed", "earlier"), _event("a", "Failed", "not found", "2026-01-02T00:00:00Z")]
    assert reported([pod], events) == ("a", "ImagePullBackOff", "Back-off pulling; not found")


def test_reports_an_init_container_first(reported: Any) -> None:
    init = {"state": {"terminated": {"exitCode": 1, "reason": "Error", "message": "no schema"}}}
    pod = _pod("a", initContainerStatuses=[init], containerStatuses=[_waiting("PodInitializing")])
    assert reported([pod], []) == ("a", "Error", "no schema")


@pytest.mark.parametrize("reason", ["Unhealthy", "FailedScheduling"])
def test_reports_the_warning_without_a_container_state(reported: Any, reason: str) -> None:
    assert reported([_pod("a")], [_event("a", reason, "message")]) == ("a", reason, "message")
    assert module.REMEDIES[reason]


def test_case_35_reports_the_newest_pod_of_this_workload_alone(reported: Any) -> None:
    pods = [_pod("new", "2026-01-02T00:00:00Z"), _pod("old"), _pod("other", "2026-01-03T00:00:00Z", app="api")]
    assert reported(pods, []) == ("new", "Pending", "the readiness probe has not succeeded yet")


def test_reports_an_evicted_pod(reported: Any) -> None:
    pod = _pod("a", phase="Failed", reason="Evicted", message="The node was low on resource: memory.")
    assert reported([pod], []) == ("a", "Evicted", "The node was low on resource: memory.")


def test_reports_pods_that_the_api_server_refuses(reported: Any) -> None:
    refused = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota: small"}
    unready = _unready(Problem("", "1 of 2 pods are ready"), {**_LIVE, "status": {"conditions": [refused]}})
    expected = ("Deployment/web", "FailedCreate", "1 of 2 pods are ready; exceeded quota: small")
    assert reported([_pod("a", **_READY)], [], unready) == expected
    # A StatefulSet has no such condition.
    unready = _unready(Problem("", "1 of 2 pods are ready"), kind="StatefulSet")
    event = _event("web", "FailedCreate", "exceeded quota: small", kind="StatefulSet")
    assert reported([_pod("a", **_READY)], [event], unready) == ("StatefulSet/web", *expected[1:])


def test_reports_a_failed_job_by_its_pod_or_its_condition(reported: Any) -> None:
    failed = _unready(Problem("BackoffLimitExceeded", "it failed", final=True), kind="Job")
    assert reported([], [], failed) == ("Job/web", "BackoffLimitExceeded", "it failed")
    pod = _pod("a", containerStatuses=[{"state": {"terminated": {"exitCode": 1, "reason": "Error"}}}])
    assert reported([pod], [], failed) == ("a", "Error", "")


def test_names_the_app_and_the_remedy(api_server: ApiServer) -> None:
    for kind in ("pods", "events"):
        api_server.add(f"/api/v1/namespaces/demo/{kind}", [])
    with ClusterApi(api_server.kubeconfig({"token": "valid"})) as api:
        [failure] = failures(api, [_unready(Problem("Scaled", "somebody scaled it", final=True), app="store")])
    assert str(failure) == "demo/Deployment/web (app store): Scaled: somebody scaled it"
    assert "anykube up --stack local-a --take-back store" in failure.remedy

"""Why pods are not ready, from the objects of the API server."""

from typing import Any

import pytest
from anykube_cli import failures as module
from anykube_cli.failures import failures

from tests.operations.api_server import ApiServer


def _pod(name: str, created: str = "2026-01-01T00:00:00Z", app: str = "web", **status: Any) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": app}
    metadata = {"name": name, "namespace": "demo", "creationTimestamp": created, "labels": labels}
    return {"metadata": metadata, "status": {"phase": "Pending", **status}}


def _waiting(reason: str, message: str = "") -> dict[str, Any]:
    return {"state": {"waiting": {"reason": reason, "message": message}}}


_READY: dict[str, Any] = {"conditions": [{"type": "Ready", "status": "True"}]}


def _event(pod: str, reason: str, message: str, last: str = "2026-01-01T00:00:00Z") -> dict[str, Any]:
    pod_reference = {"namespace": "demo", "name": pod}
    return {"involvedObject": pod_reference, "reason": reason, "message": message, "lastTimestamp": last}


@pytest.fixture
def reported(api_server: ApiServer) -> Any:
    def report(pods: list[Any], events: list[Any]) -> list[tuple[str, str, str]]:
        api_server.add("/api/v1/pods", pods)
        api_server.add("/api/v1/events", events)
        result = failures(api_server.kubeconfig({"token": "valid"}))
        return [(failure.pod, failure.reason, failure.message) for failure in result]

    return report


def test_ignores_healthy_and_terminating_pods(reported: Any) -> None:
    terminating = _pod("c")
    terminating["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert reported([_pod("a", **_READY), _pod("b", phase="Succeeded"), terminating], []) == []


def test_reports_a_waiting_container_with_the_last_warning(reported: Any) -> None:
    pod = _pod("a", containerStatuses=[_waiting("ImagePullBackOff", "Back-off pulling")])
    events = [_event("a", "Failed", "not found", "2026-01-02T00:00:00Z"), _event("a", "Failed", "earlier")]
    assert reported([pod], events) == [("a", "ImagePullBackOff", "Back-off pulling; not found")]


def test_reports_an_init_container_first(reported: Any) -> None:
    init = {"state": {"terminated": {"exitCode": 1, "reason": "Error", "message": "no schema"}}}
    pod = _pod("a", initContainerStatuses=[init], containerStatuses=[_waiting("PodInitializing")])
    assert reported([pod], []) == [("a", "Error", "no schema")]


@pytest.mark.parametrize("reason", ["Unhealthy", "FailedScheduling"])
def test_reports_the_warning_without_a_container_state(reported: Any, reason: str) -> None:
    assert reported([_pod("a")], [_event("a", reason, "message")]) == [("a", reason, "message")]
    assert module.REMEDIES[reason]


def test_reports_the_newest_pod_of_each_app(reported: Any) -> None:
    pods = [_pod("new", "2026-01-02T00:00:00Z"), _pod("old"), _pod("other", app="api")]
    assert [pod for pod, _, _ in reported(pods, [])] == ["other", "new"]

"""Why pods are not ready, from what the API server says of them."""

from typing import Any

import pytest
from anykube_cli import failures as module
from anykube_cli.failures import failures

from tests.operations.api_server import ApiServer


def _pod(name: str, made: str = "2026-01-01T00:00:00Z", app: str = "web", **status: Any) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": app}
    metadata = {"name": name, "namespace": "demo", "creationTimestamp": made, "labels": labels}
    return {"metadata": metadata, "status": {"phase": "Pending", **status}}


def _waits(reason: str, message: str = "") -> dict[str, Any]:
    return {"state": {"waiting": {"reason": reason, "message": message}}}


_READY: dict[str, Any] = {"conditions": [{"type": "Ready", "status": "True"}]}


def _event(pod: str, reason: str, message: str, last: str = "2026-01-01T00:00:00Z") -> dict[str, Any]:
    about = {"namespace": "demo", "name": pod}
    return {"involvedObject": about, "reason": reason, "message": message, "lastTimestamp": last}


@pytest.fixture
def told(api_server: ApiServer) -> Any:
    def tell(pods: list[Any], events: list[Any]) -> list[tuple[str, str, str]]:
        api_server.add("/api/v1/pods", pods)
        api_server.add("/api/v1/events", events)
        found = failures(api_server.kubeconfig({"token": "valid"}))
        return [(failure.pod, failure.reason, failure.message) for failure in found]

    return tell


def test_what_is_well_is_not_told(told: Any) -> None:
    ending = _pod("c")
    ending["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert told([_pod("a", **_READY), _pod("b", phase="Succeeded"), ending], []) == []


def test_what_a_container_waits_for_with_the_last_warning(told: Any) -> None:
    pod = _pod("a", containerStatuses=[_waits("ImagePullBackOff", "Back-off pulling")])
    events = [_event("a", "Failed", "not found", "2026-01-02T00:00:00Z"), _event("a", "Failed", "earlier")]
    assert told([pod], events) == [("a", "ImagePullBackOff", "Back-off pulling; not found")]


def test_an_init_container_goes_first(told: Any) -> None:
    init = {"state": {"terminated": {"exitCode": 1, "reason": "Error", "message": "no schema"}}}
    pod = _pod("a", initContainerStatuses=[init], containerStatuses=[_waits("PodInitializing")])
    assert told([pod], []) == [("a", "Error", "no schema")]


@pytest.mark.parametrize("reason", ["Unhealthy", "FailedScheduling"])
def test_the_warning_where_no_container_says_anything(told: Any, reason: str) -> None:
    assert told([_pod("a")], [_event("a", reason, "why")]) == [("a", reason, "why")]
    assert module.REMEDIES[reason]


def test_one_for_each_app_of_its_youngest_pod(told: Any) -> None:
    pods = [_pod("new", "2026-01-02T00:00:00Z"), _pod("old"), _pod("other", app="api")]
    assert [pod for pod, _, _ in told(pods, [])] == ["other", "new"]

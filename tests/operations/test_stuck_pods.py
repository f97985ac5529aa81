"""Which pods of a StatefulSet a run may replace."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from anykube_cli.stuck_pods import is_stuck

_START = "2026-01-01T00:00:00Z"
_LATER = "2026-01-01T00:01:00Z"


def _set(spec: dict[str, Any] | None = None, **status: Any) -> dict[str, Any]:
    return {
        "metadata": {"uid": "s", "generation": 3},
        "spec": {"podManagementPolicy": "OrderedReady", "updateStrategy": {"type": "RollingUpdate"}, **(spec or {})},
        "status": {"observedGeneration": 3, "updateRevision": "db-new", **status},
    }


def _pod(
    reason: str = "ImagePullBackOff",
    revision: str = "db-old",
    ready: str = "False",
    since: str = _START,
    created: str = _START,
    owner: str = "s",
    **metadata: Any,
) -> dict[str, Any]:
    state = {"waiting": {"reason": reason}} if reason else {"running": {}}
    return {
        "metadata": {
            "name": "db-2",
            "creationTimestamp": created,
            "labels": {"controller-revision-hash": revision},
            "ownerReferences": [{"uid": owner}],
            **metadata,
        },
        "status": {
            "startTime": _START,
            "conditions": [{"type": "Ready", "status": ready, "lastTransitionTime": since}],
            "containerStatuses": [{"restartCount": 0, "state": state}],
        },
    }


_NOW = datetime.now(UTC).isoformat()
_PENDING: dict[str, Any] = {
    **_pod(created=_NOW),
    "status": {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]},
}


@pytest.mark.parametrize(
    "pod", [_pod(), _pod("CrashLoopBackOff"), _pod(""), _PENDING], ids=["image", "crashing", "old", "unschedulable"]
)
def test_a_pod_that_never_became_ready_is_stuck(pod: Any) -> None:
    assert is_stuck(pod, _set(), timedelta(seconds=300))


@pytest.mark.parametrize(
    ("pod", "stateful_set"),
    [
        (_pod(revision="db-new"), _set()),
        (_pod(ready="True"), _set()),
        (_pod(since=_LATER), _set()),  # it was ready before
        (_pod("", created=_NOW), _set()),  # it still starts
        (_pod("ContainerCreating", created=_NOW), _set()),
        (_pod(owner="other"), _set()),
        (_pod(deletionTimestamp=_LATER), _set()),
        (_pod(), _set(observedGeneration=2)),
        (_pod(), _set({"podManagementPolicy": "Parallel"})),
        (_pod(), _set({"updateStrategy": {"type": "OnDelete"}})),
        (_pod(), _set({"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 3}}})),
    ],
)
def test_any_other_pod_stays(pod: Any, stateful_set: Any) -> None:
    assert not is_stuck(pod, stateful_set, timedelta(seconds=300))

"""Rollouts that the engine took for finished, from what the API server says of them."""

from typing import Any

import pytest
from anykube.settings.model import StackSettings
from anykube_cli import rollouts as module
from anykube_cli.rollouts import failed

from tests.operations.api_server import ApiServer

_PAGE = StackSettings.model_validate(
    {
        "cluster": {"stack": "local"},
        "namespace": "demo",
        "apps": {
            "web": {"image": "r/web:1", "renamed_from": ["www"]},
            "api": {"image": "r/api:1", "namespace": "other"},
        },
    }
)


def _deployment(name: str, reason: str, namespace: str = "demo", updated: int = 2, seen: int = 3) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": namespace, "generation": 3},
        "spec": {"replicas": 2, "progressDeadlineSeconds": 0},
        "status": {
            "observedGeneration": seen,
            "updatedReplicas": updated,
            "conditions": [{"type": "Available", "reason": "x"}, {"type": "Progressing", "reason": reason}],
        },
    }


@pytest.fixture
def cluster(api_server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(module, "_SLACK", 0.0)

    def answer(*looks: list[dict[str, Any]]) -> list[str]:
        api_server.add("/apis/apps/v1/deployments", *looks)
        return failed(api_server.kubeconfig({"token": "valid"}), _PAGE)

    return answer


def test_what_is_rolled_out_has_not_failed(cluster: Any) -> None:
    assert cluster([_deployment("www", "NewReplicaSetAvailable")]) == []


@pytest.mark.parametrize(
    "stuck",
    [
        _deployment("www", "ProgressDeadlineExceeded"),
        # What was there is scaled, and the new revision not begun.
        _deployment("www", "NewReplicaSetAvailable", updated=0),
        _deployment("www", "NewReplicaSetAvailable", seen=2),
        _deployment("www", "ReplicaSetUpdated"),
    ],
)
def test_what_is_stuck_has_failed(cluster: Any, stuck: dict[str, Any]) -> None:
    assert cluster([stuck]) == ["demo/www"]


def test_what_is_under_way_is_waited_for(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SLACK", 60.0)
    under_way = _deployment("www", "ReplicaSetUpdated", updated=1)
    assert cluster([under_way], [under_way], [_deployment("www", "NewReplicaSetAvailable")]) == []
    assert cluster([under_way], [_deployment("www", "ProgressDeadlineExceeded")]) == ["demo/www"]


def test_other_peoples_are_not_asked_for(cluster: Any) -> None:
    others = [_deployment("api", "ProgressDeadlineExceeded"), _deployment("shop", "ProgressDeadlineExceeded")]
    assert cluster(others) == []
    found = [_deployment(name, "ProgressDeadlineExceeded", "other") for name in ("api", "api-next")]
    assert cluster(found) == ["other/api", "other/api-next"]

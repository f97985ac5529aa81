"""Rollouts that Pulumi reported as finished, as the API server returns them."""

from typing import Any

import pytest
from anykube.settings.model import StackSettings
from anykube_cli import rollouts as module
from anykube_cli.rollouts import failed

from tests.operations.api_server import ApiServer

_SETTINGS = StackSettings.model_validate(
    {
        "cluster": {"stack": "local"},
        "namespace": "demo",
        "apps": {
            "web": {"image": "r/web:1", "renamed_from": ["www"]},
            "api": {"image": "r/api:1", "namespace": "other"},
        },
    }
)


def _deployment(name: str, reason: str, namespace: str = "demo", updated: int = 2, observed: int = 3) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": namespace, "generation": 3},
        "spec": {"replicas": 2, "progressDeadlineSeconds": 0},
        "status": {
            "observedGeneration": observed,
            "updatedReplicas": updated,
            "conditions": [{"type": "Available", "reason": "x"}, {"type": "Progressing", "reason": reason}],
        },
    }


@pytest.fixture
def cluster(api_server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(module, "_GRACE_SECONDS", 0.0)

    def failed_deployments(*responses: list[dict[str, Any]]) -> list[str]:
        api_server.add("/apis/apps/v1/deployments", *responses)
        return failed(api_server.kubeconfig({"token": "valid"}), _SETTINGS)

    return failed_deployments


def test_a_finished_rollout_has_not_failed(cluster: Any) -> None:
    assert cluster([_deployment("www", "NewReplicaSetAvailable")]) == []


@pytest.mark.parametrize(
    "stuck",
    [
        _deployment("www", "ProgressDeadlineExceeded"),
        # The old ReplicaSet is scaled, and the new one not created yet.
        _deployment("www", "NewReplicaSetAvailable", updated=0),
        _deployment("www", "NewReplicaSetAvailable", observed=2),
        _deployment("www", "ReplicaSetUpdated"),
    ],
)
def test_a_stuck_rollout_has_failed(cluster: Any, stuck: dict[str, Any]) -> None:
    assert cluster([stuck]) == ["demo/www"]


def test_waits_for_a_rollout_in_progress(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_GRACE_SECONDS", 60.0)
    in_progress = _deployment("www", "ReplicaSetUpdated", updated=1)
    assert cluster([in_progress], [in_progress], [_deployment("www", "NewReplicaSetAvailable")]) == []
    assert cluster([in_progress], [_deployment("www", "ProgressDeadlineExceeded")]) == ["demo/www"]


def test_ignores_deployments_of_others(cluster: Any) -> None:
    others = [_deployment("api", "ProgressDeadlineExceeded"), _deployment("shop", "ProgressDeadlineExceeded")]
    assert cluster(others) == []
    renamed = [_deployment(name, "ProgressDeadlineExceeded", "other") for name in ("api", "api-next")]
    assert cluster(renamed) == ["other/api", "other/api-next"]

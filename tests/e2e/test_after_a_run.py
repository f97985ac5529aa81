"""The end of `anykube up` is true: objects are there, at this revision, or the run fails and says why."""

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.e2e.checkout import Checkout, CommandResult

_CASES = Path(__file__).parents[1] / "cases"
_STACKS = {
    "local-shop": "05-app-deleted-outside",
    "local-db": "07-stateful-update-false-success",
    "local-scale": "29-kubectl-scale-conflict",
}


@pytest.fixture(scope="module")
def deployed(checkout: Checkout) -> Checkout:
    with checkout.edit_settings() as settings:
        settings["apps"] = {}
    checkout.make("up")
    for stack, case in _STACKS.items():
        _write(checkout, stack, case)
        _up(checkout, stack)
    return checkout


def _write(checkout: Checkout, stack: str, case: str) -> None:
    with checkout.edit_settings(stack) as settings:
        settings.clear()
        settings |= YAML(typ="safe").load(_CASES / f"{case}.yaml")


def _up(checkout: Checkout, stack: str, *options: str, ok: bool = True) -> CommandResult:
    return checkout.run(".anykube/venv/bin/anykube", "up", "--stack", stack, *options, ok=ok)


def _names(checkout: Checkout, kind: str, namespace: str) -> set[str]:
    return {item["metadata"]["name"] for item in checkout.get(kind, "-n", namespace)}


def _specs(checkout: Checkout, kind: str) -> dict[str, Any]:
    return {item["metadata"]["name"]: item["spec"] for item in checkout.get(kind, "-n", "shop")}


def _assert_unchanged(checkout: Checkout, stack: str) -> None:
    checkout.pulumi("preview", "--expect-no-changes", "--stack", stack)


def test_case_05_creates_deleted_objects_again(deployed: Checkout) -> None:
    deployed.kubectl("delete", "deployment", "shop", "-n", "shop")
    result = _up(deployed, "local-shop")
    assert "Deployment shop/shop was deleted outside Anykube; it is created again." in result.all
    assert _names(deployed, "deployments", "shop") == {"shop"}

    deployed.kubectl("delete", "namespace", "shop", "--wait=false")
    assert "deleted outside Anykube" in _up(deployed, "local-shop").all
    assert _names(deployed, "deployments", "shop") == {"shop"}
    _assert_unchanged(deployed, "local-shop")


def test_case_07_a_broken_stateful_update_fails_and_recovers(deployed: Checkout) -> None:
    def update(tag: str, ok: bool = True) -> CommandResult:
        with deployed.edit_settings("local-db") as settings:
            settings["apps"]["db"]["image"] = f"registry.example/db:{tag}"
        return _up(deployed, "local-db", ok=ok)

    failed = update("does-not-exist", ok=False)
    assert failed.code != 0
    assert "not ready db/db-2: ImagePullBackOff" in failed.all
    repaired = update("2")
    assert "db: deleted the pod db/db-2. It never became ready" in repaired.all
    [stateful_set] = deployed.get("statefulsets", "-n", "db")
    assert stateful_set["status"]["updatedReplicas"] == stateful_set["status"]["readyReplicas"] == 3


def test_case_29_explains_a_conflict_and_takes_the_field_back(deployed: Checkout) -> None:
    def replicas() -> Any:
        [deployment] = deployed.get("deployments", "-n", "scale")
        return deployment["spec"]["replicas"]

    deployed.kubectl("scale", "deployment/web", "--replicas=4", "-n", "scale")
    with deployed.edit_settings("local-scale") as settings:
        settings["apps"]["web"]["replicas"] = 3
    refused = _up(deployed, "local-scale", ok=False)
    assert "spec.replicas of Deployment scale/web was changed outside Anykube" in refused.all
    assert "belongs to kubectl (scale)" in refused.all
    assert "anykube up --stack local-scale --take-back web" in refused.all
    assert replicas() == 4
    _up(deployed, "local-scale", "--take-back", "web")
    assert replicas() == 3
    _assert_unchanged(deployed, "local-scale")


def test_case_35_explains_only_this_stack(deployed: Checkout) -> None:
    _write(deployed, "local-broken", "35-explains-another-stack-broken")
    _write(deployed, "local-mine", "35-explains-another-stack-mine")
    assert "not ready broken/x-" in _up(deployed, "local-broken", ok=False).all
    failed = _up(deployed, "local-mine", ok=False).all
    assert "not ready mine/y-" in failed
    assert "not ready broken/x-" not in failed


def test_restores_what_people_changed(deployed: Checkout) -> None:
    """Fields that the settings set, and fields that they do not mention."""
    before = {kind: _specs(deployed, kind) for kind in ("deployments", "services", "networkpolicies")}
    hidden = {"spec": {"selector": {"hidden": "true"}}}
    paused = {"spec": {"paused": True, "template": {"spec": {"nodeSelector": {"no": "such-node"}}}}}
    deployed.kubectl("set", "image", "deployment/shop", "*=registry.example/other:1", "-n", "shop")
    deployed.kubectl("patch", "deployment", "shop", "-n", "shop", "--patch", json.dumps(paused))
    deployed.kubectl("patch", "service", "shop", "-n", "shop", "--patch", json.dumps(hidden))
    other_pods = {"spec": {"podSelector": {"matchLabels": {"hidden": "true"}}}}
    deployed.kubectl("patch", "networkpolicy", "shop", "-n", "shop", "--patch", json.dumps(other_pods))
    deployed.kubectl("delete", "serviceaccount", "shop", "-n", "shop")
    result = _up(deployed, "local-shop")
    assert "ServiceAccount shop/shop was deleted outside Anykube; it is created again." in result.all
    for changed in ("Deployment shop/shop", "Service shop/shop", "NetworkPolicy shop/shop"):
        assert changed in result.all
    assert "were changed outside Anykube; the settings apply again." in result.all
    assert {kind: _specs(deployed, kind) for kind in before} == before
    _assert_unchanged(deployed, "local-shop")


def test_names_a_quota(deployed: Checkout) -> None:
    deployed.kubectl("create", "quota", "small", "--hard=pods=3", "-n", "scale")
    with deployed.edit_settings("local-scale") as settings:
        settings["apps"]["web"] |= {"replicas": 5, "rollout": {"progress_deadline": 10}}
        settings["apps"]["web"]["health"] = {"startup_seconds": 5}
    failed = _up(deployed, "local-scale", ok=False).all
    assert "not ready scale/Deployment/web: FailedCreate: " in failed
    assert "exceeded quota: small" in failed

"""The end of `anykube up` is true: objects are there, at this revision, or the run fails and says why."""

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


def _image(checkout: Checkout, namespace: str) -> set[str]:
    deployments = checkout.get("deployments", "-n", namespace)
    return {item["spec"]["template"]["spec"]["containers"][0]["image"] for item in deployments}


def _assert_unchanged(checkout: Checkout, stack: str) -> None:
    checkout.pulumi("preview", "--expect-no-changes", "--stack", stack)


def test_case_05_creates_deleted_objects_again(deployed: Checkout) -> None:
    deployed.kubectl("delete", "deployment", "shop", "-n", "shop")
    result = _up(deployed, "local-shop")
    assert "Deployment shop/shop was deleted outside Anykube; it is created again." in result.all
    assert _names(deployed, "deployments", "shop") == {"shop"}

    # With a change of something else in the same run.
    deployed.kubectl("delete", "service", "shop", "-n", "shop")
    with deployed.edit_settings("local-shop") as settings:
        settings["apps"]["api"] = {"image": "registry.example/api:1.0.0"}
    assert "Service shop/shop was deleted outside Anykube" in _up(deployed, "local-shop").all
    assert _names(deployed, "services", "shop") == {"shop", "api"}

    deployed.kubectl("delete", "namespace", "shop", "--wait=false")
    assert "Waiting until this is done" in _up(deployed, "local-shop").all
    assert _names(deployed, "deployments", "shop") == {"shop", "api"}
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
    assert "deleted the pod" not in update("3").all
    _assert_unchanged(deployed, "local-db")


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

    deployed.kubectl("scale", "deployment/web", "--replicas=0", "-n", "scale")
    scaled = _up(deployed, "local-scale", ok=False)
    assert "not ready scale/Deployment/web: Scaled: somebody scaled it to 0 pods; its settings say 3" in scaled.all
    _up(deployed, "local-scale", "--take-back", "web")
    assert replicas() == 3


def test_case_35_explains_only_this_stack(deployed: Checkout) -> None:
    _write(deployed, "local-broken", "35-explains-another-stack-broken")
    _write(deployed, "local-mine", "35-explains-another-stack-mine")
    assert "not ready broken/x-" in _up(deployed, "local-broken", ok=False).all
    failed = _up(deployed, "local-mine", ok=False).all
    assert "not ready mine/y-" in failed
    assert "not ready broken/x-" not in failed


def test_restores_the_pods_after_a_rollback_by_kubectl(deployed: Checkout) -> None:
    with deployed.edit_settings("local-scale") as settings:
        settings["apps"]["web"] |= {"image": "registry.example/web:2.0.0", "rollout": {"progress_deadline": 10}}
        settings["apps"]["web"]["health"] = {"startup_seconds": 5}
    _up(deployed, "local-scale")
    deployed.kubectl("rollout", "undo", "deployment/web", "-n", "scale")
    assert "Deployment scale/web was changed outside Anykube" in _up(deployed, "local-scale").all
    assert _image(deployed, "scale") == {"registry.example/web:2.0.0"}


def test_names_a_quota_and_a_paused_rollout(deployed: Checkout) -> None:
    deployed.kubectl("create", "quota", "small", "--hard=pods=3", "-n", "scale")
    with deployed.edit_settings("local-scale") as settings:
        settings["apps"]["web"]["replicas"] = 5
    failed = _up(deployed, "local-scale", ok=False).all
    assert "not ready scale/Deployment/web: FailedCreate: 3 of 5 pods" in failed
    assert "exceeded quota: small" in failed
    deployed.kubectl("delete", "quota", "small", "-n", "scale")

    deployed.kubectl("rollout", "pause", "deployment/web", "-n", "scale")
    with deployed.edit_settings("local-scale") as settings:
        settings["apps"]["web"] |= {"image": "registry.example/web:3.0.0", "replicas": 2}
    paused = _up(deployed, "local-scale", ok=False)
    assert "kubectl rollout resume deployment/web -n scale" in paused.all
    deployed.kubectl("rollout", "resume", "deployment/web", "-n", "scale")
    _up(deployed, "local-scale")
    assert _image(deployed, "scale") == {"registry.example/web:3.0.0"}

"""`make up` of a stack of which a few apps changed: a run about these, and nothing is lost or left out."""

import json
from typing import Any

import pytest

from tests.e2e.checkout import Checkout, CommandResult

_IMAGE = "registry.example/app:1.0.0"
_APPS: dict[str, dict[str, Any]] = {
    "one": {"image": _IMAGE, "talks_to": ["two"], "routes": [{"host": "one.localhost", "tls": {"issuer": "cluster"}}]},
    "two": {"image": _IMAGE, "talks_to": []},
    "three": {"kind": "worker", "image": _IMAGE},
}


@pytest.fixture(scope="module")
def deployed(checkout: Checkout) -> Checkout:
    with checkout.edit_settings() as settings:
        settings["apps"] = {}
    with checkout.edit_settings("local-many") as settings:
        settings |= {"cluster": {"stack": "local"}, "namespace": "many", "apps": dict(_APPS)}
    checkout.make("up")
    checkout.make("up", "STACK=local-many")
    return checkout


def _up(checkout: Checkout, ok: bool = True) -> CommandResult:
    return checkout.make("up", "STACK=local-many", ok=ok)


def _deployments(checkout: Checkout) -> dict[str, tuple[str, int]]:
    """Image and generation by name: whoever touches one makes the generation another."""
    return {
        deployment["metadata"]["name"]: (
            deployment["spec"]["template"]["spec"]["containers"][0]["image"],
            deployment["metadata"]["generation"],
        )
        for deployment in checkout.get("deployments", "-n", "many")
    }


def _settled(checkout: Checkout) -> None:
    """A preview of the whole stack finds nothing to do, and every object of the state is there."""
    checkout.pulumi("preview", "--expect-no-changes", "--stack", "local-many")
    resources = json.loads(checkout.state("local-many"))["deployment"]["resources"]
    ids = {deployment["id"] for deployment in resources if deployment["type"] == "kubernetes:apps/v1:Deployment"}
    assert ids == {f"many/{name}" for name in _deployments(checkout)}


def test_updates_only_the_changed_app(deployed: Checkout) -> None:
    before = _deployments(deployed)
    with deployed.edit_settings("local-many") as settings:
        settings["apps"]["two"]["image"] = "registry.example/app:2.0.0"
    result = _up(deployed)
    assert "Changed since the last run: two." in result.all
    assert _deployments(deployed) == {**before, "two": ("registry.example/app:2.0.0", 2)}
    assert "https://one.localhost/" in deployed.pulumi("stack", "output", "urls", "--stack", "local-many").out
    _settled(deployed)


def test_adds_and_removes_apps(deployed: Checkout) -> None:
    before = _deployments(deployed)
    with deployed.edit_settings("local-many") as settings:
        del settings["apps"]["three"]
        settings["apps"]["four"] = {"kind": "worker", "image": _IMAGE}
    assert "Changed since the last run: four,three." in _up(deployed).all
    assert _deployments(deployed) == {"one": before["one"], "two": before["two"], "four": (_IMAGE, 1)}
    _settled(deployed)


def test_retries_an_app_that_failed(deployed: Checkout) -> None:
    before = _deployments(deployed)
    with deployed.edit_settings("local-many") as settings:
        settings["apps"]["four"] |= {
            "image": "registry.example/unpullable:1",
            "health": {"command": ["alive"], "startup_seconds": 10},
            "rollout": {"progress_deadline": 15},
        }
    assert _up(deployed, ok=False).code != 0
    with deployed.edit_settings("local-many") as settings:
        settings["apps"]["four"]["image"] = _IMAGE
    assert "Changed since the last run: four." in _up(deployed).all
    deployments = _deployments(deployed)
    assert {name: deployments[name] for name in ("one", "two")} == {name: before[name] for name in ("one", "two")}
    assert deployments["four"][0] == _IMAGE
    _settled(deployed)


def test_updates_all_apps_after_a_run_by_others(deployed: Checkout) -> None:
    deployed.up("local-many")
    with deployed.edit_settings("local-many") as settings:
        settings["apps"]["two"]["image"] = "registry.example/app:3.0.0"
    assert "Changed since the last run" not in _up(deployed).all
    _settled(deployed)


def _ingress(service: str) -> dict[str, Any]:
    backend = {"service": {"name": service, "port": {"number": 80}}}
    host = "four.localhost"
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "own"},
        "spec": {
            "tls": [{"hosts": [host], "secretName": "own-tls"}],
            "rules": [{"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}],
        },
    }


def test_policies_judge_a_partial_update_with_the_apps_that_it_leaves_out(deployed: Checkout) -> None:
    with deployed.edit_settings("local-many") as settings:
        settings["apps"]["four"]["manifests"] = [_ingress("two")]
    update = _up(deployed)
    assert "Changed since the last run: four." in update.all
    assert "stack-dangling-route" not in update.all  # the Service `two` is not part of the run
    with deployed.edit_settings("local-many") as settings:
        settings["apps"]["four"]["manifests"] = [_ingress("nobody")]
    update = _up(deployed)
    assert "Changed since the last run: four." in update.all
    assert "stack-dangling-route" in update.all

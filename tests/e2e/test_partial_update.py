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
def many(checkout: Checkout) -> Checkout:
    with checkout.edit_settings() as page:
        page["apps"] = {}
    with checkout.edit_settings("local-many") as page:
        page |= {"cluster": {"stack": "local"}, "namespace": "many", "apps": dict(_APPS)}
    checkout.make("up")
    checkout.make("up", "STACK=local-many")
    return checkout


def _up(checkout: Checkout, ok: bool = True) -> CommandResult:
    return checkout.make("up", "STACK=local-many", ok=ok)


def _deployments(checkout: Checkout) -> dict[str, tuple[str, int]]:
    """Image and generation by name: whoever touches one makes the generation another."""
    return {
        one["metadata"]["name"]: (
            one["spec"]["template"]["spec"]["containers"][0]["image"],
            one["metadata"]["generation"],
        )
        for one in checkout.get("deployments", "-n", "many")
    }


def _settled(checkout: Checkout) -> None:
    """A preview of the whole stack finds nothing to do, and every object of the state is there."""
    checkout.pulumi("preview", "--expect-no-changes", "--stack", "local-many")
    resources = json.loads(checkout.state("local-many"))["deployment"]["resources"]
    named = {one["id"] for one in resources if one["type"] == "kubernetes:apps/v1:Deployment"}
    assert named == {f"many/{name}" for name in _deployments(checkout)}


def test_a_changed_app(many: Checkout) -> None:
    before = _deployments(many)
    with many.edit_settings("local-many") as page:
        page["apps"]["two"]["image"] = "registry.example/app:2.0.0"
    said = _up(many)
    assert "Changed since the last run: two." in said.all
    assert _deployments(many) == {**before, "two": ("registry.example/app:2.0.0", 2)}
    assert "https://one.localhost/" in many.pulumi("stack", "output", "urls", "--stack", "local-many").out
    _settled(many)


def test_one_more_and_one_less(many: Checkout) -> None:
    before = _deployments(many)
    with many.edit_settings("local-many") as page:
        del page["apps"]["three"]
        page["apps"]["four"] = {"kind": "worker", "image": _IMAGE}
    assert "Changed since the last run: four,three." in _up(many).all
    assert _deployments(many) == {"one": before["one"], "two": before["two"], "four": (_IMAGE, 1)}
    _settled(many)


def test_one_that_fails_and_is_corrected(many: Checkout) -> None:
    before = _deployments(many)
    with many.edit_settings("local-many") as page:
        page["apps"]["four"] |= {
            "image": "registry.example/unpullable:1",
            "health": {"command": ["alive"], "startup_seconds": 10},
            "rollout": {"progress_deadline": 15},
        }
    assert _up(many, ok=False).code != 0
    with many.edit_settings("local-many") as page:
        page["apps"]["four"]["image"] = _IMAGE
    assert "Changed since the last run: four." in _up(many).all
    now = _deployments(many)
    assert {name: now[name] for name in ("one", "two")} == {name: before[name] for name in ("one", "two")}
    assert now["four"][0] == _IMAGE
    _settled(many)


def test_a_run_of_somebody_else_makes_it_one_of_everything(many: Checkout) -> None:
    many.up("local-many")
    with many.edit_settings("local-many") as page:
        page["apps"]["two"]["image"] = "registry.example/app:3.0.0"
    assert "Changed since the last run" not in _up(many).all
    _settled(many)


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


def test_policies_judge_a_partial_update_with_the_apps_that_it_leaves_out(many: Checkout) -> None:
    with many.edit_settings("local-many") as page:
        page["apps"]["four"]["manifests"] = [_ingress("two")]
    update = _up(many)
    assert "Changed since the last run: four." in update.all
    assert "stack-dangling-route" not in update.all  # the Service `two` is not part of the run
    with many.edit_settings("local-many") as page:
        page["apps"]["four"]["manifests"] = [_ingress("nobody")]
    update = _up(many)
    assert "Changed since the last run: four." in update.all
    assert "stack-dangling-route" in update.all

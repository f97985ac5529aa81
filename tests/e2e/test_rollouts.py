"""Rollouts that fail say which pod and why, and lose nothing; what was can be had again."""

from typing import Any

import pytest

from tests.e2e.checkout import Checkout, CommandResult

_GOOD = "registry.example/web:1.0.0"
_APP = ("-n", "demo", "-l", "app.kubernetes.io/name=web")


@pytest.fixture(scope="module")
def upped(checkout: Checkout) -> CommandResult:
    with checkout.edit_settings() as page:
        page["apps"] = {
            "web": {
                "image": _GOOD,
                "replicas": 3,
                "health": {"startup_seconds": 10},
                "rollout": {"progress_deadline": 12},
                "files": {"/etc/web.toml": "colour = 1\n"},
            },
            "db": {
                "kind": "stateful",
                "image": "registry.example/db:1",
                "port": 5432,
                "volumes": {"data": {"path": "/data", "type": "claim", "size": "1Gi"}},
            },
        }
    return checkout.make("up")


def _pods(checkout: Checkout) -> list[dict[str, Any]]:
    return [pod for pod in checkout.get("pods", *_APP) if "deletionTimestamp" not in pod["metadata"]]


def _ready(pod: dict[str, Any]) -> bool:
    return any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", []))


def _template(checkout: Checkout, kind: str = "deployment", name: str = "web") -> Any:
    [found] = checkout.get(kind, "-n", "demo", "--field-selector", f"metadata.name={name}")
    return found["spec"]["template"]


@pytest.mark.parametrize(
    ("image", "why", "remedy"),
    [
        ("registry.example/web:does-not-exist", "ImagePullBackOff", "Check the name of the image"),
        ("registry.example/crashing:1", "CrashLoopBackOff", "kubectl logs --previous"),
        (
            "registry.example/never-ready:1",
            "Unhealthy: Readiness probe failed",
            "Check that the app responds at health.path",
        ),
    ],
)
def test_it_fails_in_time_and_says_which_pod_and_why(
    checkout: Checkout, upped: CommandResult, image: str, why: str, remedy: str
) -> None:
    before, template = {pod["metadata"]["name"] for pod in _pods(checkout)}, _template(checkout)
    with checkout.edit_settings() as page:
        page["apps"]["web"]["image"] = image
    failed = checkout.make("up", ok=False)
    assert failed.code != 0
    now = {pod["metadata"]["name"]: pod for pod in _pods(checkout)}
    [new] = now.keys() - before
    [said] = [line for line in failed.out.splitlines() if line.startswith(f"not ready demo/{new}: ")]
    assert why in " ".join(failed.out.split())
    assert remedy in " ".join(failed.out.split())
    assert said
    assert before <= now.keys()
    assert all(_ready(now[name]) for name in before), "the old ones serve"
    assert not _ready(now[new])

    with checkout.edit_settings() as page:
        page["apps"]["web"]["image"] = _GOOD
    assert "not ready" not in checkout.make("up").out
    assert {pod["metadata"]["name"] for pod in _pods(checkout)} == before, "no old pod was restarted"
    assert _template(checkout) == template
    checkout.pulumi("preview", "--expect-no-changes", "--stack", "local")


def test_it_fails_too_where_the_engine_may_be_content_too_soon(checkout: Checkout, upped: CommandResult) -> None:
    """Other replicas in the same update: the provider may then take the pods that are there for the new ones."""
    for replicas in (5, 2, 3):
        with checkout.edit_settings() as page:
            page["apps"]["web"] |= {"image": f"registry.example/crashing:{replicas}", "replicas": replicas}
        failed = checkout.make("up", ok=False)
        assert failed.code != 0
        assert "not ready demo/web-" in failed.out
    with checkout.edit_settings() as page:
        page["apps"]["web"] |= {"image": _GOOD, "replicas": 3}
    assert "not ready" not in checkout.make("up").out


def test_back_to_an_earlier_revision_by_a_command(checkout: Checkout, upped: CommandResult) -> None:
    first = _template(checkout)
    with checkout.edit_settings() as page:
        page["apps"]["web"] |= {
            "image": "registry.example/web:2.0.0",
            "env": {"MODE": "new"},
            "files": {"/etc/web.toml": "colour = 2\n"},
        }
    checkout.make("up")
    second = _template(checkout)
    assert second != first
    with checkout.edit_settings() as page:
        page["apps"]["web"]["replicas"] = 4
    checkout.make("up")

    told = checkout.make("history", "APP=web").out
    assert "env, files, image" in told
    assert _GOOD in told

    said = checkout.make("rollback", "APP=web")
    assert "Changed in stacks/environments/local.yaml: env, files, image" in said.all
    assert _template(checkout) == first
    pods = _pods(checkout)
    assert len(pods) == 4, "how many there are is not a matter of the revision"
    assert all(map(_ready, pods))
    checkout.pulumi("preview", "--expect-no-changes", "--stack", "local")
    # And forth again: the last one is an earlier one now.
    checkout.make("rollback", "APP=web")
    assert _template(checkout) == second


def test_back_by_settings(checkout: Checkout, upped: CommandResult) -> None:
    before = _template(checkout)
    with checkout.edit_settings() as page:
        page["apps"]["web"]["image"] = "registry.example/web:3.0.0"
    checkout.make("up")
    with checkout.edit_settings() as page:
        page["apps"]["web"]["image"] = "registry.example/web:2.0.0"
    checkout.make("up")
    assert _template(checkout) == before


def test_a_stateful_service_goes_back_too(checkout: Checkout, upped: CommandResult) -> None:
    first = _template(checkout, "statefulset", "db")
    with checkout.edit_settings() as page:
        page["apps"]["db"]["image"] = "registry.example/db:2"
    checkout.make("up")
    assert _template(checkout, "statefulset", "db") != first
    checkout.make("rollback", "APP=db", "REVISION=1")
    assert _template(checkout, "statefulset", "db") == first


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("APP=wob",), "there is no app wob in the settings. Its apps: db, web"),
        (("APP=web", "REVISION=99"), "there is no earlier revision 99. The cluster keeps"),
    ],
)
def test_what_is_not_there_is_said(
    checkout: Checkout, upped: CommandResult, arguments: tuple[str, ...], said: str
) -> None:
    refused = checkout.make("rollback", *arguments, ok=False)
    assert refused.code != 0
    assert said in refused.err
    assert "Traceback" not in refused.all


def test_recreate_has_no_two_at_once(checkout: Checkout, upped: CommandResult) -> None:
    with checkout.edit_settings() as page:
        page["apps"]["web"]["rollout"] = {"strategy": "recreate", "progress_deadline": 30}
        page["apps"]["web"]["image"] = "registry.example/web:4.0.0"
    checkout.make("up")
    [found] = checkout.get("deployment", "-n", "demo", "--field-selector", "metadata.name=web")
    assert found["spec"]["strategy"] == {"type": "Recreate"}
    assert {pod["spec"]["containers"][0]["image"] for pod in _pods(checkout)} == {"registry.example/web:4.0.0"}
    checkout.pulumi("preview", "--expect-no-changes", "--stack", "local")

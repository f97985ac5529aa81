"""Failed rollouts report the pod and the reason and keep old pods running. Rollbacks restore earlier revisions."""

from typing import Any

import pytest

from tests.e2e.checkout import Checkout, CommandResult

_GOOD = "registry.example/web:1.0.0"
_APP = ("-n", "demo", "-l", "app.kubernetes.io/name=web")


@pytest.fixture(scope="module")
def deployed(checkout: Checkout) -> CommandResult:
    with checkout.edit_settings() as settings:
        settings["apps"] = {
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
    return any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in pod["status"].get("conditions", [])
    )


def _template(checkout: Checkout, kind: str = "deployment", name: str = "web") -> Any:
    [resource] = checkout.get(kind, "-n", "demo", "--field-selector", f"metadata.name={name}")
    return resource["spec"]["template"]


@pytest.mark.parametrize(
    ("image", "reason", "remedy"),
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
def test_failed_rollout_reports_pod_and_reason(
    checkout: Checkout, deployed: CommandResult, image: str, reason: str, remedy: str
) -> None:
    before, template = {pod["metadata"]["name"] for pod in _pods(checkout)}, _template(checkout)
    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["image"] = image
    failed = checkout.make("up", ok=False)
    assert failed.code != 0
    pods_after = {pod["metadata"]["name"]: pod for pod in _pods(checkout)}
    [new] = pods_after.keys() - before
    [message] = [line for line in failed.out.splitlines() if line.startswith(f"not ready demo/{new}: ")]
    assert reason in " ".join(failed.out.split())
    assert remedy in " ".join(failed.out.split())
    assert message
    assert before <= pods_after.keys()
    assert all(_ready(pods_after[name]) for name in before), "the old ones serve"
    assert not _ready(pods_after[new])

    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["image"] = _GOOD
    assert "not ready" not in checkout.make("up").out
    assert {pod["metadata"]["name"] for pod in _pods(checkout)} == before, "no old pod was restarted"
    assert _template(checkout) == template
    checkout.pulumi("preview", "--expect-no-changes", "--stack", "local")


def test_failed_rollout_fails_when_replicas_change_too(checkout: Checkout, deployed: CommandResult) -> None:
    """Other replicas in the same update: the provider may then take the pods that are there for the new ones."""
    for replicas in (5, 2, 3):
        with checkout.edit_settings() as settings:
            settings["apps"]["web"] |= {"image": f"registry.example/crashing:{replicas}", "replicas": replicas}
        failed = checkout.make("up", ok=False)
        assert failed.code != 0
        assert "not ready demo/web-" in failed.out
    with checkout.edit_settings() as settings:
        settings["apps"]["web"] |= {"image": _GOOD, "replicas": 3}
    assert "not ready" not in checkout.make("up").out


def test_rollback_command_restores_a_revision(checkout: Checkout, deployed: CommandResult) -> None:
    first = _template(checkout)
    with checkout.edit_settings() as settings:
        settings["apps"]["web"] |= {
            "image": "registry.example/web:2.0.0",
            "env": {"MODE": "new"},
            "files": {"/etc/web.toml": "colour = 2\n"},
        }
    checkout.make("up")
    second = _template(checkout)
    assert second != first
    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["replicas"] = 4
    checkout.make("up")

    history = checkout.make("history", "APP=web").out
    assert "env, files, image" in history
    assert _GOOD in history

    result = checkout.make("rollback", "APP=web")
    assert "Changed in stacks/environments/local.yaml: env, files, image" in result.all
    assert _template(checkout) == first
    pods = _pods(checkout)
    assert len(pods) == 4, "how many there are is not a matter of the revision"
    assert all(map(_ready, pods))
    checkout.pulumi("preview", "--expect-no-changes", "--stack", "local")
    # And forth again: the last one is an earlier one now.
    checkout.make("rollback", "APP=web")
    assert _template(checkout) == second


def test_settings_restore_a_revision(checkout: Checkout, deployed: CommandResult) -> None:
    before = _template(checkout)
    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["image"] = "registry.example/web:3.0.0"
    checkout.make("up")
    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["image"] = "registry.example/web:2.0.0"
    checkout.make("up")
    assert _template(checkout) == before


def test_rollback_of_a_stateful_service(checkout: Checkout, deployed: CommandResult) -> None:
    first = _template(checkout, "statefulset", "db")
    with checkout.edit_settings() as settings:
        settings["apps"]["db"]["image"] = "registry.example/db:2"
    checkout.make("up")
    assert _template(checkout, "statefulset", "db") != first
    checkout.make("rollback", "APP=db", "REVISION=1")
    assert _template(checkout, "statefulset", "db") == first


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("APP=wob",), "there is no app wob in the settings. Its apps: db, web"),
        (("APP=web", "REVISION=99"), "there is no earlier revision 99. The cluster keeps"),
    ],
)
def test_rollback_rejects_unknown_apps_and_revisions(
    checkout: Checkout, deployed: CommandResult, arguments: tuple[str, ...], message: str
) -> None:
    result = checkout.make("rollback", *arguments, ok=False)
    assert result.code != 0
    assert message in result.err
    assert "Traceback" not in result.all


def test_recreate_strategy(checkout: Checkout, deployed: CommandResult) -> None:
    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["rollout"] = {"strategy": "recreate", "progress_deadline": 30}
        settings["apps"]["web"]["image"] = "registry.example/web:4.0.0"
    checkout.make("up")
    [resource] = checkout.get("deployment", "-n", "demo", "--field-selector", "metadata.name=web")
    assert resource["spec"]["strategy"] == {"type": "Recreate"}
    assert {pod["spec"]["containers"][0]["image"] for pod in _pods(checkout)} == {"registry.example/web:4.0.0"}
    checkout.pulumi("preview", "--expect-no-changes", "--stack", "local")

"""The main job: `make up` on a fresh clone, looked at with kubectl, changed with plain `pulumi up`, removed."""

import json
from collections import Counter
from typing import Any

import pytest

from tests.e2e.checkout import Checkout, CommandResult


@pytest.fixture(scope="module")
def upped(checkout: Checkout) -> CommandResult:
    """`make up`, once for all tests of this module; they go on from each other in their order."""
    return checkout.make("up")


def test_up_shows_the_picture_and_leaves_the_clone_clean(checkout: Checkout, upped: CommandResult) -> None:
    for text in ("node pools", "system", "servers", "https://www.localhost/api", "no container runs", "5/5"):
        assert text in upped.out
    assert checkout.status == ""


def test_five_pods_over_three_servers(checkout: Checkout, upped: CommandResult) -> None:
    nodes = {node["metadata"]["name"]: node for node in checkout.get("nodes")}
    pools = {name: node["metadata"]["labels"]["anykube.dev/pool"] for name, node in nodes.items()}
    assert Counter(pools.values()) == {"system": 1, "servers": 3}
    pods = checkout.get("pods", "-n", "demo", "-l", "app.kubernetes.io/name=web")
    assert all(
        condition["status"] == "True"
        for pod in pods
        for condition in pod["status"]["conditions"]
        if condition["type"] == "Ready"
    )
    placed = Counter(pod["spec"]["nodeName"] for pod in pods)
    assert len(pods) == 5
    assert len(placed) == 3
    assert max(placed.values()) == 2
    assert {pools[node] for node in placed} == {"servers"}


def test_service_and_ingress(checkout: Checkout, upped: CommandResult) -> None:
    slices = checkout.get("endpointslices", "-n", "demo", "-l", "kubernetes.io/service-name=web")
    assert sum(len(piece["endpoints"]) for piece in slices) == 5
    (ingress,) = checkout.get("ingress", "-n", "demo")
    assert ingress["status"]["loadBalancer"]["ingress"][0]["ip"]
    rules = {rule["host"]: [path["path"] for path in rule["http"]["paths"]] for rule in ingress["spec"]["rules"]}
    assert rules == {"www.localhost": ["/", "/api"], "admin.localhost": ["/"]}
    (tls,) = {entry["secretName"] for entry in ingress["spec"]["tls"]}
    (secret,) = checkout.get("secrets", "-n", "demo", "--field-selector", f"metadata.name={tls}")
    assert secret["type"] == "kubernetes.io/tls"


def test_nothing_changes_by_itself(checkout: Checkout, upped: CommandResult) -> None:
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes", "--refresh")


def test_every_object_can_be_created_again_after_a_kill(checkout: Checkout, upped: CommandResult) -> None:
    """A run that is repeated applies by another field manager what the killed one had made: no field may conflict."""
    state = checkout.pulumi("stack", "export", "--show-secrets", "--stack", "local").out
    objects = [
        {name: _plain(value) for name, value in resource["inputs"].items() if not name.startswith("__")}
        for resource in json.loads(state)["deployment"]["resources"]
        if resource["type"].startswith("kubernetes:")
    ]
    assert {manifest["kind"] for manifest in objects} >= {"Deployment", "Service", "Ingress", "NetworkPolicy"}
    for manifest in objects:
        file = checkout.folder / ".anykube" / "again.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(manifest))
        checkout.kubectl("apply", "--server-side", "--dry-run=server", "--field-manager=another", "-f", str(file))


def _plain(value: Any) -> Any:
    """What an engine that shows secrets exports, without its marks around them."""
    match value:
        case {"plaintext": str(text)}:
            return json.loads(text)
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
    return value


def test_apps_of_another_stack_are_layered_on_the_cluster(checkout: Checkout, upped: CommandResult) -> None:
    said = checkout.make("up", "STACK=local-shop")
    assert "https://shop.localhost/" in said.out
    assert len(checkout.get("pods", "-n", "shop")) == 3
    checkout.pulumi("preview", "--stack", "local-shop", "--expect-no-changes")
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")
    assert checkout.status == ""


@pytest.mark.parametrize("replicas", [8, 3])
def test_replicas_change_one_resource(checkout: Checkout, upped: CommandResult, replicas: int) -> None:
    with checkout.edit_settings() as page:
        page["apps"]["web"]["replicas"] = replicas
    assert checkout.up().changed == {"update": 1}
    assert len(checkout.get("pods", "-n", "demo", "-l", "app.kubernetes.io/name=web")) == replicas


def test_a_fourth_node(checkout: Checkout, upped: CommandResult) -> None:
    before = {node["metadata"]["uid"] for node in checkout.get("nodes")}
    with checkout.edit_settings() as page:
        page["cluster"]["pools"]["servers"]["count"] = 4
    assert checkout.up().changed == {"update": 1}
    after = {node["metadata"]["uid"] for node in checkout.get("nodes")}
    assert before < after
    assert len(after) == 5


def test_a_new_tag_rolls_only_its_deployment(checkout: Checkout, upped: CommandResult) -> None:
    with checkout.edit_settings() as page:
        page["apps"]["web"]["image"] = "registry.example/web:1.1.0"
    assert checkout.up().changed == {"update": 1}
    pods = checkout.get("pods", "-n", "demo", "-l", "app.kubernetes.io/name=web")
    assert {pod["spec"]["containers"][0]["image"] for pod in pods} == {"registry.example/web:1.1.0"}


def test_a_tag_that_cannot_be_pulled_fails_and_says_why(checkout: Checkout, upped: CommandResult) -> None:
    with checkout.edit_settings() as page:
        page["apps"]["web"]["image"] = "registry.example/web:does-not-exist"
        page["apps"]["web"]["health"] = {"startup_seconds": 10}
        page["apps"]["web"]["rollout"] = {"progress_deadline": 30}
    failed = checkout.up(ok=False)
    assert failed.result.code != 0
    assert "ImagePullBackOff" in failed.result.all, failed.result.all
    pods = checkout.get("pods", "-n", "demo", "-l", "app.kubernetes.io/name=web")
    (new,) = [pod for pod in pods if pod["spec"]["containers"][0]["image"].endswith("does-not-exist")]
    assert new["metadata"]["name"] in failed.result.all
    old = [pod for pod in pods if pod is not new]
    assert len(old) == 3
    assert all(
        condition["status"] == "True"
        for pod in old
        for condition in pod["status"]["conditions"]
        if condition["type"] == "Ready"
    )


def test_settings_back_and_all_is_well(checkout: Checkout, upped: CommandResult) -> None:
    with checkout.edit_settings() as page:
        page["apps"]["web"]["image"] = "registry.example/web:1.1.0"
    checkout.up()
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")
    pods = checkout.get("pods", "-n", "demo", "-l", "app.kubernetes.io/name=web")
    assert {pod["spec"]["containers"][0]["image"] for pod in pods} == {"registry.example/web:1.1.0"}


def test_another_machine_comes_before_the_old_one_goes(checkout: Checkout, upped: CommandResult) -> None:
    with checkout.edit_settings() as page:
        page["cluster"]["pools"]["servers"]["machine"]["cpu"] = 8
    assert checkout.up().changed == {"replace": 1}
    servers = checkout.get("nodes", "-l", "anykube.dev/pool=servers")
    assert [node["status"]["capacity"]["cpu"] for node in servers] == ["8"] * 4
    checkout.kubectl("wait", "--for=condition=Available", "deployment", "--all", "-n", "demo", "--timeout=30s")


def test_destroy_and_clean_leave_nothing(checkout: Checkout, upped: CommandResult) -> None:
    refused = checkout.make("clean", ok=False)
    assert "anykube destroy" in refused.all
    checkout.make("destroy")
    assert checkout.processes() == []
    checkout.run("git", "checkout", "--quiet", "stacks")
    checkout.make("clean")
    assert checkout.status == ""
    assert checkout.run("git", "clean", "-ndx").out == ""

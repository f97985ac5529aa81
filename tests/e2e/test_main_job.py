"""The main workflow: `make up` on a fresh clone, checks with kubectl, changes with `pulumi up`, and removal."""

import json
from collections import Counter
from typing import Any

import pytest

from tests.e2e.checkout import Checkout, CommandResult


@pytest.fixture(scope="module")
def deployed(checkout: Checkout) -> CommandResult:
    """Runs `make up` once. The tests of this module depend on each other, in their order."""
    return checkout.make("up")


def test_up_shows_status_and_keeps_clone_clean(checkout: Checkout, deployed: CommandResult) -> None:
    for text in ("node pools", "system", "servers", "https://www.localhost/api", "no container runs", "5/5"):
        assert text in deployed.out
    assert checkout.status == ""


def test_five_pods_spread_over_three_nodes(checkout: Checkout, deployed: CommandResult) -> None:
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
    pods_per_node = Counter(pod["spec"]["nodeName"] for pod in pods)
    assert len(pods) == 5
    assert len(pods_per_node) == 3
    assert max(pods_per_node.values()) == 2
    assert {pools[node] for node in pods_per_node} == {"servers"}


def test_service_and_ingress(checkout: Checkout, deployed: CommandResult) -> None:
    slices = checkout.get("endpointslices", "-n", "demo", "-l", "kubernetes.io/service-name=web")
    assert sum(len(endpoint_slice["endpoints"]) for endpoint_slice in slices) == 5
    (ingress,) = checkout.get("ingress", "-n", "demo")
    assert ingress["status"]["loadBalancer"]["ingress"][0]["ip"]
    rules = {rule["host"]: [path["path"] for path in rule["http"]["paths"]] for rule in ingress["spec"]["rules"]}
    assert rules == {"www.localhost": ["/", "/api"], "admin.localhost": ["/"]}
    (tls,) = {entry["secretName"] for entry in ingress["spec"]["tls"]}
    (secret,) = checkout.get("secrets", "-n", "demo", "--field-selector", f"metadata.name={tls}")
    assert secret["type"] == "kubernetes.io/tls"


def test_preview_after_up_shows_no_changes(checkout: Checkout, deployed: CommandResult) -> None:
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes", "--refresh")


def test_objects_can_be_applied_by_another_field_manager(checkout: Checkout, deployed: CommandResult) -> None:
    """A run after a killed one applies the same objects with another field manager. No field may conflict."""
    state = checkout.pulumi("stack", "export", "--show-secrets", "--stack", "local").out
    objects = [
        {
            name: _without_secret_markers(value)
            for name, value in resource["inputs"].items()
            if not name.startswith("__")
        }
        for resource in json.loads(state)["deployment"]["resources"]
        if resource["type"].startswith("kubernetes:")
    ]
    assert {manifest["kind"] for manifest in objects} >= {"Deployment", "Service", "Ingress", "NetworkPolicy"}
    for manifest in objects:
        file = checkout.folder / ".anykube" / "again.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(manifest))
        checkout.kubectl("apply", "--server-side", "--dry-run=server", "--field-manager=another", "-f", str(file))


def _without_secret_markers(value: Any) -> Any:
    """Removes the markers around secrets from an export with --show-secrets."""
    match value:
        case {"plaintext": str(text)}:
            return json.loads(text)
        case dict():
            return {key: _without_secret_markers(item) for key, item in value.items()}
        case list():
            return [_without_secret_markers(item) for item in value]
    return value


def test_second_stack_deploys_apps_to_same_cluster(checkout: Checkout, deployed: CommandResult) -> None:
    result = checkout.make("up", "STACK=local-shop")
    assert "https://shop.localhost/" in result.out
    assert len(checkout.get("pods", "-n", "shop")) == 3
    checkout.pulumi("preview", "--stack", "local-shop", "--expect-no-changes")
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")
    assert checkout.status == ""


@pytest.mark.parametrize("replicas", [8, 3])
def test_changed_replicas_update_one_resource(checkout: Checkout, deployed: CommandResult, replicas: int) -> None:
    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["replicas"] = replicas
    assert checkout.up().changed == {"update": 1}
    assert len(checkout.get("pods", "-n", "demo", "-l", "app.kubernetes.io/name=web")) == replicas


def test_adds_fourth_node(checkout: Checkout, deployed: CommandResult) -> None:
    before = {node["metadata"]["uid"] for node in checkout.get("nodes")}
    with checkout.edit_settings() as settings:
        settings["cluster"]["pools"]["servers"]["count"] = 4
    assert checkout.up().changed == {"update": 1}
    after = {node["metadata"]["uid"] for node in checkout.get("nodes")}
    assert before < after
    assert len(after) == 5


def test_new_tag_updates_only_its_deployment(checkout: Checkout, deployed: CommandResult) -> None:
    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["image"] = "registry.example/web:1.1.0"
    assert checkout.up().changed == {"update": 1}
    pods = checkout.get("pods", "-n", "demo", "-l", "app.kubernetes.io/name=web")
    assert {pod["spec"]["containers"][0]["image"] for pod in pods} == {"registry.example/web:1.1.0"}


def test_unpullable_image_fails_with_reason(checkout: Checkout, deployed: CommandResult) -> None:
    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["image"] = "registry.example/web:does-not-exist"
        settings["apps"]["web"]["health"] = {"startup_seconds": 10}
        settings["apps"]["web"]["rollout"] = {"progress_deadline": 30}
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


def test_reverted_settings_recover(checkout: Checkout, deployed: CommandResult) -> None:
    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["image"] = "registry.example/web:1.1.0"
    checkout.up()
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")
    pods = checkout.get("pods", "-n", "demo", "-l", "app.kubernetes.io/name=web")
    assert {pod["spec"]["containers"][0]["image"] for pod in pods} == {"registry.example/web:1.1.0"}


def test_new_nodes_are_ready_before_old_ones_go(checkout: Checkout, deployed: CommandResult) -> None:
    with checkout.edit_settings() as settings:
        settings["cluster"]["pools"]["servers"]["machine"]["cpu"] = 8
    assert checkout.up().changed == {"replace": 1}
    servers = checkout.get("nodes", "-l", "anykube.dev/pool=servers")
    assert [node["status"]["capacity"]["cpu"] for node in servers] == ["8"] * 4
    checkout.kubectl("wait", "--for=condition=Available", "deployment", "--all", "-n", "demo", "--timeout=30s")


def test_destroy_and_clean_remove_everything(checkout: Checkout, deployed: CommandResult) -> None:
    refused = checkout.make("clean", ok=False)
    assert "anykube destroy" in refused.all
    checkout.make("destroy")
    assert checkout.processes() == []
    checkout.run("git", "checkout", "--quiet", "stacks")
    checkout.make("clean")
    assert checkout.status == ""
    assert checkout.run("git", "clean", "-ndx").out == ""

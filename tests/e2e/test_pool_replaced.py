"""Changing the machine type replaces a node group. Pods move before the old nodes go, within their budget."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.e2e.checkout import Checkout
from tests.e2e.kept_rehearsal import KeptRehearsal

Event = Mapping[str, Any]


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptRehearsal]:
    checkout = Checkout(tmp_path_factory.mktemp("pool") / "anykube")
    try:
        yield KeptRehearsal(checkout, "aws-dev")
        checkout.make("rehearse", "STACK=aws-dev", "END=1")
    finally:
        checkout.remove()


@contextmanager
def _watched(rehearsal: KeptRehearsal, file: Path, *resources: str) -> Iterator[None]:
    """Writes every event of these objects into the file, as the API server tells them."""
    command = ("kubectl", "--kubeconfig", str(rehearsal.kubeconfig), "get", *resources)
    options = ("--watch", "--output-watch-events", "--output", "json")
    with file.open("w") as output:
        process = subprocess.Popen([*command, *options], env=rehearsal.with_credentials, stdout=output)
        try:
            yield
        finally:
            process.terminate()
            process.wait()


def _events(file: Path) -> list[Event]:
    decoder, text, events = json.JSONDecoder(), file.read_text(), []
    while text := text.lstrip():
        event, end = decoder.raw_decode(text)
        events.append(event)
        text = text[end:]
    return events


def _version(event: Event) -> int:
    return int(event["object"]["metadata"]["resourceVersion"])


def _is(event: Event, condition: str) -> bool:
    conditions = event["object"].get("status", {}).get("conditions", [])
    return any(item["type"] == condition and item["status"] == "True" for item in conditions)


def test_new_nodes_are_ready_before_old_ones_are_drained(rehearsal: KeptRehearsal, tmp_path: Path) -> None:
    (budget,) = (
        item for item in rehearsal.get("poddisruptionbudgets", "-n", "demo") if item["metadata"]["name"] == "web"
    )
    assert budget["status"]["expectedPods"] - budget["status"]["desiredHealthy"] == 1, "the app's own budget gives one"
    old = {node["metadata"]["name"]: node for node in rehearsal.get("nodes", "-l", "anykube.dev/pool=servers")}
    assert old
    yaml, settings_file = YAML(), rehearsal.folder / "environments" / "aws-dev.yaml"
    settings = yaml.load(settings_file)
    settings["cluster"]["pools"]["servers"]["machine"] = {"cpu": 4, "memory": "16Gi"}
    yaml.dump(settings, settings_file)
    pods, nodes = tmp_path / "pods", tmp_path / "nodes"
    selector = ("-n", "demo", "-l", "app.kubernetes.io/name=web")
    with _watched(rehearsal, pods, "pods", *selector), _watched(rehearsal, nodes, "nodes"):
        rehearsal.pulumi("up", "--yes", "--skip-preview")

    new = {node["metadata"]["name"] for node in rehearsal.get("nodes", "-l", "anykube.dev/pool=servers")}
    assert new
    assert not new & old.keys()
    node_events = _events(nodes)
    drained = min(_version(item) for item in node_events if item["object"]["spec"].get("unschedulable"))
    for name in new:
        ready = min(
            _version(item) for item in node_events if item["object"]["metadata"]["name"] == name and _is(item, "Ready")
        )
        assert ready < drained, f"{name} was not Ready yet when the first old node was cordoned"

    states: dict[str, bool] = {}
    fewest = 5
    for event in _events(pods):
        exists = event["type"] != "DELETED" and "deletionTimestamp" not in event["object"]["metadata"]
        states[event["object"]["metadata"]["name"]] = exists and _is(event, "Ready")
        if len(states) >= 5:
            fewest = min(fewest, sum(states.values()))
    moved = {pod["spec"]["nodeName"] for pod in rehearsal.get("pods", *selector)}
    assert moved <= new
    assert fewest >= 4, f"only {fewest} of five pods were ready at one moment"
    assert len(states) >= 10, "all five were replaced"

import json

import pytest
import yaml
from anykube_cli.kubernetes import configuration

_PORTS = dict(zip(configuration.PORTS, range(20_000, 20_006), strict=True))


def _documents(unpullable: str = "broken", crashing: str = "") -> list[dict[str, object]]:
    return list(yaml.safe_load_all(configuration.render(_PORTS, unpullable, crashing, {"audit": "x: {y}"})))


def test_listens_on_loopback_and_chosen_ports() -> None:
    options = _documents()[0]["options"]
    assert isinstance(options, dict)
    assert options["bindAddress"] == "127.0.0.1"
    assert {value for key, value in options.items() if key.endswith("Port")} == set(_PORTS.values())


@pytest.mark.parametrize("pattern", ["a|b", "it's", r"v\d+\.0$", '"quoted"', "a'b\"c\\d"])
def test_image_patterns_are_quoted_for_yaml_and_jq(pattern: str) -> None:
    keys = [
        expression["key"]
        for document in _documents(unpullable=pattern)
        if document["kind"] == "Stage"
        for expression in document["spec"]["selector"]["matchExpressions"]  # type: ignore[index]
    ]
    expected = f".spec.containers.[].image | test({json.dumps(pattern)})"
    assert keys.count(expected) == 2


def test_empty_pattern_matches_nothing() -> None:
    assert r'test("$^")' in configuration.render(_PORTS, "", "", {})


def test_stage_names_are_unique() -> None:
    names = [document["metadata"]["name"] for document in _documents() if document["kind"] == "Stage"]  # type: ignore[index]
    assert len(names) == len(set(names))


def test_api_server_flags_are_quoted_for_yaml() -> None:
    patches = _documents()[0]["componentsPatches"]
    assert isinstance(patches, list)
    [api] = [patch for patch in patches if patch["name"] == "kube-apiserver"]
    assert {"key": "audit", "value": "x: {y}"} in api["extraArgs"]

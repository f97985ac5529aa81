import json

import pytest
import yaml
from anykube_cli.kubernetes import configuration

_PORTS = dict(zip(configuration.PORTS, range(20_000, 20_006), strict=True))


def _documents(unpullable: str = "broken", crashing: str = "") -> list[dict[str, object]]:
    return list(yaml.safe_load_all(configuration.render(_PORTS, unpullable, crashing, {"audit": "x: {y}"})))


def test_it_listens_on_loopback_and_on_the_given_ports() -> None:
    options = _documents()[0]["options"]
    assert isinstance(options, dict)
    assert options["bindAddress"] == "127.0.0.1"
    assert {value for key, value in options.items() if key.endswith("Port")} == set(_PORTS.values())


@pytest.mark.parametrize("pattern", ["a|b", "it's", r"v\d+\.0$", '"quoted"', "a'b\"c\\d"])
def test_patterns_survive_both_quotings(pattern: str) -> None:
    keys = [
        expression["key"]
        for document in _documents(unpullable=pattern)
        if document["kind"] == "Stage"
        for expression in document["spec"]["selector"]["matchExpressions"]  # type: ignore[index]
    ]
    wanted = f".spec.containers.[].image | test({json.dumps(pattern)})"
    assert keys.count(wanted) == 2


def test_an_empty_pattern_matches_nothing() -> None:
    assert r'test("$^")' in configuration.render(_PORTS, "", "", {})


def test_no_stage_is_named_twice() -> None:
    names = [document["metadata"]["name"] for document in _documents() if document["kind"] == "Stage"]  # type: ignore[index]
    assert len(names) == len(set(names))


def test_the_api_servers_flags_come_through_whatever_is_in_them() -> None:
    patches = _documents()[0]["componentsPatches"]
    assert isinstance(patches, list)
    [api] = [patch for patch in patches if patch["name"] == "kube-apiserver"]
    assert {"key": "audit", "value": "x: {y}"} in api["extraArgs"]

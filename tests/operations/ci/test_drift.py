"""What a refresh finds, read from the engine's log, and the report on it."""

import json
from typing import Any

from anykube_cli.ci.drift import FOUND, WELL, Drift, Field, drifted, report, value_at

_URN = "urn:pulumi:dev::anykube::anykube:index:WebService$kubernetes:apps/v1:Deployment::web-deployment"


def _event(op: str, **more: Any) -> str:
    return json.dumps({"resOutputsEvent": {"metadata": {"op": op, "urn": _URN, **more}}})


def _update(kept: Any, found: Any, *paths: str) -> str:
    old, new = ({"id": "shop/web", "outputs": outputs} for outputs in (kept, found))
    return _event("update", old=old, new=new, detailedDiff={path: {} for path in paths})


def test_a_field_is_named_with_what_it_was_and_is() -> None:
    log = [
        json.dumps({"preludeEvent": {}}),
        _update({"spec": {"replicas": 2}}, {"spec": {"replicas": 1}}, "spec.replicas"),
    ]
    [found] = drifted(log)
    assert found == Drift(
        "kubernetes:apps/v1:Deployment", "web-deployment", "shop/web", (Field("spec.replicas", "2", "1"),)
    )
    assert found.place == "cluster"
    assert list(found.lines())[1] == "  spec.replicas: 2 → 1"


def test_one_that_is_gone_is_named_too() -> None:
    [found] = drifted([_event("delete", old={"id": "shop/web"})])
    assert found.fields == ()
    assert next(found.lines()).endswith("(shop/web) is gone")


def test_what_is_as_the_state_says_is_no_drift() -> None:
    """`update` without a field: the provider said nothing of ours is otherwise."""
    assert list(drifted([_event("refresh"), _event("same"), _update({}, {})])) == []


def test_a_path_leads_through_lists_and_quoted_keys() -> None:
    content = {"a": [{"b/c": 1}], "data": "[secret]", "s": {"x": None}}
    assert value_at(content, 'a[0]["b/c"]') == 1
    assert value_at(content, "a[1].b") is None
    assert value_at(content, "a.b") is None
    assert value_at(content, "data.PASSWORD") == "[secret]"


def test_the_report_says_whether_there_is_any() -> None:
    found = Drift("gcp:compute/subnetwork:Subnetwork", "nodes", "projects/p/nodes", (Field("a.b", "true", "false"),))
    text = report({"dev": [found], "prod": []}, {})
    assert text.startswith(f"{FOUND}\n")
    assert "cloud: <code>gcp:compute/subnetwork:Subnetwork</code> <code>nodes</code>: <code>a.b</code>" in text
    assert "a.b: true → false" in text
    assert "prod" not in text
    assert report({"dev": []}, {}).startswith(f"{WELL}\n")
    assert report({}, {"dev": "the cluster is away"}).startswith(f"{FOUND}\n")

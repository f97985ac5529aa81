"""Drift in the event log of a refresh, and the report on it."""

import json
from typing import Any

from anykube_cli.ci.drift import DRIFT, NO_DRIFT, Drift, Field, read_drift, report, value_at

_URN = "urn:pulumi:dev::anykube::anykube:index:WebService$kubernetes:apps/v1:Deployment::web-deployment"


def _event(op: str, **fields: Any) -> str:
    return json.dumps({"resOutputsEvent": {"metadata": {"op": op, "urn": _URN, **fields}}})


def _update(expected: Any, actual: Any, *paths: str) -> str:
    old, new = ({"id": "shop/web", "outputs": outputs} for outputs in (expected, actual))
    return _event("update", old=old, new=new, detailedDiff={path: {} for path in paths})


def test_a_changed_field_has_its_expected_and_actual_value() -> None:
    log = [
        json.dumps({"preludeEvent": {}}),
        _update({"spec": {"replicas": 2}}, {"spec": {"replicas": 1}}, "spec.replicas"),
    ]
    [resource] = read_drift(log)
    assert resource == Drift(
        "kubernetes:apps/v1:Deployment", "web-deployment", "shop/web", (Field("spec.replicas", "2", "1"),)
    )
    assert resource.location == "cluster"
    assert list(resource.lines())[1] == "  spec.replicas: 2 → 1"


def test_a_deleted_resource_is_drift() -> None:
    [resource] = read_drift([_event("delete", old={"id": "shop/web"})])
    assert resource.fields == ()
    assert next(resource.lines()).endswith("(shop/web) was deleted")


def test_an_unchanged_resource_is_no_drift() -> None:
    """An `update` without fields: none of the resource's inputs changed."""
    assert list(read_drift([_event("refresh"), _event("same"), _update({}, {})])) == []


def test_a_path_may_have_indexes_and_quoted_keys() -> None:
    content = {"a": [{"b/c": 1}], "data": "[secret]", "s": {"x": None}}
    assert value_at(content, 'a[0]["b/c"]') == 1
    assert value_at(content, "a[1].b") is None
    assert value_at(content, "a.b") is None
    assert value_at(content, "data.PASSWORD") == "[secret]"


def test_the_report_starts_with_whether_there_is_drift() -> None:
    resource = Drift("gcp:compute/subnetwork:Subnetwork", "nodes", "projects/p/nodes", (Field("a.b", "true", "false"),))
    text = report({"dev": [resource], "prod": []}, {})
    assert text.startswith(f"{DRIFT}\n")
    assert "cloud: <code>gcp:compute/subnetwork:Subnetwork</code> <code>nodes</code>: <code>a.b</code>" in text
    assert "a.b: true → false" in text
    assert "prod" not in text
    assert report({"dev": []}, {}).startswith(f"{NO_DRIFT}\n")
    assert report({}, {"dev": "the cluster does not respond"}).startswith(f"{DRIFT}\n")

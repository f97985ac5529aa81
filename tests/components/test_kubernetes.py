from typing import Any

import pulumi
import pytest
from anykube._kubernetes import Manifest, apply, token
from anykube._ownership import OWNER

CONFIG_MAP: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "settings", "namespace": "demo", "labels": {"some_key": "snake_value"}},
    "binaryData": {"some_file": "aGVsbG8="},
}


def secret(**fields: object) -> Manifest:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "demo"}, **fields}


@pytest.mark.parametrize(
    ("version", "kind", "expected"),
    [
        ("v1", "Namespace", "kubernetes:core/v1:Namespace"),
        ("apps/v1", "Deployment", "kubernetes:apps/v1:Deployment"),
        ("networking.k8s.io/v1", "Ingress", "kubernetes:networking.k8s.io/v1:Ingress"),
    ],
)
def test_token(version: str, kind: str, expected: str) -> None:
    assert token({"apiVersion": version, "kind": kind}) == expected


def test_registers_manifests_with_the_mark_of_the_stack(engine: Any) -> None:
    engine.run(lambda: apply(CONFIG_MAP, "settings", pulumi.ResourceOptions()))

    registered = engine.resources["ConfigMap/settings"]
    assert registered.type == "kubernetes:core/v1:ConfigMap"
    metadata = {**CONFIG_MAP["metadata"], "annotations": {OWNER: "project/stack"}}
    assert registered.inputs == {**CONFIG_MAP, "metadata": metadata}
    assert registered.secret_outputs == []


def test_marks_values_of_a_secret(engine: Any) -> None:
    manifest = secret(data={"a": "MQ=="}, stringData={"b": "2"}, type="Opaque")

    engine.run(lambda: apply(manifest, "s", pulumi.ResourceOptions(additional_secret_outputs=["metadata"])))

    registered = engine.resources["Secret/s"]
    assert registered.inputs["data"] == ("secret", {"a": "MQ=="})
    assert registered.inputs["stringData"] == ("secret", {"b": "2"})
    assert registered.inputs["type"] == "Opaque"
    assert set(registered.secret_outputs) == {"data", "stringData", "metadata"}


def test_marks_values_that_a_transform_adds(engine: Any) -> None:
    def add(manifest: Manifest) -> Manifest:
        return {**manifest, "stringData": {"late": "addition"}}

    engine.run(lambda: apply(secret(), "s", pulumi.ResourceOptions(), [add]))

    assert engine.resources["Secret/s"].inputs["stringData"] == ("secret", {"late": "addition"})


def test_applies_transforms_in_order(engine: Any) -> None:
    def to_secret(manifest: Manifest) -> Manifest:
        return {**manifest, "kind": "Secret", "immutable": False}

    def immutable(manifest: Manifest) -> Manifest:
        return {**manifest, "immutable": True}

    engine.run(lambda: apply(CONFIG_MAP, "x", pulumi.ResourceOptions(), [to_secret, immutable]))

    assert engine.resources["Secret/x"].type == "kubernetes:core/v1:Secret"
    assert engine.resources["Secret/x"].inputs["immutable"] is True
    assert CONFIG_MAP["kind"] == "ConfigMap"

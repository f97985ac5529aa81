"""Recordings do not depend on the time, the machine or the run."""

import json
from typing import Any

import pytest
from anykube_cli.guarded import guarded

from tests.golden.files import goldens
from tests.golden.normalize import normalize

_ROOT = "urn:pulumi:prod::anykube::"
_PROVIDER = f"{_ROOT}pulumi:providers:aws::aws"
_SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:xyz"}


def _state(vpc: str, role: str, port: int, *, reordered: bool = False, tags: Any = None) -> dict[str, Any]:
    provider = {
        "urn": _PROVIDER,
        "custom": True,
        "id": "062aa810-5b6f-40a7-8e4a-f41377a60951",
        "inputs": {"region": "a"},
    }
    resources = [
        {"urn": f"{_ROOT}pulumi:pulumi:Stack::s", "type": "pulumi:pulumi:Stack", "outputs": {"kubeconfig": _SECRET}},
        {**provider, "type": "pulumi:providers:aws", "created": f"2026-11-23T19:27:{port % 60:02}.5Z"},
        {
            "urn": f"{_ROOT}aws:ec2/vpc:Vpc::vpc",
            "type": "aws:ec2/vpc:Vpc",
            "custom": True,
            "id": vpc,
            "protect": True,
            "inputs": {"__defaults": [], "cidrBlock": "10.1.0.0/16", "tags": tags or {}},
            "outputs": {"arn": f"arn:aws:ec2:a:123456789012:vpc/{vpc}"},
            "provider": f"{_PROVIDER}::062aa810-5b6f-40a7-8e4a-f41377a60951",
        },
        {
            "urn": f"{_ROOT}aws:iam/role:Role::role",
            "type": "aws:iam/role:Role",
            "custom": True,
            "id": f"nodes-{role}",
            "inputs": {"__defaults": ["name"], "name": f"nodes-{role}", "vpc": vpc},
            "outputs": {"endpoint": f"https://127.0.0.1:{port}", "privateIp": f"10.9.8.{port % 200}"},
            "dependencies": [f"{_ROOT}aws:ec2/vpc:Vpc::vpc"],
        },
        {
            "urn": f"{_ROOT}pulumi:providers:kubernetes::k",
            "type": "pulumi:providers:kubernetes",
            "custom": True,
            "id": "27a7d50a-8ef2-4e99-9779-484ee8afcc0a",
            "inputs": {"kubeconfig": _SECRET, "version": "4"},
        },
        {
            "urn": f"{_ROOT}kubernetes:core/v1:Secret::s",
            "type": "kubernetes:core/v1:Secret",
            "custom": True,
            "id": "demo/s",
            "inputs": {"stringData": _SECRET},
            "outputs": {"stringData": _SECRET},
        },
    ]
    if reordered:
        resources[2], resources[1] = resources[1], resources[2]
    return {"version": 3, "deployment": {"resources": resources}}


def test_two_recordings_are_equal() -> None:
    first = normalize(_state("vpc-52634ae2b6dfa713d", "7bc245e", 23128), "aws")
    second = normalize(_state("vpc-0000000000000000f", "1234567", 40001, reordered=True), "aws")
    assert first == second


def test_keeps_references_between_resources() -> None:
    state = normalize(_state("vpc-52634ae2b6dfa713d", "7bc245e", 23128), "aws")
    by_type = {resource["type"]: resource for resource in state["deployment"]["resources"]}
    vpc, role = by_type["aws:ec2/vpc:Vpc"], by_type["aws:iam/role:Role"]
    assert vpc["id"] != "vpc-52634ae2b6dfa713d"
    assert vpc["outputs"]["arn"].endswith(vpc["id"])
    assert role["inputs"]["vpc"] == vpc["id"]
    assert role["id"] == role["inputs"]["name"]
    assert vpc["provider"].endswith(by_type["pulumi:providers:aws"]["id"])
    assert vpc["inputs"]["cidrBlock"] == "10.1.0.0/16"
    assert "protect" not in vpc
    assert by_type["pulumi:providers:kubernetes"]["inputs"] == {"kubeconfig": "{}"}


def test_contains_no_secrets() -> None:
    state = normalize(_state("vpc-52634ae2b6dfa713d", "7bc245e", 23128), "aws")
    assert "ciphertext" not in json.dumps(state)
    with pytest.raises(ValueError, match="aws:ec2/vpc:Vpc::vpc"):
        normalize(_state("vpc-52634ae2b6dfa713d", "7bc245e", 23128, tags=_SECRET), "aws")


_ROLE_ID = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"


def _resource(package: str, number: int, digits: str) -> dict[str, Any]:
    """A state of two resources, with random text and text that only looks random."""
    provider = {"urn": f"{_ROOT}pulumi:providers:{package}::p", "type": f"pulumi:providers:{package}", "custom": True}
    provider_id = f"{number:08x}-5b6f-40a7-8e4a-f41377a60951"
    resource = {
        "urn": f"{_ROOT}{package}:a:Thing::thing",
        "type": f"{package}:a:Thing",
        "custom": True,
        "id": f"thing{digits}",
        "provider": f"{provider['urn']}::{provider_id}",
        "inputs": {
            "__defaults": ["name"],
            "name": f"thing{digits}",
            "role": f"/roleDefinitions/{_ROLE_ID}",
            "window": "2026-11-26T09:00:00Z",
            "dnsServiceIP": "10.96.0.10",
            "port": 41000 + number,
        },
        "outputs": {
            "etag": f'W/"{41000 + number}000-b7d2-5d9d-b11d-e219ee4a2483"',
            "endpoint": f"127.0.0.1:{41000 + number}",
            "effectiveLabels": _SECRET,
        },
        "additionalSecretOutputs": ["effectiveLabels"],
    }
    return {"version": 3, "deployment": {"resources": [{**provider, "id": provider_id, "inputs": {}}, resource]}}


@pytest.mark.parametrize(
    ("package", "digits"), [("azure-native", ("0a1b2c3d", "ffffffff")), ("gcp", ("-0a1b2c3", "-fffffff"))]
)
def test_keeps_text_that_only_looks_random(package: str, digits: tuple[str, str]) -> None:
    """The GUID of a role, and a time and an address in settings are not random, though those of moto are."""
    first, second = (normalize(_resource(package, 7, ending), package)["deployment"]["resources"] for ending in digits)
    assert first == second
    provider, resource = first
    assert resource["provider"].endswith(provider["id"])
    assert not resource["provider"].endswith("00000007-5b6f-40a7-8e4a-f41377a60951")
    inputs = _resource(package, 7, digits[0])["deployment"]["resources"][1]["inputs"]
    assert {**resource["inputs"], "name": inputs["name"]} == inputs
    assert resource["inputs"]["name"] == resource["id"] != inputs["name"]
    assert resource["outputs"] == {
        "etag": 'W/"41007000-b7d2-5d9d-b11d-e219ee4a2483"',
        "endpoint": "127.0.0.1:443",
    }, "replaces only the port, and removes outputs that the SDK marks as secret"


def test_replaces_numeric_ids_of_google_cloud() -> None:
    def recorded(number: int) -> dict[str, Any]:
        state = _resource("gcp", 7, "-0a1b2c3")
        state["deployment"]["resources"][1]["outputs"] |= {"networkId": str(number), "subnetworkId": number}
        return normalize(state, "gcp")

    state = recorded(1257622267041232486)
    assert state == recorded(1270004992662254300)
    outputs = state["deployment"]["resources"][1]["outputs"]
    assert outputs["networkId"] == str(outputs["subnetworkId"])


@pytest.mark.parametrize("stack", goldens())
def test_golden_files_are_normalized(stack: str) -> None:
    golden = goldens()[stack]
    text = golden.file.read_text()
    assert "ciphertext" not in text
    assert "project://" not in text
    types = {resource["type"] for resource in golden.read()["deployment"]["resources"]}
    assert golden.also <= types, "the state contains all types in golden.toml"
    kinds = {guarded()[token].name for token in types & golden.guarded_types & guarded().keys()}
    assert {"cluster", "pool", "network", "key", "identity"} <= kinds

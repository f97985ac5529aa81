"""A recorded state says the same whenever, wherever and by whomever it was recorded."""

import json
from typing import Any

import pytest

from tests.golden.kept import goldens
from tests.golden.normal import normalised

_ROOT = "urn:pulumi:prod::anykube::"
_PROVIDER = f"{_ROOT}pulumi:providers:aws::aws"
_SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:xyz"}


def _state(vpc: str, role: str, port: int, *, turned: bool = False, tags: Any = None) -> dict[str, Any]:
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
    if turned:
        resources[2], resources[1] = resources[1], resources[2]
    return {"version": 3, "deployment": {"resources": resources}}


def test_two_recordings_are_the_same() -> None:
    one = normalised(_state("vpc-52634ae2b6dfa713d", "7bc245e", 23128), "aws")
    two = normalised(_state("vpc-0000000000000000f", "1234567", 40001, turned=True), "aws")
    assert one == two


def test_what_belongs_together_stays_together() -> None:
    made = normalised(_state("vpc-52634ae2b6dfa713d", "7bc245e", 23128), "aws")
    by_type = {one["type"]: one for one in made["deployment"]["resources"]}
    vpc, role = by_type["aws:ec2/vpc:Vpc"], by_type["aws:iam/role:Role"]
    assert vpc["id"] != "vpc-52634ae2b6dfa713d"
    assert vpc["outputs"]["arn"].endswith(vpc["id"])
    assert role["inputs"]["vpc"] == vpc["id"]
    assert role["id"] == role["inputs"]["name"]
    assert vpc["provider"].endswith(by_type["pulumi:providers:aws"]["id"])
    assert vpc["inputs"]["cidrBlock"] == "10.1.0.0/16"
    assert "protect" not in vpc
    assert by_type["pulumi:providers:kubernetes"]["inputs"] == {"kubeconfig": "{}"}


def test_no_secret_gets_in() -> None:
    made = normalised(_state("vpc-52634ae2b6dfa713d", "7bc245e", 23128), "aws")
    assert "ciphertext" not in json.dumps(made)
    with pytest.raises(ValueError, match="aws:ec2/vpc:Vpc::vpc"):
        normalised(_state("vpc-52634ae2b6dfa713d", "7bc245e", 23128, tags=_SECRET), "aws")


@pytest.mark.parametrize("stack", goldens())
def test_the_files_are_normal(stack: str) -> None:
    golden = goldens()[stack]
    text = golden.file.read_text()
    assert "ciphertext" not in text
    assert "project://" not in text
    types = {one["type"] for one in golden.read()["deployment"]["resources"]}
    assert golden.kept <= types, "what is to be kept is in the state"

"""Changes every property of the types that stacks use: the plugin has the effect that azure-native's sources say.

This repeats the rules independently of the table: properties that are part of an id, properties in azure-native's list
at any depth (and everything below them), and top-level properties that the API specification allows only at creation.
"""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from anykube_cli.plugin.values import Unknown, property_values, python_values
from anykube_rehearsal.azure.account.names import ARM_TYPES
from anykube_rehearsal.azure.plugin.cloud import AZURE
from anykube_rehearsal.azure.plugin.facts import FORCE_NEW, PATHS, TRACKED
from anykube_rehearsal.azure.plugin.sdk import SDK, TABLES
from anykube_rehearsal.cloud.plugin.provider import Provider
from anykube_rehearsal.cloud.plugin.resources import INPUTS
from pulumi.provider.experimental import provider as pulumi_provider
from pulumi.provider.experimental.property_value import PropertyValue

from tests.rehearsal.cloud.effects import properties, samples

_CREATED = {"osDiskType", "dnsPrefix", "fqdnSubdomain", "outboundType"}
"""The properties that azure-mgmt's models of AKS allow only at creation."""


def _replaces(token: str, path: str) -> bool:
    """Whether azure-native replaces the resource, according to its sources."""
    steps = path.split(".")
    if any(step in FORCE_NEW.get(token, ()) for step in steps):
        return True
    top = len(steps) == 1
    in_service = token.startswith("azure-native:containerservice:")
    return top and (
        path in PATHS[token] or (in_service and path in _CREATED) or (path == "location" and token in TRACKED)
    )


def _effect(token: str, old: Mapping[str, object], new: Mapping[str, object]) -> str:
    state = {INPUTS: PropertyValue(property_values(old))}
    urn = f"urn:pulumi:dev::anykube::{token}::one"
    request = pulumi_provider.DiffRequest(urn, "id", state, property_values(new), [])
    response = asyncio.run(Provider(AZURE).diff(request))
    if not response.changes:
        return "nothing"
    return "replacement" if response.replaces else "update"


def test_table_has_all_types_of_the_account() -> None:
    assert set(TABLES.types()) == set(ARM_TYPES) == set(AZURE.kinds)


@pytest.mark.parametrize("token", sorted(PATHS))
def test_changing_each_property_has_the_documented_effect(token: str) -> None:
    rows, errors, checked = TABLES.table(token).rows, [], 0
    for prop in properties(SDK.resource(token).inputs, rows):
        values = samples(prop.type)
        if values is None:
            continue
        checked += 1
        expected = "replacement" if _replaces(token, prop.path) else "update"
        for old, new in (values, values[::-1]):
            if (effect := _effect(token, prop.inputs(old), prop.inputs(new))) != expected:
                errors.append(f"{prop.path}: expected {expected}, got {effect}")
        assert _effect(token, prop.inputs(values[0]), prop.inputs(values[0])) == "nothing"
    assert checked >= 3
    assert not errors, "\n".join(errors)


@pytest.mark.parametrize("token", sorted(PATHS))
def test_table_has_all_inputs(token: str) -> None:
    rows = TABLES.table(token).rows
    assert set(SDK.resource(token).inputs) <= set(rows)
    assert [path for path, row in rows.items() if row["replaces"] is None] == []
    assert [path for path, row in rows.items() if (row["replaces"] or row.get("fixed")) and not row["source"]] == []


def test_reports_properties_that_are_not_in_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYKUBE_REHEARSAL", str(tmp_path))
    token = "azure-native:containerservice:ManagedCluster"
    assert _effect(token, {"newInLaterVersions": "a"}, {"newInLaterVersions": "b"}) == "update"
    (report,) = map(json.loads, (tmp_path / "unknown.jsonl").read_text().splitlines())
    assert report["properties"] == ["newInLaterVersions"]


def test_check_rejects_unknown_missing_mistyped_and_invalid_properties() -> None:
    token = "azure-native:containerservice:AgentPool"
    inputs = {"resourceGroupName": "a", "vmSise": "b", "count": "c", "mode": "Systems", "maxCount": 2000}
    request = pulumi_provider.CheckRequest(f"urn:pulumi:dev::a::{token}::one", {}, property_values(inputs), b"")
    failures = asyncio.run(Provider(AZURE).check(request)).failures or []
    assert {failure.property for failure in failures} >= {"resourceName", "vmSise", "count"}
    inputs = {"resourceGroupName": "a", "resourceName": "b", "mode": "Systems", "count": 2000}
    request = pulumi_provider.CheckRequest(f"urn:pulumi:dev::a::{token}::one", {}, property_values(inputs), b"")
    response = asyncio.run(Provider(AZURE).check(request))
    assert {failure.property for failure in response.failures or []} == {"mode", "count"}
    assert str(response.inputs["agentPoolName"].value).startswith("one")  # type: ignore[index]


def test_preview_of_an_update_knows_inputs_name_and_location() -> None:
    """Inputs have the shape of outputs. All other outputs are unknown, as with azure-native."""
    token = "azure-native:containerservice:ManagedCluster"
    inputs = {"resourceGroupName": "a", "identity": {"type": "UserAssigned", "userAssignedIdentities": ["b"]}}
    old = {"name": "c", "location": "westeurope", "resourceUID": "d", INPUTS: inputs}
    new = {**inputs, "kubernetesVersion": "1.36"}
    request = pulumi_provider.UpdateRequest(
        f"urn:pulumi:dev::a::{token}::one", "id", property_values(old), property_values(new), 0, [], True
    )
    outputs = python_values(asyncio.run(Provider(AZURE).update(request)).properties or {})
    assert (outputs["name"], outputs["location"], outputs["kubernetesVersion"]) == ("c", "westeurope", "1.36")
    assert isinstance(outputs["resourceUID"], Unknown)
    identity = outputs["identity"]
    assert isinstance(identity, dict)
    assert identity["type"] == "UserAssigned"
    assert isinstance(identity["userAssignedIdentities"], Unknown)

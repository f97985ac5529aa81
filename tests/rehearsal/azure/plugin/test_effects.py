"""Every property of the types that stacks use, flipped: what azure-native does by its own sources.

The rules are read here once more, beside the table: what is part of an id, what azure-native's list names at any depth
(and all that is below), and what the API's description marks as set at creation, at the top alone.
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
"""What azure-mgmt's models of AKS mark as set at creation."""


def _replaces(token: str, path: str) -> bool:
    """What azure-native's sources say."""
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
    asked = pulumi_provider.DiffRequest(urn, "id", state, property_values(new), [])
    answer = asyncio.run(Provider(AZURE).diff(asked))
    if not answer.changes:
        return "nothing"
    return "replacement" if answer.replaces else "update"


def test_what_is_made_is_in_the_table() -> None:
    assert set(TABLES.types()) == set(ARM_TYPES) == set(AZURE.kinds)


@pytest.mark.parametrize("token", sorted(PATHS))
def test_each_property_flipped(token: str) -> None:
    known, wrong, told = TABLES.table(token).rows, [], 0
    for prop in properties(SDK.resource(token).inputs, known):
        two = samples(prop.type)
        if two is None:
            continue
        told += 1
        said = "replacement" if _replaces(token, prop.path) else "update"
        for before, after in (two, two[::-1]):
            if (seen := _effect(token, prop.inputs(before), prop.inputs(after))) != said:
                wrong.append(f"{prop.path}: said to be {said}, and is {seen}")
        assert _effect(token, prop.inputs(two[0]), prop.inputs(two[0])) == "nothing"
    assert told >= 3
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("token", sorted(PATHS))
def test_each_input_is_in_the_table(token: str) -> None:
    rows = TABLES.table(token).rows
    assert set(SDK.resource(token).inputs) <= set(rows)
    assert [path for path, row in rows.items() if row["replaces"] is None] == []
    assert [path for path, row in rows.items() if (row["replaces"] or row.get("fixed")) and not row["source"]] == []


def test_a_property_that_the_table_does_not_know_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYKUBE_REHEARSAL", str(tmp_path))
    token = "azure-native:containerservice:ManagedCluster"
    assert _effect(token, {"newInLaterVersions": "a"}, {"newInLaterVersions": "b"}) == "update"
    (said,) = map(json.loads, (tmp_path / "unknown.jsonl").read_text().splitlines())
    assert said["properties"] == ["newInLaterVersions"]


def test_what_is_judged_before_anything_is_made() -> None:
    """Unknown, missing and wrongly typed properties, and values that there are not."""
    token = "azure-native:containerservice:AgentPool"
    given = {"resourceGroupName": "a", "vmSise": "b", "count": "c", "mode": "Systems", "maxCount": 2000}
    asked = pulumi_provider.CheckRequest(f"urn:pulumi:dev::a::{token}::one", {}, property_values(given), b"")
    failures = {one.property: one.reason for one in asyncio.run(Provider(AZURE).check(asked)).failures or []}
    assert failures.keys() >= {"resourceName", "vmSise", "count"}
    well = {"resourceGroupName": "a", "resourceName": "b", "mode": "Systems", "count": 2000}
    asked = pulumi_provider.CheckRequest(f"urn:pulumi:dev::a::{token}::one", {}, property_values(well), b"")
    answer = asyncio.run(Provider(AZURE).check(asked))
    assert {one.property for one in answer.failures or []} == {"mode", "count"}
    assert str(answer.inputs["agentPoolName"].value).startswith("one")  # type: ignore[index]


def test_a_preview_of_an_update_knows_what_azure_native_knows() -> None:
    """What is given, in the shape of the outputs, and of all else the name and the region."""
    token = "azure-native:containerservice:ManagedCluster"
    given = {"resourceGroupName": "a", "identity": {"type": "UserAssigned", "userAssignedIdentities": ["b"]}}
    old = {"name": "c", "location": "westeurope", "resourceUID": "d", INPUTS: given}
    new = {**given, "kubernetesVersion": "1.36"}
    request = pulumi_provider.UpdateRequest(
        f"urn:pulumi:dev::a::{token}::one", "id", property_values(old), property_values(new), 0, [], True
    )
    shown = python_values(asyncio.run(Provider(AZURE).update(request)).properties or {})
    assert (shown["name"], shown["location"], shown["kubernetesVersion"]) == ("c", "westeurope", "1.36")
    assert isinstance(shown["resourceUID"], Unknown)
    identity = shown["identity"]
    assert isinstance(identity, dict)
    assert identity["type"] == "UserAssigned"
    assert isinstance(identity["userAssignedIdentities"], Unknown)

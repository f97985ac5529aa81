import asyncio
import json

import pytest
from anykube_cli.plugin import schema
from anykube_cli.plugin.provider import Provider
from anykube_cli.plugin.resource import Diff, Inputs, Resource
from anykube_cli.plugin.values import UNKNOWN, Properties, property_values, python_values
from pulumi.provider.experimental import provider as pulumi_provider

_URN = "urn:pulumi:s::p::a:b:C$test:index:Disk::one"


class _DiskInputs(Inputs):
    """A disk."""

    name: str
    size_in_gb: int = 1
    tags: dict[str, str] = {}


class _Disk(Resource[_DiskInputs]):
    token = "test:index:Disk"
    inputs = _DiskInputs
    replaces = frozenset({"name"})
    secrets = frozenset({"key"})
    volatile = frozenset({"key"})

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.current_drift = Diff()

    def create(self, inputs: _DiskInputs) -> tuple[str, Properties]:
        self.calls.append("create")
        return inputs.name, {**inputs.model_dump(by_alias=True), "key": "k"}

    def read(self, resource_id: str) -> Properties | None:
        return {"name": resource_id, "sizeInGb": 1, "tags": {}, "key": "k"} if resource_id == "existing" else None

    def update(self, resource_id: str, old: Properties, inputs: _DiskInputs) -> Properties:
        self.calls.append("update")
        return {**old, **inputs.model_dump(by_alias=True)}

    def delete(self, resource_id: str, old: Properties) -> None:
        self.calls.append(f"delete {resource_id}")

    def drift(self, resource_id: str, old: Properties) -> Diff:
        return self.current_drift


@pytest.fixture
def disk() -> _Disk:
    return _Disk()


@pytest.fixture
def provider(disk: _Disk) -> Provider:
    return Provider([disk])


def _check(provider: Provider, inputs: Properties) -> pulumi_provider.CheckResponse:
    return asyncio.run(provider.check(pulumi_provider.CheckRequest(_URN, {}, property_values(inputs), b"")))


def _diff(provider: Provider, old: Properties, new: Properties) -> pulumi_provider.DiffResponse:
    request = pulumi_provider.DiffRequest(_URN, "one", property_values(old), property_values(new), [])
    return asyncio.run(provider.diff(request))


def test_check_fills_in_defaults(provider: Provider) -> None:
    response = _check(provider, {"name": "a"})
    assert not response.failures
    assert python_values(response.inputs or {}) == {"name": "a", "sizeInGb": 1, "tags": {}}


def test_check_failure_names_property(provider: Provider) -> None:
    failures = _check(provider, {"name": "a", "sizeInGb": "x", "colour": "blue"}).failures or []
    assert {failure.property for failure in failures} == {"sizeInGb", "colour"}


def test_check_accepts_unknown_values(provider: Provider) -> None:
    assert not _check(provider, {"name": "a", "sizeInGb": UNKNOWN}).failures


def test_diff_of_equal_inputs_is_empty(provider: Provider) -> None:
    assert _diff(provider, {"name": "a", "key": "k"}, {"name": "a"}).changes is False


def test_diff_distinguishes_update_and_replacement(provider: Provider) -> None:
    update = _diff(provider, {"name": "a", "sizeInGb": 1}, {"name": "a", "sizeInGb": 2})
    assert (update.changes, update.replaces, update.diffs) == (True, [], ["sizeInGb"])
    replacement = _diff(provider, {"name": "a"}, {"name": "b"})
    assert replacement.replaces == ["name"]


def test_drift_is_a_change(provider: Provider, disk: _Disk) -> None:
    disk.current_drift = Diff(update=frozenset({"running"}))
    assert _diff(provider, {"name": "a"}, {"name": "a"}).diffs == ["running"]


def test_preview_changes_nothing(provider: Provider, disk: _Disk) -> None:
    old, new = property_values({"name": "a", "key": "k"}), property_values({"name": "a", "sizeInGb": 2})
    asyncio.run(provider.create(pulumi_provider.CreateRequest(_URN, new, 0, True)))
    response = asyncio.run(provider.update(pulumi_provider.UpdateRequest(_URN, "a", old, new, 0, [], True)))
    assert disk.calls == []
    assert python_values(response.properties)["key"] is UNKNOWN


def test_create_marks_secrets(provider: Provider, disk: _Disk) -> None:
    response = asyncio.run(
        provider.create(pulumi_provider.CreateRequest(_URN, property_values({"name": "a"}), 0, False))
    )
    assert disk.calls == ["create"]
    assert response.resource_id == "a"
    assert response.properties["key"].is_secret


def test_read_separates_inputs_from_outputs(provider: Provider) -> None:
    response = asyncio.run(provider.read(pulumi_provider.ReadRequest(_URN, "existing", {}, {})))
    assert set(response.inputs) == {"name", "sizeInGb", "tags"}
    assert response.properties["key"].is_secret
    assert asyncio.run(provider.read(pulumi_provider.ReadRequest(_URN, "missing", {}, {}))).resource_id == ""


def test_unknown_type_lists_supported_types(provider: Provider) -> None:
    with pytest.raises(
        ValueError, match=r"unknown resource type test:index:Other\. This plugin supports: test:index:Disk"
    ):
        asyncio.run(provider.delete(pulumi_provider.DeleteRequest("urn:pulumi:s::p::test:index:Other::x", "x", {}, 0)))


def test_schema_of_resource(disk: _Disk) -> None:
    resource = json.loads(schema.render("test", "1.0.0", [disk]))["resources"]["test:index:Disk"]
    assert resource["requiredInputs"] == ["name"]
    assert resource["inputProperties"]["tags"] == {"type": "object", "additionalProperties": {"type": "string"}}
    assert resource["properties"]["key"] == {"type": "string", "secret": True}

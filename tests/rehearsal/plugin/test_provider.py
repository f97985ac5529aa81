import asyncio
import json

import pytest
from anykube_cli.plugin import schema
from anykube_cli.plugin.provider import Provider
from anykube_cli.plugin.resource import Diff, Inputs, Resource
from anykube_cli.plugin.values import UNKNOWN, Properties, property_values, python_values
from pulumi.provider.experimental import provider as pulumi_provider

_URN = "urn:pulumi:s::p::a:b:C$test:index:Thing::one"


class _ThingInputs(Inputs):
    """A thing."""

    name: str
    size_in_gb: int = 1
    tags: dict[str, str] = {}


class _Thing(Resource[_ThingInputs]):
    token = "test:index:Thing"
    inputs = _ThingInputs
    replaces = frozenset({"name"})
    secrets = frozenset({"key"})
    volatile = frozenset({"key"})

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.found = Diff()

    def create(self, inputs: _ThingInputs) -> tuple[str, Properties]:
        self.calls.append("create")
        return inputs.name, {**inputs.model_dump(by_alias=True), "key": "k"}

    def read(self, resource_id: str) -> Properties | None:
        return {"name": resource_id, "sizeInGb": 1, "tags": {}, "key": "k"} if resource_id == "there" else None

    def update(self, resource_id: str, old: Properties, inputs: _ThingInputs) -> Properties:
        self.calls.append("update")
        return {**old, **inputs.model_dump(by_alias=True)}

    def delete(self, resource_id: str, old: Properties) -> None:
        self.calls.append(f"delete {resource_id}")

    def drift(self, resource_id: str, old: Properties) -> Diff:
        return self.found


@pytest.fixture
def thing() -> _Thing:
    return _Thing()


@pytest.fixture
def provider(thing: _Thing) -> Provider:
    return Provider([thing])


def _check(provider: Provider, inputs: Properties) -> pulumi_provider.CheckResponse:
    return asyncio.run(provider.check(pulumi_provider.CheckRequest(_URN, {}, property_values(inputs), b"")))


def _diff(provider: Provider, old: Properties, new: Properties) -> pulumi_provider.DiffResponse:
    request = pulumi_provider.DiffRequest(_URN, "one", property_values(old), property_values(new), [])
    return asyncio.run(provider.diff(request))


def test_defaults_are_filled_in(provider: Provider) -> None:
    answer = _check(provider, {"name": "a"})
    assert not answer.failures
    assert python_values(answer.inputs or {}) == {"name": "a", "sizeInGb": 1, "tags": {}}


def test_a_failure_names_the_property(provider: Provider) -> None:
    failures = _check(provider, {"name": "a", "sizeInGb": "x", "colour": "blue"}).failures or []
    assert {failure.property for failure in failures} == {"sizeInGb", "colour"}


def test_what_is_not_known_yet_passes(provider: Provider) -> None:
    assert not _check(provider, {"name": "a", "sizeInGb": UNKNOWN}).failures


def test_nothing_changes(provider: Provider) -> None:
    assert _diff(provider, {"name": "a", "key": "k"}, {"name": "a"}).changes is False


def test_an_update_and_a_replacement(provider: Provider) -> None:
    update = _diff(provider, {"name": "a", "sizeInGb": 1}, {"name": "a", "sizeInGb": 2})
    assert (update.changes, update.replaces, update.diffs) == (True, [], ["sizeInGb"])
    replacement = _diff(provider, {"name": "a"}, {"name": "b"})
    assert replacement.replaces == ["name"]


def test_drift_is_a_change(provider: Provider, thing: _Thing) -> None:
    thing.found = Diff(update=frozenset({"running"}))
    assert _diff(provider, {"name": "a"}, {"name": "a"}).diffs == ["running"]


def test_a_preview_calls_nothing(provider: Provider, thing: _Thing) -> None:
    old, new = property_values({"name": "a", "key": "k"}), property_values({"name": "a", "sizeInGb": 2})
    asyncio.run(provider.create(pulumi_provider.CreateRequest(_URN, new, 0, True)))
    answer = asyncio.run(provider.update(pulumi_provider.UpdateRequest(_URN, "a", old, new, 0, [], True)))
    assert thing.calls == []
    assert python_values(answer.properties)["key"] is UNKNOWN


def test_create_marks_secrets(provider: Provider, thing: _Thing) -> None:
    answer = asyncio.run(provider.create(pulumi_provider.CreateRequest(_URN, property_values({"name": "a"}), 0, False)))
    assert thing.calls == ["create"]
    assert answer.resource_id == "a"
    assert answer.properties["key"].is_secret


def test_read_tells_inputs_from_outputs(provider: Provider) -> None:
    there = asyncio.run(provider.read(pulumi_provider.ReadRequest(_URN, "there", {}, {})))
    assert set(there.inputs) == {"name", "sizeInGb", "tags"}
    assert there.properties["key"].is_secret
    assert asyncio.run(provider.read(pulumi_provider.ReadRequest(_URN, "gone", {}, {}))).resource_id == ""


def test_an_unknown_type_names_the_known_ones(provider: Provider) -> None:
    with pytest.raises(ValueError, match="no resource type test:index:Other; this plugin has test:index:Thing"):
        asyncio.run(provider.delete(pulumi_provider.DeleteRequest("urn:pulumi:s::p::test:index:Other::x", "x", {}, 0)))


def test_the_schema(thing: _Thing) -> None:
    found = json.loads(schema.render("test", "1.0.0", [thing]))["resources"]["test:index:Thing"]
    assert found["requiredInputs"] == ["name"]
    assert found["inputProperties"]["tags"] == {"type": "object", "additionalProperties": {"type": "string"}}
    assert found["properties"]["key"] == {"type": "string", "secret": True}

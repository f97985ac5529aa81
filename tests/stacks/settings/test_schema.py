"""The JSON schema of settings documents every property, with examples that are valid."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from anykube._generate_dicts import models
from anykube.settings import schema
from anykube.settings.model import StackSettings
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

SCHEMA = json.loads(schema.rendered())
DEFINITIONS = {"StackSettings": SCHEMA, **SCHEMA["$defs"]}
MODELS = {"StackSettings": StackSettings, **models([StackSettings])}


def _properties() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, definition in DEFINITIONS.items():
        for key, field in definition.get("properties", {}).items():
            yield f"{name}.{key}", field


PROPERTIES = dict(_properties())


@pytest.mark.parametrize("path", PROPERTIES)
def test_documents_every_property(path: str) -> None:
    name, _, key = path.partition(".")
    field, definition = PROPERTIES[path], DEFINITIONS[name]
    assert field.get("description"), "has no description: add a docstring below the field"
    assert {"type", "const", "enum", "anyOf", "oneOf", "$ref"} & field.keys(), "has no type"
    required = {*definition.get("required", ()), *definition.get("x-required", ())}
    assert "default" in field or key in required, "has no default and is not required"
    assert field.get("examples"), "has no example: add Field(examples=[...]), or example(...) to the model"


@pytest.mark.parametrize("path", PROPERTIES)
def test_examples_are_valid(path: str) -> None:
    name, _, key = path.partition(".")
    validator = Draft202012Validator({**PROPERTIES[path], "$defs": SCHEMA["$defs"]})
    for example in PROPERTIES[path]["examples"]:
        validator.validate(example)
        assert not _errors(name, key, example)


def _errors(name: str, key: str, value: object) -> list[object]:
    """What the model says about the value: it checks more than a JSON schema can express."""
    try:
        TypeAdapter(MODELS[name]).validate_json(json.dumps({key: value}))
    except ValidationError as error:
        return [detail for detail in error.errors() if detail["loc"][:1] == (key,)]
    return []

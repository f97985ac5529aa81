"""The JSON schema of settings documents every property, with examples that are valid."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from anykube._generate_dicts import models
from anykube._model import Model
from anykube.settings import schema
from anykube.settings.model import StackSettings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pydantic import ValidationError

SCHEMA = json.loads(schema.rendered())
DEFINITIONS = {"StackSettings": SCHEMA, **SCHEMA["$defs"]}
MODELS: Mapping[str, type[Model]] = {"StackSettings": StackSettings, **models([StackSettings])}
NAMES = [name for name, definition in DEFINITIONS.items() if "properties" in definition]


@pytest.mark.parametrize("name", NAMES)
def test_documents_every_property(name: str) -> None:
    definition = DEFINITIONS[name]
    required = {*definition.get("required", ()), *definition.get("x-required", ())}
    for key, field in definition["properties"].items():
        assert field.get("description"), f"{name}.{key} has no description: add a docstring below the field"
        assert {"type", "const", "enum", "anyOf", "oneOf", "$ref"} & field.keys(), f"{name}.{key} has no type"
        assert "default" in field or key in required, f"{name}.{key} has no default and is not required"
        assert field.get("examples"), f"{name}.{key} has no example: add Field(examples=[...])"


@pytest.mark.parametrize("name", NAMES)
def test_examples_are_valid(name: str) -> None:
    for key, field in DEFINITIONS[name]["properties"].items():
        validator = Draft202012Validator({**field, "$defs": SCHEMA["$defs"]})
        for example in field["examples"]:
            validator.validate(example)
            assert list(_errors(MODELS[name], key, example)) == [], f"{name}.{key}"


def _errors(model: type[Model], key: str, value: object) -> Iterator[Any]:
    """The model's errors for a value of a field: it checks more than a JSON schema can express."""
    try:
        model.model_validate_json(json.dumps({key: value}))
    except ValidationError as error:
        yield from (detail for detail in error.errors() if detail["loc"][:1] == (key,))

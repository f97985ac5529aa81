"""The JSON Schema of a settings file, for editors and for the generated reference of settings."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import ModelSchema

from anykube._docstrings import field_descriptions
from anykube._workloads.unions import DEFAULT_KIND, KINDS
from anykube.settings.model import StackSettings

SCHEMA = Path(__file__).with_name("schema.json")
_APPS = frozenset(model.__name__ for model in KINDS.values())


def rendered() -> str:
    """The text of schema.json.

    A settings file may inherit the fields that its stack requires, so that an editor must not report them as missing.
    The schema lists them as `x-required` in place of `required`; `load` checks them after merging.
    """
    schema = StackSettings.model_json_schema(schema_generator=_Documented)
    kinds = schema["properties"]["cluster"]
    kinds["anyOf"] = kinds.pop("oneOf")
    for name, definition in [("StackSettings", schema), *schema["$defs"].items()]:
        fields = definition.get("properties", {})
        if definition is schema or "cloud" in fields or name in _APPS:
            definition["x-required"] = definition.pop("required", [])
        if name in _APPS and fields["kind"]["default"] != DEFAULT_KIND:
            # Without a kind, an app is a web service.
            definition["required"] = ["kind"]
        for field in fields.values():
            if examples := _examples(field, schema["$defs"]):
                field["examples"] = examples
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


class _Documented(GenerateJsonSchema):
    """Adds the descriptions of fields."""

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        result = super().model_schema(schema)
        for field, description in field_descriptions(schema["cls"]).items():
            if field in result["properties"]:
                result["properties"][field]["description"] = description
        return result


def _examples(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[Any]:
    """The field's examples; without any, those that follow from its type."""
    if "examples" in field:
        return list(field["examples"])
    if "const" in field:
        return [field["const"]]
    if "enum" in field:
        return list(field["enum"])
    if field.get("type") == "boolean":
        return [not field.get("default")]
    if "$ref" in field:
        return _examples(definitions[field["$ref"].rpartition("/")[2]], definitions)
    if "items" in field:
        return [[item] for item in _examples(field["items"], definitions)[:1]]
    types = (*field.get("anyOf", ()), *field.get("oneOf", ()))
    return next((examples for type_ in types if (examples := _examples(type_, definitions))), [])

"""Generates the Pulumi schema of a plugin's resources, from which `pulumi import` generates code.

https://www.pulumi.com/docs/iac/extending-pulumi/schema/
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from anykube_cli.plugin.resource import Resource


def render(name: str, version: str, resources: Sequence[Resource[Any]]) -> str:
    """Returns the schema as JSON, generated from the resources' inputs."""
    return json.dumps(
        {"name": name, "version": version, "resources": {resource.token: _resource(resource) for resource in resources}}
    )


def _resource(resource: Resource[Any]) -> dict[str, object]:
    model = resource.inputs.model_json_schema(by_alias=True)
    inputs = {key: _type(prop) for key, prop in model["properties"].items()}
    outputs: dict[str, object] = {key: {"type": "string"} for key in sorted(resource.volatile | resource.secrets)}
    for key in resource.secrets:
        outputs[key] = {"type": "string", "secret": True}
    return {
        "description": model.get("description", ""),
        "inputProperties": inputs,
        "requiredInputs": model.get("required", []),
        "properties": {**inputs, **outputs},
    }


def _type(prop: Mapping[str, Any]) -> dict[str, object]:
    """Converts a type from JSON Schema. Of the types used here, Pulumi's schema differs only in maps."""
    kind = prop["type"]
    if kind == "array":
        return {"type": kind, "items": _type(prop["items"])}
    if kind == "object":
        return {"type": kind, "additionalProperties": _type(prop["additionalProperties"])}
    return {"type": kind}

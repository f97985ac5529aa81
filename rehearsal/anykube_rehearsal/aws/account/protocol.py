"""Parses requests and renders responses of EKS in the REST-JSON protocol, by botocore's service model.

The model validates requests: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html. Unknown parameters, which
EKS ignores, are errors here, since they are mistakes of the program under test.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape, StructureShape
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, Rule

from anykube_rehearsal.aws.account.errors import EksError, invalid_parameter
from anykube_rehearsal.aws.account.response_shapes import Json, serialize, validate

_VERSION = "2017-11-01"


@dataclass(frozen=True)
class EksRequest:
    """A valid request."""

    operation: str
    params: Json
    """Its parameters, by their names in the API."""


def parse(method: str, path: str, query: str, body: bytes) -> EksRequest:
    """Parses and validates a request. `path` is as it was sent, with escapes. Raises EksError."""
    try:
        name, labels = _routes().match(path, method)
    except HTTPException:
        raise EksError("UnknownOperationException", f"EKS has no operation {method} {path}") from None
    return EksRequest(name, _params(_model().operation_model(name), labels, query, body))


def render(operation: str, response: Mapping[str, Any]) -> bytes:
    """The body of a response."""
    shape = _model().operation_model(operation).output_shape
    return json.dumps(serialize(shape, response) if shape else {}).encode()


def render_error(error: EksError) -> tuple[HTTPStatus, dict[str, str], bytes]:
    """Status, headers and body of an error response."""
    shapes = {shape.name: shape for shape in _model().error_shapes}
    shape = shapes.get(error.code)
    status = shape.metadata["error"]["httpStatusCode"] if shape else HTTPStatus.NOT_FOUND
    details = {name: text for name, text in error.details.items() if shape and name in shape.members}
    body = json.dumps({"message": str(error), **details}).encode()
    return HTTPStatus(status), {"x-amzn-errortype": error.code, "Content-Type": "application/json"}, body


@cache
def _model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("eks", "service-2", _VERSION), "eks")


@cache
def _routes() -> MapAdapter:
    operations = {name: _model().operation_model(name).http for name in _model().operation_names}
    rules = [
        Rule(re.sub(r"\{(\w+)\}", r"<\1>", http["requestUri"]), methods=[http["method"]], endpoint=name)
        for name, http in operations.items()
    ]
    return Map(rules, merge_slashes=False).bind("eks")


def _params(operation: OperationModel, labels: Mapping[str, str], query: str, body: bytes) -> Json:
    shape = operation.input_shape
    if shape is None:
        return {}
    names = _names_by_location(shape)
    try:
        params = _without_null(json.loads(body) if body else {})
    except ValueError:
        raise EksError("ClientException", "The body of the request is not JSON") from None
    if not isinstance(params, dict):
        raise EksError("ClientException", "The body of the request is not a JSON object")
    misplaced = (name for name in params if name in shape.members and name not in names["body"])
    errors = [f"Unknown parameter: {name}" for name in misplaced]
    params |= {names["uri"][wire]: unquote(label) for wire, label in labels.items()}
    for wire, values in parse_qs(query, keep_blank_values=True).items():
        name = names["querystring"].get(wire, wire)
        params[name] = _convert(shape.members.get(name), values)
    errors += validate(shape, params)
    if errors:
        raise invalid_parameter("; ".join(errors))
    return dict(params)


def _without_null(value: object) -> Any:
    """Removes null members, which mean the same as missing ones."""
    if isinstance(value, dict):
        return {key: _without_null(item) for key, item in value.items() if item is not None}
    return [_without_null(item) for item in value] if isinstance(value, list) else value


def _names_by_location(shape: StructureShape) -> dict[str, dict[str, str]]:
    """The names of members, by location and name on the wire."""
    names: dict[str, dict[str, str]] = {"uri": {}, "querystring": {}, "body": {}}
    for name, member in shape.members.items():
        names[member.serialization.get("location", "body")][member.serialization.get("name", name)] = name
    return names


def _convert(shape: Shape | None, values: list[str]) -> object:
    kind = shape.type_name if shape else "string"
    if kind == "list":
        return values
    if kind == "integer" and re.fullmatch(r"-?\d+", values[0]):
        return int(values[0])
    if kind == "boolean" and values[0] in ("true", "false"):
        return values[0] == "true"
    return values[0]

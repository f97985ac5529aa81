"""Requests and answers of EKS in the protocol REST-JSON, as botocore's service model describes them.

The judge is AWS' own model: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html. What EKS leaves out of it
silently is refused here: an unknown parameter is a mistake of the program under test.
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
from anykube_rehearsal.aws.account.response_shapes import Json, misfits, written

_VERSION = "2017-11-01"


@dataclass(frozen=True)
class Request:
    """A request that the model takes."""

    operation: str
    params: Json
    """Its parameters by the names of the API."""


def parse(method: str, path: str, query: str, body: bytes) -> Request:
    """The operation, and its parameters. `path` as it was sent: names in it are escaped. Raises EksError."""
    try:
        name, labels = _routes().match(path, method)
    except HTTPException:
        raise EksError("UnknownOperationException", f"EKS has no operation {method} {path}") from None
    return Request(name, _asked(_model().operation_model(name), labels, query, body))


def render(operation: str, answer: Mapping[str, Any]) -> bytes:
    """The body of an answer."""
    shape = _model().operation_model(operation).output_shape
    return json.dumps(written(shape, answer) if shape else {}).encode()


def render_error(error: EksError) -> tuple[HTTPStatus, dict[str, str], bytes]:
    """Status, headers and body of an answer that is an error."""
    shapes = {shape.name: shape for shape in _model().error_shapes}
    shape = shapes.get(error.code)
    status = shape.metadata["error"]["httpStatusCode"] if shape else HTTPStatus.NOT_FOUND
    known = {name: text for name, text in error.description.items() if shape and name in shape.members}
    body = json.dumps({"message": str(error), **known}).encode()
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


def _asked(operation: OperationModel, labels: Mapping[str, str], query: str, body: bytes) -> Json:
    shape = operation.input_shape
    if shape is None:
        return {}
    places = _by_place(shape)
    try:
        asked = _present(json.loads(body) if body else {})
    except ValueError:
        raise EksError("ClientException", "The body of the request is not JSON") from None
    if not isinstance(asked, dict):
        raise EksError("ClientException", "The body of the request is no JSON object")
    wrong = [f"Unknown parameter: {name}" for name in asked if name in shape.members and name not in places["body"]]
    asked |= {places["uri"][wire]: unquote(label) for wire, label in labels.items()}
    for wire, values in parse_qs(query, keep_blank_values=True).items():
        name = places["querystring"].get(wire, wire)
        asked[name] = _typed(shape.members.get(name), values)
    wrong += misfits(shape, asked)
    if wrong:
        raise invalid_parameter("; ".join(wrong))
    return dict(asked)


def _present(value: object) -> Any:
    """Without members that are null: what a client leaves out and what it sends as null is the same."""
    if isinstance(value, dict):
        return {key: _present(item) for key, item in value.items() if item is not None}
    return [_present(item) for item in value] if isinstance(value, list) else value


def _by_place(shape: StructureShape) -> dict[str, dict[str, str]]:
    """Members by where they are sent, and by the name that they have there."""
    places: dict[str, dict[str, str]] = {"uri": {}, "querystring": {}, "body": {}}
    for name, member in shape.members.items():
        places[member.serialization.get("location", "body")][member.serialization.get("name", name)] = name
    return places


def _typed(shape: Shape | None, values: list[str]) -> object:
    kind = shape.type_name if shape else "string"
    if kind == "list":
        return values
    if kind == "integer" and re.fullmatch(r"-?\d+", values[0]):
        return int(values[0])
    if kind == "boolean" and values[0] in ("true", "false"):
        return values[0] == "true"
    return values[0]

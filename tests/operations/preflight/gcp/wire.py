"""A fake HTTP transport to Google Cloud that validates requests and responses against the discovery documents.

A test fails if a request or its parameters are not in a discovery document, or if a response does not match the
method's schema. Requests without a canned response get 404, as in an empty project.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httplib2
from googleapiclient.discovery_cache import get_static_doc

_SERVICES = (
    ("cloudkms", "v1"),
    ("cloudresourcemanager", "v3"),
    ("compute", "v1"),
    ("container", "v1"),
    ("iam", "v1"),
    ("secretmanager", "v1"),
    ("serviceusage", "v1"),
    ("storage", "v1"),
)

Parameters = Mapping[str, str]
"""Path and query parameters."""

_TYPES: Mapping[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
}


class RefusedError(Exception):
    """An error response of Google Cloud. Its text must never be shown."""

    def __init__(self, status: int, reason: str = "", **metadata: str) -> None:
        self.status = status
        info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "metadata": metadata}
        details = [info] if reason else []
        self.body = {"error": {"code": status, "message": "secret-looking text", "details": details}}


DENIED = RefusedError(403, "IAM_PERMISSION_DENIED")

Response = Mapping[str, Any] | Exception | Callable[[Parameters, Any], Any]


@dataclass(frozen=True)
class Method:
    """An API method, from a discovery document."""

    id: str
    verb: str
    path: re.Pattern[str]
    parameters: Mapping[str, Any]
    request: str
    response: str
    schemas: Mapping[str, Any]

    def validate_request(self, body: Any) -> None:
        """Fails if the method does not accept the body."""
        assert self.request, f"{self.id} takes no body"
        _validate(self.id, {"$ref": self.request}, body, self.schemas)

    def validate(self, response: Any) -> None:
        """Fails if the method cannot return the response."""
        _validate(self.id, {"$ref": self.response}, response, self.schemas)


@cache
def methods() -> tuple[Method, ...]:
    """All methods of the APIs in use."""
    result: list[Method] = []
    for service, version in _SERVICES:
        document = json.loads(get_static_doc(service, version))
        result += _methods(document, document)
    return tuple(result)


def _methods(resource: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Method]:
    for method in resource.get("methods", {}).values():
        path = _template(document["servicePath"] + method["path"], method.get("parameters", {}))
        root = re.escape(document["rootUrl"])
        yield Method(
            method["id"],
            method["httpMethod"],
            re.compile(root + path),
            {**document.get("parameters", {}), **method.get("parameters", {})},
            method.get("request", {}).get("$ref", ""),
            method.get("response", {}).get("$ref", ""),
            document["schemas"],
        )
    for child in resource.get("resources", {}).values():
        yield from _methods(child, document)


def _template(path: str, parameters: Mapping[str, Any]) -> str:
    """A pattern of the path that captures its parameters by their own patterns."""
    escaped = re.escape(path).replace(r"\{", "{").replace(r"\}", "}")

    def group(match: re.Match[str]) -> str:
        pattern = parameters[match[1]].get("pattern", "[^/]+").strip("^$")
        return f"(?P<{match[1]}>{pattern})"

    return re.sub(r"{(?:\\\+)?(\w+)}", group, escaped)


def _validate(path: str, schema: Mapping[str, Any], value: Any, schemas: Mapping[str, Any]) -> None:
    if "$ref" in schema:
        return _validate(path, schemas[schema["$ref"]], value, schemas)
    kind = schema.get("type", "any")
    if kind == "any":
        return None
    assert isinstance(value, _TYPES[kind]), f"{path} is {value!r}, not {kind}"
    if "enum" in schema:
        assert value in schema["enum"], f"{path} is {value!r}, not one of {schema['enum']}"
    if kind == "array":
        for item in value:
            _validate(f"{path}[]", schema["items"], item, schemas)
    if kind == "object":
        properties, additional = schema.get("properties", {}), schema.get("additionalProperties")
        for name, item in value.items():
            assert name in properties or additional is not None, f"{path} has no {name}"
            _validate(f"{path}.{name}", properties.get(name) or additional or {}, item, schemas)
    return None


class Wire:
    """Canned responses by method, such as compute.regions.list. A function gets the parameters and the body."""

    def __init__(self) -> None:
        self.calls: set[str] = set()
        self.headers: list[Mapping[str, str]] = []
        self._responses: dict[str, Response] = {}

    def respond(self, method: str, response: Response) -> None:
        """Sets the response of a method."""
        assert method in {known.id for known in methods()}, f"there is no method {method}"
        self._responses[method] = response

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **_: Any
    ) -> tuple[httplib2.Response, bytes]:
        """Like httplib2.Http."""
        api_method, parameters = _route(uri, method)
        self.calls.add(api_method.id)
        self.headers.append(headers or {})
        if body:
            api_method.validate_request(json.loads(body))
        response = self._responses.get(api_method.id, RefusedError(404, "notFound"))
        if callable(response) and not isinstance(response, Exception):
            response = response(parameters, json.loads(body) if body else None)
        if isinstance(response, RefusedError):  # a function may return one too
            return _response(response.status, response.body)
        if isinstance(response, Exception):
            raise response
        api_method.validate(response)
        return _response(200, response)

    def close(self) -> None:
        """Like httplib2.Http."""


def _route(uri: str, verb: str) -> tuple[Method, Parameters]:
    parts = urlsplit(uri)
    address = f"{parts.scheme}://{parts.netloc}{parts.path}"
    matches = [
        (method, match) for method in methods() if method.verb == verb and (match := method.path.fullmatch(address))
    ]
    if matches:  # `…/state:getIamPolicy` could also be a key of that name: the longer pattern is the right one
        method, match = max(matches, key=lambda pair: len(pair[0].path.pattern))
        query = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        assert set(query) <= set(method.parameters), f"{method.id} has no parameters {sorted(query)}"
        return method, {**{name: unquote(value) for name, value in match.groupdict().items()}, **query}
    raise AssertionError(f"Google Cloud has no method {verb} {address}")


def _response(status: int, body: Mapping[str, Any]) -> tuple[httplib2.Response, bytes]:
    return httplib2.Response({"status": status, "content-type": "application/json"}), json.dumps(body).encode()

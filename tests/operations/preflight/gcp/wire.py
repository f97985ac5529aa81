"""What stands in for the network to Google Cloud: HTTP in and out, judged by the discovery documents.

A request that no document describes, a parameter that a method does not have, and an answer with a field, a type or an
enumeration's value that the method's own schema lacks fail the test. What is asked for beyond the prepared answers is
404, as in a project in which nothing was made.
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
    ("serviceusage", "v1"),
    ("storage", "v1"),
)

Asked = Mapping[str, str]
"""Parameters of path and query."""

_TYPES: Mapping[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
}


class RefusedError(Exception):
    """An answer with an error of Google Cloud's, whose text nobody is to see."""

    def __init__(self, status: int, reason: str = "", **metadata: str) -> None:
        self.status = status
        info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "metadata": metadata}
        details = [info] if reason else []
        self.body = {"error": {"code": status, "message": "secret-looking text", "details": details}}


DENIED = RefusedError(403, "IAM_PERMISSION_DENIED")

Answer = Mapping[str, Any] | Exception | Callable[[Asked, Any], Any]


@dataclass(frozen=True)
class Method:
    """A method of a service, as discovery describes it."""

    id: str
    verb: str
    path: re.Pattern[str]
    parameters: Mapping[str, Any]
    request: str
    response: str
    schemas: Mapping[str, Any]

    def judge_request(self, body: Any) -> None:
        """Fails where the body is not one that the service takes."""
        assert self.request, f"{self.id} takes no body"
        _judge(self.id, {"$ref": self.request}, body, self.schemas)

    def judge(self, answer: Any) -> None:
        """Fails where the answer is not one that the service could give."""
        _judge(self.id, {"$ref": self.response}, answer, self.schemas)


@cache
def methods() -> tuple[Method, ...]:
    """All methods of the services that are asked."""
    found = []
    for service, version in _SERVICES:
        document = json.loads(get_static_doc(service, version))
        found += list(_methods(document, document))
    return tuple(found)


def _methods(within: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Method]:
    for one in within.get("methods", {}).values():
        path = _template(document["servicePath"] + one["path"], one.get("parameters", {}))
        root = re.escape(document["rootUrl"])
        yield Method(
            one["id"],
            one["httpMethod"],
            re.compile(root + path),
            {**document.get("parameters", {}), **one.get("parameters", {})},
            one.get("request", {}).get("$ref", ""),
            one.get("response", {}).get("$ref", ""),
            document["schemas"],
        )
    for some in within.get("resources", {}).values():
        yield from _methods(some, document)


def _template(path: str, parameters: Mapping[str, Any]) -> str:
    """A pattern of the path, with each parameter as its own pattern says it is."""
    escaped = re.escape(path).replace(r"\{", "{").replace(r"\}", "}")

    def named(at: re.Match[str]) -> str:
        pattern = parameters[at[1]].get("pattern", "[^/]+").strip("^$")
        return f"(?P<{at[1]}>{pattern})"

    return re.sub(r"{(?:\\\+)?(\w+)}", named, escaped)


def _judge(where: str, schema: Mapping[str, Any], value: Any, schemas: Mapping[str, Any]) -> None:
    if "$ref" in schema:
        return _judge(where, schemas[schema["$ref"]], value, schemas)
    kind = schema.get("type", "any")
    if kind == "any":
        return None
    assert isinstance(value, _TYPES[kind]), f"{where} is {value!r}, not {kind}"
    if "enum" in schema:
        assert value in schema["enum"], f"{where} is {value!r}, not one of {schema['enum']}"
    if kind == "array":
        for item in value:
            _judge(f"{where}[]", schema["items"], item, schemas)
    if kind == "object":
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        for name, item in value.items():
            assert name in known or others is not None, f"{where} has no {name}"
            _judge(f"{where}.{name}", known.get(name) or others or {}, item, schemas)
    return None


class Wire:
    """Answers by method, such as compute.regions.list. A function is given the parameters and the body."""

    def __init__(self) -> None:
        self.calls: set[str] = set()
        self.headers: list[Mapping[str, str]] = []
        self._answers: dict[str, Answer] = {}

    def answer(self, method: str, answer: Answer) -> None:
        assert method in {one.id for one in methods()}, f"there is no method {method}"
        self._answers[method] = answer

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **_: Any
    ) -> tuple[httplib2.Response, bytes]:
        """As httplib2's."""
        at, asked = _route(uri, method)
        self.calls.add(at.id)
        self.headers.append(headers or {})
        if body:
            at.judge_request(json.loads(body))
        answer = self._answers.get(at.id, RefusedError(404, "notFound"))
        if callable(answer) and not isinstance(answer, Exception):
            answer = answer(asked, json.loads(body) if body else None)
        if isinstance(answer, RefusedError):  # also what a function gives
            return _response(answer.status, answer.body)
        if isinstance(answer, Exception):
            raise answer
        at.judge(answer)
        return _response(200, answer)

    def close(self) -> None:
        """As httplib2's."""


def _route(uri: str, verb: str) -> tuple[Method, Asked]:
    parts = urlsplit(uri)
    address = f"{parts.scheme}://{parts.netloc}{parts.path}"
    found = [(method, at) for method in methods() if method.verb == verb and (at := method.path.fullmatch(address))]
    if found:  # `…/state:getIamPolicy` could also be a key of that name: the longer description is meant
        method, at = max(found, key=lambda one: len(one[0].path.pattern))
        query = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        assert set(query) <= set(method.parameters), f"{method.id} has no parameters {sorted(query)}"
        return method, {**{name: unquote(value) for name, value in at.groupdict().items()}, **query}
    raise AssertionError(f"no method of Google Cloud's is {verb} {address}")


def _response(status: int, body: Mapping[str, Any]) -> tuple[httplib2.Response, bytes]:
    return httplib2.Response({"status": status, "content-type": "application/json"}), json.dumps(body).encode()

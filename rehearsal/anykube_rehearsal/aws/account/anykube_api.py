"""The endpoint's own API below /_anykube/: health, faults, quotas, recorded calls, token reviews and charts."""

import json
import os
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError
from werkzeug import Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from anykube_rehearsal.aws.account import tokens
from anykube_rehearsal.aws.account.eks.faults import Faults
from anykube_rehearsal.aws.account.quotas import UnknownQuotaError
from anykube_rehearsal.aws.account.response_shapes import Json
from anykube_rehearsal.charts import repository

if TYPE_CHECKING:
    from anykube_rehearsal.aws.account.server import Account

PREFIX = "/_anykube/"
_VALUES = TypeAdapter(dict[str, float])


def load_settings(account: "Account") -> None:
    """Loads `faults.json` and `quotas.json` from the account's folder. Raises ValueError if they are invalid."""
    for name, load in (("faults", _faults), ("quotas", _quotas)):
        file = account.folder / f"{name}.json"
        if file.exists():
            load(account, _read(file))


def respond(account: "Account", method: str, path: str, body: bytes) -> Response:
    """Responds to a request."""
    try:
        endpoint, values = _ROUTES.match(path, method)
    except HTTPException:
        return _json(HTTPStatus.NOT_FOUND, {"message": f"not found: {method} {path}"})
    if endpoint == "chart":
        return repository.response(values["name"])
    try:
        content = json.loads(body) if body else {}
        if not isinstance(content, dict):
            raise ValueError("the request body must be a JSON object")
        return _json(HTTPStatus.OK, endpoint(account, content, **values))
    except (ValidationError, UnknownQuotaError, ValueError) as error:
        return _json(HTTPStatus.BAD_REQUEST, {"message": str(error)})


def _json(status: HTTPStatus, content: Json) -> Response:
    return Response(json.dumps(content), status, content_type="application/json")


def _health(*_: object) -> Json:
    return {"pid": os.getpid()}


def _faults(account: "Account", content: Json) -> Json:
    account.eks.faults = Faults.model_validate(account.eks.faults.model_dump() | content)
    return account.eks.faults.model_dump()


def _quotas(account: "Account", content: Json) -> Json:
    account.quotas.set(_VALUES.validate_python(content))
    return {}


def _calls(account: "Account", _: Json) -> Json:
    return account.calls.to_json()


def _review(account: "Account", content: Json, cluster: str) -> Json:
    with account.eks.lock:
        return tokens.review(account.url, account, cluster, content)


_ROUTES = Map(
    [
        Rule(f"{PREFIX}health", methods=["GET"], endpoint=_health),
        Rule(f"{PREFIX}faults", methods=["GET", "POST"], endpoint=_faults),
        Rule(f"{PREFIX}quotas", methods=["POST"], endpoint=_quotas),
        Rule(f"{PREFIX}calls", methods=["GET"], endpoint=_calls),
        # API servers drop the query of the webhook's URL, so the cluster is in the path.
        Rule(f"{PREFIX}token-review/<cluster>", methods=["POST"], endpoint=_review),
        Rule(f"{PREFIX}charts/<path:name>", endpoint="chart"),
    ]
).bind("anykube")


def _read(file: Path) -> Json:
    content = json.loads(file.read_text("utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{file} must contain a JSON object")
    return content

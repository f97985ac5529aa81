"""What the endpoint answers beside AWS, below /_anykube/: health, faults, quotas, and whose a token is."""

import json
import os
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from anykube_rehearsal.aws.account import tokens
from anykube_rehearsal.aws.account.eks.faults import Faults
from anykube_rehearsal.aws.account.quotas import UnknownQuotaError
from anykube_rehearsal.aws.account.shapes import Json

if TYPE_CHECKING:
    from anykube_rehearsal.aws.account.server import Account

PREFIX = "/_anykube/"
_VALUES = TypeAdapter(dict[str, float])


def prepare(account: "Account") -> None:
    """Sets what `faults.json` and `quotas.json` in the account's folder say. Raises ValueError when they are wrong."""
    for name, setting in (("faults", _faults), ("quotas", _quotas)):
        file = account.folder / f"{name}.json"
        if file.exists():
            setting(account, "", _content(file))


def answer(account: "Account", method: str, path: str, body: bytes) -> tuple[HTTPStatus, Json]:
    """Answers one request."""
    # An API server does not pass a query on: the cluster whose token it is stands in the path.
    name, _, rest = path.removeprefix(PREFIX).partition("/")
    known = _ANSWERS.get((method, name))
    if known is None:
        return HTTPStatus.NOT_FOUND, {"message": f"{method} {path} is not answered here"}
    try:
        content = json.loads(body) if body else {}
        if not isinstance(content, dict):
            raise ValueError("the body is no JSON object")
        return HTTPStatus.OK, known(account, rest, content)
    except (ValidationError, UnknownQuotaError, ValueError) as error:
        return HTTPStatus.BAD_REQUEST, {"message": str(error)}


def _health(*_: object) -> Json:
    return {"pid": os.getpid()}


def _faults(account: "Account", _: str, content: Json) -> Json:
    account.eks.faults = Faults.model_validate(account.eks.faults.model_dump() | content)
    return account.eks.faults.model_dump()


def _quotas(account: "Account", _: str, content: Json) -> Json:
    account.quotas.set(_VALUES.validate_python(content))
    return {}


def _review(account: "Account", cluster: str, content: Json) -> Json:
    with account.eks.lock:
        return tokens.review(account.folder, account, cluster, content)


_ANSWERS: Mapping[tuple[str, str], Callable[["Account", str, Json], Json]] = {
    ("GET", "health"): _health,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _faults,
    ("POST", "quotas"): _quotas,
    ("POST", "token-review"): _review,
}


def _content(file: Path) -> Json:
    found = json.loads(file.read_text("utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{file} is no JSON object")
    return found

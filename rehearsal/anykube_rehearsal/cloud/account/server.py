"""The account's HTTP on loopback: JSON in, JSON out, below /_anykube/; charts that stand in for others; and what it
answers of the cloud's own API, below /HOST/.
"""

import json
import os
import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from anykube_rehearsal.charts import repository
from anykube_rehearsal.cloud import review
from anykube_rehearsal.cloud.account.account import Account, shown
from anykube_rehearsal.cloud.account.api import Api, Asked
from anykube_rehearsal.cloud.account.model import Json, RefusedError

_PREFIX = "/_anykube/"


class Server:
    """Answers for an account; it has its port at once, and answers while `serve` runs."""

    def __init__(self, account: Account, port: int = 0) -> None:
        self.account = account
        self._http = _Listener(("127.0.0.1", port), lambda *given: _Handler(account, *given))
        account.answers_at(self.url)

    @property
    def port(self) -> int:
        """Where it answers."""
        return int(self._http.server_address[1])

    @property
    def url(self) -> str:
        """Where it answers, as a URL."""
        return f"http://127.0.0.1:{self.port}"

    def serve(self) -> None:
        """Answers until `stop`."""
        self._http.serve_forever(poll_interval=0.1)

    def stop(self) -> None:
        """Ends it; not from the thread that serves."""
        self._http.shutdown()
        self._http.server_close()
        self.account.store.close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = (
        128  # an engine makes and removes dozens of things at once; the default of 5 resets connections
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, account: Account, *given: object) -> None:
        self._account = account
        super().__init__(*given)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        host, _, path = urlsplit(self.path).path[1:].partition("/")
        if api := self._account.apis.get(host):
            self._send(*self._asked_of(api, unquote(path)))
            return
        # An API server asks with `?timeout=…` behind the path.
        name, _, rest = urlsplit(self.path).path.removeprefix(_PREFIX).partition("/")
        if name == "charts":
            self._send(*repository.found(rest))
            return
        try:
            status, content = HTTPStatus.OK, self._done(name, unquote(rest), self._body())
        except RefusedError as refused:
            status, content = HTTPStatus(refused.status), {"message": str(refused), "document": refused.document}
        except Exception as error:
            traceback.print_exc()
            status, content = HTTPStatus.INTERNAL_SERVER_ERROR, {"message": f"the simulated account failed: {error!r}"}
        self._send(status, "application/json", json.dumps(content).encode())

    def _asked_of(self, api: Api, path: str) -> tuple[HTTPStatus, str, bytes]:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        asked = Asked(self.command, path, dict(parse_qsl(urlsplit(self.path).query)), token)
        try:
            status, content = HTTPStatus.OK, api.answer(self._account, asked)
        except RefusedError as refused:
            status, content = HTTPStatus(refused.status), api.error(refused)
        except Exception as error:
            traceback.print_exc()
            wrong = RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, f"the simulated account failed: {error!r}")
            status, content = HTTPStatus.INTERNAL_SERVER_ERROR, api.error(wrong)
        return status, "application/json", json.dumps(content).encode()

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _done(self, name: str, rest: str, asked: Json) -> Json:
        operation = _OPERATIONS.get(name)
        if operation is not None:
            return operation(self._account, rest, asked)
        if name in self._account.functions:
            return self._account.functions[name](self._account, asked)
        raise RefusedError(HTTPStatus.NOT_FOUND, f"{self.command} {self.path} is not answered here")

    def _body(self) -> Json:
        size = int(self.headers.get("Content-Length") or 0)
        try:
            content = json.loads(self.rfile.read(size)) if size else {}
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise RefusedError(HTTPStatus.BAD_REQUEST, "the body is no JSON object")
        return content

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is kept: names of resources, and tokens, are nobody else's business."""


def _create(account: Account, _: str, asked: Json) -> Json:
    inputs, mark = asked["inputs"], asked["mark"]
    made = account.create(asked["token"], inputs, mark, fresh=asked["fresh"], known=asked["known"])
    return shown(made)


def _update(account: Account, _: str, asked: Json) -> Json:
    return shown(account.update(asked["token"], asked["id"], asked["inputs"]))


def _delete(account: Account, _: str, asked: Json) -> Json:
    account.delete(asked["token"], asked["id"])
    return {}


def _recall(account: Account, _: str, asked: Json) -> Json:
    for one in asked["resources"]:
        account.recall(one["token"], one["id"], one["inputs"], one["outputs"])
    return {}


def _faults(account: Account, _: str, asked: Json) -> Json:
    try:
        account.faults = type(account.faults).model_validate(account.faults.model_dump() | asked)
    except ValueError as error:
        raise RefusedError(HTTPStatus.BAD_REQUEST, str(error)) from error
    return account.faults.model_dump()


def _review(account: Account, cluster: str, asked: Json) -> Json:
    return review.answer(*account.reviewer(account, cluster, review.asked(asked)))


_OPERATIONS: Mapping[str, Callable[[Account, str, Json], Json]] = {
    "health": lambda *_: {"pid": os.getpid()},
    "create": _create,
    "read": lambda account, _, asked: shown(account.read(asked["token"], asked["id"])),
    "update": _update,
    "delete": _delete,
    "list": lambda account, *_: {"resources": [shown(record) for record in account.store.all()]},
    "recall": _recall,
    "foresee": lambda account, _, asked: {"refused": account.foresee(asked["token"], asked["id"], asked["inputs"])},
    "faults": _faults,
    "token-review": _review,
}
"""By the first step of the path. An API server does not pass a query on: the cluster stands in the path."""

"""The account's HTTP on loopback: JSON in, JSON out, below /_anykube/; charts that stand in for others; and what it
answers of the cloud's own API, below /HOST/.

werkzeug routes, and http.server serves: engines keep their connections, which werkzeug's own server closes
(https://github.com/pallets/werkzeug/issues/2397).
"""

import json
import os
import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import unquote

from werkzeug import Request, Response
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule

from anykube_rehearsal.charts import repository
from anykube_rehearsal.cloud import review
from anykube_rehearsal.cloud.account.account import Account, shown
from anykube_rehearsal.cloud.account.api import Asked
from anykube_rehearsal.cloud.account.model import Json, RefusedError


class Server:
    """Answers for an account; it has its port at once, and answers while `serve` runs."""

    def __init__(self, account: Account, port: int = 0) -> None:
        self.account = account
        self._http = _Listener(account, port)
        account.answers_at(self.url)

    @property
    def port(self) -> int:
        """Where it answers."""
        return self._http.server_port

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
    # An engine makes and removes dozens of things at once; the default of 5 resets connections.
    request_queue_size = 128

    def __init__(self, account: Account, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.account = account


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A response in two packets waits 40 ms for the acknowledgement of the first one.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Listener

    def _respond(self) -> None:
        response = _respond(self.server.account, self._request())
        content = response.get_data()
        self.send_response(response.status_code)
        self.send_header("Content-Type", response.content_type or "")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = _respond  # noqa: N815 (the names that the base class calls)

    def _request(self) -> Request:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        environment = {
            "REQUEST_METHOD": self.command,
            "PATH_INFO": unquote(path, "latin-1"),  # https://peps.python.org/pep-3333/#unicode-issues
            "QUERY_STRING": query,
            "HTTP_AUTHORIZATION": self.headers.get("Authorization", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
        return Request(environment)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is kept: names of resources, and tokens, are nobody else's business."""


def _respond(account: Account, request: Request) -> Response:
    try:
        endpoint, values = _ROUTES.match(request.path, request.method)
    except NotFound:
        return Response(f"{request.path} is not answered here", HTTPStatus.NOT_FOUND)
    response: Response = endpoint(account, request, **values)
    return response


def _chart(_account: Account, _request: Request, name: str) -> Response:
    return repository.response(name)


def _operation(account: Account, request: Request, name: str, rest: str = "") -> Response:
    def answer() -> Json:
        content = _body(request)
        if operation := _OPERATIONS.get(name):
            return operation(account, rest, content)
        if function := account.functions.get(name):
            return function(account, content)
        raise RefusedError(HTTPStatus.NOT_FOUND, f"{request.method} {request.path} is not answered here")

    return _response(answer, lambda refused: {"message": str(refused), "document": refused.document})


def _cloud_api(account: Account, request: Request, host: str, path: str) -> Response:
    api = account.apis.get(host)
    if api is None:
        return _operation(account, request, host)
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    asked = Asked(request.method, path, request.args.to_dict(), token)
    return _response(lambda: api.answer(account, asked), api.error)


_ROUTES = Map(
    [
        Rule("/_anykube/charts/<path:name>", endpoint=_chart),
        Rule("/_anykube/<name>", endpoint=_operation),
        # An API server does not pass a query on: the cluster whose token it asks about stands in the path.
        Rule("/_anykube/<name>/<path:rest>", endpoint=_operation),
        Rule("/<host>/<path:path>", endpoint=_cloud_api),
    ],
    merge_slashes=False,
).bind("account")


def _response(answer: Callable[[], Json], error: Callable[[RefusedError], Json]) -> Response:
    try:
        status, content = HTTPStatus.OK, answer()
    except RefusedError as refused:
        status, content = HTTPStatus(refused.status), error(refused)
    except Exception as failure:
        traceback.print_exc()
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        content = error(RefusedError(status, f"the simulated account failed: {failure!r}"))
    return Response(json.dumps(content), status, content_type="application/json")


def _body(request: Request) -> Json:
    try:
        content = json.loads(request.get_data() or b"{}")
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "the body is no JSON object")
    return content


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
"""By the first step of the path."""

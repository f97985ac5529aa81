"""HTTP server of the account on loopback: its JSON API and charts below /_anykube/, the cloud's API below /HOST/.

werkzeug routes and http.server serves, since engines keep connections alive and werkzeug's own server closes them
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
from anykube_rehearsal.cloud.account.account import Account, to_json
from anykube_rehearsal.cloud.account.api import ApiRequest
from anykube_rehearsal.cloud.account.model import Json, RefusedError


class Server:
    """Serves an account. The port is bound at once; requests are served while `serve` runs."""

    def __init__(self, account: Account, port: int = 0) -> None:
        self.account = account
        self._http = _Listener(account, port)
        account.set_url(self.url)

    @property
    def port(self) -> int:
        """The TCP port."""
        return self._http.server_port

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}"

    def serve(self) -> None:
        """Serves until `stop`."""
        self._http.serve_forever(poll_interval=0.1)

    def stop(self) -> None:
        """Stops the server. Call it from another thread than the one that serves."""
        self._http.shutdown()
        self._http.server_close()
        self.account.store.close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    # An engine changes dozens of resources at once; the default of 5 resets connections.
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
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()},
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
        return Request(environment)

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing: requests contain tokens and resource names."""


def _respond(account: Account, request: Request) -> Response:
    try:
        endpoint, values = _ROUTES.match(request.path, request.method)
    except NotFound:
        return Response(f"not found: {request.path}", HTTPStatus.NOT_FOUND)
    response: Response = endpoint(account, request, **values)
    return response


def _chart(_account: Account, _request: Request, name: str) -> Response:
    return repository.response(name)


def _operation(account: Account, request: Request, name: str, rest: str = "") -> Response:
    def respond() -> Json:
        content = _body(request)
        if operation := _OPERATIONS.get(name):
            return operation(account, rest, content)
        if function := account.functions.get(name):
            return function(account, content)
        raise RefusedError(HTTPStatus.NOT_FOUND, f"not found: {request.method} {request.path}")

    return _response(respond, lambda refused: {"message": str(refused), "document": refused.document})


def _cloud_api(account: Account, request: Request, host: str, path: str) -> Response:
    api = account.apis.get(host)
    if api is None:
        return _operation(account, request, host)
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    query, form = request.args.to_dict(), request.form.to_dict()
    api_request = ApiRequest(request.method, path, query, token, form, dict(request.headers))
    return _response(lambda: api.handle(account, api_request), api.error)


_ROUTES = Map(
    [
        Rule("/_anykube/charts/<path:name>", endpoint=_chart),
        Rule("/_anykube/<name>", endpoint=_operation),
        # API servers drop the query of the webhook's URL, so the cluster is in the path.
        Rule("/_anykube/<name>/<path:rest>", endpoint=_operation),
        Rule("/<host>/<path:path>", endpoint=_cloud_api),
    ],
    merge_slashes=False,
).bind("account")


def _response(respond: Callable[[], Json], error: Callable[[RefusedError], Json]) -> Response:
    try:
        status, content = HTTPStatus.OK, respond()
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
        raise RefusedError(HTTPStatus.BAD_REQUEST, "the request body must be a JSON object")
    return content


def _create(account: Account, _: str, body: Json) -> Json:
    inputs, mark = body["inputs"], body["mark"]
    record = account.create(body["token"], inputs, mark, fresh=body["fresh"], known_ids=body["known"])
    return to_json(record)


def _update(account: Account, _: str, body: Json) -> Json:
    return to_json(account.update(body["token"], body["id"], body["inputs"]))


def _delete(account: Account, _: str, body: Json) -> Json:
    account.delete(body["token"], body["id"])
    return {}


def _load_known(account: Account, _: str, body: Json) -> Json:
    for resource in body["resources"]:
        account.load_known(resource["token"], resource["id"], resource["inputs"], resource["outputs"])
    return {}


def _validate_update(account: Account, _: str, body: Json) -> Json:
    return {"refused": account.validate_update(body["token"], body["id"], body["inputs"])}


def _faults(account: Account, _: str, body: Json) -> Json:
    try:
        account.faults = type(account.faults).model_validate(account.faults.model_dump() | body)
    except ValueError as error:
        raise RefusedError(HTTPStatus.BAD_REQUEST, str(error)) from error
    return account.faults.model_dump()


def _review(account: Account, cluster: str, body: Json) -> Json:
    return review.token_review(*account.reviewer(account, cluster, review.reviewed_token(body)))


_OPERATIONS: Mapping[str, Callable[[Account, str, Json], Json]] = {
    "health": lambda *_: {"pid": os.getpid()},
    "create": _create,
    "read": lambda account, _, body: to_json(account.read(body["token"], body["id"])),
    "update": _update,
    "delete": _delete,
    "list": lambda account, *_: {"resources": [to_json(record) for record in account.store.all()]},
    "recall": _load_known,
    "foresee": _validate_update,
    "calls": lambda account, *_: {"calls": [list(call) for call in account.calls]},
    "faults": _faults,
    "token-review": _review,
}
"""By the first segment of the path below /_anykube/."""

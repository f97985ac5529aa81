"""An HTTP server for the part of Pulumi's protocol that an engine needs to manage its stacks.

Paths, fields and status codes are those of `pkg/backend/httpstate/client` and `sdk/go/common/apitype` of
github.com/pulumi/pulumi, v3.255. Features of Pulumi Cloud (teams, deployments, ESC, policy groups) respond with 404.
A request must contain the secret, which only this user can read, followed by the pid of the engine.

This uses http.server and a table of routes, not werkzeug: engines keep their connections, but werkzeug's server closes
them (https://github.com/pallets/werkzeug/issues/2397), and importing its routing adds 90 ms to the start of a run.
"""

import gzip
import hmac
import re
import secrets
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import orjson

from anykube_cli.state_service.partial_update import OutdatedPlanError
from anykube_cli.state_service.replay import Json
from anykube_cli.state_service.store import BusyError, Engine, MovedError, ResourcesLeftError, Stack, Store, Update
from anykube_cli.toolchain.simulation import ForeignStateError

ORGANIZATION = "organization"
"""The owner of all stacks. The file backend uses the same name, so stack references stay valid."""

_Response = Mapping[str, Any] | None


class HttpError(Exception):
    """An error response."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class Service(ThreadingHTTPServer):
    """Serves engines on loopback. Port 0 means any port. Raises OSError if the port is in use."""

    daemon_threads = True

    def __init__(self, store: Store, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.store = store
        self.secret = secrets.token_urlsafe(32)
        self.planned: dict[str, Update] = {}
        """Updates that were created but not started, and previews, by id."""
        self._engines: dict[int, float] = {}
        self._lock, self._last_call, self._stopping = threading.Lock(), time.monotonic(), threading.Event()

    def serve(self, linger_seconds: float) -> None:
        """Serves until no engine has been running for `linger_seconds`."""
        threading.Thread(target=self.serve_forever, daemon=True).start()
        while not self._stopping.wait(0.5):
            self.stop_if_idle(linger_seconds)
        self.shutdown()

    def stop_if_idle(self, linger_seconds: float = 0.0, *, caller: int = 0) -> bool:
        """Stops unless an engine other than the caller (a pid) is running, or ran less than `linger_seconds` ago.

        Returns whether the service is stopping.
        """
        with self._lock:
            self._engines.pop(caller, None)
            self._engines = {pid: since for pid, since in self._engines.items() if not Engine(pid, since).is_gone}
            if self._engines:
                self._last_call = time.monotonic()
            elif time.monotonic() - self._last_call >= linger_seconds:
                self._stopping.set()
            return self._stopping.is_set()

    def handle_error(self, *_: object) -> None:
        """Logs errors, except connections that a killed engine has reset."""
        if not isinstance(sys.exception(), ConnectionError):
            traceback.print_exc()

    def register_call(self, pid: int) -> Engine:
        """Records a call of an engine. Raises HttpError if the service is stopping."""
        with self._lock:
            if self._stopping.is_set():
                raise HttpError(HTTPStatus.SERVICE_UNAVAILABLE, "the state service is stopping. Run the command again")
            self._last_call = time.monotonic()
            return Engine(pid, self._engines.setdefault(pid, time.time()))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A response in two packets would wait 40 ms for the acknowledgement of the first one.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Service

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        try:
            engine = self._caller()
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            request = _Request(self.server, engine, self._pulumi_version(), body)
            self._send(HTTPStatus.OK, request.route(self.command, self.path))
        except HttpError as error:
            self._send(error.status, {"code": error.status.value, "message": str(error)})
        except ForeignStateError as foreign:
            status = HTTPStatus.BAD_REQUEST
            self._send(status, {"code": status.value, "message": f"{foreign}."})
        except (BusyError, MovedError, OutdatedPlanError) as conflict:
            self._send(HTTPStatus.CONFLICT, {"code": HTTPStatus.CONFLICT.value, "message": str(conflict)})
        except Exception as error:
            traceback.print_exc()
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            self._send(status, {"code": status.value, "message": f"internal error of the state service: {error}"})

    do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = _handle  # noqa: N815 (names that the base class calls)

    def _caller(self) -> Engine:
        _, _, token = self.headers.get("Authorization", "").partition(" ")
        secret, _, pid = token.rpartition(".")
        if not hmac.compare_digest(secret, self.server.secret) or not pid.isdigit():
            raise HttpError(HTTPStatus.UNAUTHORIZED, "invalid access token")
        return self.server.register_call(int(pid))

    def _pulumi_version(self) -> str:
        version = re.search(r"pulumi-cli/\S+ \(v?([^;)]+)", self.headers.get("User-Agent", ""))
        return version[1] if version else ""

    def _send(self, status: HTTPStatus, content: _Response) -> None:
        body = b"" if content is None else orjson.dumps(content)
        self.send_response(HTTPStatus.NO_CONTENT if status is HTTPStatus.OK and content is None else status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Logs no requests, to keep names of stacks and resources out of the log."""


class _Request:
    """One request."""

    def __init__(self, service: Service, engine: Engine, pulumi: str, body: bytes) -> None:
        self._service, self._engine, self._pulumi, self._body = service, engine, pulumi, body
        self._partial: tuple[str, str] | None = None
        """The stack and the app names of a partial update. The engine sees other stacks completely."""

    def route(self, method: str, target: str) -> _Response:
        """Handles the request and returns the response. Raises HttpError."""
        url = urlsplit(target)
        self._query = url.query
        partial, path = _PARTIAL_PREFIX.match(url.path), url.path
        if partial:
            self._partial, path = (partial[1], partial[2]), url.path[partial.end() :]
        for route_method, pattern, handler in _ROUTES:
            if route_method == method and (match := pattern.fullmatch(path)):
                return handler(self, *match.groups())
        raise HttpError(HTTPStatus.NOT_FOUND, f"the state service does not support {method} {url.path}")

    @property
    def _content(self) -> Any:
        return orjson.loads(self._body)

    def _stack(self, project: str, name: str) -> Stack:
        stack = self._service.store.stack(project, name)
        if not stack.exists:
            raise HttpError(HTTPStatus.NOT_FOUND, f"Not Found: Stack '{project}/{name}' not found")
        return stack

    def _update(self, stack: Stack, update_id: str) -> Update:
        update = stack.current_update()
        if update is None or update.id != update_id:
            raise HttpError(HTTPStatus.CONFLICT, "another run has ended this one")
        return update

    def no_content(self, *_: str) -> _Response:
        return None

    def capabilities(self) -> _Response:
        latest = {"capability": "deployment-schema-version", "version": 1, "configuration": {"version": 4}}
        return {"capabilities": [latest]}

    def user(self) -> _Response:
        return {"githubLogin": ORGANIZATION, "name": self._engine.user, "organizations": []}

    def default_organization(self) -> _Response:
        return {"gitHubLogin": ORGANIZATION}

    def stacks(self) -> _Response:
        return {"stacks": [self._summary(stack) for stack in self._service.store.stacks()]}

    def _summary(self, stack: Stack) -> Json:
        history = stack.history()
        return {
            "orgName": ORGANIZATION,
            "projectName": stack.project,
            "stackName": stack.name,
            "resourceCount": len(stack.deployment()["deployment"].get("resources", [])),
            **({"lastUpdate": history[0]["endTime"]} if history else {}),
        }

    def project(self, project: str) -> _Response:
        if not any(stack.project == project for stack in self._service.store.stacks()):
            raise HttpError(HTTPStatus.NOT_FOUND, f"project {project} not found")
        return None

    def create_stack(self, project: str) -> _Response:
        content = self._content
        stack = self._service.store.stack(project, content["stackName"])
        if stack.exists:
            raise HttpError(HTTPStatus.CONFLICT, f"stack {stack.name} already exists")
        stack.create(content.get("tags") or {}, content.get("state"))
        return {}

    def stack(self, project: str, name: str) -> _Response:
        stack = self._stack(project, name)
        update = stack.current_update()
        operation = (
            {"kind": update.kind, "author": update.engine.user, "started": int(update.engine.since)} if update else {}
        )
        return {
            "id": f"{project}/{name}",
            "orgName": ORGANIZATION,
            "projectName": project,
            "stackName": name,
            **({"currentOperation": operation, "activeUpdate": update.id} if update else {}),
            **stack.metadata(),
        }

    def remove_stack(self, project: str, name: str) -> _Response:
        try:
            self._stack(project, name).remove(force="force=true" in self._query)
        except ResourcesLeftError:
            # The engine recognizes this message.
            raise HttpError(HTTPStatus.BAD_REQUEST, "Bad Request: Stack still contains resources.") from None
        return None

    def set_tags(self, project: str, name: str) -> _Response:
        self._stack(project, name).set_tags(self._content)
        return None

    def export_state(self, project: str, name: str) -> _Response:
        stack, apps = self._stack(project, name), self._partial_apps(name)
        return stack.partial_state(apps) if apps else stack.deployment()

    def _partial_apps(self, stack: str) -> str | None:
        return self._partial[1] if self._partial and self._partial[0] == stack else None

    def import_state(self, project: str, name: str) -> _Response:
        self._stack(project, name).import_state(self._content)
        return {"updateId": f"import-{secrets.token_hex(8)}"}

    def history(self, project: str, name: str) -> _Response:
        return {"updates": self._stack(project, name).history()}

    def latest_update(self, project: str, name: str) -> _Response:
        history = self._stack(project, name).history()
        if not history:
            raise HttpError(HTTPStatus.NOT_FOUND, f"stack {name} has no updates yet")
        return {"info": history[0]}

    def create_update(self, project: str, name: str, kind: str) -> _Response:
        self._stack(project, name)
        if self._partial_apps(name) and kind not in ("update", "preview"):
            raise HttpError(HTTPStatus.BAD_REQUEST, f"a {kind} cannot be partial")
        content = self._content
        metadata = content.get("metadata") or {}
        update = Update(
            id=secrets.token_hex(16),
            kind="preview" if (content.get("options") or {}).get("dryRun") else kind,
            engine=self._engine,
            pulumi=self._pulumi,
            message=metadata.get("message", ""),
            environment=metadata.get("environment") or {},
            config=content.get("config") or {},
        )
        self._service.planned[update.id] = update
        return {"updateID": update.id}

    def start_update(self, project: str, name: str, update_id: str) -> _Response:
        stack, content = self._stack(project, name), self._content
        if content.get("journalVersion", 0) < 1:
            raise HttpError(
                HTTPStatus.BAD_REQUEST, "the state service requires journaling. Unset PULUMI_DISABLE_JOURNALING"
            )
        update = self._service.planned[update_id]
        if update.kind == "preview":
            version = stack.metadata()["version"]
        else:
            version = stack.begin_update(
                replace(update, engine=self._engine), content.get("tags") or {}, self._partial_apps(name)
            )
            del self._service.planned[update_id]
        return {"version": version, "token": self._token, "journalVersion": 1}

    @property
    def _token(self) -> str:
        return f"{self._service.secret}.{self._engine.pid}"

    def append_journal(self, project: str, name: str, update_id: str) -> _Response:
        stack = self._stack(project, name)
        self._update(stack, update_id)
        stack.append_journal(self._body)
        return None

    def record_events(self, project: str, name: str, update_id: str) -> _Response:
        if b'"summaryEvent"' not in self._body:
            return None  # nearly all batches; parsing them would cost more than everything else here
        summaries = [event["summaryEvent"] for event in self._content["events"] if "summaryEvent" in event]
        if summaries and update_id not in self._service.planned:
            stack = self._stack(project, name)
            self._update(stack, update_id)
            stack.record_changes(summaries[-1].get("resourceChanges") or {})
        return None

    def renew_lease(self, *_: str) -> _Response:
        return {"token": self._token}

    def complete_update(self, project: str, name: str, update_id: str) -> _Response:
        if self._service.planned.pop(update_id, None) is None:
            stack = self._stack(project, name)
            self._update(stack, update_id)
            stack.complete_update(self._content["status"])
        return None

    def update_status(self, project: str, name: str, update_id: str) -> _Response:
        update = self._stack(project, name).current_update()
        return {"status": "running" if update and update.id == update_id else "succeeded", "events": []}

    def cancel_update(self, project: str, name: str, update_id: str) -> _Response:
        stack = self._stack(project, name)
        self._update(stack, update_id)
        stack.cancel_update()
        return None

    def stop_service(self) -> _Response:
        return {"ending": self._service.stop_if_idle(caller=self._engine.pid)}

    def reject_service_encryption(self, *_: str) -> _Response:
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            "the state service does not support the secrets provider `service` of Pulumi Cloud. "
            "Create the stack with: pulumi stack init --secrets-provider passphrase",
        )


_NAME = "([A-Za-z0-9_-][A-Za-z0-9_.-]*)"
_PROJECT = f"/api/stacks/{ORGANIZATION}/{_NAME}"
_STACK = f"{_PROJECT}/{_NAME}"
_UPDATE = f"{_STACK}/update/{_NAME}"
_PARTIAL_PREFIX = re.compile(f"/part/{_NAME}/([a-z0-9,-]+)(?=/api/)")
_ROUTES: tuple[tuple[str, re.Pattern[str], Callable[..., _Response]], ...] = tuple(
    (method, re.compile(pattern), handler)
    for method, pattern, handler in (
        ("POST", "/api/anykube/end", _Request.stop_service),
        ("GET", "/api/capabilities", _Request.capabilities),
        ("GET", "/api/user", _Request.user),
        ("GET", "/api/user/organizations/default", _Request.default_organization),
        ("GET", "/api/user/stacks", _Request.stacks),
        ("HEAD", _PROJECT, _Request.project),
        ("POST", _PROJECT, _Request.create_stack),
        ("GET", _STACK, _Request.stack),
        ("DELETE", _STACK, _Request.remove_stack),
        ("PATCH", f"{_STACK}/tags", _Request.set_tags),
        ("GET", f"{_STACK}/export", _Request.export_state),
        ("POST", f"{_STACK}/import", _Request.import_state),
        ("GET", f"{_STACK}/updates", _Request.history),
        ("GET", f"{_STACK}/updates/latest", _Request.latest_update),
        ("POST", f"{_STACK}/(?:batch-)?(?:encrypt|decrypt)", _Request.reject_service_encryption),
        # Pulumi Cloud logs who decrypts secrets. Here it is always the owner of the files.
        ("POST", f"{_STACK}/decrypt/log-(?:batch-)?decryption", _Request.no_content),
        ("POST", f"{_STACK}/(update|preview|refresh|destroy)", _Request.create_update),
        ("POST", _UPDATE, _Request.start_update),
        ("GET", _UPDATE, _Request.update_status),
        ("PATCH", f"{_UPDATE}/journalentries", _Request.append_journal),
        ("POST", f"{_UPDATE}/events/batch", _Request.record_events),
        ("POST", f"{_UPDATE}/renew_lease", _Request.renew_lease),
        ("POST", f"{_UPDATE}/complete", _Request.complete_update),
        ("POST", f"{_UPDATE}/cancel", _Request.cancel_update),
    )
)

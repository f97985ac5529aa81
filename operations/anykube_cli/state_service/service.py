"""Pulumi's HTTP protocol, as much of it as an engine with stacks of its own needs.

Paths, fields and status codes are those of `pkg/backend/httpstate/client` and `sdk/go/common/apitype` of
github.com/pulumi/pulumi, v3.255. What only Pulumi's cloud has (teams, deployments, ESC, policy groups) is not found.
Whoever calls must show the secret that lies in this user's files; the pid after it says which engine calls.

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
"""The one owner of all stacks, named as the file backend names it: references stay as they are."""

_Answer = Mapping[str, Any] | None


class HttpError(Exception):
    """An answer that is not a success."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class Service(ThreadingHTTPServer):
    """Answers engines on loopback. Raises OSError when the port, 0 for any, is another's."""

    daemon_threads = True

    def __init__(self, store: Store, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.store = store
        self.secret = secrets.token_urlsafe(32)
        self.planned: dict[str, Update] = {}
        """Runs that were announced and did not begin yet, and previews, by id."""
        self._engines: dict[int, float] = {}
        self._lock, self._heard, self._over = threading.Lock(), time.monotonic(), threading.Event()

    def serve(self, linger: float) -> None:
        """Answers until no engine lives any more, and that for `linger` seconds."""
        threading.Thread(target=self.serve_forever, daemon=True).start()
        while not self._over.wait(0.5):
            self.end(linger)
        self.shutdown()

    def end(self, linger: float = 0.0, *, asker: int = 0) -> bool:
        """Ends it, unless an engine other than the asker lives or called less than `linger` seconds ago."""
        with self._lock:
            self._engines.pop(asker, None)
            self._engines = {pid: since for pid, since in self._engines.items() if not Engine(pid, since).is_gone}
            if self._engines:
                self._heard = time.monotonic()
            elif time.monotonic() - self._heard >= linger:
                self._over.set()
            return self._over.is_set()

    def handle_error(self, *_: object) -> None:
        """An engine that is killed resets its connections: no error of this service."""
        if not isinstance(sys.exception(), ConnectionError):
            traceback.print_exc()

    def hear(self, pid: int) -> Engine:
        """An engine called. Raises RefusedError when it is too late for that."""
        with self._lock:
            if self._over.is_set():
                raise HttpError(HTTPStatus.SERVICE_UNAVAILABLE, "the service ends")
            self._heard = time.monotonic()
            return Engine(pid, self._engines.setdefault(pid, time.time()))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer in two packets waits 40 ms for the acknowledgement of the first one.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Service

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        try:
            engine = self._caller()
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            self._send(HTTPStatus.OK, _Call(self.server, engine, self._pulumi(), body).route(self.command, self.path))
        except HttpError as refused:
            self._send(refused.status, {"code": refused.status.value, "message": str(refused)})
        except ForeignStateError as foreign:
            status = HTTPStatus.BAD_REQUEST
            self._send(status, {"code": status.value, "message": f"{foreign}."})
        except (BusyError, MovedError, OutdatedPlanError) as conflict:
            self._send(HTTPStatus.CONFLICT, {"code": HTTPStatus.CONFLICT.value, "message": str(conflict)})
        except Exception as error:
            traceback.print_exc()
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            self._send(status, {"code": status.value, "message": f"the state's service: {error}"})

    do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = _answer  # noqa: N815 (the names that the base class calls)

    def _caller(self) -> Engine:
        _, _, shown = self.headers.get("Authorization", "").partition(" ")
        secret, _, pid = shown.rpartition(".")
        if not hmac.compare_digest(secret, self.server.secret) or not pid.isdigit():
            raise HttpError(HTTPStatus.UNAUTHORIZED, "the token is not this service's")
        return self.server.hear(int(pid))

    def _pulumi(self) -> str:
        found = re.search(r"pulumi-cli/\S+ \(v?([^;)]+)", self.headers.get("User-Agent", ""))
        return found[1] if found else ""

    def _send(self, status: HTTPStatus, content: _Answer) -> None:
        body = b"" if content is None else orjson.dumps(content)
        self.send_response(HTTPStatus.NO_CONTENT if status is HTTPStatus.OK and content is None else status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: names of stacks and resources are nobody else's business."""


class _Call:
    """One request."""

    def __init__(self, service: Service, engine: Engine, pulumi: str, body: bytes) -> None:
        self._service, self._engine, self._pulumi, self._body = service, engine, pulumi, body
        self._about: tuple[str, str] | None = None
        """A stack, and the part of it that this engine's run is about; other stacks it sees whole."""

    def route(self, method: str, target: str) -> _Answer:
        """Answers it. Raises RefusedError."""
        path = urlsplit(target)
        self._query = path.query
        about, called = _ABOUT.match(path.path), path.path
        if about:
            self._about, called = (about[1], about[2]), path.path[about.end() :]
        for wanted, pattern, answer in _ROUTES:
            if wanted == method and (found := pattern.fullmatch(called)):
                return answer(self, *found.groups())
        raise HttpError(HTTPStatus.NOT_FOUND, f"{method} {path.path} is not kept here")

    @property
    def _content(self) -> Any:
        return orjson.loads(self._body)

    def _stack(self, project: str, name: str) -> Stack:
        stack = self._service.store.stack(project, name)
        if not stack.exists:
            raise HttpError(HTTPStatus.NOT_FOUND, f"Not Found: Stack '{project}/{name}' not found")
        return stack

    def _update(self, stack: Stack, identity: str) -> Update:
        update = stack.current_update()
        if update is None or update.id != identity:
            raise HttpError(HTTPStatus.CONFLICT, "this run was ended by another one")
        return update

    def nothing(self, *_: str) -> _Answer:
        return None

    def capabilities(self) -> _Answer:
        latest = {"capability": "deployment-schema-version", "version": 1, "configuration": {"version": 4}}
        return {"capabilities": [latest]}

    def user(self) -> _Answer:
        return {"githubLogin": ORGANIZATION, "name": self._engine.user, "organizations": []}

    def default_organization(self) -> _Answer:
        return {"gitHubLogin": ORGANIZATION}

    def stacks(self) -> _Answer:
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

    def project(self, project: str) -> _Answer:
        if not any(stack.project == project for stack in self._service.store.stacks()):
            raise HttpError(HTTPStatus.NOT_FOUND, "no such project")
        return None

    def make(self, project: str) -> _Answer:
        wanted = self._content
        stack = self._service.store.stack(project, wanted["stackName"])
        if stack.exists:
            raise HttpError(HTTPStatus.CONFLICT, f"stack {stack.name} is there already")
        stack.create(wanted.get("tags") or {}, wanted.get("state"))
        return {}

    def get(self, project: str, name: str) -> _Answer:
        stack = self._stack(project, name)
        update = stack.current_update()
        at_work = (
            {"kind": update.kind, "author": update.engine.user, "started": int(update.engine.since)} if update else {}
        )
        return {
            "id": f"{project}/{name}",
            "orgName": ORGANIZATION,
            "projectName": project,
            "stackName": name,
            **({"currentOperation": at_work, "activeUpdate": update.id} if update else {}),
            **stack.metadata(),
        }

    def remove(self, project: str, name: str) -> _Answer:
        try:
            self._stack(project, name).remove(force="force=true" in self._query)
        except ResourcesLeftError:
            # The engine knows it by this sentence.
            raise HttpError(HTTPStatus.BAD_REQUEST, "Bad Request: Stack still contains resources.") from None
        return None

    def tag(self, project: str, name: str) -> _Answer:
        self._stack(project, name).set_tags(self._content)
        return None

    def export(self, project: str, name: str) -> _Answer:
        stack, part = self._stack(project, name), self._part(name)
        return stack.partial_state(part) if part else stack.deployment()

    def _part(self, name: str) -> str | None:
        return self._about[1] if self._about and self._about[0] == name else None

    def put(self, project: str, name: str) -> _Answer:
        self._stack(project, name).import_state(self._content)
        return {"updateId": f"import-{secrets.token_hex(8)}"}

    def history(self, project: str, name: str) -> _Answer:
        return {"updates": self._stack(project, name).history()}

    def latest(self, project: str, name: str) -> _Answer:
        history = self._stack(project, name).history()
        if not history:
            raise HttpError(HTTPStatus.NOT_FOUND, "there was no run yet")
        return {"info": history[0]}

    def plan(self, project: str, name: str, kind: str) -> _Answer:
        self._stack(project, name)
        if self._part(name) and kind != "update":
            raise HttpError(HTTPStatus.BAD_REQUEST, f"a {kind} is of the whole stack")
        content = self._content
        about = content.get("metadata") or {}
        update = Update(
            id=secrets.token_hex(16),
            kind="preview" if (content.get("options") or {}).get("dryRun") else kind,
            engine=self._engine,
            pulumi=self._pulumi,
            message=about.get("message", ""),
            environment=about.get("environment") or {},
            config=content.get("config") or {},
        )
        self._service.planned[update.id] = update
        return {"updateID": update.id}

    def begin(self, project: str, name: str, identity: str) -> _Answer:
        stack, content = self._stack(project, name), self._content
        if content.get("journalVersion", 0) < 1:
            raise HttpError(HTTPStatus.BAD_REQUEST, "this state is kept as a journal: unset PULUMI_DISABLE_JOURNALING")
        update = self._service.planned[identity]
        if update.kind == "preview":
            version = stack.metadata()["version"]
        else:
            version = stack.begin_update(
                replace(update, engine=self._engine), content.get("tags") or {}, self._part(name)
            )
            del self._service.planned[identity]
        return {"version": version, "token": self._token, "journalVersion": 1}

    @property
    def _token(self) -> str:
        return f"{self._service.secret}.{self._engine.pid}"

    def journal(self, project: str, name: str, identity: str) -> _Answer:
        stack = self._stack(project, name)
        self._update(stack, identity)
        stack.append_journal(self._body)
        return None

    def events(self, project: str, name: str, identity: str) -> _Answer:
        if b'"summaryEvent"' not in self._body:
            return None  # by far the most; to look into them would cost more than all else here
        summaries = [event["summaryEvent"] for event in self._content["events"] if "summaryEvent" in event]
        if summaries and identity not in self._service.planned:
            stack = self._stack(project, name)
            self._update(stack, identity)
            stack.record_changes(summaries[-1].get("resourceChanges") or {})
        return None

    def renew(self, *_: str) -> _Answer:
        return {"token": self._token}

    def complete(self, project: str, name: str, identity: str) -> _Answer:
        if self._service.planned.pop(identity, None) is None:
            stack = self._stack(project, name)
            self._update(stack, identity)
            stack.complete_update(self._content["status"])
        return None

    def status(self, project: str, name: str, identity: str) -> _Answer:
        update = self._stack(project, name).current_update()
        return {"status": "running" if update and update.id == identity else "succeeded", "events": []}

    def cancel(self, project: str, name: str, identity: str) -> _Answer:
        stack = self._stack(project, name)
        self._update(stack, identity)
        stack.cancel_update()
        return None

    def end(self) -> _Answer:
        return {"ending": self._service.end(asker=self._engine.pid)}

    def unsupported(self, *_: str) -> _Answer:
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            "the stack's secrets are to be encrypted by Pulumi's cloud, which this is not: "
            "make it with `pulumi stack init --secrets-provider passphrase`",
        )


_NAME = "([A-Za-z0-9_-][A-Za-z0-9_.-]*)"
_PROJECT = f"/api/stacks/{ORGANIZATION}/{_NAME}"
_STACK = f"{_PROJECT}/{_NAME}"
_UPDATE = f"{_STACK}/update/{_NAME}"
_ABOUT = re.compile(f"/part/{_NAME}/([a-z0-9,-]+)(?=/api/)")
_ROUTES: tuple[tuple[str, re.Pattern[str], Callable[..., _Answer]], ...] = tuple(
    (method, re.compile(pattern), answer)
    for method, pattern, answer in (
        ("POST", "/api/anykube/end", _Call.end),
        ("GET", "/api/capabilities", _Call.capabilities),
        ("GET", "/api/user", _Call.user),
        ("GET", "/api/user/organizations/default", _Call.default_organization),
        ("GET", "/api/user/stacks", _Call.stacks),
        ("HEAD", _PROJECT, _Call.project),
        ("POST", _PROJECT, _Call.make),
        ("GET", _STACK, _Call.get),
        ("DELETE", _STACK, _Call.remove),
        ("PATCH", f"{_STACK}/tags", _Call.tag),
        ("GET", f"{_STACK}/export", _Call.export),
        ("POST", f"{_STACK}/import", _Call.put),
        ("GET", f"{_STACK}/updates", _Call.history),
        ("GET", f"{_STACK}/updates/latest", _Call.latest),
        ("POST", f"{_STACK}/(?:batch-)?(?:encrypt|decrypt)", _Call.unsupported),
        # Pulumi's cloud keeps a record of who reads secrets; here it is always the files' owner.
        ("POST", f"{_STACK}/decrypt/log-(?:batch-)?decryption", _Call.nothing),
        ("POST", f"{_STACK}/(update|preview|refresh|destroy)", _Call.plan),
        ("POST", _UPDATE, _Call.begin),
        ("GET", _UPDATE, _Call.status),
        ("PATCH", f"{_UPDATE}/journalentries", _Call.journal),
        ("POST", f"{_UPDATE}/events/batch", _Call.events),
        ("POST", f"{_UPDATE}/renew_lease", _Call.renew),
        ("POST", f"{_UPDATE}/complete", _Call.complete),
        ("POST", f"{_UPDATE}/cancel", _Call.cancel),
    )
)

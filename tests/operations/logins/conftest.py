"""An environment without any login, and servers on loopback that stand for the clouds' token services."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

_PREFIXES = ("AWS_", "ARM_", "AZURE_", "ACTIONS_", "GOOGLE_", "GCLOUD_", "CLOUDSDK_", "IDENTITY_", "MSI_")


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Prints nothing."""

    def make_environ(self) -> Any:
        """Adds the headers as they came: werkzeug drops names with an underscore, which AWS has."""
        return {**super().make_environ(), "headers": {name.lower(): text for name, text in self.headers.items()}}


@dataclass
class Loopback:
    """A server whose responses are functions of the request, by path."""

    url: str = ""
    responses: dict[str, Callable[[Request], Any]] = field(default_factory=dict)

    def respond(self, request: Request) -> Response:
        request.get_data()
        if request.path not in self.responses:
            return Response("not found", 404)
        content = self.responses[request.path](request)
        return content if isinstance(content, Response) else Response(json.dumps(content), mimetype="application/json")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hides this machine's logins and metadata services."""
    for name in [name for name in os.environ if name.startswith(_PREFIXES)]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AZURE_CONFIG_DIR", "CLOUDSDK_CONFIG", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    for name in ("AWS_EC2_METADATA_DISABLED", "NO_GCE_CHECK"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    server = Loopback()
    listener = make_server("127.0.0.1", 0, Request.application(server.respond), threaded=True, request_handler=_Quiet)
    server.url = f"http://127.0.0.1:{listener.port}"
    threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    listener.shutdown()
    listener.server_close()

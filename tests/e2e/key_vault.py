"""A simulated vault behind HTTPS on loopback, to which Pulumi's real engine and Anykube's command talk.

A path in front of the keys takes the place of the vault's host name, which would need an entry in the machine's hosts.
"""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import certifi
from anykube_cli.certificates import Authority

from tests.operations.backends.azure.vault import Vault


@contextmanager
def serve(folder: Path) -> Iterator[tuple[Vault, dict[str, str]]]:
    """The vault, and the environment variables with which programs trust it and log in."""
    authority = Authority(folder)
    certificate = authority.sign(["127.0.0.1"], 1)
    (folder / "server.pem").write_text(certificate.certificate + certificate.private_key)
    (folder / "trusted.pem").write_text(Path(certifi.where()).read_text() + authority.pem)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    login = ThreadingHTTPServer(("127.0.0.1", 0), _Login)
    vault = Vault(f"https://127.0.0.1:{server.server_port}/shop.vault.local")
    server.vault = vault  # type: ignore[attr-defined]
    threads = [threading.Thread(target=each.serve_forever, daemon=True) for each in (server, login)]
    for thread in threads:
        thread.start()
    try:
        yield (
            vault,
            {
                "SSL_CERT_FILE": str(folder / "trusted.pem"),
                "REQUESTS_CA_BUNDLE": str(folder / "trusted.pem"),
                # The endpoint of App Service's managed identities, for the SDKs of Go and of Python.
                "IDENTITY_ENDPOINT": f"http://127.0.0.1:{login.server_port}/token",
                "IDENTITY_HEADER": "header",
                "ARM_USE_MSI": "true",
            },
        )
    finally:
        for each in (server, login):
            each.shutdown()
            each.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _answer(self, body: bytes) -> None:
        host = str(self.headers["Host"])
        if self.headers.get("Authorization") != "Bearer token":
            # The SDK accepts a resource whose host is a suffix of the vault's.
            challenge = f'Bearer authorization="https://login.local/tenant", resource="https://{host[4:]}"'
            _reply(self, 401, {}, {"WWW-Authenticate": challenge})
            return
        vault: Vault = self.server.vault  # type: ignore[attr-defined]
        _reply(self, *vault.answer(self.command, f"https://{host}{self.path}", body))

    def log_message(self, *_: object) -> None: ...


class _Login(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        expires = str(int(time.time()) + 3600)
        _reply(self, 200, {"access_token": "token", "expires_on": expires, "token_type": "Bearer", "resource": "r"})

    def log_message(self, *_: object) -> None: ...


def _reply(
    handler: BaseHTTPRequestHandler, status: int, content: object, headers: dict[str, str] | None = None
) -> None:
    data = json.dumps(content).encode()
    handler.send_response(status)
    for name, value in {
        "Content-Type": "application/json",
        "Content-Length": str(len(data)),
        **(headers or {}),
    }.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(data)

"""A Kubernetes API server on loopback that serves lists over TLS to clients with a token or certificate."""

import base64
import ipaddress
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

_DAY = timedelta(days=1)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Prints nothing."""


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as PEM."""

    certificate: str
    key: str


@dataclass
class ApiServer:
    """The server. `lists` has the responses of each collection by path; others return 404."""

    url: str
    authority: str
    client: Pair
    """A certificate that the server accepts."""
    lists: dict[str, Iterator[list[Any]]] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    """Other responses by path, such as those of the discovery API."""
    tokens: set[str] = field(default_factory=lambda: {"valid"})
    requests: list[Request] = field(default_factory=list)

    def add(self, path: str, *responses: list[Any]) -> None:
        """Serves a collection. The last response is repeated."""
        self.lists[path] = chain(responses, repeat(responses[-1]))

    def respond(self, request: Request) -> Response:
        """Responds like an API server."""
        request.get_data()  # keep the body: the connection ends with the response
        self.requests.append(request)
        if "SSL_CLIENT_CERT" not in request.environ and not self._has_token(request):
            return _status(401, "Unauthorized")
        if request.path in self.documents:
            return Response(json.dumps(self.documents[request.path]), content_type="application/json")
        if request.path not in self.lists:
            return Response("404 page not found\n", 404, content_type="text/plain")
        body = {"metadata": {}, "items": next(self.lists[request.path])}
        return Response(json.dumps(body), content_type="application/json")

    def _has_token(self, request: Request) -> bool:
        return request.headers.get("Authorization", "").removeprefix("Bearer ") in self.tokens

    def kubeconfig(self, user: Mapping[str, Any], **cluster: Any) -> str:
        """A kubeconfig of this server."""
        return json.dumps(
            {
                "current-context": "c",
                "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
                "clusters": [{"name": "k", "cluster": {"server": self.url, **self.trust, **cluster}}],
                "users": [{"name": "u", "user": user}],
            }
        )

    @property
    def trust(self) -> dict[str, str]:
        """The certificate authority, as in a kubeconfig."""
        return {"certificate-authority-data": self.authority}


def _status(code: int, message: str) -> Response:
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code}
    return Response(json.dumps(body), code, content_type="application/json")


@contextmanager
def serve(
    folder: Path, host: str = "127.0.0.1", respond: Callable[[Request], Response] | None = None
) -> Iterator[ApiServer]:
    """Serves until the block ends. The server's certificate names `host`. `respond`: instead of an API server's."""
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _signed("authority", key, key, None)
    server_pair, client = (_pair(name, key, authority, usage) for name, usage in _usages(host))
    (folder / "ca.crt").write_text(_pem(authority))
    (folder / "server.pem").write_text(server_pair.certificate + server_pair.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    context.load_verify_locations(folder / "ca.crt")
    context.verify_mode = ssl.CERT_OPTIONAL
    api = ApiServer("", base64.b64encode(_pem(authority).encode()).decode(), client)
    listener = make_server(
        "127.0.0.1",
        0,
        Request.application(respond or api.respond),
        threaded=True,
        request_handler=_Quiet,
        ssl_context=context,
    )
    api.url = f"https://127.0.0.1:{listener.port}"
    threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield api
    finally:
        listener.shutdown()
        listener.server_close()


def _usages(host: str) -> Iterator[tuple[str, x509.ObjectIdentifier]]:
    yield host, ExtendedKeyUsageOID.SERVER_AUTH
    yield "admin", ExtendedKeyUsageOID.CLIENT_AUTH


def _pair(name: str, authority_key: Any, authority: x509.Certificate, usage: x509.ObjectIdentifier) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _signed(name, key, authority_key, authority, usage)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Pair(_pem(certificate), private.decode())


def _signed(
    name: str, key: Any, issuer_key: Any, issuer: x509.Certificate | None, usage: x509.ObjectIdentifier | None = None
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(name)]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()

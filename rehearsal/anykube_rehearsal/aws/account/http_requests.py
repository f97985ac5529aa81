"""Requests to the account, read: whose they are, and for which service."""

import io
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from moto.moto_server.werkzeug_app import MotoRequestHandler

Environment = dict[str, Any]
"""As WSGI has it: https://peps.python.org/pep-3333/"""


@dataclass(frozen=True)
class Request:
    """One request."""

    service: str
    """As it is signed for, such as eks; empty when it is not signed."""
    region: str
    access_key: str
    method: str
    path: str
    """As it was sent, with its escapes."""
    query: str
    body: bytes
    target: str
    """The operation, in the protocols that name it in a header."""


class Handler(MotoRequestHandler):
    """Says nothing: names of resources, and the tokens in paths, are nobody else's business."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing of it is kept."""


_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html: the credential's scope."""

_HOST = re.compile(r"([a-z0-9-]+)\.([a-z0-9-]+)\.amazonaws\.com(?::\d+)?")


def read(environment: Environment) -> Request:
    """Reads a request, and leaves its body to be read again."""
    body = environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
    environment["wsgi.input"] = io.BytesIO(body)
    target = urlsplit(environment.get("REQUEST_URI") or environment["PATH_INFO"])
    signed = _CREDENTIAL.search(environment.get("HTTP_AUTHORIZATION", ""))
    host = _HOST.fullmatch(environment.get("HTTP_HOST", ""))
    if signed:
        key, region, service = signed.groups()
    else:
        service, region = host.groups() if host else ("", "us-east-1")
        key = ""
    return Request(
        service=service,
        region=region,
        access_key=key,
        method=environment["REQUEST_METHOD"],
        path=target.path,
        query=target.query,
        body=body,
        target=environment.get("HTTP_X_AMZ_TARGET", ""),
    )

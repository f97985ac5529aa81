"""Parses HTTP requests to the account, with the service and access key from their signature."""

import io
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from moto.moto_server.werkzeug_app import MotoRequestHandler

Environment = dict[str, Any]
"""The WSGI environment: https://peps.python.org/pep-3333/"""


@dataclass(frozen=True)
class Request:
    """A request."""

    service: str
    """The service in the signature, such as eks; empty if the request is not signed."""
    region: str
    access_key: str
    method: str
    path: str
    """As it was sent, with escapes."""
    query: str
    body: bytes
    target: str
    """The operation, in protocols with a header for it."""


class Handler(MotoRequestHandler):
    """Logs nothing: requests contain tokens and resource names."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Does nothing."""


_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html: the credential's scope."""

_HOST = re.compile(r"([a-z0-9-]+)\.([a-z0-9-]+)\.amazonaws\.com(?::\d+)?")


def parse(environment: Environment) -> Request:
    """Parses a request. The body can be read again."""
    body = environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
    environment["wsgi.input"] = io.BytesIO(body)
    target = urlsplit(environment.get("REQUEST_URI") or environment["PATH_INFO"])
    signature = _CREDENTIAL.search(environment.get("HTTP_AUTHORIZATION", ""))
    host = _HOST.fullmatch(environment.get("HTTP_HOST", ""))
    if signature:
        key, region, service = signature.groups()
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

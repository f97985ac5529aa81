"""The simulated AWS account: one endpoint on loopback, which SDKs use through AWS_ENDPOINT_URL.

This package serves EKS, Service Quotas and EC2's dependency checks; moto serves all other requests. The account exists
as long as its process.
"""

import json
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from anykube_rehearsal.aws.account import anykube_api, dependencies, moto_backends, protocol
from anykube_rehearsal.aws.account.calls.recorder import Recorder
from anykube_rehearsal.aws.account.eks import reach
from anykube_rehearsal.aws.account.eks.faults import Faults, Throttle
from anykube_rehearsal.aws.account.eks.operations import OPERATIONS
from anykube_rehearsal.aws.account.eks.state import TODAY, Call, Cluster, Eks
from anykube_rehearsal.aws.account.errors import EksError
from anykube_rehearsal.aws.account.http_requests import Environment, Handler, Request, parse
from anykube_rehearsal.aws.account.quotas import Quotas
from anykube_rehearsal.aws.account.runtime import Runtime
from anykube_rehearsal.cloud import caller
from anykube_rehearsal.cloud.gates import Gates

_API = "api"
"""The only name of a cluster's API."""


class Account:
    """The account. It serves requests after `start`, or while `serve` runs."""

    def __init__(self, folder: Path, runtime: Runtime, port: int = 0, today: date = TODAY) -> None:
        """Binds the port; 0 for any. Raises OSError if it is in use, ValueError for invalid faults or quotas."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        moto_backends.create_caller()
        self.folder, self.quotas, self.eks = folder, Quotas(), Eks(runtime, Faults(), today)
        self._gates = Gates(folder, caller.load(folder), partial(reach.reaches, self.eks))
        self.eks.api_url = lambda cluster, server: self._gates.url(cluster, _API, server)
        self.eks.close_gates = self._gates.close
        anykube_api.load_settings(self)
        self.calls = Recorder()
        self._throttle = Throttle()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", port, self._respond, threaded=True, request_handler=Handler)

    @property
    def port(self) -> int:
        """The TCP port."""
        return self._server.port

    @property
    def url(self) -> str:
        """The value for AWS_ENDPOINT_URL."""
        return f"http://127.0.0.1:{self.port}"

    def find(self, name: str) -> Cluster | None:
        """The cluster with this name; None if there is none."""
        return self.eks.clusters.get(name)

    def start(self) -> None:
        """Serves in a thread."""
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        """Serves until `stop`."""
        self._server.serve_forever(poll_interval=0.1)

    def stop(self) -> None:
        """Stops the server. Call it from another thread than the one that serves."""
        self._server.shutdown()
        self._server.server_close()

    def _respond(self, environment: Environment, start: Callable[..., Any]) -> Iterable[bytes]:
        request = parse(environment)
        if request.path.startswith(anykube_api.PREFIX):
            return anykube_api.respond(self, request.method, request.path, request.body)(environment, start)
        with self.eks.lock:
            self.calls.record(request)
        handler = _HANDLERS.get(request.service)
        response = handler(self, request) if handler else None
        if response is None:
            with self.eks.lock:  # moto's backends are not thread-safe
                response = Response.from_app(self._moto, environment, buffered=True)
            if request.service == "sts":
                _correct_user_arn(response)
        return response(environment, start)

    def _eks(self, request: Request) -> Response:
        try:
            if self._throttle.refuses(self.eks.faults.throttling):
                raise EksError("ThrottlingException", "Rate exceeded")
            parsed = protocol.parse(request.method, request.path, request.query, request.body)
            operation = OPERATIONS.get(parsed.operation)
            if operation is None:
                raise EksError("ClientException", f"{parsed.operation} is not simulated")
            with self.eks.lock:
                principal = moto_backends.caller(request.access_key, request.region)
                content = operation(Call(self.eks, request.region, principal, parsed.params))
                return _json(HTTPStatus.OK, protocol.render(parsed.operation, content))
        except EksError as error:
            eks_error = error
        except Exception as error:
            traceback.print_exc()
            eks_error = EksError("ServerException", f"The simulated EKS failed: {error!r}")
        status, headers, body = protocol.render_error(eks_error)
        return Response(body, status, headers)

    def _ec2(self, request: Request) -> Response | None:
        """EC2's errors that moto lacks; None passes the request to moto."""
        if self._throttle.refuses(self.eks.faults.throttling):
            body = dependencies.error("RequestLimitExceeded", "Request limit exceeded.")
            return Response(body, HTTPStatus.SERVICE_UNAVAILABLE, content_type="text/xml")
        with self.eks.lock:
            error = dependencies.find_error(request.region, dict(parse_qsl(request.body.decode())))
        if error is None:
            return None
        return Response(dependencies.error(*error), HTTPStatus.BAD_REQUEST, content_type="text/xml")

    def _quotas(self, request: Request) -> Response:
        operation = request.target.rpartition(".")[2]
        return _json(*self.quotas.respond(operation, json.loads(request.body or b"{}"), request.region))


_HANDLERS: Mapping[str, Callable[[Account, Request], Response | None]] = {
    "eks": Account._eks,
    "ec2": Account._ec2,
    "servicequotas": Account._quotas,
}
"""By the service in the request's signature."""


def _json(status: HTTPStatus, body: bytes) -> Response:
    return Response(body, status, content_type="application/json")


def _correct_user_arn(response: Response) -> None:
    """Replaces moto's STS ARN of a user with the IAM ARN, which access entries need.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    sts_arn = moto_backends.CALLER.replace(":iam:", ":sts:").encode()
    response.set_data(response.get_data().replace(sts_arn, moto_backends.CALLER.encode()))

"""The simulated AWS account: one endpoint on loopback, which SDKs see through AWS_ENDPOINT_URL.

moto answers for EC2, IAM, KMS and all else; EKS and Service Quotas are this package's own and stand in front of it. So
does what EC2 refuses and moto does not. The account lives as long as its process.
"""

import json
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from anykube_rehearsal.aws.account import anykube_api, dependencies, moto_backends, protocol
from anykube_rehearsal.aws.account.eks.faults import Faults, Throttle
from anykube_rehearsal.aws.account.eks.operations import OPERATIONS
from anykube_rehearsal.aws.account.eks.state import TODAY, Call, Cluster, Eks
from anykube_rehearsal.aws.account.errors import EksError
from anykube_rehearsal.aws.account.http_requests import Environment, Handler, Request, read
from anykube_rehearsal.aws.account.quotas import Quotas
from anykube_rehearsal.aws.account.runtime import Runtime
from anykube_rehearsal.cloud import review


class Account:
    """The account. It answers after `start`, or while `serve` runs."""

    def __init__(self, folder: Path, runtime: Runtime, port: int = 0, today: date = TODAY) -> None:
        """Takes the port, 0 for any. Raises OSError when it is another's, ValueError for wrong faults or quotas."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        review.create_key(folder)
        moto_backends.create_caller()
        self.folder, self.quotas, self.eks = folder, Quotas(), Eks(runtime, Faults(), today)
        anykube_api.prepare(self)
        self._throttle = Throttle()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", port, self._answer, threaded=True, request_handler=Handler)

    @property
    def port(self) -> int:
        """Where it answers."""
        return self._server.port

    @property
    def url(self) -> str:
        """What AWS_ENDPOINT_URL should say."""
        return f"http://127.0.0.1:{self.port}"

    def find(self, cluster: str) -> Cluster | None:
        """The cluster of this name, if there is one."""
        return self.eks.clusters.get(cluster)

    def start(self) -> None:
        """Answers in a thread."""
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        """Answers until `stop`."""
        self._server.serve_forever(poll_interval=0.1)

    def stop(self) -> None:
        """Ends it; not from the thread that serves."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environment: Environment, start: Callable[..., Any]) -> Iterable[bytes]:
        request = read(environment)
        if request.path.startswith(anykube_api.PREFIX):
            return anykube_api.respond(self, request.method, request.path, request.body)(environment, start)
        own = _OWN.get(request.service)
        answer = own(self, request) if own else None
        if answer is None:
            with self.eks.lock:  # moto's backends bear one call at a time
                answer = Response.from_app(self._moto, environment, buffered=True)
            if request.service == "sts":
                _name_user(answer)
        return answer(environment, start)

    def _eks(self, request: Request) -> Response:
        try:
            if self._throttle.refuses(self.eks.faults.throttling):
                raise EksError("ThrottlingException", "Rate exceeded")
            parsed = protocol.parse(request.method, request.path, request.query, request.body)
            operation = OPERATIONS.get(parsed.operation)
            if operation is None:
                raise EksError("ClientException", f"{parsed.operation} is not simulated")
            with self.eks.lock:
                caller = moto_backends.caller(request.access_key, request.region)
                content = operation(Call(self.eks, request.region, caller, parsed.params))
                return _json(HTTPStatus.OK, protocol.render(parsed.operation, content))
        except EksError as error:
            refused = error
        except Exception as error:
            traceback.print_exc()
            refused = EksError("ServerException", f"The simulated EKS failed: {error!r}")
        status, headers, body = protocol.render_error(refused)
        return Response(body, status, headers)

    def _ec2(self, request: Request) -> Response | None:
        """What EC2 refuses and moto does not; None leaves it to moto."""
        if self._throttle.refuses(self.eks.faults.throttling):
            said = dependencies.error("RequestLimitExceeded", "Request limit exceeded.")
            return Response(said, HTTPStatus.SERVICE_UNAVAILABLE, content_type="text/xml")
        with self.eks.lock:
            refused = dependencies.refusal(request.region, dict(parse_qsl(request.body.decode())))
        if refused is None:
            return None
        return Response(dependencies.error(*refused), HTTPStatus.BAD_REQUEST, content_type="text/xml")

    def _quotas(self, request: Request) -> Response:
        operation = request.target.rpartition(".")[2]
        return _json(*self.quotas.answer(operation, json.loads(request.body or b"{}"), request.region))


_OWN: Mapping[str, Callable[[Account, Request], Response | None]] = {
    "eks": Account._eks,
    "ec2": Account._ec2,
    "servicequotas": Account._quotas,
}
"""By the service that a request is signed for."""


def _json(status: HTTPStatus, body: bytes) -> Response:
    return Response(body, status, content_type="application/json")


def _name_user(answer: Response) -> None:
    """A user has an ARN of IAM, which access entries are made for; moto says sts.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    wrong = moto_backends.CALLER.replace(":iam:", ":sts:").encode()
    answer.set_data(answer.get_data().replace(wrong, moto_backends.CALLER.encode()))

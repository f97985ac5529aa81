"""What stands in for the network to Azure, below azure-core's pipeline and requests: JSON, judged by the SDK's models.

What a model does not have fails the test. What is asked for beyond the prepared answers is 404, as in a subscription
in which nothing was made; what is asked for at an address that the table does not have fails.
"""

import io
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from azure.core.pipeline.transport import RequestsTransport
from azure.mgmt.authorization.v2022_04_01 import models as authorization
from azure.mgmt.compute import models as compute
from azure.mgmt.containerservice import models as containers
from azure.mgmt.network import models as network
from azure.mgmt.resource.features import models as features
from azure.mgmt.resource.resources import models as resources
from azure.mgmt.resource.subscriptions import models as subscriptions
from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from tests.operations.preflight.azure.models import validate

Named = Mapping[str, str]


class RefusedError(Exception):
    """An answer with an error of Azure's, whose text nobody is to see but for the action in it."""

    def __init__(self, status: int, code: str, text: str = "secret-looking text") -> None:
        self.status, self.body = status, {"error": {"code": code, "message": text}}


def permission_denied(action: str) -> RefusedError:
    """Azure's refusal of an action."""
    text = f"The client 'secret-looking' does not have authorization to perform action '{action}' over scope '/x'"
    return RefusedError(403, "AuthorizationFailed", text)


class Route(NamedTuple):
    """Where something is read, and the model of the answer; `listed`: of each item."""

    path: str
    model: type
    listed: bool = False


_IN, _GROUP = "/subscriptions/{subscription}", "/subscriptions/{subscription}/resourceGroups/{group}"

ROUTES: Mapping[str, Route] = {
    "subscription": Route(_IN, subscriptions.Subscription),
    "locations": Route(f"{_IN}/locations", subscriptions.Location, True),
    "provider": Route(f"{_IN}/providers/{{namespace}}", resources.Provider),
    "group": Route(_IN + "/resourcegroups/{name}", resources.ResourceGroup),
    "feature": Route(f"{_IN}/providers/Microsoft.Features/providers/{{of}}/features/{{name}}", features.FeatureResult),
    "skus": Route(f"{_IN}/providers/Microsoft.Compute/skus", compute.ResourceSku, True),
    "cores": Route(f"{_IN}/providers/Microsoft.Compute/locations/{{region}}/usages", compute.Usage, True),
    "networks": Route(f"{_IN}/providers/Microsoft.Network/virtualNetworks", network.VirtualNetwork, True),
    "addresses": Route(f"{_IN}/providers/Microsoft.Network/locations/{{region}}/usages", network.Usage, True),
    "network": Route(f"{_GROUP}/providers/Microsoft.Network/virtualNetworks/{{name}}", network.VirtualNetwork),
    "subnet": Route(f"{_GROUP}/providers/Microsoft.Network/virtualNetworks/{{of}}/subnets/{{name}}", network.Subnet),
    "versions": Route(
        f"{_IN}/providers/Microsoft.ContainerService/locations/{{region}}/kubernetesVersions",
        containers.KubernetesVersionListResult,
    ),
    "cluster": Route(
        f"{_GROUP}/providers/Microsoft.ContainerService/managedClusters/{{name}}", containers.ManagedCluster
    ),
    "assignments": Route(
        f"{_IN}/providers/Microsoft.Authorization/roleAssignments", authorization.RoleAssignment, True
    ),
    "role": Route(f"{_IN}/providers/Microsoft.Authorization/roleDefinitions/{{name}}", authorization.RoleDefinition),
}

_PATTERNS = {name: re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", of.path), re.I) for name, of in ROUTES.items()}

Answer = Any
"""JSON, an error, or a function of the names in the address, which gives either."""


class Wire(BaseAdapter):
    """Answers by the name of a route."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, str]] = []
        self.headers: list[Mapping[str, str]] = []
        self._answers: dict[str, Answer] = {}

    def answer(self, route: str, answer: Answer) -> None:
        assert route in ROUTES
        self._answers[route] = answer

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        path = unquote(urlsplit(str(request.url)).path)
        name, names = next(
            (name, at.groupdict()) for name, pattern in _PATTERNS.items() if (at := pattern.fullmatch(path))
        )
        self.calls.append((name, str(request.method)))
        self.headers.append({name: str(value) for name, value in request.headers.items()})
        answer = self._answers.get(name, RefusedError(404, "NotFound"))
        if isinstance(answer, Callable) and not isinstance(answer, Exception):  # type: ignore[arg-type]
            answer = answer(names)
        if isinstance(answer, RefusedError):
            return _response(request, answer.status, answer.body)
        if isinstance(answer, Exception):
            raise answer
        for one in answer["value"] if ROUTES[name].listed else [answer]:
            validate(ROUTES[name].model, one)
        return _response(request, 200, answer)

    def close(self) -> None: ...


class Transport(RequestsTransport):  # type: ignore[misc]  # it is imported lazily
    """azure-core's, onto a wire. Nobody waits for a second try."""

    def __init__(self, wire: BaseAdapter) -> None:
        session = Session()
        session.mount("https://", wire)
        super().__init__(session=session, session_owner=False)

    def sleep(self, duration: float) -> None: ...


def _response(request: PreparedRequest, status: int, body: Any) -> Response:
    headers = {"Content-Type": "application/json"}
    answer = Response()
    answer.status_code, answer.url, answer.request = status, str(request.url), request
    answer.headers.update(headers)
    content = io.BytesIO(json.dumps(body).encode())
    answer.raw = HTTPResponse(body=content, headers=headers, status=status, preload_content=False)
    return answer

"""A fake HTTP adapter below azure-core and requests. It validates responses with the models of Azure's SDK.

A test fails if a response does not match its model, or if a path is not in `ROUTES`. Requests without a canned response
get 404, as in an empty subscription.
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


class RefusedError(Exception):
    """An error response of Azure. Of its text, only the name of an action may be shown."""

    def __init__(self, status: int, code: str, text: str = "secret-looking text") -> None:
        self.status, self.body = status, {"error": {"code": code, "message": text}}


def permission_denied(action: str) -> RefusedError:
    """The error response for a missing permission."""
    text = f"The client 'secret-looking' does not have authorization to perform action '{action}' over scope '/x'"
    return RefusedError(403, "AuthorizationFailed", text)


class Route(NamedTuple):
    """A path, and the model of its response or, if `is_list`, of each item."""

    path: str
    model: type
    is_list: bool = False


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

_PATTERNS = {name: re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route.path), re.I) for name, route in ROUTES.items()}

CannedResponse = Any
"""JSON, an error, or a function from the names in the path to either."""


class Wire(BaseAdapter):
    """Canned responses by route."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, str]] = []
        self.headers: list[Mapping[str, str]] = []
        self._responses: dict[str, CannedResponse] = {}

    def respond(self, route: str, response: CannedResponse) -> None:
        """Sets the response of a route."""
        assert route in ROUTES
        self._responses[route] = response

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        path = unquote(urlsplit(str(request.url)).path)
        name, names = next(
            (name, match.groupdict()) for name, pattern in _PATTERNS.items() if (match := pattern.fullmatch(path))
        )
        self.calls.append((name, str(request.method)))
        self.headers.append({name: str(value) for name, value in request.headers.items()})
        response = self._responses.get(name, RefusedError(404, "NotFound"))
        if isinstance(response, Callable) and not isinstance(response, Exception):  # type: ignore[arg-type]
            response = response(names)
        if isinstance(response, RefusedError):
            return _response(request, response.status, response.body)
        if isinstance(response, Exception):
            raise response
        for item in response["value"] if ROUTES[name].is_list else [response]:
            validate(ROUTES[name].model, item)
        return _response(request, 200, response)

    def close(self) -> None: ...


class Transport(RequestsTransport):  # type: ignore[misc]  # azure-core imports it lazily
    """azure-core's transport on top of a fake adapter, without pauses between retries."""

    def __init__(self, wire: BaseAdapter) -> None:
        session = Session()
        session.mount("https://", wire)
        super().__init__(session=session, session_owner=False)

    def sleep(self, duration: float) -> None: ...


def _response(request: PreparedRequest, status: int, body: Any) -> Response:
    headers = {"Content-Type": "application/json"}
    response = Response()
    response.status_code, response.url, response.request = status, str(request.url), request
    response.headers.update(headers)
    content = io.BytesIO(json.dumps(body).encode())
    response.raw = HTTPResponse(body=content, headers=headers, status=status, preload_content=False)
    return response

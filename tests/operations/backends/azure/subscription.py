"""A subscription that keeps what it is sent: requests and answers are judged by the models of Azure's SDK.

It knows no more of storage accounts and vaults than is written here: no real subscription has answered.
"""

import io
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from anykube._clusters.aks.spec import AksClusterSpec
from anykube_cli.preflight.azure.clients import Session
from anykube_cli.state_backends.azure.account import Blobs
from anykube_cli.state_backends.backend import SettingResult, BackendNames, reconcile
from azure.mgmt.authorization.v2022_04_01 import models as authorization
from azure.mgmt.keyvault import models as vaults
from azure.mgmt.resource.resources import models as resources
from azure.mgmt.storage import models as storage
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from tests.operations.preflight.azure.models import judge
from tests.operations.preflight.azure.subscription import Credential
from tests.operations.preflight.azure.wire import RefusedError, Transport

ID = "00000000-1111-2222-3333-444444444444"
REGION = "westeurope"
GROUP = f"/subscriptions/{ID}/resourceGroups/shop-state"
SPEC = AksClusterSpec.model_validate(
    {
        "cloud": "azure",
        "name": "shop",
        "region": REGION,
        "zones": ["1", "2"],
        "aks": {"subscription": ID},
        "pools": {"servers": {"min": 1, "max": 2, "machine": {"cpu": 2, "memory": "8Gi"}}},
    }
)


class Kind(NamedTuple):
    """A kind of resource: where it is, and the models of what is sent to make it, to change it, and of it."""

    path: str
    made: type
    changed: type
    model: type
    always: bool = False
    """Whether it is there with what it is in."""


_STORAGE = GROUP.replace("shop-state", r"[^/]+") + "/providers/Microsoft.Storage/storageAccounts/[^/]+"
_VAULT = GROUP.replace("shop-state", r"[^/]+") + "/providers/Microsoft.KeyVault/vaults/[^/]+"
KINDS: Mapping[str, Kind] = {
    "group": Kind(
        f"/subscriptions/{ID}/resourcegroups/[^/]+",
        resources.ResourceGroup,
        resources.ResourceGroupPatchable,
        resources.ResourceGroup,
    ),
    "account": Kind(
        _STORAGE, storage.StorageAccountCreateParameters, storage.StorageAccountUpdateParameters, storage.StorageAccount
    ),
    "blobs": Kind(
        f"{_STORAGE}/blobServices/default",
        storage.BlobServiceProperties,
        storage.BlobServiceProperties,
        storage.BlobServiceProperties,
        always=True,
    ),
    "lifecycle": Kind(
        f"{_STORAGE}/managementPolicies/default",
        storage.ManagementPolicy,
        storage.ManagementPolicy,
        storage.ManagementPolicy,
    ),
    "container": Kind(
        f"{_STORAGE}/blobServices/default/containers/[^/]+",
        storage.BlobContainer,
        storage.BlobContainer,
        storage.BlobContainer,
    ),
    "vault": Kind(_VAULT, vaults.VaultCreateOrUpdateParameters, vaults.VaultPatchParameters, vaults.Vault),
    "key": Kind(f"{_VAULT}/keys/[^/]+", vaults.KeyCreateParameters, vaults.KeyCreateParameters, vaults.Key),
    "role": Kind(
        f"{GROUP}/.+/providers/Microsoft.Authorization/roleAssignments/[^/]+",
        authorization.RoleAssignmentCreateParameters,
        authorization.RoleAssignmentCreateParameters,
        authorization.RoleAssignment,
    ),
}


class Subscription(BaseAdapter):
    """Keeps resources by path. A PATCH is merged, as Azure Resource Manager merges it."""

    def __init__(self) -> None:
        super().__init__()
        self.things: dict[str, dict[str, Any]] = {}
        self.taken: set[str] = set()
        """Names that somebody else's storage accounts and vaults have."""
        self.refused: RefusedError | None = None
        self.calls: list[tuple[str, str]] = []

    def account(self, names: BackendNames) -> Blobs:
        credential = Credential(oid="me", upn="mo@example.com", tid=ID)
        return Blobs(SPEC, names, Session(credential, Transport(self)), credential.claims)

    def run(self, names: BackendNames | None = None) -> list[SettingResult]:
        return list(reconcile(self.account(names or BackendNames())))

    def one(self, kind: str) -> dict[str, Any]:
        """The one of that kind."""
        (found,) = [self.things[path] for path in self.things if _kind(path) == kind]
        return found

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        path, verb = unquote(urlsplit(str(request.url)).path), str(request.method)
        body = json.loads(
            str(request.body, "utf-8") if isinstance(request.body, bytes) else str(request.body or "null")
        )
        self.calls.append((verb, path))
        try:
            answer = self._answer(verb, path, body)
        except RefusedError as refused:
            return _response(request, refused.status, refused.body)
        return _response(request, 200, answer)

    def _answer(self, verb: str, path: str, body: Any) -> Any:
        if self.refused:
            raise self.refused
        if path.endswith("/roleAssignments"):
            return {"value": [thing for at, thing in self.things.items() if at.startswith(f"{path}/")]}
        if path.lower().endswith("/checknameavailability"):
            return {"nameAvailable": body["name"] not in self.taken}
        name = _kind(path)
        assert name, f"nothing of Azure's is at {path}"
        kind, there = KINDS[name], self.things.get(path)
        if there is None and kind.always:
            there = {"properties": {}}
        if verb == "PUT":
            judge(kind.made, body)
            there = {**body, "name": path.rpartition("/")[2]}
        elif there is None:
            raise RefusedError(404, "NotFound")
        elif verb == "PATCH":
            judge(kind.changed, body)
            _merge(there, body)
        self.things[path] = there
        judge(kind.model, there)
        return there

    def close(self) -> None: ...


def _kind(path: str) -> str | None:
    return next((name for name, kind in KINDS.items() if re.fullmatch(kind.path, path, re.I)), None)


def _merge(there: dict[str, Any], body: Mapping[str, Any]) -> None:
    for name, value in body.items():
        if isinstance(value, dict):
            _merge(there.setdefault(name, {}), value)
        else:
            there[name] = value


def _response(request: PreparedRequest, status: int, body: Any) -> Response:
    headers = {"Content-Type": "application/json"}
    answer = Response()
    answer.status_code, answer.url, answer.request = status, str(request.url), request
    answer.headers.update(headers)
    content = io.BytesIO(json.dumps(body).encode())
    answer.raw = HTTPResponse(body=content, headers=headers, status=status, preload_content=False)
    return answer

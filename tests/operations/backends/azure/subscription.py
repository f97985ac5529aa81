"""A fake subscription that stores resources and validates requests and responses with the models of Azure's SDK.

Its behavior was never compared with that of a real subscription.
"""

import io
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from anykube._clusters.aks.spec import AksClusterSpec
from anykube_cli.preflight.azure.clients import Session
from anykube_cli.state_backends.azure.account import AzureBackend
from anykube_cli.state_backends.backend import BackendNames, SettingResult, reconcile
from azure.mgmt.authorization.v2022_04_01 import models as authorization
from azure.mgmt.keyvault import models as vaults
from azure.mgmt.resource.resources import models as resources
from azure.mgmt.storage import models as storage
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from tests.operations.preflight.azure.models import validate
from tests.operations.preflight.azure.subscription import Credential
from tests.operations.preflight.azure.wire import RefusedError, Transport

ID = "00000000-1111-2222-3333-444444444444"
REGION = "westeurope"
KEY_VERSION = "0123456789abcdef0123456789abcdef"
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


class ResourceType(NamedTuple):
    """A resource type: its path, and the models of a create request, of an update request and of the resource."""

    path: str
    create_model: type
    update_model: type
    model: type
    always_exists: bool = False
    """Whether it exists as soon as its parent does."""


_STORAGE = GROUP.replace("shop-state", r"[^/]+") + "/providers/Microsoft.Storage/storageAccounts/[^/]+"
_VAULT = GROUP.replace("shop-state", r"[^/]+") + "/providers/Microsoft.KeyVault/vaults/[^/]+"
RESOURCE_TYPES: Mapping[str, ResourceType] = {
    "group": ResourceType(
        f"/subscriptions/{ID}/resourcegroups/[^/]+",
        resources.ResourceGroup,
        resources.ResourceGroupPatchable,
        resources.ResourceGroup,
    ),
    "account": ResourceType(
        _STORAGE, storage.StorageAccountCreateParameters, storage.StorageAccountUpdateParameters, storage.StorageAccount
    ),
    "blobs": ResourceType(
        f"{_STORAGE}/blobServices/default",
        storage.BlobServiceProperties,
        storage.BlobServiceProperties,
        storage.BlobServiceProperties,
        always_exists=True,
    ),
    "lifecycle": ResourceType(
        f"{_STORAGE}/managementPolicies/default",
        storage.ManagementPolicy,
        storage.ManagementPolicy,
        storage.ManagementPolicy,
    ),
    "container": ResourceType(
        f"{_STORAGE}/blobServices/default/containers/[^/]+",
        storage.BlobContainer,
        storage.BlobContainer,
        storage.BlobContainer,
    ),
    "vault": ResourceType(_VAULT, vaults.VaultCreateOrUpdateParameters, vaults.VaultPatchParameters, vaults.Vault),
    "key": ResourceType(f"{_VAULT}/keys/[^/]+", vaults.KeyCreateParameters, vaults.KeyCreateParameters, vaults.Key),
    "role": ResourceType(
        f"{GROUP}/.+/providers/Microsoft.Authorization/roleAssignments/[^/]+",
        authorization.RoleAssignmentCreateParameters,
        authorization.RoleAssignmentCreateParameters,
        authorization.RoleAssignment,
    ),
}


class Subscription(BaseAdapter):
    """Stores resources by path. Merges a PATCH like Azure Resource Manager."""

    def __init__(self) -> None:
        super().__init__()
        self.resources: dict[str, dict[str, Any]] = {}
        self.names_in_use: set[str] = set()
        """Names of storage accounts and vaults in other subscriptions."""
        self.error: RefusedError | None = None
        self.calls: list[tuple[str, str]] = []

    def account(self, names: BackendNames) -> AzureBackend:
        credential = Credential(oid="me", upn="mo@example.com", tid=ID)
        return AzureBackend(SPEC, names, Session(credential, Transport(self)), credential.claims)

    def run(self, names: BackendNames | None = None) -> list[SettingResult]:
        return list(reconcile(self.account(names or BackendNames())))

    def get(self, kind: str) -> dict[str, Any]:
        """The only resource of a type."""
        (resource,) = [self.resources[path] for path in self.resources if _kind(path) == kind]
        return resource

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        path, verb = unquote(urlsplit(str(request.url)).path), str(request.method)
        body = json.loads(
            str(request.body, "utf-8") if isinstance(request.body, bytes) else str(request.body or "null")
        )
        self.calls.append((verb, path))
        try:
            response = self._respond(verb, path, body)
        except RefusedError as error:
            return _response(request, error.status, error.body)
        return _response(request, 200, response)

    def _respond(self, verb: str, path: str, body: Any) -> Any:
        if self.error:
            raise self.error
        if path.endswith("/roleAssignments"):
            return {"value": [resource for key, resource in self.resources.items() if key.startswith(f"{path}/")]}
        if path.lower().endswith("/checknameavailability"):
            return {"nameAvailable": body["name"] not in self.names_in_use}
        name = _kind(path)
        assert name, f"unknown path: {path}"
        kind, resource = RESOURCE_TYPES[name], self.resources.get(path)
        if resource is None and kind.always_exists:
            resource = {"properties": {}}
        if verb == "PUT":
            validate(kind.create_model, body)
            resource = {**body, "name": path.rpartition("/")[2]}
            if name == "key":  # the vault answers with the version that it created
                uri = f"https://{path.split('/')[8]}.vault.azure.net/keys/{resource['name']}"
                resource["properties"] |= {"keyUri": uri, "keyUriWithVersion": f"{uri}/{KEY_VERSION}"}
        elif resource is None:
            raise RefusedError(404, "NotFound")
        elif verb == "PATCH":
            validate(kind.update_model, body)
            _merge(resource, body)
        self.resources[path] = resource
        validate(kind.model, resource)
        return resource

    def close(self) -> None: ...


def _kind(path: str) -> str | None:
    return next((name for name, kind in RESOURCE_TYPES.items() if re.fullmatch(kind.path, path, re.I)), None)


def _merge(target: dict[str, Any], body: Mapping[str, Any]) -> None:
    for name, value in body.items():
        if isinstance(value, dict):
            _merge(target.setdefault(name, {}), value)
        else:
            target[name] = value


def _response(request: PreparedRequest, status: int, body: Any) -> Response:
    headers = {"Content-Type": "application/json"}
    response = Response()
    response.status_code, response.url, response.request = status, str(request.url), request
    response.headers.update(headers)
    content = io.BytesIO(json.dumps(body).encode())
    response.raw = HTTPResponse(body=content, headers=headers, status=status, preload_content=False)
    return response

"""The identities of a CI pipeline on Azure, in a fake subscription below Azure's SDK.

The fake subscription behaves as Azure Resource Manager is documented. It was never compared with a real one.
"""

import io
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from anykube._clusters.aks.roles import ROLES as BUILT_IN
from anykube._clusters.aks.sections import AzureIdentity, AzureRole
from anykube._workloads.identity import CloudIdentity
from anykube_cli.preflight.azure.clients import Session
from anykube_cli.roles.azure.account import OWNER_TAG, Roles
from anykube_cli.roles.azure.grants import ROLES
from anykube_cli.roles.forges import FORGES, Pipeline
from anykube_cli.roles.pipeline_roles import StackJobs
from anykube_cli.state_backends.backend import Backend, BackendError, SettingResult, reconcile
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from tests.operations.backends.azure.subscription import ID, SPEC
from tests.operations.preflight.azure.subscription import Credential
from tests.operations.preflight.azure.wire import Transport

PREFIX, REPOSITORY = "repo:acme@1234/shop@5678", "acme/shop"
SCOPE = f"/subscriptions/{ID}"
_STATE = f"{SCOPE}/resourceGroups/shop-state/providers"
CONTAINER = f"{_STATE}/Microsoft.Storage/storageAccounts/acmestate/blobServices/default/containers/state"
VAULT = f"{_STATE}/Microsoft.KeyVault/vaults/acme-state"
SECRETS = f"{SCOPE}/resourceGroups/apps/providers/Microsoft.KeyVault/vaults/acme-apps"
_EXISTING = {"acmestate": CONTAINER.partition("/blobServices")[0], "acme-state": VAULT, "acme-apps": SECRETS}
_IDENTITIES = f"{SCOPE}/resourceGroups/anykube-pipeline/providers/Microsoft.ManagedIdentity/userAssignedIdentities"


class Subscription(BaseAdapter):
    """Stores resources by ID. Gives identities their IDs."""

    def __init__(self) -> None:
        super().__init__()
        self.resources: dict[str, dict[str, Any]] = {}

    def roles(
        self,
        stack: str = "azure-prod",
        prefixes: Sequence[str] = (PREFIX,),
        forge: str = "github",
        repository: str = REPOSITORY,
        secret: str = "https://acme-apps.vault.azure.net/secrets/db",
    ) -> Roles:
        role = AzureRole(role="Storage Blob Data Reader", scope=SCOPE)
        identity = CloudIdentity(azure=AzureIdentity(roles=(role,)))
        jobs = StackJobs(stack, {"db": secret}, Pipeline(repository, FORGES[forge], prefixes), [identity])
        url = "azblob://state?storage_account=acmestate"
        backend = Backend(url, "azurekeyvault://acme-state.vault.azure.net/keys/state")
        return Roles(SPEC, backend, jobs, Session(Credential(oid="me", tid="tenant"), Transport(self)))

    def run(self, **arguments: Any) -> list[SettingResult]:
        return list(reconcile(self.roles(**arguments)))

    def subjects(self, identity: str) -> list[str]:
        prefix = f"{_IDENTITIES}/{identity}/federatedIdentityCredentials/"
        return [each["properties"]["subject"] for name, each in self.resources.items() if name.startswith(prefix)]

    def assignments(self, identity: str) -> dict[tuple[str, str], str]:
        """Conditions by role and scope."""
        principal = self.resources[f"{_IDENTITIES}/{identity}"]["properties"]["principalId"]
        names = {guid: name for name, guid in BUILT_IN.items()}
        custom = {name: each["properties"]["roleName"] for name, each in self.resources.items() if "/roleDef" in name}
        result = {}
        for name, each in self.resources.items():
            scope, separator, _ = name.partition("/providers/Microsoft.Authorization/roleAssignments/")
            if separator and each["properties"]["principalId"] == principal:
                role = each["properties"]["roleDefinitionId"]
                title = custom[role].split()[1] if role in custom else names[role.rpartition("/")[2]]
                result[title, scope] = each["properties"].get("condition", "")
        return result

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        url = urlsplit(str(request.url))
        path = unquote(url.path)
        if request.method == "GET" and path == f"{SCOPE}/resources":
            return _response(request, 200, {"value": _matching(parse_qs(url.query)["$filter"][0])})
        if request.method == "DELETE":
            return _response(request, 200 if self.resources.pop(path, None) else 404, {})
        if request.method == "PUT":
            text = request.body
            body = json.loads(str(text, "utf-8") if isinstance(text, bytes) else str(text))
            name = path.rpartition("/")[2]
            ids = {"principalId": f"p-{name}", "clientId": f"c-{name}"} if _is_identity(path) else {}
            properties = {**body.get("properties", {}), **ids}
            self.resources[path] = {**body, "properties": properties, "id": path, "name": path.rpartition("/")[2]}
        elif path not in self.resources:
            return _response(request, 404, {"error": {"code": "ResourceNotFound", "message": "secret-looking text"}})
        return _response(request, 200, self.resources[path])

    def close(self) -> None: ...


def _is_identity(path: str) -> bool:
    return path.rpartition("/")[0] == _IDENTITIES


def _matching(query: str) -> list[dict[str, str]]:
    kind, name = query.split("'")[1::2]
    return [{"id": each, "name": name} for key, each in _EXISTING.items() if key == name and kind in each]


def _response(request: PreparedRequest, status: int, body: Any) -> Response:
    headers = {"Content-Type": "application/json"}
    response = Response()
    response.status_code, response.url, response.request = status, str(request.url), request
    response.headers.update(headers)
    content = io.BytesIO(json.dumps(body).encode())
    response.raw = HTTPResponse(body=content, headers=headers, status=status, preload_content=False)
    return response


@pytest.fixture
def azure() -> Subscription:
    return Subscription()


def test_second_run_changes_nothing(azure: Subscription) -> None:
    assert "created" in {result.outcome for result in azure.run()}
    assert {result.outcome for result in azure.run()} == {"unchanged"}


def test_trusts_only_the_jobs_of_each_identity(azure: Subscription) -> None:
    azure.run()
    assert azure.subjects("anykube-deploy-azure-prod") == [f"{PREFIX}:environment:azure-prod"]
    assert azure.subjects("anykube-review-azure-prod") == [f"{PREFIX}:environment:review"]
    assert azure.subjects("anykube-preview") == [f"{PREFIX}:pull_request", f"{PREFIX}:ref:refs/heads/main"]


def test_a_subject_that_is_no_longer_trusted_is_removed(azure: Subscription) -> None:
    azure.run(prefixes=[f"repo:{REPOSITORY}", PREFIX])
    assert len(azure.subjects("anykube-deploy-azure-prod")) == 2
    azure.run()
    assert azure.subjects("anykube-deploy-azure-prod") == [f"{PREFIX}:environment:azure-prod"]


def test_on_gitlab_only_the_main_branch_uses_an_identity(azure: Subscription) -> None:
    azure.run(forge="gitlab", prefixes=["project_path:acme/shop"])
    assert azure.subjects("anykube-preview") == ["project_path:acme/shop:ref_type:branch:ref:main"]


def test_scopes_of_the_state_are_its_container_and_its_key(azure: Subscription) -> None:
    """Z9: the preview identity could decrypt with every vault, and read every blob of the subscription."""
    azure.run()
    key, secret = f"{VAULT}/keys/state", f"{SECRETS}/secrets/db"
    assert azure.assignments("anykube-preview") == {
        ("preview", SCOPE): "",
        ("Storage Blob Data Reader", CONTAINER): "",
        ("decrypt", key): "",
        ("Key Vault Secrets User", secret): "",
    }
    deploy = azure.assignments("anykube-deploy-azure-prod")
    assert set(deploy) == {
        ("deploy", SCOPE),
        ("assign", SCOPE),
        ("Storage Blob Data Contributor", CONTAINER),
        ("Key Vault Crypto User", key),
        ("Key Vault Secrets User", secret),
    }
    assert "StringLike '.pulumi/*/anykube/azure-prod.*'" in deploy["Storage Blob Data Contributor", CONTAINER]
    review = azure.assignments("anykube-review-azure-prod")
    assert "azure-prod-pr-*'" in review["Storage Blob Data Contributor", CONTAINER]
    assert "azure-prod.*'" not in review["Storage Blob Data Contributor", CONTAINER]


def test_a_deployment_assigns_only_roles_of_the_cluster_and_the_settings(azure: Subscription) -> None:
    azure.run()
    condition = azure.assignments("anykube-deploy-azure-prod")["assign", SCOPE]
    for role in ("Managed Identity Operator", "Network Contributor", "Storage Blob Data Reader"):
        assert BUILT_IN[role] in condition
    assert BUILT_IN["Contributor"] not in condition
    assert "roleAssignments/write" in condition
    assert "roleAssignments/delete" in condition


def test_removes_added_permissions_and_restores_conditions(azure: Subscription) -> None:
    azure.run()
    for each in azure.resources.values():
        each["properties"].pop("condition", None)
        if each["properties"].get("roleName", "").startswith("Anykube preview"):
            each["properties"]["permissions"][0]["actions"].append("*")
    descriptions = [result.description for result in azure.run() if result.outcome == "updated"]
    assert descriptions[0] == "has exactly the permissions that Anykube needs"
    assert len(descriptions) == 5
    assert {result.outcome for result in azure.run()} == {"unchanged"}


def test_rejects_an_identity_of_another_repository(azure: Subscription) -> None:
    azure.run(repository="other/shop", prefixes=["repo:other/shop"])
    with pytest.raises(BackendError, match=f"set its tag {OWNER_TAG} to acme/shop"):
        azure.run()


def test_reports_a_missing_vault_before_it_creates_anything(azure: Subscription) -> None:
    with pytest.raises(BackendError, match="has no vault other"):
        azure.run(secret="https://other.vault.azure.net/secrets/db")
    assert azure.resources == {}


def test_variables_of_the_forge(azure: Subscription) -> None:
    roles = azure.roles()
    list(reconcile(roles))
    variables = [(name, environment) for name, _, environment in roles.variables()]
    assert variables == [
        ("AZURE_TENANT", ""),
        ("AZURE_SUBSCRIPTION", ""),
        ("AZURE_PREVIEW_CLIENT", ""),
        ("AZURE_CLIENT", "review"),
        ("AZURE_CLIENT", "azure-prod"),
    ]
    assert len({value for _, value, _ in roles.variables()}) == 5


def test_custom_roles_have_no_wildcard_that_writes() -> None:
    for role in ROLES.values():
        assert all(action.endswith("/read") or "*" not in action for action in (*role["actions"], *role["dataActions"]))

"""Managed identities for CI jobs on Azure, with federated credentials. No secret is created.

A managed identity is a resource: other than an application in Entra, it needs no permission in the directory.
https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust-user-assigned-managed-identity
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from anykube._clusters.aks.custom_roles import CUSTOM_ROLES, CustomRole, custom_role_guid
from anykube._clusters.aks.naming import assignment_name, role_id
from anykube._clusters.aks.roles import role_guid as built_in_guid
from anykube._clusters.aks.spec import AksClusterSpec

from anykube_cli.preflight.azure import identity
from anykube_cli.preflight.azure.clients import Session, get_or_none
from anykube_cli.preflight.azure.errors import missing_permission, summarize_error
from anykube_cli.preflight.runner import mute_loggers
from anykube_cli.roles.azure.grants import ROLES, Grant, custom_role_id, grants, role_guid, state_grants
from anykube_cli.roles.forges import MAIN_BRANCH
from anykube_cli.roles.pipeline_roles import StackJobs
from anykube_cli.state_backends.backend import OWNER_TAG as BACKEND_TAG
from anykube_cli.state_backends.backend import Backend, BackendError, RequiredSetting
from anykube_cli.state_service import client

OWNER_TAG = BACKEND_TAG.replace("backend", "roles")
"""Tag of the identities. Its value is the repository whose jobs may use them."""
AUDIENCE = "api://AzureADTokenExchange"
"""The audience of tokens that Entra accepts, as requested by https://github.com/Azure/login."""
GROUP = "anykube-pipeline"
"""The resource group of the identities."""
_SLOTS = 4
"""Federated credentials of an identity. Those that are not used are deleted."""
_VERSIONS = {
    "group": "2021-04-01",
    "identity": "2023-01-31",
    "authorization": "2022-04-01",
}
_VARIABLES = {"preview": "AZURE_PREVIEW_CLIENT", "review": "AZURE_CLIENT", "deploy": "AZURE_CLIENT"}


class Roles:
    """The identities of a stack's pipeline, in the cluster's subscription."""

    def __init__(self, spec: AksClusterSpec, backend: Backend, jobs: StackJobs, session: Session | None = None) -> None:
        """Raises BackendError if the login fails."""
        from azure.mgmt.resource.resources import ResourceManagementClient

        mute_loggers("azure", "msal")
        try:
            session = session or identity.open_session()[0]
            claims = identity.claims(session)
        except Exception as error:
            problem = identity.explain(error)
            raise BackendError(f"Cannot log in to Azure: {problem.message}. To fix it, {problem.remedy}") from error
        options: dict[str, Any] = {"connection_timeout": 5, "read_timeout": 30, "retry_total": 4}
        if session.transport is not None:
            options["transport"] = session.transport
        self._subscription, self._region, self._jobs = spec.aks.subscription, spec.region, jobs
        self._tenant = str(claims.get("tid", ""))
        self._resources: Any = ResourceManagementClient(session.credential, self._subscription, **options).resources
        self._account = parse_qs(urlsplit(backend.url).query)["storage_account"][0]
        self._container = urlsplit(backend.url).netloc
        key = urlsplit(backend.secrets)
        self._vault, self._key = key.netloc.partition(".")[0], key.path.split("/")[2]

    def explain(self, error: BaseException) -> str:
        """The error's status, code and action, or the failed login."""
        if action := missing_permission(error):
            return (
                f"The caller lacks the permission {action} in the subscription {self._subscription}. "
                "Assign a role that has it"
            )
        if identity.ends_run(error):
            problem = identity.explain(error)
            return f"Cannot log in to Azure: {problem.message}. To fix it, {problem.remedy}"
        return f"The request to Azure failed: {summarize_error(error)}"

    def settings(self) -> Iterator[RequiredSetting]:
        """The group, custom roles, identities with their credentials, and then what they may do."""
        secrets = [self._secret_scope(secret) for secret in self._jobs.secrets_of("azure")]
        container = f"{self._id_of('Microsoft.Storage/storageAccounts', self._account)}/blobServices/default/containers"
        key = f"{self._id_of('Microsoft.KeyVault/vaults', self._vault)}/keys/{self._key}"
        yield self._group_setting()
        yield from self._custom_roles()
        by_purpose = grants(self._subscription, _app_roles(self._jobs))
        for purpose in self._jobs.identities:
            yield self._identity_setting(purpose)
            yield from self._credentials(purpose)
            principal = str(self._identity(purpose)["properties"]["principalId"])
            state = state_grants(purpose, f"{container}/{self._container}", key, client.project(), self._jobs.stack)
            read_secrets = [Grant("Key Vault Secrets User", secret) for secret in secrets]
            for grant in (*by_purpose[purpose], *state, *read_secrets):
                yield self._assignment(purpose, principal, grant)

    def variables(self) -> Iterator[tuple[str, str, str]]:
        """The forge's variables: name, value and environment."""
        yield "AZURE_TENANT", self._tenant, ""
        yield "AZURE_SUBSCRIPTION", self._subscription, ""
        for purpose in self._jobs.identities:
            client_id = str(self._identity(purpose)["properties"]["clientId"])
            yield _VARIABLES[purpose], client_id, self._jobs.environment(purpose)

    @property
    def _group(self) -> str:
        return f"/subscriptions/{self._subscription}/resourceGroups/{GROUP}"

    def _identity_id(self, purpose: str) -> str:
        name = self._jobs.identities[purpose]
        return f"{self._group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"

    def _identity(self, purpose: str) -> Mapping[str, Any]:
        current = self._get(self._identity_id(purpose), "identity")
        assert current is not None, "`settings` creates it first"
        return current

    def _get(self, resource_id: str, version: str) -> Mapping[str, Any] | None:
        resource = get_or_none(lambda: self._resources.get_by_id(resource_id, api_version=_VERSIONS[version]))
        return None if resource is None else dict(resource.as_dict())

    def _put(self, resource_id: str, version: str, body: Mapping[str, Any]) -> None:
        self._resources.begin_create_or_update_by_id(resource_id, dict(body), api_version=_VERSIONS[version]).result()

    def _id_of(self, resource_type: str, name: str) -> str:
        """The ID of a storage account or vault, whose names are unique in Azure. Raises BackendError."""
        query = f"resourceType eq '{resource_type}' and name eq '{name}'"
        for resource in self._resources.list(filter=query):
            return str(resource.id)
        kind = {"Microsoft.KeyVault/vaults": "vault"}.get(resource_type, "storage account")
        raise BackendError(
            f"The subscription {self._subscription} has no {kind} {name}. Run `anykube backend` first, with the same "
            "--bucket and --key; secrets must be in a vault of this subscription"
        )

    def _secret_scope(self, secret: str) -> str:
        """The ID of a secret, from its URL: https://VAULT.vault.azure.net/secrets/NAME."""
        url = urlsplit(secret)
        vault = self._id_of("Microsoft.KeyVault/vaults", str(url.hostname).partition(".")[0])
        return f"{vault}/secrets/{url.path.split('/')[2]}"

    def _group_setting(self) -> RequiredSetting:
        return RequiredSetting(
            f"resource group {GROUP}",
            "for the identities",
            {"name": GROUP},
            lambda: self._get(self._group, "group"),
            lambda _: self._put(self._group, "group", {"location": self._region}),
        )

    def _custom_roles(self) -> Iterator[RequiredSetting]:
        """The roles of the pipeline's identities, and those that stacks assign in clusters."""
        for name, role in ROLES.items():
            guid = custom_role_id(self._subscription, name)
            yield self._custom_role(guid, CustomRole(name, role["description"], role["dataActions"]), role["actions"])
        for cluster_role, custom in CUSTOM_ROLES.items():
            yield self._custom_role(custom_role_guid(self._subscription, cluster_role), custom)

    def _custom_role(self, guid: str, role: CustomRole, actions: Sequence[str] = ()) -> RequiredSetting:
        scope = f"/subscriptions/{self._subscription}"
        resource_id = role_id(self._subscription, guid)
        permissions = {
            "actions": [*actions],
            "notActions": [],
            "dataActions": [*role.data_actions],
            "notDataActions": [*role.not_data_actions],
        }
        properties = {
            "roleName": f"Anykube {role.title} {self._subscription[:8]}",
            "description": role.description,
            "type": "CustomRole",
            "permissions": [permissions],
            "assignableScopes": [scope],
        }
        return RequiredSetting(
            f"role {properties['roleName']}",
            "has exactly the permissions that Anykube needs",
            properties,
            lambda: (self._get(resource_id, "authorization") or {}).get("properties"),
            lambda _: self._put(resource_id, "authorization", {"properties": properties}),
            lambda current, _: _permissions(current) == _permissions(properties),
        )

    def _identity_setting(self, purpose: str) -> RequiredSetting:
        name, repository = self._jobs.identities[purpose], self._jobs.pipeline.repository
        tags = {OWNER_TAG: repository}

        def read() -> Mapping[str, Any] | None:
            current = self._get(self._identity_id(purpose), "identity")
            if current is not None and (current.get("tags") or {}).get(OWNER_TAG) != repository:
                raise BackendError(
                    f"The identity {name} in {GROUP} already exists and is not that of {repository}. "
                    f"To use it for this repository, set its tag {OWNER_TAG} to {repository}"
                )
            return current

        return RequiredSetting(
            f"identity {name}",
            "exists",
            {"tags": tags},
            read,
            lambda _: self._put(self._identity_id(purpose), "identity", {"location": self._region, "tags": tags}),
        )

    def _credentials(self, purpose: str) -> Iterator[RequiredSetting]:
        """A credential for each subject, one after the other: Azure refuses concurrent changes of an identity."""
        name, subjects = self._jobs.identities[purpose], _without_patterns(self._jobs.subjects(purpose))
        for slot in range(_SLOTS):
            resource_id = f"{self._identity_id(purpose)}/federatedIdentityCredentials/jobs-{slot}"
            if slot >= len(subjects):
                yield self._no_credential(name, resource_id)
                continue
            properties = {
                "issuer": f"https://{self._jobs.pipeline.forge.issuer}",
                "subject": subjects[slot],
                "audiences": [AUDIENCE],
            }
            yield RequiredSetting(
                f"identity {name}",
                f"may be used by {subjects[slot]}",
                {"properties": properties},
                lambda resource_id=resource_id: self._get(resource_id, "identity"),  # type: ignore[misc]
                lambda _, resource_id=resource_id, properties=properties: (  # type: ignore[misc]
                    self._put(resource_id, "identity", {"properties": properties})
                ),
            )

    def _no_credential(self, name: str, resource_id: str) -> RequiredSetting:
        return RequiredSetting(
            f"identity {name}",
            f"has no credential {resource_id.rpartition('/')[2]}",
            {"exists": False},
            lambda: {"exists": self._get(resource_id, "identity") is not None},
            lambda _: self._resources.begin_delete_by_id(resource_id, api_version=_VERSIONS["identity"]).result(),
        )

    def _assignment(self, purpose: str, principal: str, grant: Grant) -> RequiredSetting:
        guid = role_guid(self._subscription, grant.role)
        name = assignment_name(grant.scope, principal, guid)
        resource_id = f"{grant.scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
        condition = {"condition": grant.condition, "conditionVersion": "2.0"} if grant.condition else {}
        properties = {
            "roleDefinitionId": role_id(self._subscription, guid),
            "principalId": principal,
            "principalType": "ServicePrincipal",
            **condition,
        }
        limit = " for this stack" if grant.condition else ""
        return RequiredSetting(
            f"identity {self._jobs.identities[purpose]}",
            f"has the role {grant.role} in {grant.scope.rpartition('/')[2]}{limit}",
            properties,
            lambda: (self._get(resource_id, "authorization") or {}).get("properties"),
            lambda _: self._put(resource_id, "authorization", {"properties": properties}),
            lambda current, _: (current.get("condition") or "") == grant.condition,
        )


def _app_roles(jobs: StackJobs) -> Sequence[str]:
    sections = [each.azure for each in jobs.app_identities if each.azure]
    return [built_in_guid(role.role) for section in sections for role in section.roles]


def _without_patterns(subjects: Sequence[str]) -> Sequence[str]:
    """Azure compares whole subjects. Of GitLab's branches, only the main one can use an identity."""
    return list(dict.fromkeys(subject.replace("*", MAIN_BRANCH) for subject in subjects))


def _permissions(properties: Mapping[str, Any]) -> Any:
    return [
        {key: sorted(each.get(key) or ()) for key in ("actions", "notActions", "dataActions", "notDataActions")}
        for each in properties.get("permissions") or ()
    ]

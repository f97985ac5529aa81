"""The state backend on Azure: a storage account with a blob container, and a vault with the stack's secrets key.

All requests go to Azure Resource Manager, also those for the key. Shared keys of the account are disabled: whoever
deploys stacks needs the two roles below, which are assigned to the caller.

https://learn.microsoft.com/azure/storage/blobs/security-recommendations
https://www.pulumi.com/docs/iac/concepts/state-and-backends/#azure-blob-storage
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from anykube._clusters.aks.naming import assignment_name, role_id
from anykube._clusters.aks.roles import ROLES
from anykube._clusters.aks.spec import AksClusterSpec
from anykube._names import shortened

from anykube_cli.preflight.azure import identity
from anykube_cli.preflight.azure.clients import Session, get_or_none
from anykube_cli.preflight.azure.errors import error_code, missing_permission, summarize_error
from anykube_cli.preflight.runner import mute_loggers
from anykube_cli.state_backends.backend import (
    OLD_VERSIONS_DAYS,
    OWNER_TAG,
    ROTATION_DAYS,
    Backend,
    BackendError,
    BackendNames,
    RequiredSetting,
    merge_lists,
)

_ROLES = {"Storage Blob Data Contributor": "storage account", "Key Vault Crypto User": "vault"}
"""The roles that deploying stacks requires, with their scopes."""

_CONTAINER = _KEY = "state"

_ACCOUNT: Mapping[str, Mapping[str, Any]] = {
    "requires TLS 1.2 or newer": {"minimumTlsVersion": "TLS1_2", "supportsHttpsTrafficOnly": True},
    "no public access to blobs": {"allowBlobPublicAccess": False},
    "no shared keys, Entra identities only": {"allowSharedKeyAccess": False},
    "no replication to other tenants": {"allowCrossTenantReplication": False},
}
_BLOBS: Mapping[str, Mapping[str, Any]] = {
    "versioning": {"isVersioningEnabled": True},
    "deleted blobs kept": {"deleteRetentionPolicy": {"enabled": True, "days": OLD_VERSIONS_DAYS}},
    "deleted containers kept": {"containerDeleteRetentionPolicy": {"enabled": True, "days": OLD_VERSIONS_DAYS}},
}
_LIFECYCLE = [
    {
        "enabled": True,
        "name": "anykube-old-versions",
        "type": "Lifecycle",
        "definition": {
            "actions": {"version": {"delete": {"daysAfterCreationGreaterThan": float(OLD_VERSIONS_DAYS)}}},
            "filters": {"blobTypes": ["blockBlob"]},
        },
    }
]
_VAULT: Mapping[str, Mapping[str, Any]] = {
    "access control by roles": {"enableRbacAuthorization": True},
    "soft delete and purge protection": {"enableSoftDelete": True, "enablePurgeProtection": True},
}
_ROTATION = {
    "attributes": {},
    "lifetimeActions": [{"trigger": {"timeAfterCreate": f"P{ROTATION_DAYS}D"}, "action": {"type": "rotate"}}],
}


def connect(spec: AksClusterSpec, names: BackendNames) -> "AzureBackend":
    """Opens the cluster's subscription with the environment's credentials. Raises BackendError."""
    mute_loggers("azure", "msal")
    try:
        session, claims = identity.open_session(spec.aks.subscription)
    except ImportError as error:
        raise BackendError(
            "The Azure SDK is not installed. Run `anykube up` for a stack on Azure to install it"
        ) from error
    except Exception as error:
        problem = identity.explain(error)
        raise BackendError(f"Cannot log in to Azure: {problem.message}. To fix it, {problem.remedy}") from error
    return AzureBackend(spec, names, session, claims)


class AzureBackend:
    """A storage account and a vault in a resource group of their own."""

    def __init__(self, spec: AksClusterSpec, names: BackendNames, session: Session, claims: Mapping[str, Any]) -> None:
        from azure.mgmt.authorization import AuthorizationManagementClient
        from azure.mgmt.keyvault import KeyVaultManagementClient
        from azure.mgmt.resource.resources import ResourceManagementClient
        from azure.mgmt.storage import StorageManagementClient

        self._cluster, self._region, self._subscription = spec.name, spec.region, spec.aks.subscription
        self._names, self._claims = names, claims
        self._group = f"{shortened(spec.name, 80)}-state"
        # Both names are unique across all of Azure, and have at most 24 characters.
        digest = hashlib.sha256(f"{self._subscription}|{spec.name}".encode()).hexdigest()[:10]
        alphanumeric = re.sub(r"[^a-z0-9]", "", spec.name)
        self._account = names.bucket or f"{alphanumeric[:14]}{digest}"
        self._vault = names.key or f"{spec.name[:13].rstrip('-')}-{digest}"
        options: dict[str, Any] = {"connection_timeout": 5, "read_timeout": 30, "retry_total": 4}
        if session.transport is not None:
            options["transport"] = session.transport

        def create(client_class: Callable[..., Any]) -> Any:
            return client_class(session.credential, self._subscription, **options)

        self._storage, self._vaults = create(StorageManagementClient), create(KeyVaultManagementClient)
        self._resources, self._roles = create(ResourceManagementClient), create(AuthorizationManagementClient)

    @property
    def backend(self) -> Backend:
        """The URL of the key has its newest version, without which the next rotation makes secrets unreadable.

        Without a version if there is no key yet. Raises BackendError.
        """
        try:
            identifier = (self._read_key() or {}).get("keyUriWithVersion")
        except Exception as error:
            raise BackendError(self.explain(error)) from error
        key = str(identifier or f"https://{self._vault}.vault.azure.net/keys/{_KEY}")
        return Backend(
            f"azblob://{_CONTAINER}?storage_account={self._account}", key.replace("https://", "azurekeyvault://", 1)
        )

    def explain(self, error: BaseException) -> str:
        """The error's status, code and action, or the failed login."""
        if action := missing_permission(error):
            return (
                f"The caller lacks the permission {action} in the subscription {self._subscription}. "
                "Assign a role that has it"
            )
        if error_code(error) == "MissingSubscriptionRegistration":
            return (
                "A resource provider is not registered. Register both: az provider register -n Microsoft.Storage; "
                "az provider register -n Microsoft.KeyVault"
            )
        if identity.ends_run(error):
            problem = identity.explain(error)
            return f"Cannot log in to Azure: {problem.message}. To fix it, {problem.remedy}"
        return f"The request to Azure failed: {summarize_error(error)}"

    def settings(self) -> Iterator[RequiredSetting]:
        """Resource group, vault and key, storage account, container, and the caller's roles."""
        tags = {OWNER_TAG: self._cluster}
        yield RequiredSetting(
            f"resource group {self._group}",
            "in the cluster's region",
            {"tags": tags},
            self._read_group,
            lambda _: self._resources.resource_groups.create_or_update(
                self._group, {"location": self._region, "tags": tags}
            ),
        )
        yield from self._vault_settings(tags)
        yield from self._account_settings(tags)
        yield from self._role_settings()

    def _vault_settings(self, tags: Mapping[str, str]) -> Iterator[RequiredSetting]:
        vault = f"vault {self._vault}"
        yield RequiredSetting(
            vault, "in this group and region", {"tags": tags}, self._read_vault_tags, self._write_vault_tags
        )
        for description, desired in _VAULT.items():
            yield self._property(vault, description, desired, self._read_vault, self._write_vault)
        yield RequiredSetting(
            f"key {_KEY} of {vault}",
            f"RSA, rotated after {ROTATION_DAYS} days",
            {"kty": "RSA", "rotationPolicy": _ROTATION},
            self._read_key,
            self._write_key,
            _rotates,
        )

    def _account_settings(self, tags: Mapping[str, str]) -> Iterator[RequiredSetting]:
        account = f"storage account {self._account}"
        yield RequiredSetting(
            account, "in this group and region", {"tags": tags}, self._read_account_tags, self._write_account_tags
        )
        for description, desired in _ACCOUNT.items():
            yield self._property(account, description, desired, self._read_account, self._write_account)
        for description, desired in _BLOBS.items():
            yield self._property(account, description, desired, self._read_blobs, self._write_blobs)
        yield RequiredSetting(
            account,
            f"old versions kept for {OLD_VERSIONS_DAYS} days",
            _LIFECYCLE,
            self._read_lifecycle,
            self._write_lifecycle,
        )
        yield RequiredSetting(
            f"container {_CONTAINER} of {account}",
            "private",
            {"publicAccess": "None"},
            self._read_container,
            self._write_container,
        )

    def _role_settings(self) -> Iterator[RequiredSetting]:
        principal = self._claims.get("oid")
        if not principal:
            return
        scopes = {
            "storage account": f"{self._base}/Microsoft.Storage/storageAccounts/{self._account}",
            "vault": f"{self._base}/Microsoft.KeyVault/vaults/{self._vault}",
        }
        for role, resource in _ROLES.items():
            scope, guid = scopes[resource], ROLES[role]
            definition = role_id(self._subscription, guid)
            yield RequiredSetting(
                f"caller's role {role}",
                f"for the {resource}",
                {"principalId": principal},
                lambda scope=scope, guid=guid: self._read_role(scope, principal, guid),  # type: ignore[misc]
                lambda _, scope=scope, guid=guid, definition=definition: (  # type: ignore[misc]
                    self._write_role(scope, principal, guid, definition)
                ),
            )

    @property
    def _base(self) -> str:
        return f"/subscriptions/{self._subscription}/resourceGroups/{self._group}/providers"

    @staticmethod
    def _property(
        subject: str,
        description: str,
        desired: Mapping[str, Any],
        read: Callable[[], Mapping[str, Any]],
        write: Callable[[Mapping[str, Any]], object],
    ) -> RequiredSetting:
        return RequiredSetting(
            subject,
            description,
            desired,
            lambda: {name: read().get(name) for name in desired},
            lambda _: write(desired),
            _is_kept_long_enough,
        )

    def _read_group(self) -> Mapping[str, Any] | None:
        group = get_or_none(lambda: self._resources.resource_groups.get(self._group))
        if group is None:
            return None
        if (group.tags or {}).get(OWNER_TAG) != self._cluster:
            raise BackendError(
                f"The resource group {self._group} already exists without the tag {OWNER_TAG}={self._cluster}. "
                "Set the tag if everything in the group belongs to this backend; otherwise empty and delete it"
            )
        return {"tags": dict(group.tags)}

    def _read_vault_tags(self) -> Mapping[str, Any] | None:
        vault = get_or_none(lambda: self._vaults.vaults.get(self._group, self._vault))
        if vault is None:
            request = {"name": self._vault, "type": "Microsoft.KeyVault/vaults"}
            response = self._vaults.vaults.check_name_availability(request)
            self._require_available(response, f"vault {self._vault}", "--key")
            return None
        return self._owned_tags(vault.as_dict(), f"vault {self._vault}", "--key", self._names.key)

    def _read_account_tags(self) -> Mapping[str, Any] | None:
        account = get_or_none(lambda: self._storage.storage_accounts.get_properties(self._group, self._account))
        subject = f"storage account {self._account}"
        if account is None:
            request = {"name": self._account, "type": "Microsoft.Storage/storageAccounts"}
            response = self._storage.storage_accounts.check_name_availability(request)
            self._require_available(response, subject, "--bucket")
            return None
        return self._owned_tags(account.as_dict(), subject, "--bucket", self._names.bucket)

    def _require_available(self, response: Any, subject: str, option: str) -> None:
        if not response.as_dict().get("nameAvailable", True):
            raise BackendError(
                f"The name of the {subject} is already used outside of the resource group {self._group}, perhaps by a "
                f"soft-deleted resource. Choose another name with {option}"
            )

    def _owned_tags(
        self, resource: Mapping[str, Any], subject: str, option: str, chosen_name: str | None
    ) -> Mapping[str, Any]:
        """The tags of a resource. Raises BackendError if it is not ours to change, or in another region."""
        tags = resource.get("tags") or {}
        if tags.get(OWNER_TAG, self._cluster if chosen_name else None) != self._cluster:
            raise BackendError(
                f"The {subject} already exists without the tag {OWNER_TAG}={self._cluster}. "
                f"To use it for this cluster, name it with {option} and remove its tag {OWNER_TAG} if it has one"
            )
        region = str(resource["location"]).replace(" ", "").lower()
        if region != self._region:
            raise BackendError(
                f"The {subject} is in {region}, but the stack is in {self._region}. "
                f"It cannot be moved: choose another name with {option}"
            )
        return {"tags": tags}

    def _write_vault_tags(self, current: Mapping[str, Any] | None) -> None:
        tags = {**(current or {}).get("tags", {}), OWNER_TAG: self._cluster}
        if current is not None:
            self._vaults.vaults.update(self._group, self._vault, {"tags": tags})
            return
        properties: dict[str, Any] = {
            "tenantId": self._claims.get("tid"),
            "sku": {"family": "A", "name": "standard"},
            "softDeleteRetentionInDays": OLD_VERSIONS_DAYS,
        }
        for setting in _VAULT.values():
            properties.update(setting)
        body = {"location": self._region, "tags": tags, "properties": properties}
        self._vaults.vaults.begin_create_or_update(self._group, self._vault, body).result()

    def _read_vault(self) -> Mapping[str, Any]:
        return dict(self._vaults.vaults.get(self._group, self._vault).as_dict()["properties"])

    def _write_vault(self, desired: Mapping[str, Any]) -> None:
        self._vaults.vaults.update(self._group, self._vault, {"properties": dict(desired)})

    def _read_key(self) -> Mapping[str, Any] | None:
        key = get_or_none(lambda: self._vaults.keys.get(self._group, self._vault, _KEY))
        return None if key is None else dict(key.as_dict()["properties"])

    def _write_key(self, current: Mapping[str, Any] | None) -> None:
        if current is not None:  # Azure Resource Manager creates keys but does not change them
            raise BackendError(
                f"The key {_KEY} in the vault {self._vault} is not RSA ({current.get('kty')}) or is never rotated. Run "
                f"`az keyvault key rotation-policy update --vault-name {self._vault} --name {_KEY}`, or choose another "
                "vault with --key"
            )
        properties = {"kty": "RSA", "keySize": 3072, "rotationPolicy": _ROTATION}
        self._vaults.keys.create_if_not_exist(self._group, self._vault, _KEY, {"properties": properties})

    def _write_account_tags(self, current: Mapping[str, Any] | None) -> None:
        tags = {**(current or {}).get("tags", {}), OWNER_TAG: self._cluster}
        if current is not None:
            self._storage.storage_accounts.update(self._group, self._account, {"tags": tags})
            return
        properties: dict[str, Any] = {"accessTier": "Hot"}
        for setting in _ACCOUNT.values():
            properties.update(setting)
        body = {
            "sku": {"name": "Standard_ZRS"},
            "kind": "StorageV2",
            "location": self._region,
            "tags": tags,
            "properties": properties,
        }
        self._storage.storage_accounts.begin_create(self._group, self._account, body).result()

    def _read_account(self) -> Mapping[str, Any]:
        account = self._storage.storage_accounts.get_properties(self._group, self._account)
        return dict(account.as_dict()["properties"])

    def _write_account(self, desired: Mapping[str, Any]) -> None:
        self._storage.storage_accounts.update(self._group, self._account, {"properties": dict(desired)})

    def _read_blobs(self) -> Mapping[str, Any]:
        service = self._storage.blob_services.get_service_properties(self._group, self._account)
        return dict(service.as_dict().get("properties") or {})

    def _write_blobs(self, desired: Mapping[str, Any]) -> None:
        body = {"properties": {**self._read_blobs(), **desired}}
        self._storage.blob_services.set_service_properties(self._group, self._account, body)

    def _read_lifecycle(self) -> list[Any] | None:
        policy = get_or_none(lambda: self._storage.management_policies.get(self._group, self._account, "default"))
        return None if policy is None else list(policy.as_dict()["properties"]["policy"]["rules"])

    def _write_lifecycle(self, current: list[Any] | None) -> None:
        rules = merge_lists(current, _LIFECYCLE, "name")
        body = {"properties": {"policy": {"rules": rules}}}
        self._storage.management_policies.create_or_update(self._group, self._account, "default", body)

    def _read_container(self) -> Mapping[str, Any] | None:
        container = get_or_none(lambda: self._storage.blob_containers.get(self._group, self._account, _CONTAINER))
        if container is None:
            return None
        return {"publicAccess": container.as_dict()["properties"].get("publicAccess", "None")}

    def _write_container(self, current: Mapping[str, Any] | None) -> None:
        change = self._storage.blob_containers.create if current is None else self._storage.blob_containers.update
        change(self._group, self._account, _CONTAINER, {"properties": {"publicAccess": "None"}})

    def _read_role(self, scope: str, principal: str, guid: str) -> Mapping[str, Any] | None:
        """Includes roles that were assigned by hand, and in a parent scope."""
        assignments = self._roles.role_assignments.list_for_scope(scope, filter=f"assignedTo('{principal}')")
        has = any(str(assignment.role_definition_id).endswith(guid) for assignment in assignments)
        return {"principalId": principal} if has else None

    def _write_role(self, scope: str, principal: str, guid: str, definition: str) -> None:
        from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters

        parameters = RoleAssignmentCreateParameters(role_definition_id=definition, principal_id=principal)
        self._roles.role_assignments.create(scope, assignment_name(scope, principal, guid), parameters)


def _is_kept_long_enough(current: Any, desired: Any) -> bool:
    """Equal, except that retention days may be more."""
    if isinstance(desired, Mapping):
        return isinstance(current, Mapping) and all(
            current.get(name, 0) >= value
            if name == "days" and current.get(name)
            else _is_kept_long_enough(current.get(name), value)
            for name, value in desired.items()
        )
    return bool(current == desired)


def _rotates(current: Any, desired: Any) -> bool:
    """Accepts any rotation period, since the vault's owner may have chosen one."""
    actions = (current.get("rotationPolicy") or {}).get("lifetimeActions") or ()
    rotates = any(str(action.get("action", {}).get("type", "")).lower() == "rotate" for action in actions)
    return rotates and str(current.get("kty", "")).startswith(desired["kty"])

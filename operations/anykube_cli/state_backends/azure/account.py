"""On Azure: a storage account with a container of blobs, and a vault whose key is the stack's secrets provider.

All is asked of Azure Resource Manager, also the key. Nobody has the account's shared keys: whoever runs stacks needs
the two roles below, which the caller is given.

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

from anykube_cli.preflight.runner import mute_loggers
from anykube_cli.preflight.azure import identity
from anykube_cli.preflight.azure.clients import Session, found
from anykube_cli.preflight.azure.errors import summarize_error, code, missing_permission
from anykube_cli.state_backends.backend import (
    OWNER_TAG,
    OLD_VERSIONS_DAYS,
    ROTATION_DAYS,
    Backend,
    BackendError,
    BackendNames,
    Setting,
)
from anykube_cli.state_backends.backend import merged as merge

_ROLES = {"Storage Blob Data Contributor": "storage account", "Key Vault Crypto User": "vault"}
"""What whoever runs stacks needs, and over what."""

_CONTAINER = _KEY = "state"

_ACCOUNT: Mapping[str, Mapping[str, Any]] = {
    "TLS 1.2 or newer only": {"minimumTlsVersion": "TLS1_2", "supportsHttpsTrafficOnly": True},
    "no public access to blobs": {"allowBlobPublicAccess": False},
    "no shared key, Entra's identities only": {"allowSharedKeyAccess": False},
    "no copies into other tenants": {"allowCrossTenantReplication": False},
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
    "access by roles": {"enableRbacAuthorization": True},
    "nobody purges what was deleted before its time": {"enableSoftDelete": True, "enablePurgeProtection": True},
}
_ROTATION = {
    "attributes": {},
    "lifetimeActions": [{"trigger": {"timeAfterCreate": f"P{ROTATION_DAYS}D"}, "action": {"type": "rotate"}}],
}


def enter(spec: AksClusterSpec, names: BackendNames) -> "Blobs":
    """The page's subscription, as the environment's credentials let one in. Raises BackendError."""
    mute_loggers("azure", "msal")
    try:
        session, claims = identity.enter()
    except ImportError as error:
        raise BackendError("Azure's SDK is not there: `anykube up` of a stack there installs it") from error
    except Exception as error:
        problem = identity.explain(error)
        raise BackendError(f"{problem.message}: {problem.remedy}") from error
    return Blobs(spec, names, session, claims)


class Blobs:
    """A storage account and a vault, in a resource group of their own."""

    def __init__(self, spec: AksClusterSpec, names: BackendNames, session: Session, claims: Mapping[str, Any]) -> None:
        from azure.mgmt.authorization import AuthorizationManagementClient
        from azure.mgmt.keyvault import KeyVaultManagementClient
        from azure.mgmt.resource.resources import ResourceManagementClient
        from azure.mgmt.storage import StorageManagementClient

        self._cluster, self._region, self._subscription = spec.name, spec.region, spec.aks.subscription
        self._named, self._claims = names, claims
        self._group = f"{shortened(spec.name, 80)}-state"
        # Both are names in all of Azure, of at most 24 characters.
        digest = hashlib.sha256(f"{self._subscription}|{spec.name}".encode()).hexdigest()[:10]
        plain = re.sub(r"[^a-z0-9]", "", spec.name)
        self._account = names.bucket or f"{plain[:14]}{digest}"
        self._vault = names.key or f"{spec.name[:13].rstrip('-')}-{digest}"
        asking: dict[str, Any] = {"connection_timeout": 5, "read_timeout": 30, "retry_total": 4}
        if session.transport is not None:
            asking["transport"] = session.transport

        def make(kind: Callable[..., Any]) -> Any:
            return kind(session.credential, self._subscription, **asking)

        self._storage, self._vaults = make(StorageManagementClient), make(KeyVaultManagementClient)
        self._resources, self._roles = make(ResourceManagementClient), make(AuthorizationManagementClient)

    @property
    def backend(self) -> Backend:
        """The vault's host is that of Azure's public cloud."""
        return Backend(
            f"azblob://{_CONTAINER}?storage_account={self._account}",
            f"azurekeyvault://{self._vault}.vault.azure.net/keys/{_KEY}",
        )

    def explain(self, error: BaseException) -> str:
        """By status, code and action."""
        if action := missing_permission(error):
            return f"the caller may not {action} in the subscription {self._subscription}: its role has to have it"
        if code(error) == "MissingSubscriptionRegistration":
            return (
                "a resource provider is not registered: az provider register -n Microsoft.Storage, and "
                "Microsoft.KeyVault likewise"
            )
        if identity.ends(error):
            problem = identity.explain(error)
            return f"{problem.message}: {problem.remedy}"
        return f"Azure refuses: {summarize_error(error)}"

    def settings(self) -> Iterator[Setting]:
        """Group, vault and key, account, container, and the roles of whoever runs stacks."""
        tags = {OWNER_TAG: self._cluster}
        yield Setting(
            f"resource group {self._group}",
            "in the cluster's region",
            {"tags": tags},
            self._there_group,
            lambda _: self._resources.resource_groups.create_or_update(
                self._group, {"location": self._region, "tags": tags}
            ),
        )
        yield from self._of_vault(tags)
        yield from self._of_account(tags)
        yield from self._of_roles()

    def _of_vault(self, tags: Mapping[str, str]) -> Iterator[Setting]:
        vault = f"vault {self._vault}"
        yield Setting(
            vault, "in this group and region", {"tags": tags}, self._there_vault, lambda there: self._make_vault(there)
        )
        for what, wanted in _VAULT.items():
            yield self._property(vault, what, wanted, self._read_vault, self._write_vault)
        yield Setting(
            f"key {_KEY} of {vault}",
            f"RSA, new material after {ROTATION_DAYS} days",
            {"kty": "RSA", "rotationPolicy": _ROTATION},
            self._read_key,
            self._make_key,
            _rotates,
        )

    def _of_account(self, tags: Mapping[str, str]) -> Iterator[Setting]:
        account = f"storage account {self._account}"
        yield Setting(account, "in this group and region", {"tags": tags}, self._there_account, self._make_account)
        for what, wanted in _ACCOUNT.items():
            yield self._property(account, what, wanted, self._read_account, self._write_account)
        for what, wanted in _BLOBS.items():
            yield self._property(account, what, wanted, self._read_blobs, self._write_blobs)
        yield Setting(
            account,
            f"old versions kept for {OLD_VERSIONS_DAYS} days",
            _LIFECYCLE,
            self._read_lifecycle,
            self._write_lifecycle,
        )
        yield Setting(
            f"container {_CONTAINER} of {account}",
            "private",
            {"publicAccess": "None"},
            self._read_container,
            self._write_container,
        )

    def _of_roles(self) -> Iterator[Setting]:
        principal = self._claims.get("oid")
        if not principal:
            return
        scopes = {
            "storage account": f"{self._base}/Microsoft.Storage/storageAccounts/{self._account}",
            "vault": f"{self._base}/Microsoft.KeyVault/vaults/{self._vault}",
        }
        for role, over in _ROLES.items():
            scope, guid = scopes[over], ROLES[role]
            definition = role_id(self._subscription, guid)
            yield Setting(
                f"caller's role {role}",
                f"over the {over}",
                {"principalId": principal},
                lambda scope=scope, guid=guid: self._assigned(scope, principal, guid),  # type: ignore[misc]
                lambda _, scope=scope, guid=guid, definition=definition: (  # type: ignore[misc]
                    self._assign(scope, principal, guid, definition)
                ),
            )

    @property
    def _base(self) -> str:
        return f"/subscriptions/{self._subscription}/resourceGroups/{self._group}/providers"

    @staticmethod
    def _property(
        subject: str,
        what: str,
        wanted: Mapping[str, Any],
        read: Callable[[], Mapping[str, Any]],
        write: Callable[[Mapping[str, Any]], object],
    ) -> Setting:
        return Setting(
            subject,
            what,
            wanted,
            lambda: {name: read().get(name) for name in wanted},
            lambda _: write(wanted),
            _as_long,
        )

    def _there_group(self) -> Mapping[str, Any] | None:
        there = found(lambda: self._resources.resource_groups.get(self._group))
        if there is None:
            return None
        if (there.tags or {}).get(OWNER_TAG) != self._cluster:
            raise BackendError(
                f"the resource group {self._group} is there already without the tag {OWNER_TAG}={self._cluster}, so it is "
                "somebody else's: rename it, or give it that tag if all in it is this backend's"
            )
        return {"tags": dict(there.tags)}

    def _there_vault(self) -> Mapping[str, Any] | None:
        there = found(lambda: self._vaults.vaults.get(self._group, self._vault))
        if there is None:
            asked = {"name": self._vault, "type": "Microsoft.KeyVault/vaults"}
            self._require_free(self._vaults.vaults.check_name_availability(asked), f"vault {self._vault}", "KEY")
            return None
        return self._ours(there.as_dict(), f"vault {self._vault}", "KEY", self._named.key)

    def _there_account(self) -> Mapping[str, Any] | None:
        there = found(lambda: self._storage.storage_accounts.get_properties(self._group, self._account))
        if there is None:
            asked = {"name": self._account, "type": "Microsoft.Storage/storageAccounts"}
            answer = self._storage.storage_accounts.check_name_availability(asked)
            self._require_free(answer, f"storage account {self._account}", "BUCKET")
            return None
        return self._ours(there.as_dict(), f"storage account {self._account}", "BUCKET", self._named.bucket)

    def _require_free(self, answer: Any, subject: str, variable: str) -> None:
        if not answer.as_dict().get("nameAvailable", True):
            raise BackendError(
                f"the name of the {subject} is taken in Azure, and not in the group {self._group} (perhaps by one that "
                f"was deleted and is kept): choose another with {variable}=…"
            )

    def _ours(self, there: Mapping[str, Any], subject: str, variable: str, named: str | None) -> Mapping[str, Any]:
        tags = there.get("tags") or {}
        if tags.get(OWNER_TAG, self._cluster if named else None) != self._cluster:
            raise BackendError(
                f"the {subject} is there already without the tag {OWNER_TAG}={self._cluster}, so it is somebody else's; to "
                f"take it over for this one, name it with {variable}=… and remove its tag {OWNER_TAG} if it has one"
            )
        where = str(there["location"]).replace(" ", "").lower()
        if where != self._region:
            raise BackendError(
                f"the {subject} is in {where}, and the stack in {self._region}: it cannot move, choose another name "
                f"with {variable}=…"
            )
        return {"tags": tags}

    def _make_vault(self, there: Mapping[str, Any] | None) -> None:
        tags = {**(there or {}).get("tags", {}), OWNER_TAG: self._cluster}
        if there is not None:
            self._vaults.vaults.update(self._group, self._vault, {"tags": tags})
            return
        properties: dict[str, Any] = {
            "tenantId": self._claims.get("tid"),
            "sku": {"family": "A", "name": "standard"},
            "softDeleteRetentionInDays": OLD_VERSIONS_DAYS,
        }
        for wanted in _VAULT.values():
            properties.update(wanted)
        body = {"location": self._region, "tags": tags, "properties": properties}
        self._vaults.vaults.begin_create_or_update(self._group, self._vault, body).result()

    def _read_vault(self) -> Mapping[str, Any]:
        return dict(self._vaults.vaults.get(self._group, self._vault).as_dict()["properties"])

    def _write_vault(self, wanted: Mapping[str, Any]) -> None:
        self._vaults.vaults.update(self._group, self._vault, {"properties": dict(wanted)})

    def _read_key(self) -> Mapping[str, Any] | None:
        there = found(lambda: self._vaults.keys.get(self._group, self._vault, _KEY))
        return None if there is None else dict(there.as_dict()["properties"])

    def _make_key(self, there: Mapping[str, Any] | None) -> None:
        if there is not None:  # Azure Resource Manager makes keys, and changes none
            raise BackendError(
                f"the key {_KEY} of the vault {self._vault} is a {there.get('kty')}, or never gets new material: "
                f"az keyvault key rotation-policy update --vault-name {self._vault} --name {_KEY}, or another vault "
                "with KEY=…"
            )
        properties = {"kty": "RSA", "keySize": 3072, "rotationPolicy": _ROTATION}
        self._vaults.keys.create_if_not_exist(self._group, self._vault, _KEY, {"properties": properties})

    def _make_account(self, there: Mapping[str, Any] | None) -> None:
        tags = {**(there or {}).get("tags", {}), OWNER_TAG: self._cluster}
        if there is not None:
            self._storage.storage_accounts.update(self._group, self._account, {"tags": tags})
            return
        properties: dict[str, Any] = {"accessTier": "Hot"}
        for wanted in _ACCOUNT.values():
            properties.update(wanted)
        body = {
            "sku": {"name": "Standard_ZRS"},
            "kind": "StorageV2",
            "location": self._region,
            "tags": tags,
            "properties": properties,
        }
        self._storage.storage_accounts.begin_create(self._group, self._account, body).result()

    def _read_account(self) -> Mapping[str, Any]:
        there = self._storage.storage_accounts.get_properties(self._group, self._account)
        return dict(there.as_dict()["properties"])

    def _write_account(self, wanted: Mapping[str, Any]) -> None:
        self._storage.storage_accounts.update(self._group, self._account, {"properties": dict(wanted)})

    def _read_blobs(self) -> Mapping[str, Any]:
        there = self._storage.blob_services.get_service_properties(self._group, self._account)
        return dict(there.as_dict().get("properties") or {})

    def _write_blobs(self, wanted: Mapping[str, Any]) -> None:
        body = {"properties": {**self._read_blobs(), **wanted}}
        self._storage.blob_services.set_service_properties(self._group, self._account, body)

    def _read_lifecycle(self) -> list[Any] | None:
        there = found(lambda: self._storage.management_policies.get(self._group, self._account, "default"))
        return None if there is None else list(there.as_dict()["properties"]["policy"]["rules"])

    def _write_lifecycle(self, there: list[Any] | None) -> None:
        rules = merge(there, _LIFECYCLE, "name")
        body = {"properties": {"policy": {"rules": rules}}}
        self._storage.management_policies.create_or_update(self._group, self._account, "default", body)

    def _read_container(self) -> Mapping[str, Any] | None:
        there = found(lambda: self._storage.blob_containers.get(self._group, self._account, _CONTAINER))
        return None if there is None else {"publicAccess": there.as_dict()["properties"].get("publicAccess", "None")}

    def _write_container(self, there: Mapping[str, Any] | None) -> None:
        change = self._storage.blob_containers.create if there is None else self._storage.blob_containers.update
        change(self._group, self._account, _CONTAINER, {"properties": {"publicAccess": "None"}})

    def _assigned(self, scope: str, principal: str, guid: str) -> Mapping[str, Any] | None:
        """Also where somebody gave the role by hand, or over what the scope is in."""
        listed = self._roles.role_assignments.list_for_scope(scope, filter=f"assignedTo('{principal}')")
        has = any(str(one.role_definition_id).endswith(guid) for one in listed)
        return {"principalId": principal} if has else None

    def _assign(self, scope: str, principal: str, guid: str, definition: str) -> None:
        from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters

        asked = RoleAssignmentCreateParameters(role_definition_id=definition, principal_id=principal)
        self._roles.role_assignments.create(scope, assignment_name(scope, principal, guid), asked)


def _as_long(there: Any, wanted: Any) -> bool:
    """As wanted; days that something is kept may be more."""
    if isinstance(wanted, Mapping):
        return isinstance(there, Mapping) and all(
            there.get(name, 0) >= value if name == "days" and there.get(name) else _as_long(there.get(name), value)
            for name, value in wanted.items()
        )
    return bool(there == wanted)


def _rotates(there: Any, wanted: Any) -> bool:
    """Whenever it is done: that is for whoever made the vault to say."""
    actions = (there.get("rotationPolicy") or {}).get("lifetimeActions") or ()
    rotates = any(str(one.get("action", {}).get("type", "")).lower() == "rotate" for one in actions)
    return rotates and str(there.get("kty", "")).startswith(wanted["kty"])

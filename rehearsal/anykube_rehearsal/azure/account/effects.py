"""Side effects of creating, updating and deleting resources, except clusters and pools."""

import time
from collections import Counter

from typing_extensions import override

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.plugin.facts import CLUSTER, CREDENTIAL, KEY
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Behavior, Json, Record

DELETED_VAULT = "azure-native:keyvault:DeletedVault"
"""A soft-deleted vault, which can be recovered. Not a type of the SDK."""
_WRITE_SECONDS = 0.3
"""How long Entra takes to write a federated credential. It rejects other writes for the same identity meanwhile."""


class Group(Behavior):
    """A resource group."""

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Deletes everything in the group.

        https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/delete-resource-group
        """
        members = [
            member for member in account.store.all() if ids.within(member.id, record.id) and member.id != record.id
        ]
        # Clusters first: their nodes use the group's networks.
        for member in sorted(members, key=lambda member: member.token != CLUSTER):
            if member.token == DELETED_VAULT:
                continue  # its name stays reserved
            if kind := account.types.get(member.token):
                kind.behavior.on_delete(account, member)
            account.store.remove(member.token, member.id)


class Parent(Behavior):
    """A resource with child resources of one type, which are deleted with it."""

    def __init__(self, child_token: str) -> None:
        self._child_token = child_token

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Deletes the child resources."""
        for child in account.store.all(self._child_token):
            if ids.within(child.id, record.id):
                account.store.remove(child.token, child.id)


class Vault(Parent):
    """A key vault, whose name stays reserved while it is soft-deleted.

    https://learn.microsoft.com/en-us/azure/key-vault/general/soft-delete-overview
    """

    def __init__(self) -> None:
        super().__init__(KEY)

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Soft-deletes the vault."""
        super().on_delete(account, record)
        account.store.put(Record(DELETED_VAULT, record.id, record.inputs))


class Identity(Parent):
    """A managed identity. Each time it is created, it is a new principal of the tenant."""

    def __init__(self) -> None:
        super().__init__(CREDENTIAL)
        self._creations: Counter[str] = Counter()

    @override
    def on_create(self, account: Account, record: Record) -> Json:
        """Registers the new principal in the directory."""
        self._creations[record.id] += 1
        principal = ids.guid("principal", record.id, str(self._creations[record.id]))
        directory.register(principal)
        return {"principalId": principal, "clientId": ids.guid("application", principal)}


class Credential(Behavior):
    """A federated credential. Writing it takes a while."""

    @override
    def on_create(self, account: Account, record: Record) -> Json:
        """Takes as long as a write."""
        time.sleep(_WRITE_SECONDS)
        return {}

    @override
    def on_update(self, account: Account, old: Record, new: Record) -> Json:
        """Takes as long as a write."""
        time.sleep(_WRITE_SECONDS)
        return {}

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Takes as long as a write."""
        time.sleep(_WRITE_SECONDS)

"""What things do beside being remembered, but for clusters."""

import time
from collections import Counter

from typing_extensions import override

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.plugin.facts import CLUSTER, CREDENTIAL, KEY
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Behavior, Json, Record

DELETED_VAULT = "azure-native:keyvault:DeletedVault"
"""A vault that can be had back: no type of the SDK."""
_WRITING = 0.3
"""Seconds for which Entra writes a federated credential: a second one of that identity is refused meanwhile."""


class Group(Behavior):
    """A resource group."""

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Takes everything with it that is in it.

        https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/delete-resource-group
        """
        inside = [one for one in account.store.all() if ids.within(one.id, record.id) and one.id != record.id]
        # Clusters first: their nodes are in its networks.
        for one in sorted(inside, key=lambda one: one.token != CLUSTER):
            if one.token == DELETED_VAULT:
                continue  # its name stays taken
            if kind := account.types.get(one.token):
                kind.behavior.on_delete(account, one)
            account.store.remove(one.token, one.id)


class Parent(Behavior):
    """Something with parts, which go with it."""

    def __init__(self, part: str) -> None:
        self._part = part

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Removes its parts."""
        for one in account.store.all(self._part):
            if ids.within(one.id, record.id):
                account.store.remove(one.token, one.id)


class Vault(Parent):
    """A key vault, whose name stays taken while it can be had back.

    https://learn.microsoft.com/en-us/azure/key-vault/general/soft-delete-overview
    """

    def __init__(self) -> None:
        super().__init__(KEY)

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Removes it, and keeps its name."""
        super().on_delete(account, record)
        account.store.put(Record(DELETED_VAULT, record.id, record.inputs))


class Identity(Parent):
    """A managed identity, which is a principal of the tenant: another one each time that it is made."""

    def __init__(self) -> None:
        super().__init__(CREDENTIAL)
        self._made: Counter[str] = Counter()

    @override
    def on_create(self, account: Account, record: Record) -> Json:
        """Enters it in the directory."""
        self._made[record.id] += 1
        principal = ids.guid("principal", record.id, str(self._made[record.id]))
        directory.made(principal)
        return {"principalId": principal, "clientId": ids.guid("application", principal)}


class Credential(Behavior):
    """A federated credential: to write it takes a while."""

    @override
    def on_create(self, account: Account, record: Record) -> Json:
        """Writes it."""
        time.sleep(_WRITING)
        return {}

    @override
    def on_update(self, account: Account, old: Record, new: Record) -> Json:
        """Writes it again."""
        time.sleep(_WRITING)
        return {}

    @override
    def on_delete(self, account: Account, record: Record) -> None:
        """Removes it, which is a write too."""
        time.sleep(_WRITING)

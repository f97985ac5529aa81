"""Rules for key vaults and keys."""

import re
from collections.abc import Iterator

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.effects import DELETED_VAULT
from anykube_rehearsal.azure.account.lookup import find, last_segment, name, parent
from anykube_rehearsal.azure.account.rules.clusters import inside
from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.plugin.facts import KEY, VAULT
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_NAMES = "https://learn.microsoft.com/en-us/azure/key-vault/general/about-keys-secrets-certificates"
_DELETED = "https://learn.microsoft.com/en-us/azure/key-vault/general/soft-delete-overview"
_KEYS = "https://learn.microsoft.com/en-us/azure/key-vault/keys/about-keys"


@rule(VAULT, on=("create",), document=_NAMES)
def vault_name(account: Account, change: Change) -> Iterator[str]:
    """3 to 24 letters, digits and single hyphens, starting with a letter. Names are globally unique."""
    vault = last_segment(change.id)
    if not re.fullmatch(r"[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]", vault):
        yield f"VaultNameNotValid: vaultName: must be 3 to 24 letters, digits and hyphens, but is {vault}"
    others = [other for other in account.store.all(VAULT) if not ids.same(other.id, change.id)]
    if vault.lower() in [name(other).lower() for other in [*others, *account.store.all(DELETED_VAULT)]]:
        yield f"VaultAlreadyExists: vaultName: the name {vault} is already in use, maybe by a soft-deleted vault"


@rule(VAULT, on=WRITE, document=_DELETED)
def protection(account: Account, change: Change) -> Iterator[str]:
    """Soft delete and purge protection cannot be disabled."""
    del account
    old, new = change.old, change.new
    if inside(old, "properties", "enablePurgeProtection") and not inside(new, "properties", "enablePurgeProtection"):
        yield "BadRequest: properties.enablePurgeProtection: cannot be disabled again"
    if inside(new, "properties", "enablePurgeProtection") is False:
        yield "BadRequest: properties.enablePurgeProtection: must be true or not set"
    if inside(new, "properties", "enableSoftDelete") is False:
        yield "BadRequest: properties.enableSoftDelete: cannot be disabled"
    days = inside(new, "properties", "softDeleteRetentionInDays")
    if days is not None and not 7 <= days <= 90:
        yield f"BadRequest: properties.softDeleteRetentionInDays: must be 7 to 90, but is {days}"
    old_days = inside(old, "properties", "softDeleteRetentionInDays")
    if old_days is not None and days is not None and old_days != days:
        yield f"BadRequest: properties.softDeleteRetentionInDays: cannot change from {old_days}"


@rule(KEY, on=("create",), document=_KEYS)
def key(account: Account, change: Change) -> Iterator[str]:
    """A key needs an existing vault and a valid name and size."""
    if find(account, VAULT, parent(change.id, "keys")) is None:
        yield f"ParentResourceNotFound: vaultName: there is no vault {change.new.get('vaultName')}"
    key_name = last_segment(change.id)
    if not re.fullmatch(r"[A-Za-z0-9-]{1,127}", key_name):
        yield f"BadRequest: keyName: must be 1 to 127 letters, digits and hyphens, but is {key_name}"
    kind, size = inside(change.new, "properties", "kty"), inside(change.new, "properties", "keySize")
    if str(kind).startswith("RSA") and size is not None and size not in (2048, 3072, 4096):
        yield f"BadRequest: properties.keySize: must be 2048, 3072 or 4096, but is {size}"

"""What Key Vault refuses."""

import re
from collections.abc import Iterator

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.effects import DELETED_VAULT
from anykube_rehearsal.azure.account.lookup import find, last, name, parent
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
    """3 to 24 letters, digits and single hyphens, the first a letter; nobody else in the world has it."""
    own = last(change.id)
    if not re.fullmatch(r"[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]", own):
        yield f"VaultNameNotValid: vaultName: 3 to 24 letters, digits and hyphens, and it is {own}"
    others = [one for one in account.store.all(VAULT) if not ids.same(one.id, change.id)]
    if own.lower() in [name(one).lower() for one in [*others, *account.store.all(DELETED_VAULT)]]:
        yield f"VaultAlreadyExists: vaultName: the name {own} is taken, if by one that was deleted"


@rule(VAULT, on=WRITE, document=_DELETED)
def protection(account: Account, change: Change) -> Iterator[str]:
    """What protects a vault from its end is not taken away again."""
    del account
    before, after = change.old, change.new
    if inside(before, "properties", "enablePurgeProtection") and not inside(
        after, "properties", "enablePurgeProtection"
    ):
        yield "BadRequest: properties.enablePurgeProtection: it cannot be switched off again"
    if inside(after, "properties", "enablePurgeProtection") is False:
        yield "BadRequest: properties.enablePurgeProtection: true, or not given"
    if inside(after, "properties", "enableSoftDelete") is False:
        yield "BadRequest: properties.enableSoftDelete: it cannot be switched off"
    days = inside(after, "properties", "softDeleteRetentionInDays")
    if days is not None and not 7 <= days <= 90:
        yield f"BadRequest: properties.softDeleteRetentionInDays: 7 to 90, and it is {days}"
    was = inside(before, "properties", "softDeleteRetentionInDays")
    if was is not None and days is not None and was != days:
        yield f"BadRequest: properties.softDeleteRetentionInDays: it stays {was}"


@rule(KEY, on=("create",), document=_KEYS)
def key(account: Account, change: Change) -> Iterator[str]:
    """A key is in a vault, and of a kind and size that there is."""
    if find(account, VAULT, parent(change.id, "keys")) is None:
        yield f"ParentResourceNotFound: vaultName: there is no vault {change.new.get('vaultName')}"
    own = last(change.id)
    if not re.fullmatch(r"[A-Za-z0-9-]{1,127}", own):
        yield f"BadRequest: keyName: 1 to 127 letters, digits and hyphens, and it is {own}"
    kind, size = inside(change.new, "properties", "kty"), inside(change.new, "properties", "keySize")
    if str(kind).startswith("RSA") and size is not None and size not in (2048, 3072, 4096):
        yield f"BadRequest: properties.keySize: 2048, 3072 or 4096, and it is {size}"

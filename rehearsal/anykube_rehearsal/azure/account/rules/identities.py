"""Rules for managed identities and federated credentials."""

import re
from collections.abc import Iterator

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.lookup import find, last_segment, name, parent
from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.plugin.facts import CREDENTIAL, IDENTITY
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_NAMES = "https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules"
_FEDERATION = "https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation-considerations"
_MAX_CREDENTIALS = 20
"""Federated credentials per identity."""


@rule(IDENTITY, on=("create",), document=_NAMES)
def identity_name(account: Account, change: Change) -> Iterator[str]:
    """3 to 128 letters, digits, hyphens and underscores, starting with a letter or digit."""
    del account
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{2,127}", last_segment(change.id)):
        yield "InvalidResourceName: resourceName: must be 3 to 128 letters, digits, hyphens and underscores"


@rule(CREDENTIAL, on=WRITE, document=_FEDERATION)
def credential(account: Account, change: Change) -> Iterator[str]:
    """The issuer, subject and audience of a credential, and no duplicates."""
    identity = parent(change.id, "federatedIdentityCredentials")
    if find(account, IDENTITY, identity) is None:
        yield f"ParentResourceNotFound: resourceName: there is no identity {identity.rpartition('/')[2]}"
        return
    credential_name = last_segment(change.id)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{2,119}", credential_name):
        message = f"must be 3 to 120 letters, digits, hyphens and underscores, but is {credential_name}"
        yield f"BadRequest: federatedIdentityCredentialResourceName: {message}"
    issuer = str(change.new.get("issuer", ""))
    if not issuer.startswith("https://") or " " in issuer:
        yield f"BadRequest: issuer: must be an https URL, but is {issuer!r}"
    if len(change.new.get("audiences") or []) != 1:
        yield "BadRequest: audiences: must be exactly one"
    others = [
        other
        for other in account.store.all(CREDENTIAL)
        if ids.same(parent(other.id, "federatedIdentityCredentials"), identity) and not ids.same(other.id, change.id)
    ]
    if len(others) >= _MAX_CREDENTIALS:
        yield f"TooManyFederatedIdentityCredentials: an identity has at most {_MAX_CREDENTIALS} federated credentials"
    for other in others:
        if all(other.inputs.get(wire) == change.new.get(wire) for wire in ("issuer", "subject")):
            yield f"Conflict: subject: {name(other)} already has the same issuer and subject"


@rule(CREDENTIAL, on=("create", "update", "delete"), document=_FEDERATION)
def no_concurrent_writes(account: Account, change: Change) -> Iterator[str]:
    """Entra rejects concurrent writes of an identity's credentials."""
    identity = parent(change.id, "federatedIdentityCredentials")
    for other in account.store.all(CREDENTIAL):
        if not other.ready and other.id != change.id and ids.within(other.id, identity):
            yield CONCURRENT
            return


CONCURRENT = (
    "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity: Too many Federated Identity Credentials are "
    "written concurrently for the managed identity. Write them one after the other"
)

"""What Entra and the managed identities refuse."""

import re
from collections.abc import Iterator

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.lookup import find, last, name, parent
from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.plugin.facts import CREDENTIAL, IDENTITY
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_NAMES = "https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules"
_FEDERATION = "https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation-considerations"
_MOST = 20
"""Credentials of one identity."""


@rule(IDENTITY, on=("create",), document=_NAMES)
def identity_name(account: Account, change: Change) -> Iterator[str]:
    """3 to 128 letters, digits, hyphens and underscores, of which a letter or digit is the first."""
    del account
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{2,127}", last(change.id)):
        yield "InvalidResourceName: resourceName: 3 to 128 letters, digits, hyphens and underscores"


@rule(CREDENTIAL, on=WRITE, document=_FEDERATION)
def credential(account: Account, change: Change) -> Iterator[str]:
    """Issuer and subject say who; there is one audience, and no second credential for the same."""
    identity = parent(change.id, "federatedIdentityCredentials")
    if find(account, IDENTITY, identity) is None:
        yield f"ParentResourceNotFound: resourceName: there is no identity {identity.rpartition('/')[2]}"
        return
    own = last(change.id)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{2,119}", own):
        yield (
            "BadRequest: federatedIdentityCredentialResourceName: 3 to 120 letters, digits, hyphens and underscores, "
            f"and it is {own}"
        )
    issuer = str(change.new.get("issuer", ""))
    if not issuer.startswith("https://") or " " in issuer:
        yield f"BadRequest: issuer: a URL of https, and it is {issuer!r}"
    if len(change.new.get("audiences") or []) != 1:
        yield "BadRequest: audiences: exactly one"
    others = [
        one
        for one in account.store.all(CREDENTIAL)
        if ids.same(parent(one.id, "federatedIdentityCredentials"), identity) and not ids.same(one.id, change.id)
    ]
    if len(others) >= _MOST:
        yield f"TooManyFederatedIdentityCredentials: an identity has at most {_MOST} federated credentials"
    for other in others:
        if all(other.inputs.get(wire) == change.new.get(wire) for wire in ("issuer", "subject")):
            yield f"Conflict: subject: {name(other)} is for the same issuer and subject already"


@rule(CREDENTIAL, on=("create", "update", "delete"), document=_FEDERATION)
def one_at_a_time(account: Account, change: Change) -> Iterator[str]:
    """Entra writes the credentials of one identity one after the other, and refuses a second one meanwhile."""
    identity = parent(change.id, "federatedIdentityCredentials")
    for one in account.store.all(CREDENTIAL):
        if not one.ready and one.id != change.id and ids.within(one.id, identity):
            yield CONCURRENT
            return


CONCURRENT = (
    "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity: Too many Federated Identity Credentials are "
    "written concurrently for the managed identity. Write them one after the other"
)

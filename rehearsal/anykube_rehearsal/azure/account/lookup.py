"""Finds resources in the subscription. Azure's ids are case-insensitive."""

from anykube_rehearsal.azure import ids
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Record


def find(account: Account, token: str, identifier: object) -> Record | None:
    """The resource with this type and id; None if it does not exist."""
    if not isinstance(identifier, str):
        return None
    return account.store.find(token, identifier) or next(
        (record for record in account.store.all(token) if ids.same(record.id, identifier)), None
    )


def name(record: Record) -> str:
    """The name of a resource: the last segment of its id."""
    return last_segment(record.id)


def last_segment(identifier: str) -> str:
    """The last segment of an id."""
    return identifier.rpartition("/")[2]


def parent(identifier: str, kind: str) -> str:
    """The id of a child resource's parent, such as the cluster of `…/agentPools/main`."""
    return identifier.rpartition(f"/{kind}/")[0]

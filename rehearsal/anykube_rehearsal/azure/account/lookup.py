"""Finding what is in the subscription. Azure does not look at the case of the letters of an id."""

from anykube_rehearsal.azure import ids
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Record


def find(account: Account, token: str, identifier: object) -> Record | None:
    """The resource of this type and id, if there is one."""
    if not isinstance(identifier, str):
        return None
    return account.store.find(token, identifier) or next(
        (one for one in account.store.all(token) if ids.same(one.id, identifier)), None
    )


def name(record: Record) -> str:
    """Its own name: the last step of its id."""
    return last(record.id)


def last(identifier: str) -> str:
    """The last step of an id."""
    return identifier.rpartition("/")[2]


def parent(identifier: str, kind: str) -> str:
    """The id of that of which something is a part, such as the cluster's of `…/agentPools/main`."""
    return identifier.rpartition(f"/{kind}/")[0]

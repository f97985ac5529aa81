"""Eventual consistency: services of a cloud refuse the first uses of a new API, role or permission.

Counts uses, not seconds, so that each rehearsal goes the same way.
"""

from collections import Counter
from weakref import WeakKeyDictionary

from anykube_rehearsal.cloud.account.account import Account

_USES: WeakKeyDictionary[Account, Counter[str]] = WeakKeyDictionary()


def is_pending(account: Account, permission: str) -> bool:
    """Whether this use of a permission, or of whatever else was granted, comes too early."""
    uses = _USES.setdefault(account, Counter())
    if uses[permission] >= account.faults.propagation:
        return False
    uses[permission] += 1
    return True

"""A cloud's own API, as far as an account answers it: at /HOST/PATH, where the cloud has https://HOST/PATH.

Programs that ask a cloud by its SDK, and not through Pulumi's plugin, are led here by how their requests travel.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anykube_rehearsal.cloud.account.model import Json, RefusedError

if TYPE_CHECKING:
    from anykube_rehearsal.cloud.account.account import Account


@dataclass(frozen=True)
class Asked:
    """A request."""

    verb: str
    """GET or DELETE: nothing else is asked here."""
    path: str
    """Without the host, and without the slash before it."""
    query: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    """What the caller shows; empty: nothing."""


@dataclass(frozen=True)
class Api:
    """What a host answers."""

    answer: "Callable[[Account, Asked], Json]"
    """Raises RefusedError."""
    error: Callable[[RefusedError], Json]
    """A refusal, in the cloud's form."""

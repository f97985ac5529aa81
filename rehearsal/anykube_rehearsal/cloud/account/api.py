"""The cloud's own API, as far as the account serves it: https://HOST/PATH of the cloud is at /HOST/PATH.

Programs that use the cloud's SDK instead of Pulumi's plugin have their requests redirected here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anykube_rehearsal.cloud.account.model import Json, RefusedError

if TYPE_CHECKING:
    from anykube_rehearsal.cloud.account.account import Account


@dataclass(frozen=True)
class ApiRequest:
    """A request."""

    verb: str
    """GET, POST or DELETE; no other verb is supported."""
    path: str
    """Without the host and without a leading slash."""
    query: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    """The caller's bearer token; empty without one."""
    form: Mapping[str, str] = field(default_factory=dict)
    """The fields of a form in the body."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By name, with capitals as in X-Identity-Header."""


@dataclass(frozen=True)
class Api:
    """The API of one host."""

    handle: "Callable[[Account, ApiRequest], Json]"
    """Returns the response. Raises RefusedError."""
    error: Callable[[RefusedError], Json]
    """Formats an error as the cloud does."""

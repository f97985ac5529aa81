"""Tokens for the APIs of clusters, which `anykube token` prints. Imports nothing heavy: it runs for each connection."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class TokenTarget:
    """What a token is for. Each cloud needs only a part."""

    cluster: str = ""
    """Name of the cluster."""
    region: str = ""
    """Region of the cluster."""
    account: str = ""
    """Azure subscription."""


@dataclass(frozen=True)
class ClusterToken:
    """A bearer token for a cluster's API."""

    text: str = field(repr=False)
    expires: datetime | None = None
    """With a time zone. None: unknown."""


class MissingError(Exception):
    """A value is missing that the login needs. The text says which, without a full stop."""

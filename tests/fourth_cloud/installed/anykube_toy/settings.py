"""Settings of a Toy cluster."""

from typing import TYPE_CHECKING, Annotated, Literal

from anykube.cloud import DnsLabel, ManagedCluster, Model, NodePool, Seq
from pydantic import Field

ACCOUNT = r"^acct-[0-9]{4}$"


class TkeOptions(Model):
    """Settings that only TKE has."""

    account: Annotated[str, Field(pattern=ACCOUNT)]
    """ID of the account."""
    network: str | None = None
    """A network that exists."""


class TkePool(Model):
    """Settings of a node pool that only TKE has."""

    image: Literal["Alpine", "Arch"] = "Alpine"


class TkeNodePool(NodePool):
    """A node pool on TKE."""

    tke: TkePool | None = None
    """Settings that only TKE has."""


class ToyIdentity(Model):
    """Roles of an app's service account."""

    roles: Seq[str] = ()


class TkeClusterSpec(ManagedCluster):
    """Toy Kubernetes Engine."""

    cloud: Literal["toy"]
    tke: TkeOptions
    """Settings that only TKE has."""
    if not TYPE_CHECKING:
        pools: dict[DnsLabel, TkeNodePool] = {}

"""What a cluster of Toy is asked to be."""

from typing import TYPE_CHECKING, Annotated, Literal

from anykube.cloud import DnsLabel, ManagedCluster, Model, NodePool, Seq
from pydantic import Field

ACCOUNT = r"^acct-[0-9]{4}$"


class TkeOptions(Model):
    """What only TKE has."""

    account: Annotated[str, Field(pattern=ACCOUNT)]
    """Id of the account."""
    network: str | None = None
    """A network that exists."""


class TkePool(Model):
    """What only TKE has of a pool."""

    image: Literal["Alpine", "Arch"] = "Alpine"


class TkeNodePool(NodePool):
    """A node pool of TKE."""

    tke: TkePool | None = None
    """What only TKE has."""


class ToyIdentity(Model):
    """Roles of the service account itself."""

    roles: Seq[str] = ()


class TkeClusterSpec(ManagedCluster):
    """Toy Kubernetes Engine."""

    cloud: Literal["toy"]
    tke: TkeOptions
    """What only TKE has."""
    if not TYPE_CHECKING:
        pools: dict[DnsLabel, TkeNodePool] = {}

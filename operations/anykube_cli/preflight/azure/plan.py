"""What Azure alone can have something against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from anykube_cli.preflight.plan import Plan, PoolPlan


@dataclass(frozen=True)
class SubnetPlan:
    """A subnet that is brought."""

    purpose: str
    """What it is for, in words."""
    id: str
    delegated: str | None = None
    """The service that it has to be delegated to."""
    longest: int = 32
    """The longest prefix that its range may have."""


@dataclass(frozen=True)
class AzurePlan(Plan):
    """An AKS stack before it is made, or made over. Its resource group has the cluster's name."""

    pools: Sequence[PoolPlan]
    subscription: str = ""
    premium: bool = False
    """Whether the cluster has long-term support."""
    ranges: Mapping[str, str] = field(default_factory=dict)
    """All ranges that the cluster takes, by what they are for: network, pods, Services."""
    subnets: Sequence[SubnetPlan] = ()
    """Those that are brought."""
    node_group: str = ""
    """Name of the resource group that AKS makes for the nodes."""
    host_encryption: bool = False
    """Whether the nodes' hosts encrypt disks, which a subscription has to be registered for."""
    providers: Sequence[str] = ()
    """Namespaces of resource providers that have to be registered."""
    actions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Of whoever brings the stack up, by a built-in role that has them."""

    @property
    def where(self) -> Mapping[str, str]:
        return {"subscription": self.subscription, "region": self.region}

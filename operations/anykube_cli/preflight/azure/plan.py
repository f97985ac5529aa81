"""What only a stack on Azure needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from anykube_cli.preflight.plan import Plan, PoolPlan


@dataclass(frozen=True)
class SubnetPlan:
    """An existing subnet that the stack uses."""

    purpose: str
    """What uses it, such as "nodes"."""
    id: str
    delegation: str | None = None
    """The service that the subnet must be delegated to."""
    max_prefix_length: int = 32
    """The smallest allowed range, as a prefix length."""


@dataclass(frozen=True)
class AzurePlan(Plan):
    """An AKS stack, before it is created or updated. Its resource group has the cluster's name."""

    pools: Sequence[PoolPlan]
    subscription: str = ""
    premium: bool = False
    """Whether the cluster has the tier Premium, which includes long-term support."""
    ranges: Mapping[str, str] = field(default_factory=dict)
    """The cluster's ranges by purpose: network, pods, Services."""
    subnets: Sequence[SubnetPlan] = ()
    """Existing subnets that the stack uses."""
    node_group: str = ""
    """Name of the resource group that AKS creates for the nodes."""
    host_encryption: bool = False
    """Whether the nodes' hosts encrypt disks. Requires a feature registration in the subscription."""
    providers: Sequence[str] = ()
    """Namespaces of the required resource providers."""
    actions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Actions that deploying the stack requires, by a built-in role that has them."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """GUIDs of the custom roles that the stack assigns in its cluster, by title."""

    @property
    def location(self) -> Mapping[str, str]:
        return {"subscription": self.subscription, "region": self.region}

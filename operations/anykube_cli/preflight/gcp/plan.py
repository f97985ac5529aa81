"""What Google Cloud alone can have something against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from anykube_cli.preflight.plan import Plan, PoolPlan


@dataclass(frozen=True)
class GcpPool(PoolPlan):
    """A pool of a GKE cluster."""

    accelerator: str | None = None
    """Kind of GPU, as Compute Engine names it."""
    disk: int = 0
    """GiB of a node's disk."""
    disk_type: str = "pd-balanced"


@dataclass(frozen=True)
class SubnetworkPlan:
    """A subnetwork that is brought, with the secondary ranges that the cluster takes of it."""

    project: str
    """The host project, where the network is shared."""
    region: str
    name: str
    secondary: Sequence[str] = ()


@dataclass(frozen=True)
class GcpPlan(Plan):
    """A GKE stack before it is made, or made over."""

    pools: Sequence[GcpPool]
    project: str = ""
    channel: str = "REGULAR"
    ranges: Mapping[str, str] = field(default_factory=dict)
    """All ranges that the cluster takes, by what they are for: nodes, pods, Services, the control plane."""
    network: str = ""
    """Description of the network that is made, whose name is made up; empty: it is brought."""
    subnetwork: SubnetworkPlan | None = None
    """The one that is brought."""
    account: str = ""
    """Id of the nodes' service account, which is made."""
    account_display: str = ""
    """What it is displayed as."""
    services: Sequence[str] = ()
    """APIs that have to be enabled, such as container.googleapis.com."""
    enables: bool = False
    """Whether the stack enables those by itself."""
    permissions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Of whoever brings the stack up, by a predefined role that has them."""

    @property
    def where(self) -> Mapping[str, str]:
        return {"project": self.project, "region": self.region}

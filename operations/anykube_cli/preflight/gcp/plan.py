"""What only a stack on Google Cloud needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from anykube_cli.preflight.plan import Plan, PoolPlan


@dataclass(frozen=True)
class GcpPool(PoolPlan):
    """A node pool of a GKE cluster."""

    accelerator: str | None = None
    """Accelerator type of Compute Engine, such as nvidia-l4."""
    disk: int = 0
    """Size of a node's disk in GiB."""
    disk_type: str = "pd-balanced"


@dataclass(frozen=True)
class SubnetworkPlan:
    """An existing subnetwork, with the secondary ranges that the cluster uses."""

    project: str
    """The host project, if the network is shared."""
    region: str
    name: str
    secondary: Sequence[str] = ()


@dataclass(frozen=True)
class GcpPlan(Plan):
    """A GKE stack, before it is created or updated."""

    pools: Sequence[GcpPool]
    project: str = ""
    channel: str = "REGULAR"
    ranges: Mapping[str, str] = field(default_factory=dict)
    """The cluster's ranges by purpose: nodes, pods, Services, control plane."""
    network_description: str = ""
    """Description of the network that the stack creates under a generated name. Empty for an existing network."""
    subnetwork: SubnetworkPlan | None = None
    """The existing subnetwork, if the stack uses one."""
    service_account: str = ""
    """Id of the service account that the stack creates for the nodes."""
    service_account_display_name: str = ""
    services: Sequence[str] = ()
    """The required APIs, such as container.googleapis.com."""
    enables_services: bool = False
    """Whether the stack enables these APIs itself."""
    permissions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Permissions that deploying the stack requires, by a predefined role that has them."""

    @property
    def location(self) -> Mapping[str, str]:
        return {"project": self.project, "region": self.region}

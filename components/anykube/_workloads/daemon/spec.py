"""What a service on every node is."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._names import Port, PortName
from anykube._workloads.pods.spec import Check, WorkloadSpec
from anykube._workloads.rollout import Rollout
from anykube._workloads.service import ServiceSpec


class DaemonServiceSpec(WorkloadSpec):
    """A pod on every node, or on every node of a pool: a DaemonSet, and a Service where it listens."""

    kind: Literal["daemon"] = "daemon"
    port: Port | None = None
    """The port that the container listens on. Given, a Service leads each client to the pod of its own node."""
    port_name: PortName = "tcp"
    health: Check = Check()
    service: ServiceSpec = ServiceSpec()
    all_nodes: bool = False
    """Also on nodes with taints, whatever these are."""
    max_unavailable: Annotated[str, Field(pattern=r"^([1-9]\d*|[1-9]\d?%|100%)$")] = "1"
    """Nodes that may be without it during a rollout: a number or a percentage."""
    deadline: Annotated[int, Field(ge=10, le=3600)] = Rollout().progress_deadline
    """Seconds that a rollout may take, 10 to 3600, for all nodes."""

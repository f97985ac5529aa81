"""Settings of a daemon: a pod on every node."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._model import example
from anykube._names import Port, PortName
from anykube._workloads.pods.spec import Check, WorkloadSpec
from anykube._workloads.rollout import MinReady, Rollout
from anykube._workloads.service import Protocol, ServiceSpec


class DaemonServiceSpec(
    WorkloadSpec, json_schema_extra=example(kind="daemon", image="registry.example/log-agent:3.2.0", all_nodes=True)
):
    """A pod on every node, or on every node of a pool: a DaemonSet, with a Service if it has a port."""

    kind: Literal["daemon"] = "daemon"
    """`daemon`: a pod on every node."""
    port: Annotated[Port | None, Field(examples=[4317])] = None
    """Port that the container listens on, 1 to 65535. A Service then sends each client to the pod on the client's node.
    Default: no port and no Service."""
    port_name: Annotated[PortName, Field(examples=["otlp"])] = "tcp"
    """Name of the port, at most 15 characters."""
    protocol: Protocol = "TCP"
    """Transport protocol of the port."""
    health: Check = Check()
    """Probes of the container."""
    service: ServiceSpec = ServiceSpec()
    """The Service of the app, if it has a port."""
    all_nodes: bool = False
    """Whether it also runs on nodes with taints."""
    max_unavailable: Annotated[str, Field(pattern=r"^([1-9]\d{0,8}|[1-9]\d?%|100%)$", examples=["10%"])] = "1"
    """Maximum number of nodes without a ready pod during a rollout, as a number or a percentage. Not 0."""
    min_ready_seconds: MinReady = 0
    """Seconds that a new pod must be ready before it counts as available, 0 to 3600."""
    deadline: Annotated[int, Field(ge=10, le=3600, examples=[600])] = Rollout().progress_deadline
    """Seconds that a rollout to all nodes may take, 10 to 3600."""

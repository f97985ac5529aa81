"""Settings of a stateful service."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from anykube._model import example
from anykube._names import Port, PortName
from anykube._workloads.pods.spec import Check, WorkloadSpec
from anykube._workloads.rollout import MinReady, Rollout
from anykube._workloads.routes.routed import RoutedFields
from anykube._workloads.scaling import Autoscaling, Disruption
from anykube._workloads.service import Protocol, ServiceSpec

_DATA: JsonValue = {"data": {"type": "claim", "path": "/var/lib/postgresql", "size": "20Gi"}}


class StatefulServiceSpec(
    WorkloadSpec,
    RoutedFields,
    json_schema_extra=example(kind="stateful", image="docker.io/library/postgres:18.1", port=5432, volumes=_DATA),
):
    """Pods with stable names and their own storage: a StatefulSet. Each pod gets its own claim for each volume of type
    `claim`. A claim can grow. Its class and access mode cannot change after creation."""

    kind: Literal["stateful"] = "stateful"
    """`stateful`: pods with stable names and their own storage."""
    replicas: Annotated[int, Field(ge=0, le=1000, examples=[3])] = 1
    """Number of pods, 0 to 1000. Not allowed with `autoscaling`."""
    port: Annotated[Port, Field(examples=[5432])]
    """Port that the container listens on, 1 to 65535. The Service offers the same port."""
    port_name: Annotated[PortName, Field(examples=["postgres"])] = "tcp"
    """Name of the port, at most 15 characters."""
    protocol: Protocol = "TCP"
    """Transport protocol of the port."""
    health: Check = Check()
    """Probes of the container."""
    service: ServiceSpec = ServiceSpec()
    """The Service of the app."""
    ordered: bool = True
    """Whether pods start one after the other and stop in reverse order. false: all at once."""
    autoscaling: Autoscaling | None = None
    """Sets the number of pods by their load. Default: no autoscaling."""
    disruption: Disruption = Disruption()
    """How many pods may be unavailable while nodes are drained. Has no effect with fewer than two pods."""
    spread: Literal["required", "preferred"] = "required"
    """How pods spread over nodes. `required`: a pod is not scheduled if its node would have more than one pod above the
    minimum. `preferred`: the scheduler only prefers an even spread."""
    min_ready_seconds: MinReady = 0
    """Seconds that a new pod must be ready before it counts as available, 0 to 3600."""
    claims: Literal["keep", "delete"] = "keep"
    """Whether the pods' claims, and so their data, are kept or deleted when the app is removed."""
    deadline: Annotated[int, Field(ge=10, le=3600, examples=[600])] = Rollout().progress_deadline
    """Seconds that a rollout of all pods may take, 10 to 3600."""

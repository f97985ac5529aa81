"""What a stateful service is."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._names import Port, PortName
from anykube._workloads.pods.spec import Check, WorkloadSpec
from anykube._workloads.rollout import Rollout
from anykube._workloads.scaling import Autoscaling, Disruption
from anykube._workloads.service import ServiceSpec


class StatefulServiceSpec(WorkloadSpec):
    """Pods that each have a name and storage of their own: a StatefulSet. Each volume of the type `claim` is made for
    each pod; what a claim asks for is fixed when the StatefulSet is made."""

    kind: Literal["stateful"] = "stateful"
    replicas: Annotated[int, Field(ge=0, le=1000)] = 1
    """Not beside `autoscaling`, which owns it."""
    port: Port
    """The port that the container listens on; the Service offers it as the same."""
    port_name: PortName = "tcp"
    """What the port is called, such as postgres."""
    health: Check = Check()
    service: ServiceSpec = ServiceSpec()
    ordered: bool = True
    """Whether pods start one after the other, and end in reverse. False: all at once."""
    autoscaling: Autoscaling | None = None
    disruption: Disruption = Disruption()
    """How many pods may be missing while nodes are drained. One replica has no budget."""
    spread: Literal["required", "preferred"] = "required"
    """Whether pods must spread evenly over nodes, or only should."""
    claims: Literal["keep", "delete"] = "keep"
    """What becomes of the pods' storage when the app is removed."""
    deadline: Annotated[int, Field(ge=10, le=3600)] = Rollout().progress_deadline
    """Seconds that a rollout may take, 10 to 3600, for all its pods."""

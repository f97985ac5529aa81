"""The neutral cluster vocabulary: what means the same on every cloud."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from anykube._model import CheckedModel, Model, Seq
from anykube._names import DnsLabel, LabelKey, LabelValue, Quantity
from anykube._rules.standalone import pool_size, pool_taints


class Taint(Model):
    """A taint of every node in a pool: pods without a matching toleration stay away.

    https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    """

    key: LabelKey
    value: LabelValue = ""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]


class Machine(Model):
    """A machine by intent, or by the exact name that the cloud has for it."""

    cpu: Annotated[int, Field(ge=1, le=512)] = 2
    """Virtual CPUs, 1 to 512."""
    memory: Quantity = "8Gi"
    """Memory, as a Kubernetes quantity."""
    arch: Literal["amd64", "arm64"] = "amd64"
    gpu: Annotated[int, Field(ge=0, le=16)] = 0
    """NVIDIA GPUs, 0 to 16."""
    type: str | None = None
    """The cloud's own name, such as m7g.large; then cpu, memory, arch and gpu are what that machine has."""


NodeCount = Annotated[int, Field(ge=0, le=1000)]


class NodePool(CheckedModel):
    """A group of like nodes. Say `count` for a fixed size, or `min` and `max` for one that an autoscaler owns."""

    rules = (pool_size, pool_taints)

    count: NodeCount | None = None
    """Nodes, 0 to 1000, in turn over the zones. Where `min` and `max` are given: the size at the first creation only;
    on Google about that, since each zone begins with the same number."""
    min: NodeCount | None = None
    """The fewest nodes, in total over all zones."""
    max: NodeCount | None = None
    """The most nodes, in total over all zones."""
    machine: Machine = Machine()
    labels: dict[LabelKey, LabelValue] = {}
    taints: Seq[Taint] = ()
    zones: Seq[str] = ()
    """Where nodes are placed, in turn. Empty: all zones of the cluster."""
    spot: bool = False
    """Spare capacity at a lower price, that the cloud may take back at two minutes' notice."""
    disk: Annotated[int, Field(ge=20, le=16384)] | None = None
    """Size of a node's disk in GiB, 20 to 16384. None: the cloud's default here, 80 on AWS, 100 on Google."""
    surge: Annotated[str, Field(pattern=r"^([1-9]\d?%?|100%?)$")] | None = None
    """How many nodes are exchanged at once in an upgrade, "1" to "100" or in percent. New ones come first.
    None: the cloud's default here, 33% on AWS, 1 on Google, 10% on Azure."""

    @model_validator(mode="before")
    @classmethod
    def _with_section(cls, value: Any) -> Any:
        """A program may give a plain pool where a cloud has pools with a section of its own."""
        if cls is not NodePool and type(value) is NodePool:
            return {name: getattr(value, name) for name in value.model_fields_set}
        return value

    @property
    def initial_count(self) -> int:
        """The size of the pool when it is made: `count`, else `min`, else 1."""
        return next((n for n in (self.count, self.min) if n is not None), 1)


class LocalClusterSpec(Model):
    """A real Kubernetes API on this machine. Its nodes are simulated by KWOK: pods are scheduled, no container runs."""

    cloud: Literal["local"]
    name: DnsLabel = "local"
    """Name of the cluster, one of its kind in this checkout."""
    version: Literal["1.36"] = "1.36"
    """Kubernetes minor version: the one that toolchain/ pins."""
    pools: Annotated[dict[DnsLabel, NodePool], Field(min_length=1)]
    zones: Annotated[Seq[str], Field(min_length=1)] = ("local-a", "local-b", "local-c")
    """The zones that nodes are labelled with, in turn."""
    unpullable_images: str = "unpullable|does-not-exist"
    """Regular expression (RE2); a container whose image contains a match stays in ImagePullBackOff."""
    gateway_api: bool = False
    """Whether it has the Gateway API, for apps `via: gateway`, also of stacks that are layered on it."""
    crashing_images: str = "crashing"
    """Regular expression (RE2); a container whose image contains a match stays in CrashLoopBackOff."""


class ExistingClusterSpec(Model):
    """A cluster that somebody else made: kind, minikube, a colleague's."""

    cloud: Literal["existing"]
    name: DnsLabel = "existing"
    kubeconfig: str = "~/.kube/config"
    """Path of a kubeconfig file; relative paths start at the project's folder."""
    context: str | None = None
    """Name of the context in it. None: its current one."""


class ClusterReference(Model):
    """The cluster of another stack of this project, through a StackReference."""

    stack: DnsLabel
    """Name of the stack, such as aws-prod."""

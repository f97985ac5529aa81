"""Settings of node pools, and of local and existing clusters."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from anykube._model import CheckedModel, Model, Seq
from anykube._names import DnsLabel, LabelKey, LabelValue, Quantity
from anykube._rules.standalone import pool_size, pool_taints


class Taint(Model):
    """A taint of every node in a pool: pods without a matching toleration do not run there.

    https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    """

    key: LabelKey
    value: LabelValue = ""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]


class Machine(Model):
    """The machine type of a pool: either its size, or the cloud's name for it."""

    cpu: Annotated[int, Field(ge=1, le=512)] = 2
    """Minimum number of virtual CPUs, 1 to 512."""
    memory: Quantity = "8Gi"
    """Minimum memory, as a Kubernetes quantity."""
    arch: Literal["amd64", "arm64"] = "amd64"
    gpu: Annotated[int, Field(ge=0, le=16)] = 0
    """Number of NVIDIA GPUs, 0 to 16."""
    type: str | None = None
    """The cloud's name of a machine type, such as m7g.large. Set it instead of `cpu`, `memory`, `arch` and `gpu`."""


NodeCount = Annotated[int, Field(ge=0, le=1000)]


class NodePool(CheckedModel):
    """A group of nodes of the same kind. Set `count` for a fixed size, or `min` and `max` for autoscaling."""

    rules = (pool_size, pool_taints)

    count: NodeCount | None = None
    """Number of nodes, 0 to 1000, spread over the zones. With `min` and `max`, it is the initial size only; on Google
    Cloud approximately, since each zone starts with the same number."""
    min: NodeCount | None = None
    """Minimum number of nodes, in total over all zones."""
    max: NodeCount | None = None
    """Maximum number of nodes, in total over all zones."""
    machine: Machine = Machine()
    labels: dict[LabelKey, LabelValue] = {}
    taints: Seq[Taint] = ()
    zones: Seq[str] = ()
    """Zones of the nodes. Empty: all zones of the cluster."""
    spot: bool = False
    """Uses spot capacity: cheaper, but the cloud may reclaim a node with two minutes' notice or less."""
    disk: Annotated[int, Field(ge=20, le=16384)] | None = None
    """Size of a node's disk in GiB, 20 to 16384. None: 80 on AWS, 100 on Google Cloud, 128 on Azure."""
    surge: Annotated[str, Field(pattern=r"^([1-9]\d?%?|100%?)$")] | None = None
    """Number of nodes that an upgrade replaces at a time, "1" to "100", or a percentage such as "33%". New nodes start
    before old ones stop. None: 33% on AWS, 1 on Google Cloud, 10% on Azure."""

    @model_validator(mode="before")
    @classmethod
    def _with_section(cls, value: Any) -> Any:
        """Converts a plain `NodePool` from a program to the cloud's own subclass."""
        if cls is not NodePool and type(value) is NodePool:
            return {name: getattr(value, name) for name in value.model_fields_set}
        return value

    @property
    def initial_count(self) -> int:
        """The size of a new pool: `count`, or `min`, or 1."""
        return next((count for count in (self.count, self.min) if count is not None), 1)


class LocalClusterSpec(Model):
    """A real Kubernetes API on this machine with nodes simulated by KWOK. Pods are scheduled, but no container runs."""

    cloud: Literal["local"]
    name: DnsLabel = "local"
    """Name of the cluster, unique in this checkout."""
    version: Literal["1.36"] = "1.36"
    """Kubernetes minor version. Only the version that toolchain/ pins is available."""
    pools: Annotated[dict[DnsLabel, NodePool], Field(min_length=1)]
    zones: Annotated[Seq[str], Field(min_length=1)] = ("local-a", "local-b", "local-c")
    """Zones for the labels of nodes, assigned in turn."""
    unpullable_images: str = "unpullable|does-not-exist"
    """Regular expression (RE2). Containers whose image contains a match stay in ImagePullBackOff."""
    gateway_api: bool = False
    """Installs the Gateway API, for apps with `via: gateway`, also in other stacks on this cluster."""
    crashing_images: str = "crashing"
    """Regular expression (RE2). Containers whose image contains a match stay in CrashLoopBackOff."""


class ExistingClusterSpec(Model):
    """A cluster that Anykube does not manage, such as kind, minikube or a colleague's cluster."""

    cloud: Literal["existing"]
    name: DnsLabel = "existing"
    kubeconfig: str = "~/.kube/config"
    """Path of a kubeconfig file. Relative paths start at the project's folder."""
    context: str | None = None
    """Name of a context in the kubeconfig. None: its current context."""


class ClusterReference(Model):
    """The cluster of another stack of this project, by a Pulumi StackReference."""

    stack: DnsLabel
    """Name of the stack, such as aws-prod."""

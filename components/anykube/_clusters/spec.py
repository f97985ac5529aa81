"""Settings of clusters and node pools that mean the same on every cloud."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from anykube._model import CheckedModel, Model, Seq, example
from anykube._names import Bytes, DnsLabel, LabelKey, LabelValue
from anykube._rules.standalone import pool_size, pool_taints


class Taint(Model, json_schema_extra=example(key="dedicated", value="batch", effect="NoSchedule")):
    """A taint on every node of a pool. It keeps away pods that do not tolerate it.

    https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    """

    key: Annotated[LabelKey, Field(examples=["dedicated"])]
    """Key of the taint."""
    value: Annotated[LabelValue, Field(examples=["batch"])] = ""
    """Value of the taint. Default: no value."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
    """What happens to pods that do not tolerate the taint. `NoSchedule`: they are not scheduled here.
    `PreferNoSchedule`: the scheduler avoids the node. `NoExecute`: running pods are evicted too."""


class Machine(Model, json_schema_extra=example(cpu=4, memory="16Gi", arch="arm64")):
    """A machine type, by CPUs and memory or by the cloud's name for it."""

    cpu: Annotated[int, Field(ge=1, le=512, examples=[4])] = 2
    """Minimum number of virtual CPUs, 1 to 512."""
    memory: Annotated[Bytes, Field(examples=["16Gi"])] = "8Gi"
    """Minimum memory in bytes, as a Kubernetes quantity."""
    arch: Literal["amd64", "arm64"] = "amd64"
    """Processor architecture. Images must support it."""
    gpu: Annotated[int, Field(ge=0, le=16, examples=[1])] = 0
    """Number of NVIDIA GPUs, 0 to 16."""
    type: Annotated[str | None, Field(examples=["m7g.large"])] = None
    """The cloud's name of the machine type, such as m7g.large. It determines cpu, memory, arch and gpu.
    Default: the smallest type that has the cpu, memory, arch and gpu of this section."""


NodeCount = Annotated[int, Field(ge=0, le=1000, examples=[3])]


class NodePool(CheckedModel, json_schema_extra=example(min=1, max=5, machine={"cpu": 4, "memory": "16Gi"})):
    """A group of identical nodes. Set `count` for a fixed size, or `min` and `max` for autoscaling."""

    rules = (pool_size, pool_taints)

    count: NodeCount | None = None
    """Number of nodes in total over all zones, 0 to 1000. With `min` and `max`: the size at creation only, which GKE
    rounds to the same number in each zone. Default: set by the autoscaler between `min` and `max`."""
    min: NodeCount | None = None
    """Minimum number of nodes in total over all zones, 0 to 1000. Requires `max`. Default: no autoscaling."""
    max: NodeCount | None = None
    """Maximum number of nodes in total over all zones, 0 to 1000. Requires `min`. Default: no autoscaling."""
    machine: Machine = Machine()
    """Machine type of the nodes. Default: 2 CPUs and 8 GiB of memory."""
    labels: Annotated[dict[LabelKey, LabelValue], Field(examples=[{"team": "shop"}])] = {}
    """Kubernetes labels of the nodes."""
    taints: Seq[Taint] = ()
    """Taints of the nodes."""
    zones: Annotated[Seq[str], Field(examples=[["eu-west-1a"]])] = ()
    """Zones that nodes are placed in, in turn. Default: all zones of the cluster."""
    spot: bool = False
    """Whether nodes are spot capacity: cheaper, but the cloud may reclaim them at short notice."""
    disk: Annotated[int, Field(ge=20, le=16384, examples=[100])] | None = None
    """Size of a node's disk in GiB, 20 to 16384. Default: 80 on AWS, 100 on Google Cloud, 128 on Azure."""
    surge: Annotated[str, Field(pattern=r"^([1-9]\d?%?|100%?)$", examples=["1", "25%"])] | None = None
    """How many nodes an upgrade replaces at once: a number from "1" to "100", or a percentage. New nodes come first.
    Default: 33% on AWS, 1 on Google Cloud, 10% on Azure."""

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


class LocalClusterSpec(Model, json_schema_extra=example(cloud="local", pools={"main": {"count": 3}})):
    """A Kubernetes API server on this machine. KWOK simulates its nodes: pods are scheduled, but no container runs."""

    cloud: Literal["local"]
    """`local`: a simulated cluster on this machine."""
    name: Annotated[DnsLabel, Field(examples=["local"])] = "local"
    """Name of the cluster, unique in this checkout. A DNS label."""
    version: Literal["1.36"] = "1.36"
    """Kubernetes minor version. The toolchain provides only this one."""
    pools: Annotated[dict[DnsLabel, NodePool], Field(min_length=1, examples=[{"main": {"count": 3}}])]
    """Node pools by name, at least one."""
    zones: Annotated[Seq[str], Field(min_length=1, examples=[["local-a", "local-b"]])] = (
        "local-a",
        "local-b",
        "local-c",
    )
    """Zones that nodes are labelled with, in turn. At least one."""
    unpullable_images: Annotated[str, Field(examples=["does-not-exist"])] = "unpullable|does-not-exist"
    """Regular expression (RE2). Containers whose image matches anywhere stay in ImagePullBackOff."""
    gateway_api: bool = False
    """Whether the cluster has the Gateway API, for apps with `via: gateway`. Includes the apps of stacks that refer to
    this one."""
    crashing_images: Annotated[str, Field(examples=["crashing"])] = "crashing"
    """Regular expression (RE2). Containers whose image matches anywhere stay in CrashLoopBackOff."""


class ExistingClusterSpec(Model, json_schema_extra=example(cloud="existing", context="kind-kind")):
    """A cluster that Anykube does not create, such as kind, minikube or a shared one."""

    cloud: Literal["existing"]
    """`existing`: a cluster that is reached through a kubeconfig."""
    name: Annotated[DnsLabel, Field(examples=["staging"])] = "existing"
    """Name of the cluster in error messages. A DNS label."""
    kubeconfig: Annotated[str, Field(examples=["~/.kube/config"])] = "~/.kube/config"
    """Path of a kubeconfig file. A relative path starts at the project's folder."""
    context: Annotated[str | None, Field(examples=["kind-kind"])] = None
    """Context in the kubeconfig. Default: the current context."""


class ClusterReference(Model, json_schema_extra=example(stack="aws-prod")):
    """The cluster of another stack of this project, through a Pulumi StackReference."""

    stack: Annotated[DnsLabel, Field(examples=["aws-prod"])]
    """Name of the stack that creates the cluster."""

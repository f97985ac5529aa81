"""What all workloads have in common: the vocabulary of pods."""

from typing import Annotated, Literal

import pulumi
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from anykube._model import CheckedModel, Model, OutputText, Seq, TextInput
from anykube._names import Cidr, DnsLabel, EnvName, LabelKey, LabelValue, ObjectName, Port, Quantity
from anykube._rules.standalone import peer_target, resource_limits
from anykube._workloads.app import AppSpec
from anykube._workloads.identity import CloudIdentity
from anykube._workloads.names import VolumeName
from anykube._workloads.pods.outside import CsiSecrets, ExternalSecret
from anykube._workloads.pods.values import EnvValue, SecretRef
from anykube._workloads.pods.volumes import FilePath, Volume

Image = Annotated[str, Field(pattern=r"^\S+$")] | SkipJsonSchema[pulumi.Output[str]]
"""A container image with a tag or digest, perhaps first known during the update."""

HttpPath = Annotated[str, Field(pattern=r"^/\S*$")]
"""The path of a URL, which begins with '/'."""


class Resources(CheckedModel):
    """What each pod asks for. There is no CPU limit unless one is given: it throttles before it protects.

    https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    """

    rules = (resource_limits,)

    cpu: Quantity = "100m"
    """CPU request, in cores."""
    memory: Quantity = "128Mi"
    """Memory request, in bytes."""
    cpu_limit: Quantity | None = None
    memory_limit: Quantity | None = None
    """Memory limit, in bytes. None: the request, so that a pod is never killed for its neighbours' use."""


class Toleration(Model):
    """Lets pods onto nodes with a taint.

    https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    """

    key: LabelKey | None = None
    """None: every taint."""
    value: LabelValue | None = None
    """None: whatever the taint's value is."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    """None: every effect."""


class Check(Model):
    """How Kubernetes asks a container whether it is well: by HTTP, by a command, or else by connecting to its port."""

    path: HttpPath | None = None
    """HTTP path of the readiness probe. None: a connection is enough."""
    command: Annotated[Seq[str], Field(max_length=64)] = ()
    """A command that ends with 0 when all is well, for containers without a port."""
    startup_seconds: Annotated[int, Field(ge=1, le=3600)] = 60
    """How long it may take to start, in seconds."""


class ContainerFields(Model):
    """What every container has."""

    image: Image
    command: Seq[str] = ()
    """Empty: the image's entry point."""
    args: Seq[str] = ()
    env: dict[EnvName, EnvValue] = Field(default_factory=dict)
    """Environment variables."""
    resources: Resources = Resources()


class NamedContainer(ContainerFields):
    """A container beside the app's own."""

    name: DnsLabel
    mounts: dict[VolumeName, FilePath] = {}
    """Where it has which of the app's `volumes`."""
    port: Port | None = None
    """A port that it listens on; its probes ask there."""
    health: Check | None = None
    """None: no probes."""
    run_as_user: Annotated[int, Field(ge=1, le=2_147_483_647)] | None = None
    """None: the app's."""


class InitContainer(NamedContainer):
    """A container that runs before the app's own, in the order of the list."""

    sidecar: bool = False
    """Starts here, and runs as long as the pod does, also beside a Job's.

    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """


class Login(Model):
    """How to log in to a registry of images."""

    username: TextInput
    password: TextInput | SecretRef


class Peer(CheckedModel):
    """Somebody whom an app talks to: an app of any namespace, or a range of addresses."""

    rules = (peer_target,)

    app: DnsLabel | None = None
    namespace: DnsLabel | None = None
    """None: the app's own."""
    cidr: Cidr | None = None
    ports: Seq[Port] = ()
    """TCP ports. Empty: all."""


class WorkloadSpec(ContainerFields, AppSpec):
    """What every kind of workload has, whatever runs its pods."""

    init_containers: Seq[InitContainer] = ()
    """Run before the app's own container, one after the other; sidecars among them go on running."""
    containers: Seq[NamedContainer] = ()
    """Run beside the app's own."""
    files: dict[FilePath, TextInput | SecretRef] = {}
    """Files in the app's own container, by path: their text, or a secret. A change rolls the pods."""
    volumes: dict[VolumeName, Volume] = {}
    """Shared by the pod's containers. `/tmp` can be written to without one."""
    external_secrets: dict[DnsLabel, ExternalSecret] = {}
    """Secrets that the External Secrets operator fetches, by a name that `env` refers to."""
    csi_secrets: dict[DnsLabel, CsiSecrets] = {}
    """Secrets that the Secrets Store CSI driver mounts."""
    pull_secrets: Seq[ObjectName | OutputText] = ()
    """Secrets of the namespace that hold logins of private registries."""
    registries: dict[str, Login] = {}
    """Logins of private registries by host, such as registry.example.com."""
    run_as_user: Annotated[int, Field(ge=1, le=2_147_483_647)] = 65532
    """Numeric user of the containers; never root."""
    pool: DnsLabel | None = None
    """The node pool that pods go to, past its taints. None: wherever there is room."""
    node_selector: dict[LabelKey, LabelValue] = {}
    """Labels that a pod's node must have."""
    tolerations: Seq[Toleration] = ()
    """Taints that pods do not mind, beside those of `pool`."""
    priority_class: ObjectName | OutputText | None = None
    """A PriorityClass of the cluster. None: its default."""
    stop_seconds: Annotated[int, Field(ge=1, le=7200)] = 30
    """Seconds from the signal to end until the process is killed, beside what it drains."""
    identity: CloudIdentity | None = None
    """What its pods may do in the cloud, without a key."""
    talks_to: Seq[DnsLabel | Peer] | None = None
    """Apps of the page, and ranges outside, that it opens connections to. Given, also as an empty list, a NetworkPolicy
    allows these, DNS and nothing else, and lets in only apps that talk to it, and what its routes and Service ask.
    None: it talks to anybody, and all pods of the cluster may talk to it."""
    called_by: Seq[DnsLabel | Peer] = ()
    """Who talks to it, beside the apps of the page that say so themselves."""

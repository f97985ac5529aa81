"""Settings that all workloads share: pods and their containers."""

from typing import Annotated, Literal

import pulumi
from pydantic import Field, JsonValue
from pydantic.json_schema import SkipJsonSchema

from anykube._model import CheckedModel, Model, OutputText, Seq, TextInput, example
from anykube._names import Cidr, DnsLabel, EnvName, LabelKey, LabelValue, ObjectName, Port, Quantity
from anykube._rules.standalone import peer_target, resource_limits
from anykube._workloads.api_access import ApiAccess
from anykube._workloads.app import AppSpec
from anykube._workloads.identity import CloudIdentity
from anykube._workloads.labels import Annotations
from anykube._workloads.names import VolumeName
from anykube._workloads.pods.external_secrets import CsiSecrets, ExternalSecret
from anykube._workloads.pods.values import EnvValue, SecretRef
from anykube._workloads.pods.volumes import FilePath, Volume

Image = (
    Annotated[str, Field(pattern=r"^\S+$", examples=["registry.example/shop:1.4.0"])]
    | SkipJsonSchema[pulumi.Output[str]]
)
"""A container image with a tag or digest. In a program it may be an output."""

HttpPath = Annotated[str, Field(pattern=r"^/\S*$", examples=["/healthz"])]
"""The path of a URL, which begins with '/'."""


class Resources(CheckedModel, json_schema_extra=example(cpu="250m", memory="512Mi")):
    """Resource requests and limits of a container. By default there is no CPU limit, since it throttles needlessly.

    https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    """

    rules = (resource_limits,)

    cpu: Annotated[Quantity, Field(examples=["250m"])] = "100m"
    """CPU request in cores, as a Kubernetes quantity."""
    memory: Annotated[Quantity, Field(examples=["512Mi"])] = "128Mi"
    """Memory request in bytes, as a Kubernetes quantity."""
    cpu_limit: Annotated[Quantity | None, Field(examples=["1"])] = None
    """CPU limit in cores, at least `cpu`. Default: no limit."""
    memory_limit: Annotated[Quantity | None, Field(examples=["1Gi"])] = None
    """Memory limit in bytes, at least `memory`. Default: `memory`, so that no pod uses memory that
    another requested."""


class Toleration(Model, json_schema_extra=example(key="dedicated", value="batch", effect="NoSchedule")):
    """Lets pods run on nodes with a taint.

    https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    """

    key: Annotated[LabelKey | None, Field(examples=["dedicated"])] = None
    """Key of the taint. Default: all taints."""
    value: Annotated[LabelValue | None, Field(examples=["batch"])] = None
    """Value of the taint. Default: any value."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    """Effect of the taint. Default: all effects."""


Command = Annotated[Seq[str], Field(examples=[["node", "server.js"]])]
"""A program and its first arguments."""

Arguments = Annotated[Seq[str], Field(examples=[["--verbose"]])]
"""Arguments of a program."""

_ENV: JsonValue = {"LOG_LEVEL": "info", "DB_PASSWORD": {"secret": "shop-db-password"}}
Env = Annotated[dict[EnvName, EnvValue], Field(examples=[_ENV])]
"""Environment variables by name."""

User = Annotated[int, Field(ge=1, le=2_147_483_647, examples=[1000])]
"""A numeric user id that is not root's."""


class Check(Model, json_schema_extra=example(command=["pg_isready"], startup_seconds=120)):
    """Probes of a container: by HTTP, by a command, or, with neither, by connecting to its port."""

    path: HttpPath | None = None
    """HTTP path of the readiness probe. Default: the probe connects to the port."""
    command: Annotated[Seq[str], Field(max_length=64, examples=[["pg_isready"]])] = ()
    """Command that exits with 0 when the container is healthy, for containers without a port. At most 64 items.
    Default: no command."""
    startup_seconds: Annotated[int, Field(ge=1, le=3600, examples=[120])] = 60
    """Seconds that the container may take to start, 1 to 3600."""


class ContainerFields(Model):
    """Settings that every container has."""

    image: Image
    """Container image with a tag or digest. The tag `latest` is not allowed."""
    command: Command = ()
    """Command of the container. Default: the image's entry point."""
    args: Arguments = ()
    """Arguments of the command. Default: the image's."""
    env: Env = {}
    """Environment variables by name: text, or the source of the value."""
    resources: Resources = Resources()
    """Resource requests and limits."""


class NamedContainer(
    ContainerFields, json_schema_extra=example(name="proxy", image="registry.example/proxy:2.1.0", port=9000)
):
    """An additional container of a pod."""

    name: Annotated[DnsLabel, Field(examples=["proxy"])]
    """Name of the container, unique in the pod. A DNS label."""
    mounts: Annotated[dict[VolumeName, FilePath], Field(examples=[{"cache": "/var/cache/proxy"}])] = {}
    """Mount paths in this container, by the name of the volume in the app's `volumes`."""
    port: Port | None = None
    """Port that the container listens on, 1 to 65535, for its probes. Default: no port."""
    health: Check | None = None
    """Probes of the container. Default: no probes."""
    run_as_user: User | None = None
    """Numeric user id of the container, 1 to 2147483647. Default: the app's."""


class InitContainer(
    NamedContainer,
    json_schema_extra=example(name="migrate", image="registry.example/shop:1.4.0", command=["npm", "run", "migrate"]),
):
    """A container that runs to completion before the app's main container, in the order of the list."""

    sidecar: bool = False
    """Whether it is a sidecar: it starts in this order and keeps running as long as the pod, also in jobs.

    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """


class Login(Model, json_schema_extra=example(username="ci", password={"secret": "registry-password"})):
    """Credentials for a container registry."""

    username: Annotated[TextInput, Field(examples=["ci"])]
    """User name."""
    password: Annotated[TextInput | SecretRef, Field(examples=[{"secret": "registry-password"}])]
    """Password or access token. Use a secret: text would be readable in the settings file."""


class Peer(CheckedModel, json_schema_extra=example(cidr="203.0.113.0/24", ports=[5432])):
    """The other end of an app's connections: an app in any namespace, or an IPv4 range."""

    rules = (peer_target,)

    app: Annotated[DnsLabel | None, Field(examples=["db"])] = None
    """Name of the app. Exactly one of `app` and `cidr` is required."""
    namespace: Annotated[DnsLabel | None, Field(examples=["shop"])] = None
    """Namespace of `app`. Default: the namespace of the app that has this setting."""
    cidr: Annotated[Cidr | None, Field(examples=["203.0.113.0/24"])] = None
    """IPv4 range. Exactly one of `app` and `cidr` is required."""
    ports: Annotated[Seq[Port], Field(examples=[[5432]])] = ()
    """TCP ports, 1 to 65535. Default: all ports."""


_PEERS: JsonValue = ["db", {"cidr": "203.0.113.0/24", "ports": [443]}]


class WorkloadSpec(ContainerFields, AppSpec):
    """Settings that every app with pods has."""

    init_containers: Seq[InitContainer] = ()
    """Containers that run before the app's main container, one after the other. Sidecars among them keep running."""
    containers: Seq[NamedContainer] = ()
    """Containers that run beside the app's main container."""
    files: Annotated[
        dict[FilePath, TextInput | SecretRef],
        Field(examples=[{"/etc/app/config.yaml": "debug: false", "/etc/app/key.pem": {"secret": "web-key"}}]),
    ] = {}
    """Files in the app's main container, by path: their text, or a secret. A change restarts the pods."""
    volumes: Annotated[dict[VolumeName, Volume], Field(examples=[{"cache": {"path": "/var/cache/app"}}])] = {}
    """Volumes of the pod, by name. `/tmp` is writable without one."""
    external_secrets: Annotated[
        dict[DnsLabel, ExternalSecret],
        Field(examples=[{"db": {"store": "aws", "keys": {"password": {"key": "prod/shop/db"}}}}]),
    ] = {}
    """Secrets that the External Secrets operator synchronizes, by the name that `env` refers to with `external`."""
    csi_secrets: Annotated[
        dict[DnsLabel, CsiSecrets],
        Field(examples=[{"db": {"provider": "aws", "path": "/var/secrets", "parameters": {"objects": "[]"}}}]),
    ] = {}
    """Secrets that the Secrets Store CSI driver mounts as files, by name."""
    pull_secrets: Annotated[Seq[ObjectName | OutputText], Field(examples=[["registry-login"]])] = ()
    """Existing Secrets in the namespace with credentials for private registries."""
    registries: Annotated[
        dict[str, Login],
        Field(examples=[{"registry.example.com": {"username": "ci", "password": {"secret": "registry-password"}}}]),
    ] = {}
    """Credentials for private registries by host, such as registry.example.com."""
    run_as_user: User = 65532
    """Numeric user id of the containers, 1 to 2147483647. Root is not allowed."""
    pool: Annotated[DnsLabel | None, Field(examples=["batch"])] = None
    """Node pool of the pods. Pods tolerate its taints. Default: any pool without taints."""
    node_selector: Annotated[dict[LabelKey, LabelValue], Field(examples=[{"kubernetes.io/arch": "arm64"}])] = {}
    """Labels that a node must have to run the pods."""
    tolerations: Seq[Toleration] = ()
    """Taints that the pods tolerate, in addition to those of `pool`."""
    priority_class: Annotated[ObjectName | OutputText | None, Field(examples=["high"])] = None
    """Name of an existing PriorityClass. Default: the cluster's default priority."""
    stop_seconds: Annotated[int, Field(ge=1, le=7200, examples=[60])] = 30
    """Seconds between the stop signal and the kill, 1 to 7200, in addition to the time for draining connections."""
    identity: CloudIdentity | None = None
    """Permissions of the pods in the cloud. Default: none."""
    annotations: Annotations = {}
    """Annotations of the workload: its Deployment, StatefulSet, DaemonSet, Job or CronJob."""
    api_access: ApiAccess | None = None
    """Access of the pods to the Kubernetes API. Default: none, and no token."""
    talks_to: Annotated[Seq[DnsLabel | Peer] | None, Field(examples=[_PEERS])] = None
    """Apps and IPv4 ranges that the app connects to. If set, even to an empty list, a NetworkPolicy restricts the app.
    Outgoing connections are allowed only to these and to DNS. Incoming connections are allowed only from apps that list
    this one, from its routes, and from clients of its Service. Default: no restriction inside the cluster."""
    called_by: Annotated[Seq[DnsLabel | Peer], Field(examples=[["worker"]])] = ()
    """Sources that may connect to the app, in addition to apps that list it in `talks_to`. Requires `talks_to`."""

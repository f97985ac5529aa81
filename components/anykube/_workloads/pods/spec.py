"""Settings that all workloads share: pods and their containers."""

from typing import Annotated, Literal

import pulumi
from pydantic import AfterValidator, Field, JsonValue
from pydantic.json_schema import SkipJsonSchema

from anykube._model import CheckedModel, Model, OutputText, Seq, TextInput, example
from anykube._names import (
    AddressRange,
    Bytes,
    Cpu,
    DnsLabel,
    EnvName,
    IpAddress,
    LabelKey,
    LabelValue,
    ObjectName,
    Port,
    PortName,
    PortNumber,
)
from anykube._rules.standalone import peer_target, probe_action, resource_limits, toleration_key
from anykube._workloads.api_access import ApiAccess
from anykube._workloads.app import AppSpec
from anykube._workloads.identity import CloudIdentity
from anykube._workloads.images import ImageName
from anykube._workloads.labels import Annotations, Labels
from anykube._workloads.names import VolumeName
from anykube._workloads.pods.external_secrets import CsiSecrets, ExternalSecret
from anykube._workloads.pods.values import EnvValue, SecretRef
from anykube._workloads.pods.volumes import FilePath, Mount, Volume

Image = ImageName | SkipJsonSchema[pulumi.Output[str]]
"""A container image with a tag or digest. In a program it may be an output."""

HttpPath = Annotated[str, Field(pattern=r"^/\S*$", examples=["/healthz"])]
"""The path of a URL, which begins with '/'."""


def _device_name(value: str) -> str:
    if "/" not in value or value.rpartition("/")[0].endswith("kubernetes.io") or value.startswith("requests."):
        raise ValueError("must be the name of a device plugin's resource, such as nvidia.com/gpu")
    return value


DeviceName = Annotated[LabelKey, AfterValidator(_device_name)]
"""An extended resource.

https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources
"""

DeviceCount = Annotated[int, Field(ge=1, le=1000, examples=[1])]

HugePageSize = Literal["2Mi", "1Gi", "64Ki", "32Mi"]
"""Sizes of huge pages: those of amd64 first, then those that only arm64 has."""


class Resources(CheckedModel, json_schema_extra=example(cpu="250m", memory="512Mi")):
    """Resource requests and limits of a container. By default there is no CPU limit, since it throttles needlessly.

    https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    """

    rules = (resource_limits,)

    cpu: Annotated[Cpu, Field(examples=["250m"])] = "100m"
    """CPU request in cores, as a Kubernetes quantity."""
    memory: Annotated[Bytes, Field(examples=["512Mi"])] = "128Mi"
    """Memory request in bytes, as a Kubernetes quantity."""
    cpu_limit: Annotated[Cpu | None, Field(examples=["1"])] = None
    """CPU limit in cores, at least `cpu`. Default: no limit."""
    memory_limit: Annotated[Bytes | None, Field(examples=["1Gi"])] = None
    """Memory limit in bytes, at least `memory` and 6Mi, with which a container can just start. Default: `memory`, so
    that no pod uses memory that another requested."""
    ephemeral_storage: Annotated[Bytes | None, Field(examples=["1Gi"])] = None
    """Request of disk space in bytes for logs and volumes of type `empty`. Default: no request."""
    ephemeral_storage_limit: Annotated[Bytes | None, Field(examples=["2Gi"])] = None
    """Limit of that disk space in bytes, at least `ephemeral_storage`. A pod that uses more is evicted. Default: no
    limit."""
    devices: Annotated[dict[DeviceName, DeviceCount], Field(examples=[{"nvidia.com/gpu": 1}])] = {}
    """Number of devices by the name of the resource, such as nvidia.com/gpu. Request and limit are equal."""
    hugepages: Annotated[dict[HugePageSize, Bytes], Field(examples=[{"2Mi": "64Mi"}])] = {}
    """Memory in huge pages in bytes, by the size of a page: `2Mi` or `1Gi`. Request and limit are equal."""


class Toleration(CheckedModel, json_schema_extra=example(key="dedicated", value="batch", effect="NoSchedule")):
    """Lets pods run on nodes with a taint.

    https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    """

    rules = (toleration_key,)

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

_FILES: JsonValue = {"/etc/app/config.yaml": "debug: false", "/etc/app/key.pem": {"secret": "web-key"}}
Files = Annotated[dict[FilePath, TextInput | SecretRef], Field(examples=[_FILES])]
"""Files by path."""

_MOUNTS: JsonValue = {"cache": "/var/cache/proxy", "html": {"path": "/var/www/html", "read_only": True}}
Mounts = Annotated[dict[VolumeName, FilePath | Mount | Seq[Mount]], Field(examples=[_MOUNTS])]
"""Mounts of a container, by volume."""

User = Annotated[int, Field(ge=1, le=2_147_483_647, examples=[1000])]
"""A numeric user id that is not root's."""

Group = Annotated[int, Field(ge=0, le=2_147_483_647, examples=[1000])]
"""A numeric group id. 0 is root's group, which images for arbitrary user ids give access to their files."""


HeaderName = Annotated[str, Field(pattern=r"^[-A-Za-z0-9]+$", examples=["Host"])]
"""The name of an HTTP header."""

HeaderValue = Annotated[str, Field(pattern=r"^[^\x00-\x08\x0a-\x1f\x7f]*$", examples=["shop.example.com"])]
"""The value of an HTTP header: text without control characters."""
ProbeSeconds = Annotated[int, Field(ge=1, le=600, examples=[10])]


class Probe(CheckedModel, json_schema_extra=example(path="/health/live", port="management")):
    """A check of a container: by HTTP, gRPC or a command, or by connecting to a port.

    https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
    """

    rules = (probe_action,)

    path: HttpPath | None = None
    """HTTP path of the probe. Default: the probe only connects to the port."""
    port: Annotated[Port | PortName | None, Field(examples=["management", 9000])] = None
    """Port of the probe, by its number, or by its name in the app. Default: the port of the container."""
    scheme: Literal["HTTP", "HTTPS"] = "HTTP"
    """Scheme of an HTTP probe. The certificate is not verified."""
    headers: Annotated[dict[HeaderName, HeaderValue], Field(examples=[{"Host": "shop.example.com"}])] = {}
    """Headers of an HTTP probe."""
    grpc: Annotated[bool | str, Field(examples=[True, "orders"])] = False
    """Whether the probe uses the gRPC health checking protocol, or the name of the service that it asks for."""
    command: Annotated[Seq[str], Field(max_length=64, examples=[["pg_isready"]])] = ()
    """Command that exits with 0 when the container is healthy, for containers without a port. At most 64 items.
    Default: no command."""
    timeout_seconds: ProbeSeconds | None = None
    """Seconds after which a probe without an answer has failed, 1 to 600. Default: 10 for a command, otherwise 3."""
    period_seconds: ProbeSeconds | None = None
    """Seconds from one probe to the next, 1 to 600, at least `timeout_seconds`. Default: 10 for a command, otherwise
    5. The default for liveness is twice as much."""
    failures: Annotated[int, Field(ge=1, le=100, examples=[3])] | None = None
    """Number of failed probes in a row after which the container is unhealthy, 1 to 100. Default: 2. The default for
    liveness is 3."""


class Check(Probe, json_schema_extra=example(command=["pg_isready"], startup_seconds=120)):
    """Probes of a container: by HTTP, gRPC or a command, or, with none of them, by connecting to its port.

    The fields describe the readiness probe. The startup and liveness probes run the command, or only connect to the
    port, so that an overloaded pod becomes unready but is not restarted.
    """

    startup_seconds: Annotated[int, Field(ge=1, le=3600, examples=[120])] = 60
    """Seconds that the container may take to start, 1 to 3600."""
    liveness: Annotated[bool | Probe, Field(examples=[False, {"path": "/health/live"}])] = True
    """Whether the container is restarted when it no longer answers, or another probe that decides it. With a probe of
    its own, the container has started when that probe succeeds."""


class ContainerFields(Model):
    """Settings that every container has."""

    image: Image
    """Container image with a tag or digest. The tag `latest` is not allowed."""
    command: Command = ()
    """Command of the container. Default: the image's entry point."""
    args: Arguments = ()
    """Arguments of the command. Default: the image's."""
    working_dir: Annotated[FilePath | Literal["/"] | None, Field(examples=["/srv/app"])] = None
    """Working directory of the command. Default: the image's."""
    env: Env = {}
    """Environment variables by name: text, or the source of the value."""
    resources: Resources = Resources()
    """Resource requests and limits."""
    files: Files = {}
    """Files in the container, by path: their text, or a secret. All files of an app are less than 1 MiB. A change
    restarts the pods."""
    mounts: Mounts = {}
    """Mount paths in the container, by the name of the volume in the app's `volumes`: a path, or a mapping, or a list
    of several."""
    read_only_root: bool = True
    """Whether the container can write only to volumes and `/tmp`. A policy requires it."""


class NamedContainer(
    ContainerFields, json_schema_extra=example(name="proxy", image="registry.example/proxy:2.1.0", port=9000)
):
    """An additional container of a pod."""

    name: Annotated[DnsLabel, Field(examples=["proxy"])]
    """Name of the container, unique in the pod. A DNS label."""
    port: Port | None = None
    """Port that the container listens on, 1 to 65535, for its probes. Default: no port."""
    health: Check | None = None
    """Probes of the container. Default: no probes."""
    run_as_user: User | None = None
    """Numeric user id of the container, 1 to 2147483647. Default: the app's."""
    run_as_group: Group | None = None
    """Numeric group id of the container, 0 to 2147483647. Default: `run_as_user`, or else the app's."""


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
    """The other end of an app's connections: an app in any namespace, a namespace, or an IP range."""

    rules = (peer_target,)

    app: Annotated[DnsLabel | None, Field(examples=["db"])] = None
    """Name of the app. Required, unless `cidr` or only `namespace` is set."""
    namespace: Annotated[DnsLabel | None, Field(examples=["shop"])] = None
    """Namespace of `app`; without `app`, all pods of the namespace. Set it for apps of other stacks. Default: the
    namespace of the app in these settings; in a program, that of the app that has this setting."""
    cidr: Annotated[AddressRange | None, Field(examples=["203.0.113.0/24"])] = None
    """IPv4 or IPv6 range. Not allowed with `app`."""
    ports: Annotated[Seq[Port | PortNumber], Field(examples=[[5432, "53/UDP"]])] = ()
    """Ports of the app that accepts the connections, 1 to 65535. A protocol other than TCP follows the number, as in
    `53/UDP`. For an app of these settings, a port of its Service or its container, with any protocol that it has there;
    for other apps, a port of the container. Default: all ports."""


_ALIASES: JsonValue = {"192.0.2.10": ["legacy.example.com"]}
_PEERS: JsonValue = ["db", {"cidr": "203.0.113.0/24", "ports": [443]}]


class WorkloadSpec(ContainerFields, AppSpec):
    """Settings that every app with pods has."""

    init_containers: Seq[InitContainer] = ()
    """Containers that run before the app's main container, one after the other. Sidecars among them keep running."""
    containers: Seq[NamedContainer] = ()
    """Containers that run beside the app's main container."""
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
    run_as_group: Group | None = None
    """Numeric group id of the containers, and of the files in volumes of type `claim`, 0 to 2147483647. Default: the
    same as `run_as_user`."""
    host_aliases: Annotated[
        dict[IpAddress, Annotated[Seq[ObjectName], Field(min_length=1)]], Field(examples=[_ALIASES])
    ] = {}
    """Lines of the pods' `/etc/hosts`: host names by IP address."""
    pod_labels: Labels = {}
    """Labels of the pods, in addition to those that every pod has."""
    pod_annotations: Annotated[Annotations, Field(examples=[{"prometheus.io/scrape": "true"}])] = {}
    """Annotations of the pods. A change restarts them."""
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
    """Apps, namespaces and IP ranges that the app connects to. If set, even to an empty list, a NetworkPolicy
    restricts the app. Outgoing connections are allowed only to these, to apps that list this one in `called_by`, and to
    DNS. Incoming connections are allowed only from apps that list this one, from `called_by`, from its routes, and from
    clients outside the cluster if its Service has the type NodePort or LoadBalancer. Default: no restriction inside the
    cluster."""
    called_by: Annotated[Seq[DnsLabel | Peer], Field(examples=[["worker"]])] = ()
    """Sources that may connect to the app, in addition to apps that list it in `talks_to`. Requires `talks_to`."""

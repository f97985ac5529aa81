"""TypedDicts of the args of components, for type checkers and editors.

Generated from the models by `python -m anykube._generate_dicts`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Required, TypedDict

import pulumi

from anykube._clusters.aks.sections import AksNodePool, AksPool, AzureIdentity, AzureRole
from anykube._clusters.aks.spec import AksNetwork, AksOptions
from anykube._clusters.context import ClusterContext, HasContext
from anykube._clusters.eks.sections import AwsIdentity, AwsStatement, EksNodePool, EksPool
from anykube._clusters.eks.spec import EksOptions, Vpc
from anykube._clusters.gke.sections import GcpGrant, GcpIdentity, GkeNodePool, GkePool
from anykube._clusters.gke.spec import GkeNetwork, GkeOptions
from anykube._clusters.managed import Access, Api, Maintenance, ManagedCluster, Network
from anykube._clusters.spec import ExistingClusterSpec, LocalClusterSpec, Machine, NodePool, Taint
from anykube._workloads.identity import CloudIdentity
from anykube._workloads.namespace import Namespace
from anykube._workloads.pods.outside import CsiSecrets, ExternalSecret, RemoteKey
from anykube._workloads.pods.spec import Check, InitContainer, Login, NamedContainer, Peer, Resources, Toleration
from anykube._workloads.pods.values import ExternalRef, FromConfig, FromField, FromResource, FromSecret, SecretRef
from anykube._workloads.pods.volumes import Volume
from anykube._workloads.rollout import Rollout
from anykube._workloads.routes.spec import CertManager, GatewayName, Route, RoutePath, Share, Tls
from anykube._workloads.scaling import Autoscaling, Disruption
from anykube._workloads.service import ServicePort, ServiceSpec
from anykube._workloads.web.spec import Health, Next


class AccessDict(TypedDict, total=False):
    """Who may do what in the cluster, in the cloud's own names of people and roles."""

    admins: Sequence[str]
    """May do everything, beside whoever brings the stack up."""
    viewers: Sequence[str]
    """May read everything but secrets."""


class AksClusterArgsDict(TypedDict, total=False):
    """The args of `AksCluster`: the fields of a settings file, where `cloud` is optional."""

    cloud: Literal["azure"]
    name: Required[str]
    """Name of the cluster, one of its kind in the account and region."""
    region: Required[str]
    """The cloud's name of the region, such as eu-west-1, europe-west1 or westeurope."""
    version: Literal["1.34", "1.35", "1.36"]
    """Kubernetes minor version. Moved up by one at a time, never down."""
    mode: Literal["standard", "managed"]
    """managed: the cloud owns the nodes (EKS Auto Mode, GKE Autopilot, AKS Automatic), and there are no pools."""
    zones: Required[Sequence[str]]
    """Two or three zones that the cluster is spread over, as the cloud calls them: eu-west-1a, europe-west1-b, "1"."""
    api: Api | ApiDict
    access: Access | AccessDict
    network: Network | NetworkDict
    maintenance: Maintenance | MaintenanceDict | None
    """None: Sundays from midnight to noon, UTC; AWS has no window, and upgrades when it is asked to."""
    pools: Mapping[str, AksNodePool | AksNodePoolDict | NodePool]
    gateway_api: bool
    """Whether it has the Gateway API and a controller for it, for apps `via: gateway`, also of layered stacks."""
    protect: bool
    """Deletion protection in the cloud, and Pulumi's. Lifted by a run of its own before a `destroy`."""
    tags: Mapping[str, str | pulumi.Output[str]]
    """On everything that can carry tags; Google calls them labels."""
    aks: Required[AksOptions | AksOptionsDict]
    """What only AKS has."""


class AksNetworkDict(TypedDict, total=False):
    """A network that is there. Its subnets' way out is its owner's."""

    nodes: Required[str | pulumi.Output[str]]
    """Id of the subnet of all nodes."""
    api_server: Required[str | pulumi.Output[str]]
    """Id of a subnet of its own for the API server, /28 or larger, delegated to Microsoft.ContainerService.

    https://learn.microsoft.com/azure/aks/api-server-vnet-integration"""
    load_balancers: str | pulumi.Output[str] | None
    """Id of a subnet for load balancers, /24 or larger, delegated to Microsoft.ServiceNetworking/trafficControllers.

    In standard mode needed; AKS Automatic has its load balancers among the nodes.
    https://learn.microsoft.com/azure/application-gateway/for-containers/container-networking"""
    outbound: Literal["userAssignedNATGateway", "userDefinedRouting"]
    """The way out of the nodes' subnet: a NAT gateway, or a route such as to a firewall. Fixed at the first creation.

    https://learn.microsoft.com/azure/aks/egress-outboundtype"""


class AksNodePoolDict(TypedDict, total=False):
    """A node pool of AKS."""

    count: int | None
    """Nodes, 0 to 1000, in turn over the zones. Where `min` and `max` are given: the size at the first creation only;
    on Google about that, since each zone begins with the same number."""
    min: int | None
    """The fewest nodes, in total over all zones."""
    max: int | None
    """The most nodes, in total over all zones."""
    machine: Machine | MachineDict
    labels: Mapping[str, str]
    taints: Sequence[Taint | TaintDict]
    zones: Sequence[str]
    """Where nodes are placed, in turn. Empty: all zones of the cluster."""
    spot: bool
    """Spare capacity at a lower price, that the cloud may take back at two minutes' notice."""
    disk: int | None
    """Size of a node's disk in GiB, 20 to 16384. None: the cloud's default here, 80 on AWS, 100 on Google."""
    surge: str | None
    """How many nodes are exchanged at once in an upgrade, "1" to "100" or in percent. New ones come first.
    None: the cloud's default here, 33% on AWS, 1 on Google, 10% on Azure."""
    aks: AksPool | AksPoolDict | None
    """What only AKS has."""


class AksOptionsDict(TypedDict, total=False):
    """What only AKS has."""

    subscription: Required[str]
    """Id of the subscription that everything is made in."""
    network: AksNetwork | AksNetworkDict | None
    """A network that is there, instead of one that is made."""
    pods: str
    """Range of pods, /10 to /18, an overlay that only the cluster sees: each node takes a /24 of it.

    https://learn.microsoft.com/azure/aks/azure-cni-overlay"""
    tier: Literal["Standard", "Premium"]
    """Standard: an API server with an agreed uptime. Premium: long-term support of a version, too.

    https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers"""
    channel: Literal["stable", "patch", "none"]
    """What AKS upgrades by itself, in the maintenance window: `patch` within the page's minor version, `none` nothing.
    `stable` also moves to the minor version before the newest: move `version` up with it, since AKS takes no lower one.
    Automatic has `stable`.

    https://learn.microsoft.com/azure/aks/auto-upgrade-cluster"""
    log_categories: Sequence[Literal["kube-apiserver", "kube-audit", "kube-audit-admin", "kube-controller-manager", "kube-scheduler", "cluster-autoscaler", "guard"]]
    """Logs of the control plane that are kept: https://learn.microsoft.com/azure/aks/monitor-aks-reference"""
    log_days: int
    """Days that logs are kept, 30 to 730."""
    host_encryption: bool
    """Whether the nodes' hosts encrypt disks and caches. The subscription has to be registered for it once:
    `az feature register --namespace Microsoft.Compute --name EncryptionAtHost`.

    https://learn.microsoft.com/azure/aks/enable-host-encryption"""
    secure_boot: bool
    """Whether nodes start by what is signed, wherever they can: not on arm64, nor with GPUs, whose drivers are not.

    https://learn.microsoft.com/azure/aks/use-trusted-launch"""
    dns_zone: str | pulumi.Output[str] | None
    """Id of the Azure DNS zone that the hosts of apps are in: with it, routes may have `tls: {issuer: cluster}`, by
    Let's Encrypt. cert-manager is installed for that, and proves by a record in the zone that the hosts are yours.

    https://cert-manager.io/docs/configuration/acme/dns01/azuredns/"""
    lock: bool
    """Whether `protect` also locks the cluster against deletion by anybody. A lock holds its pools too: to exchange or
    remove one, lift it by a run of its own.

    https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources"""


class AksPoolDict(TypedDict, total=False):
    """What only AKS has of a pool."""

    image: Literal["AzureLinux", "Ubuntu"]
    """The nodes' operating system. https://learn.microsoft.com/azure/aks/use-azure-linux"""


class ApiDict(TypedDict, total=False):
    """Who reaches the Kubernetes API. Nodes always reach it inside the network."""

    public: Sequence[str]
    """Ranges outside that may, such as an office's. Empty: nobody, the API is private."""
    anywhere: bool
    """Says that 0.0.0.0/0 among them is meant, not a slip."""


class AutoscalingDict(TypedDict, total=False):
    """A HorizontalPodAutoscaler: it owns the number of pods."""

    min: int
    max: Required[int]
    cpu: int | None
    """Percent of the CPU request that pods use on average. None, and none for memory: 80."""
    memory: int | None
    """Percent of the memory request."""


class AwsIdentityDict(TypedDict, total=False):
    """A role of its own, by EKS Pod Identity."""

    policies: Sequence[str | pulumi.Output[str]]
    """ARNs of managed policies."""
    statements: Sequence[AwsStatement | AwsStatementDict]


class AwsStatementDict(TypedDict, total=False):
    """A statement of an IAM policy."""

    effect: Literal["Allow", "Deny"]
    actions: Required[Sequence[str]]
    resources: Required[Sequence[str | pulumi.Output[str]]]
    """ARNs."""


class AzureIdentityDict(TypedDict, total=False):
    """A managed identity of its own, by a federated credential."""

    roles: Sequence[AzureRole | AzureRoleDict]


class AzureRoleDict(TypedDict, total=False):
    """A role in a scope. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"""

    role: Required[str]
    """Its name, such as Storage Blob Data Reader, or the id of its definition."""
    scope: Required[str | pulumi.Output[str]]
    """Resource id of a subscription, a resource group or a resource."""


class CertManagerDict(TypedDict, total=False):
    """An issuer of cert-manager, which must be on the cluster: it fills the Secret, and renews it."""

    issuer: Required[str]
    """Name of the issuer."""
    kind: Literal["ClusterIssuer", "Issuer"]
    """Issuer: one of the app's own namespace."""


class CheckDict(TypedDict, total=False):
    """How Kubernetes asks a container whether it is well: by HTTP, by a command, or else by connecting to its port."""

    path: str | None
    """HTTP path of the readiness probe. None: a connection is enough."""
    command: Sequence[str]
    """A command that ends with 0 when all is well, for containers without a port."""
    startup_seconds: int
    """How long it may take to start, in seconds."""


class CloudIdentityDict(TypedDict, total=False):
    """The permissions of an app's service account, in the words of each cloud that it may run on."""

    aws: AwsIdentity | AwsIdentityDict | None
    gcp: GcpIdentity | GcpIdentityDict | None
    azure: AzureIdentity | AzureIdentityDict | None


class CronJobArgsDict(TypedDict, total=False):
    """The args of `CronJob`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""

    namespace: str | Namespace | None
    """A Namespace component, or the name of a namespace that exists. None: creates one with the app's name."""
    renamed_from: Sequence[str]
    """Names that this app had, the first one first: its objects keep that one, and go on living."""
    manifests: Sequence[Mapping[str, object]]
    """Objects beside the app, as Kubernetes has them. They come before its pods."""
    patches: Mapping[str, Mapping[str, object]]
    """Changes to what is rendered, by kind, such as Deployment: strategic merge patches."""
    image: Required[str | pulumi.Output[str]]
    command: Sequence[str]
    """Empty: the image's entry point."""
    args: Sequence[str]
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables."""
    resources: Resources | ResourcesDict
    init_containers: Sequence[InitContainer | InitContainerDict]
    """Run before the app's own container, one after the other; sidecars among them go on running."""
    containers: Sequence[NamedContainer | NamedContainerDict]
    """Run beside the app's own."""
    files: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Files in the app's own container, by path: their text, or a secret. A change rolls the pods."""
    volumes: Mapping[str, Volume | VolumeDict]
    """Shared by the pod's containers. `/tmp` can be written to without one."""
    external_secrets: Mapping[str, ExternalSecret | ExternalSecretDict]
    """Secrets that the External Secrets operator fetches, by a name that `env` refers to."""
    csi_secrets: Mapping[str, CsiSecrets | CsiSecretsDict]
    """Secrets that the Secrets Store CSI driver mounts."""
    pull_secrets: Sequence[str | pulumi.Output[str]]
    """Secrets of the namespace that hold logins of private registries."""
    registries: Mapping[str, Login | LoginDict]
    """Logins of private registries by host, such as registry.example.com."""
    run_as_user: int
    """Numeric user of the containers; never root."""
    pool: str | None
    """The node pool that pods go to, past its taints. None: wherever there is room."""
    node_selector: Mapping[str, str]
    """Labels that a pod's node must have."""
    tolerations: Sequence[Toleration | TolerationDict]
    """Taints that pods do not mind, beside those of `pool`."""
    priority_class: str | pulumi.Output[str] | None
    """A PriorityClass of the cluster. None: its default."""
    stop_seconds: int
    """Seconds from the signal to end until the process is killed, beside what it drains."""
    identity: CloudIdentity | CloudIdentityDict | None
    """What its pods may do in the cloud, without a key."""
    talks_to: Sequence[str | Peer | PeerDict] | None
    """Apps of the page, and ranges outside, that it opens connections to. Given, also as an empty list, a NetworkPolicy
    allows these, DNS and nothing else, and lets in only apps that talk to it, and what its routes and Service ask.
    None: it talks to anybody, and all pods of the cluster may talk to it."""
    called_by: Sequence[str | Peer | PeerDict]
    """Who talks to it, beside the apps of the page that say so themselves."""
    deadline: int
    """Seconds that it may take, with all its attempts, 10 to 86400."""
    retries: int
    """How often a pod that failed is replaced."""
    parallelism: int
    """Pods at once."""
    completions: int
    """Pods that must succeed."""
    kind: Literal["cronjob"]
    schedule: Required[str]
    """Five fields, such as `15 3 * * *`, or a word such as @daily."""
    time_zone: str
    """As the tz database has it, such as Europe/Berlin."""
    concurrency: Literal["Allow", "Forbid", "Replace"]
    """What happens when the last run goes on still."""
    start_within: int
    """Seconds after its time until a run that could not begin is left out."""
    suspended: bool
    cluster: Required[HasContext | ClusterContext]
    """The cluster that the app goes to: a cluster component, or a ClusterContext."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that see every manifest before it is registered, and return what is registered instead."""


class CsiSecretsDict(TypedDict, total=False):
    """Secrets that the Secrets Store CSI driver mounts as files, straight from a store."""

    provider: Required[Literal["aws", "azure", "gcp", "vault"]]
    path: Required[str]
    """The folder that has them, in the app's own container."""
    parameters: Required[Mapping[str, str | pulumi.Output[str]]]
    """What the provider wants to know, in its own words: for aws and gcp `objects` or `secrets`, a text of YAML."""


class DaemonServiceArgsDict(TypedDict, total=False):
    """The args of `DaemonService`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""

    namespace: str | Namespace | None
    """A Namespace component, or the name of a namespace that exists. None: creates one with the app's name."""
    renamed_from: Sequence[str]
    """Names that this app had, the first one first: its objects keep that one, and go on living."""
    manifests: Sequence[Mapping[str, object]]
    """Objects beside the app, as Kubernetes has them. They come before its pods."""
    patches: Mapping[str, Mapping[str, object]]
    """Changes to what is rendered, by kind, such as Deployment: strategic merge patches."""
    image: Required[str | pulumi.Output[str]]
    command: Sequence[str]
    """Empty: the image's entry point."""
    args: Sequence[str]
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables."""
    resources: Resources | ResourcesDict
    init_containers: Sequence[InitContainer | InitContainerDict]
    """Run before the app's own container, one after the other; sidecars among them go on running."""
    containers: Sequence[NamedContainer | NamedContainerDict]
    """Run beside the app's own."""
    files: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Files in the app's own container, by path: their text, or a secret. A change rolls the pods."""
    volumes: Mapping[str, Volume | VolumeDict]
    """Shared by the pod's containers. `/tmp` can be written to without one."""
    external_secrets: Mapping[str, ExternalSecret | ExternalSecretDict]
    """Secrets that the External Secrets operator fetches, by a name that `env` refers to."""
    csi_secrets: Mapping[str, CsiSecrets | CsiSecretsDict]
    """Secrets that the Secrets Store CSI driver mounts."""
    pull_secrets: Sequence[str | pulumi.Output[str]]
    """Secrets of the namespace that hold logins of private registries."""
    registries: Mapping[str, Login | LoginDict]
    """Logins of private registries by host, such as registry.example.com."""
    run_as_user: int
    """Numeric user of the containers; never root."""
    pool: str | None
    """The node pool that pods go to, past its taints. None: wherever there is room."""
    node_selector: Mapping[str, str]
    """Labels that a pod's node must have."""
    tolerations: Sequence[Toleration | TolerationDict]
    """Taints that pods do not mind, beside those of `pool`."""
    priority_class: str | pulumi.Output[str] | None
    """A PriorityClass of the cluster. None: its default."""
    stop_seconds: int
    """Seconds from the signal to end until the process is killed, beside what it drains."""
    identity: CloudIdentity | CloudIdentityDict | None
    """What its pods may do in the cloud, without a key."""
    talks_to: Sequence[str | Peer | PeerDict] | None
    """Apps of the page, and ranges outside, that it opens connections to. Given, also as an empty list, a NetworkPolicy
    allows these, DNS and nothing else, and lets in only apps that talk to it, and what its routes and Service ask.
    None: it talks to anybody, and all pods of the cluster may talk to it."""
    called_by: Sequence[str | Peer | PeerDict]
    """Who talks to it, beside the apps of the page that say so themselves."""
    kind: Literal["daemon"]
    port: int | None
    """The port that the container listens on. Given, a Service leads each client to the pod of its own node."""
    port_name: str
    health: Check | CheckDict
    service: ServiceSpec | ServiceSpecDict
    all_nodes: bool
    """Also on nodes with taints, whatever these are."""
    max_unavailable: str
    """Nodes that may be without it during a rollout: a number or a percentage."""
    deadline: int
    """Seconds that a rollout may take, 10 to 3600, for all nodes."""
    cluster: Required[HasContext | ClusterContext]
    """The cluster that the app goes to: a cluster component, or a ClusterContext."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that see every manifest before it is registered, and return what is registered instead."""


class DisruptionDict(TypedDict, total=False):
    """A PodDisruptionBudget: how many pods may be missing while nodes are drained."""

    max_unavailable: str
    """A number or a percentage, never 0: a node could not be drained then."""


class EksClusterArgsDict(TypedDict, total=False):
    """The args of `EksCluster`: the fields of a settings file, where `cloud` is optional, and the program's own."""

    cloud: Literal["aws"]
    name: Required[str]
    """Name of the cluster, one of its kind in the account and region."""
    region: Required[str]
    """The cloud's name of the region, such as eu-west-1, europe-west1 or westeurope."""
    version: Literal["1.34", "1.35", "1.36"]
    """Kubernetes minor version. Moved up by one at a time, never down."""
    mode: Literal["standard", "managed"]
    """managed: the cloud owns the nodes (EKS Auto Mode, GKE Autopilot, AKS Automatic), and there are no pools."""
    zones: Required[Sequence[str]]
    """Two or three zones that the cluster is spread over, as the cloud calls them: eu-west-1a, europe-west1-b, "1"."""
    api: Api | ApiDict
    access: Access | AccessDict
    network: Network | NetworkDict
    maintenance: Maintenance | MaintenanceDict | None
    """None: Sundays from midnight to noon, UTC; AWS has no window, and upgrades when it is asked to."""
    pools: Mapping[str, EksNodePool | EksNodePoolDict | NodePool]
    gateway_api: bool
    """Whether it has the Gateway API and a controller for it, for apps `via: gateway`, also of layered stacks."""
    protect: bool
    """Deletion protection in the cloud, and Pulumi's. Lifted by a run of its own before a `destroy`."""
    tags: Mapping[str, str | pulumi.Output[str]]
    """On everything that can carry tags; Google calls them labels."""
    eks: EksOptions | EksOptionsDict
    """What only EKS has."""
    gateway_definitions: Sequence[Mapping[str, object]] | None
    """CustomResourceDefinitions of the Gateway API, for `gateway_api`. None: those that the toolchain puts at
    .anykube/share/gateway-api.yaml of the project."""


class EksNodePoolDict(TypedDict, total=False):
    """A node pool of EKS."""

    count: int | None
    """Nodes, 0 to 1000, in turn over the zones. Where `min` and `max` are given: the size at the first creation only;
    on Google about that, since each zone begins with the same number."""
    min: int | None
    """The fewest nodes, in total over all zones."""
    max: int | None
    """The most nodes, in total over all zones."""
    machine: Machine | MachineDict
    labels: Mapping[str, str]
    taints: Sequence[Taint | TaintDict]
    zones: Sequence[str]
    """Where nodes are placed, in turn. Empty: all zones of the cluster."""
    spot: bool
    """Spare capacity at a lower price, that the cloud may take back at two minutes' notice."""
    disk: int | None
    """Size of a node's disk in GiB, 20 to 16384. None: the cloud's default here, 80 on AWS, 100 on Google."""
    surge: str | None
    """How many nodes are exchanged at once in an upgrade, "1" to "100" or in percent. New ones come first.
    None: the cloud's default here, 33% on AWS, 1 on Google, 10% on Azure."""
    eks: EksPool | EksPoolDict | None
    """What only EKS has."""


class EksOptionsDict(TypedDict, total=False):
    """What only EKS has."""

    vpc: Vpc | VpcDict | None
    """A network that is there, instead of one that is made."""
    log_types: Sequence[Literal["api", "audit", "authenticator", "controllerManager", "scheduler"]]
    """Logs of the control plane that are kept.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html"""
    log_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]
    """Days that logs are kept: the values that CloudWatch takes."""
    support: Literal["STANDARD", "EXTENDED"]
    """STANDARD: upgraded by AWS when the version's standard support ends. EXTENDED: kept, and charged for.

    https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html"""


class EksPoolDict(TypedDict, total=False):
    """What only EKS has of a pool."""

    image: Literal["AL2023", "Bottlerocket"] | None
    """The nodes' operating system. None: AL2023, and for GPUs Bottlerocket, which brings their device plugin."""


class ExistingClusterArgsDict(TypedDict, total=False):
    """The args of `ExistingCluster`: the fields of a settings file, where `cloud` is optional."""

    cloud: Literal["existing"]
    name: str
    kubeconfig: str | pulumi.Output[str]
    """Path of a kubeconfig file; relative paths start at the project's folder. An output is the content of a kubeconfig
    instead, such as that of a cluster in the same program."""
    context: str | None
    """Name of the context in it. None: its current one."""


class ExistingClusterSpecDict(TypedDict, total=False):
    """A cluster that somebody else made: kind, minikube, a colleague's."""

    cloud: Required[Literal["existing"]]
    name: str
    kubeconfig: str
    """Path of a kubeconfig file; relative paths start at the project's folder."""
    context: str | None
    """Name of the context in it. None: its current one."""


class ExternalRefDict(TypedDict, total=False):
    """A key of one of the app's `external_secrets`."""

    external: Required[str]
    """Its name among `external_secrets`."""
    key: Required[str]


class ExternalSecretDict(TypedDict, total=False):
    """A Secret that the External Secrets operator keeps equal to values in a store."""

    store: Required[str]
    """Name of a ClusterSecretStore that is in the cluster, or of a SecretStore of the namespace."""
    store_kind: Literal["ClusterSecretStore", "SecretStore"]
    keys: Required[Mapping[str, RemoteKey | RemoteKeyDict]]
    """What the Secret holds, by its own keys."""
    refresh: str
    """How often the store is asked, such as 30m."""


class ExternalServiceArgsDict(TypedDict, total=False):
    """The args of `ExternalService`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""

    namespace: str | Namespace | None
    """A Namespace component, or the name of a namespace that exists. None: creates one with the app's name."""
    renamed_from: Sequence[str]
    """Names that this app had, the first one first: its objects keep that one, and go on living."""
    manifests: Sequence[Mapping[str, object]]
    """Objects beside the app, as Kubernetes has them. They come before its pods."""
    patches: Mapping[str, Mapping[str, object]]
    """Changes to what is rendered, by kind, such as Deployment: strategic merge patches."""
    kind: Literal["external"]
    host: Required[str | pulumi.Output[str]]
    """Where it is, such as db.example.com."""
    cluster: Required[HasContext | ClusterContext]
    """The cluster that the app goes to: a cluster component, or a ClusterContext."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that see every manifest before it is registered, and return what is registered instead."""


class FromConfigDict(TypedDict, total=False):
    """A key of a ConfigMap that is in the namespace already."""

    from_config: Required[str | pulumi.Output[str]]
    """Name of the ConfigMap."""
    key: Required[str]


class FromFieldDict(TypedDict, total=False):
    """What the pod is: the downward API."""

    field: Required[Literal["metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.podIP"]]


class FromResourceDict(TypedDict, total=False):
    """What the container may use, such as limits.memory in bytes."""

    resource: Required[Literal["limits.cpu", "limits.memory", "requests.cpu", "requests.memory"]]


class FromSecretDict(TypedDict, total=False):
    """A key of a Secret that is in the namespace already."""

    from_secret: Required[str | pulumi.Output[str]]
    """Name of the Secret."""
    key: Required[str]


class GatewayNameDict(TypedDict, total=False):
    """A Gateway that somebody else made. Its listeners, and their certificates, are its owner's."""

    name: Required[str]
    namespace: str | None
    """None: the app's own. Another's listeners must admit routes of the app's namespace."""


class GcpGrantDict(TypedDict, total=False):
    """A role on one resource: a condition on its name keeps it from all others."""

    role: Required[str]
    resource: Required[str | pulumi.Output[str]]
    """Its name as IAM has it, such as projects/_/buckets/mail; what is below it belongs to it."""


class GcpIdentityDict(TypedDict, total=False):
    """Roles of the service account itself, by Workload Identity Federation: no key, and no account between."""

    roles: Sequence[str]
    """In the whole project, such as roles/pubsub.publisher."""
    grants: Sequence[GcpGrant | GcpGrantDict]


class GkeClusterArgsDict(TypedDict, total=False):
    """The args of `GkeCluster`: the fields of a settings file, where `cloud` is optional."""

    cloud: Literal["gcp"]
    name: Required[str]
    """Name of the cluster, one of its kind in the account and region."""
    region: Required[str]
    """The cloud's name of the region, such as eu-west-1, europe-west1 or westeurope."""
    version: Literal["1.34", "1.35", "1.36"]
    """Kubernetes minor version. Moved up by one at a time, never down."""
    mode: Literal["standard", "managed"]
    """managed: the cloud owns the nodes (EKS Auto Mode, GKE Autopilot, AKS Automatic), and there are no pools."""
    zones: Required[Sequence[str]]
    """Two or three zones that the cluster is spread over, as the cloud calls them: eu-west-1a, europe-west1-b, "1"."""
    api: Api | ApiDict
    access: Access | AccessDict
    network: Network | NetworkDict
    maintenance: Maintenance | MaintenanceDict | None
    """None: Sundays from midnight to noon, UTC; AWS has no window, and upgrades when it is asked to."""
    pools: Mapping[str, GkeNodePool | GkeNodePoolDict | NodePool]
    gateway_api: bool
    """Whether it has the Gateway API and a controller for it, for apps `via: gateway`, also of layered stacks."""
    protect: bool
    """Deletion protection in the cloud, and Pulumi's. Lifted by a run of its own before a `destroy`."""
    tags: Mapping[str, str | pulumi.Output[str]]
    """On everything that can carry tags; Google calls them labels."""
    gke: Required[GkeOptions | GkeOptionsDict]
    """What only GKE has."""


class GkeNetworkDict(TypedDict, total=False):
    """A network that is there, with a subnetwork in the cluster's region; also one of another project."""

    network: Required[str | pulumi.Output[str]]
    """Its name, or projects/HOST/global/networks/NAME."""
    subnetwork: Required[str | pulumi.Output[str]]
    """Its name, or projects/HOST/regions/REGION/subnetworks/NAME: the nodes'. Private Google access is on in it."""
    pods: Required[str | pulumi.Output[str]]
    """Name of its secondary range for pods."""
    services: Required[str | pulumi.Output[str]]
    """Name of its secondary range for Services."""


class GkeNodePoolDict(TypedDict, total=False):
    """A node pool of GKE."""

    count: int | None
    """Nodes, 0 to 1000, in turn over the zones. Where `min` and `max` are given: the size at the first creation only;
    on Google about that, since each zone begins with the same number."""
    min: int | None
    """The fewest nodes, in total over all zones."""
    max: int | None
    """The most nodes, in total over all zones."""
    machine: Machine | MachineDict
    labels: Mapping[str, str]
    taints: Sequence[Taint | TaintDict]
    zones: Sequence[str]
    """Where nodes are placed, in turn. Empty: all zones of the cluster."""
    spot: bool
    """Spare capacity at a lower price, that the cloud may take back at two minutes' notice."""
    disk: int | None
    """Size of a node's disk in GiB, 20 to 16384. None: the cloud's default here, 80 on AWS, 100 on Google."""
    surge: str | None
    """How many nodes are exchanged at once in an upgrade, "1" to "100" or in percent. New ones come first.
    None: the cloud's default here, 33% on AWS, 1 on Google, 10% on Azure."""
    gke: GkePool | GkePoolDict | None
    """What only GKE has."""


class GkeOptionsDict(TypedDict, total=False):
    """What only GKE has."""

    project: Required[str]
    """Id of the Google Cloud project that has the cluster, 6 to 30 characters."""
    network: GkeNetwork | GkeNetworkDict | None
    """A network that is there, instead of one that is made."""
    pods: str
    """Range of pods, /9 to /21: beside the network's and the Services'. A node takes a /24 of it, for 110 pods.

    https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips"""
    control_plane: str
    """Range of the control plane's private endpoint, a /28 beside all others."""
    dns_endpoint: bool
    """Whether the API is also reached by a DNS name, from anywhere, by who has container.clusters.connect.

    https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation"""
    security_group: str | pulumi.Output[str] | None
    """The group of Workspace that all groups in `access` belong to: gke-security-groups@YOUR-DOMAIN.

    https://cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac"""
    channel: Literal["RAPID", "REGULAR", "STABLE", "EXTENDED"]
    """How soon new versions come: https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels"""
    logs: Sequence[Literal["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"]]
    """What goes to Cloud Logging: https://cloud.google.com/kubernetes-engine/docs/about/about-logs"""


class GkePoolDict(TypedDict, total=False):
    """What only GKE has of a pool."""

    image: Literal["COS_CONTAINERD", "UBUNTU_CONTAINERD"]
    """The nodes' operating system. https://cloud.google.com/kubernetes-engine/docs/concepts/node-images"""
    disk_type: Literal["pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"] | None
    """Kind of a node's disk. None: pd-balanced, and hyperdisk-balanced for machines that take no other."""
    gpu_driver: Literal["DEFAULT", "LATEST"]
    """Version of NVIDIA's driver, which GKE installs on nodes with GPUs."""


class HealthDict(TypedDict, total=False):
    """How Kubernetes asks a pod whether it serves. Liveness is TCP: a saturated pod is not restarted."""

    path: str | None
    """HTTP path of the readiness probe. None: a connection is enough."""
    command: Sequence[str]
    """A command that ends with 0 when all is well, for containers without a port."""
    startup_seconds: int
    """How long it may take to start, in seconds."""


class InitContainerDict(TypedDict, total=False):
    """A container that runs before the app's own, in the order of the list."""

    image: Required[str | pulumi.Output[str]]
    command: Sequence[str]
    """Empty: the image's entry point."""
    args: Sequence[str]
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables."""
    resources: Resources | ResourcesDict
    name: Required[str]
    mounts: Mapping[str, str]
    """Where it has which of the app's `volumes`."""
    port: int | None
    """A port that it listens on; its probes ask there."""
    health: Check | CheckDict | None
    """None: no probes."""
    run_as_user: int | None
    """None: the app's."""
    sidecar: bool
    """Starts here, and runs as long as the pod does, also beside a Job's.

    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/"""


class JobArgsDict(TypedDict, total=False):
    """The args of `Job`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""

    namespace: str | Namespace | None
    """A Namespace component, or the name of a namespace that exists. None: creates one with the app's name."""
    renamed_from: Sequence[str]
    """Names that this app had, the first one first: its objects keep that one, and go on living."""
    manifests: Sequence[Mapping[str, object]]
    """Objects beside the app, as Kubernetes has them. They come before its pods."""
    patches: Mapping[str, Mapping[str, object]]
    """Changes to what is rendered, by kind, such as Deployment: strategic merge patches."""
    image: Required[str | pulumi.Output[str]]
    command: Sequence[str]
    """Empty: the image's entry point."""
    args: Sequence[str]
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables."""
    resources: Resources | ResourcesDict
    init_containers: Sequence[InitContainer | InitContainerDict]
    """Run before the app's own container, one after the other; sidecars among them go on running."""
    containers: Sequence[NamedContainer | NamedContainerDict]
    """Run beside the app's own."""
    files: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Files in the app's own container, by path: their text, or a secret. A change rolls the pods."""
    volumes: Mapping[str, Volume | VolumeDict]
    """Shared by the pod's containers. `/tmp` can be written to without one."""
    external_secrets: Mapping[str, ExternalSecret | ExternalSecretDict]
    """Secrets that the External Secrets operator fetches, by a name that `env` refers to."""
    csi_secrets: Mapping[str, CsiSecrets | CsiSecretsDict]
    """Secrets that the Secrets Store CSI driver mounts."""
    pull_secrets: Sequence[str | pulumi.Output[str]]
    """Secrets of the namespace that hold logins of private registries."""
    registries: Mapping[str, Login | LoginDict]
    """Logins of private registries by host, such as registry.example.com."""
    run_as_user: int
    """Numeric user of the containers; never root."""
    pool: str | None
    """The node pool that pods go to, past its taints. None: wherever there is room."""
    node_selector: Mapping[str, str]
    """Labels that a pod's node must have."""
    tolerations: Sequence[Toleration | TolerationDict]
    """Taints that pods do not mind, beside those of `pool`."""
    priority_class: str | pulumi.Output[str] | None
    """A PriorityClass of the cluster. None: its default."""
    stop_seconds: int
    """Seconds from the signal to end until the process is killed, beside what it drains."""
    identity: CloudIdentity | CloudIdentityDict | None
    """What its pods may do in the cloud, without a key."""
    talks_to: Sequence[str | Peer | PeerDict] | None
    """Apps of the page, and ranges outside, that it opens connections to. Given, also as an empty list, a NetworkPolicy
    allows these, DNS and nothing else, and lets in only apps that talk to it, and what its routes and Service ask.
    None: it talks to anybody, and all pods of the cluster may talk to it."""
    called_by: Sequence[str | Peer | PeerDict]
    """Who talks to it, beside the apps of the page that say so themselves."""
    deadline: int
    """Seconds that it may take, with all its attempts, 10 to 86400."""
    retries: int
    """How often a pod that failed is replaced."""
    parallelism: int
    """Pods at once."""
    completions: int
    """Pods that must succeed."""
    kind: Literal["job"]
    rerun: str
    """Any text: another one runs it again."""
    cluster: Required[HasContext | ClusterContext]
    """The cluster that the app goes to: a cluster component, or a ClusterContext."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that see every manifest before it is registered, and return what is registered instead."""


class LocalClusterArgsDict(TypedDict, total=False):
    """The args of `LocalCluster`: the fields of a settings file, where `cloud` is optional."""

    cloud: Literal["local"]
    name: str
    """Name of the cluster, one of its kind in this checkout."""
    version: Literal["1.36"]
    """Kubernetes minor version: the one that toolchain/ pins."""
    pools: Required[Mapping[str, NodePool | NodePoolDict]]
    zones: Sequence[str]
    """The zones that nodes are labelled with, in turn."""
    unpullable_images: str
    """Regular expression (RE2); a container whose image contains a match stays in ImagePullBackOff."""
    gateway_api: bool
    """Whether it has the Gateway API, for apps `via: gateway`, also of stacks that are layered on it."""
    crashing_images: str
    """Regular expression (RE2); a container whose image contains a match stays in CrashLoopBackOff."""


class LocalClusterSpecDict(TypedDict, total=False):
    """A real Kubernetes API on this machine. Its nodes are simulated by KWOK: pods are scheduled, no container runs."""

    cloud: Required[Literal["local"]]
    name: str
    """Name of the cluster, one of its kind in this checkout."""
    version: Literal["1.36"]
    """Kubernetes minor version: the one that toolchain/ pins."""
    pools: Required[Mapping[str, NodePool | NodePoolDict]]
    zones: Sequence[str]
    """The zones that nodes are labelled with, in turn."""
    unpullable_images: str
    """Regular expression (RE2); a container whose image contains a match stays in ImagePullBackOff."""
    gateway_api: bool
    """Whether it has the Gateway API, for apps `via: gateway`, also of stacks that are layered on it."""
    crashing_images: str
    """Regular expression (RE2); a container whose image contains a match stays in CrashLoopBackOff."""


class LoginDict(TypedDict, total=False):
    """How to log in to a registry of images."""

    username: Required[str | pulumi.Output[str]]
    password: Required[str | pulumi.Output[str] | SecretRef | SecretRefDict]


class MachineDict(TypedDict, total=False):
    """A machine by intent, or by the exact name that the cloud has for it."""

    cpu: int
    """Virtual CPUs, 1 to 512."""
    memory: str
    """Memory, as a Kubernetes quantity."""
    arch: Literal["amd64", "arm64"]
    gpu: int
    """NVIDIA GPUs, 0 to 16."""
    type: str | None
    """The cloud's own name, such as m7g.large; then cpu, memory, arch and gpu are what that machine has."""


class MaintenanceDict(TypedDict, total=False):
    """When the cloud may upgrade control plane and nodes. Times are UTC."""

    days: Sequence[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]]
    start: str
    """Time of day that it begins at, such as 22:30."""
    hours: int
    """Hours that it lasts, 4 to 24."""


class ManagedClusterDict(TypedDict, total=False):
    """What a managed cluster has on every cloud."""

    cloud: Required[str]
    """The cloud that it is in, as pages call it."""
    name: Required[str]
    """Name of the cluster, one of its kind in the account and region."""
    region: Required[str]
    """The cloud's name of the region, such as eu-west-1, europe-west1 or westeurope."""
    version: Literal["1.34", "1.35", "1.36"]
    """Kubernetes minor version. Moved up by one at a time, never down."""
    mode: Literal["standard", "managed"]
    """managed: the cloud owns the nodes (EKS Auto Mode, GKE Autopilot, AKS Automatic), and there are no pools."""
    zones: Required[Sequence[str]]
    """Two or three zones that the cluster is spread over, as the cloud calls them: eu-west-1a, europe-west1-b, "1"."""
    api: Api | ApiDict
    access: Access | AccessDict
    network: Network | NetworkDict
    maintenance: Maintenance | MaintenanceDict | None
    """None: Sundays from midnight to noon, UTC; AWS has no window, and upgrades when it is asked to."""
    pools: Mapping[str, NodePool | NodePoolDict]
    gateway_api: bool
    """Whether it has the Gateway API and a controller for it, for apps `via: gateway`, also of layered stacks."""
    protect: bool
    """Deletion protection in the cloud, and Pulumi's. Lifted by a run of its own before a `destroy`."""
    tags: Mapping[str, str | pulumi.Output[str]]
    """On everything that can carry tags; Google calls them labels."""


class NamedContainerDict(TypedDict, total=False):
    """A container beside the app's own."""

    image: Required[str | pulumi.Output[str]]
    command: Sequence[str]
    """Empty: the image's entry point."""
    args: Sequence[str]
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables."""
    resources: Resources | ResourcesDict
    name: Required[str]
    mounts: Mapping[str, str]
    """Where it has which of the app's `volumes`."""
    port: int | None
    """A port that it listens on; its probes ask there."""
    health: Check | CheckDict | None
    """None: no probes."""
    run_as_user: int | None
    """None: the app's."""


class NamespaceArgsDict(TypedDict, total=False):
    """The args of `Namespace`."""

    cluster: Required[HasContext | ClusterContext]
    """The cluster that it goes to: a cluster component, or a ClusterContext."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that see every manifest before it is registered, and return what is registered instead."""


class NetworkDict(TypedDict, total=False):
    """A network that is made for the cluster. For one that is there, give its ids in the cloud's own section."""

    cidr: str
    """Range of the network, /16 to /20: nodes, and on AWS pods too; Google and Azure have a range for them."""
    services: str
    """Range of Services, /12 to /24: inside the cluster only, and beside the network's."""
    nat: Literal["none", "single", "zone"]
    """The way out for private nodes: none, one gateway (its zone fails: all fail), or none that fails with a zone: one
    for each on AWS, a regional one on Google."""


class NextDict(TypedDict, total=False):
    """The next version of an app beside the present one: the same, but for what is given here."""

    weight: Required[int]
    """Percent of the requests of all routes to the app that it answers. 0: none yet; 100: all."""
    image: str | pulumi.Output[str] | None
    command: Sequence[str] | None
    args: Sequence[str] | None
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Variables that are others, or more."""
    resources: Resources | ResourcesDict | None
    replicas: int | None
    """None: as many as the app has, by itself or by its autoscaling."""


class NodePoolDict(TypedDict, total=False):
    """A group of like nodes. Say `count` for a fixed size, or `min` and `max` for one that an autoscaler owns."""

    count: int | None
    """Nodes, 0 to 1000, in turn over the zones. Where `min` and `max` are given: the size at the first creation only;
    on Google about that, since each zone begins with the same number."""
    min: int | None
    """The fewest nodes, in total over all zones."""
    max: int | None
    """The most nodes, in total over all zones."""
    machine: Machine | MachineDict
    labels: Mapping[str, str]
    taints: Sequence[Taint | TaintDict]
    zones: Sequence[str]
    """Where nodes are placed, in turn. Empty: all zones of the cluster."""
    spot: bool
    """Spare capacity at a lower price, that the cloud may take back at two minutes' notice."""
    disk: int | None
    """Size of a node's disk in GiB, 20 to 16384. None: the cloud's default here, 80 on AWS, 100 on Google."""
    surge: str | None
    """How many nodes are exchanged at once in an upgrade, "1" to "100" or in percent. New ones come first.
    None: the cloud's default here, 33% on AWS, 1 on Google, 10% on Azure."""


class PeerDict(TypedDict, total=False):
    """Somebody whom an app talks to: an app of any namespace, or a range of addresses."""

    app: str | None
    namespace: str | None
    """None: the app's own."""
    cidr: str | None
    ports: Sequence[int]
    """TCP ports. Empty: all."""


class ReferencedClusterArgsDict(TypedDict, total=False):
    """The args of `ReferencedCluster`."""

    stack: Required[str]
    """Name of the stack, such as aws-prod."""
    settings: LocalClusterSpec | LocalClusterSpecDict | ManagedCluster | ManagedClusterDict | ExistingClusterSpec | ExistingClusterSpecDict | None
    """The spec of that cluster. None: unknown, so that Ingresses have the default class and no annotations."""


class RemoteKeyDict(TypedDict, total=False):
    """A value in the store outside."""

    key: Required[str | pulumi.Output[str]]
    """Its name or path there."""
    property: str | None
    """A field of it, where it is a JSON object."""
    version: str | None
    """None: the newest."""


class ResourcesDict(TypedDict, total=False):
    """What each pod asks for. There is no CPU limit unless one is given: it throttles before it protects."""

    cpu: str
    """CPU request, in cores."""
    memory: str
    """Memory request, in bytes."""
    cpu_limit: str | None
    memory_limit: str | None
    """Memory limit, in bytes. None: the request, so that a pod is never killed for its neighbours' use."""


class RolloutDict(TypedDict, total=False):
    """How a new version replaces the old one. The default never falls below the wanted capacity."""

    strategy: Literal["rolling", "recreate"]
    """rolling: new pods come before old ones go. recreate: all old ones go first, for what bears no second one beside
    it; `max_surge` and `max_unavailable` say nothing then."""
    max_surge: str
    """Pods above `replicas` during a rollout: a number or a percentage."""
    max_unavailable: str
    """Pods that may be missing during a rollout: a number or a percentage."""
    progress_deadline: int
    """Seconds that a rollout may take, 10 to 3600. After that it has failed: the old pods stay, the error names why."""


class RouteDict(TypedDict, total=False):
    """A host and its paths."""

    host: str | None
    """None: every host that no other route names. *.example.com: one label below it by an Ingress, any by a Gateway."""
    paths: Sequence[RoutePath | RoutePathDict]
    tls: Tls | TlsDict | None
    redirect: bool | None
    """Whether plain HTTP is sent on to HTTPS, where the route has TLS. None: where the cluster's way can, which is
    every Gateway, and the Ingress of AWS."""


class RoutePathDict(TypedDict, total=False):
    """A path of a host, and the app that answers it."""

    path: str
    type: Literal["Prefix", "Exact"]
    app: str | None
    """Another app of the same namespace. None: the app that has the route."""
    port: int | None
    """That the Service offers. None: the app's own port."""
    split: Sequence[Share | ShareDict]
    """Apps of the same namespace that answer in turns, by weight, at most 5. Not beside `app`."""


class SecretRefDict(TypedDict, total=False):
    """A secret by name: `{secret: shop-db-password}` refers to the stack's encrypted Pulumi config."""

    secret: Required[str]


class ServicePortDict(TypedDict, total=False):
    """A port beside the first one."""

    port: Required[int]
    """That the Service offers."""
    target: int | None
    """That the container listens on. None: the same."""
    protocol: Literal["TCP", "UDP", "SCTP"]
    app_protocol: str | None
    """Such as kubernetes.io/h2c or kubernetes.io/ws.

    https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol"""
    node_port: int | None
    """Of a NodePort or LoadBalancer Service. None: the cluster chooses."""


class ServiceSpecDict(TypedDict, total=False):
    """How an app is reached."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"]
    headless: bool
    """No address of its own: its name resolves to the pods'."""
    port: int | None
    """That the Service offers for the app's own port. None: 80 for web services, else the same."""
    app_protocol: str | None
    """What the app's own port speaks, such as kubernetes.io/h2c."""
    node_port: int | None
    ports: Mapping[str, ServicePort | ServicePortDict]
    """More ports, by name."""
    exposure: Literal["internal", "public"]
    """Who reaches a LoadBalancer: the network, or the internet."""
    source_ranges: Sequence[str]
    """Who may use a LoadBalancer. Empty: all that reach it."""
    affinity_seconds: int | None
    """Seconds for which a client's address is sent to the same pod. None: any pod."""
    keep_client_address: bool
    """NodePort and LoadBalancer: only nodes that have a pod answer, and the pod sees who asks."""
    annotations: Mapping[str, str | pulumi.Output[str]]
    """Beside the cloud's own."""


class ShareDict(TypedDict, total=False):
    """An app among which the requests of a path are divided."""

    app: Required[str]
    weight: Required[int]
    """Its part of the sum of all weights, 0 to 999. 0: none, but it is kept ready."""
    port: int | None
    """That its Service offers. None: its own port."""


class StatefulServiceArgsDict(TypedDict, total=False):
    """The args of `StatefulService`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""

    namespace: str | Namespace | None
    """A Namespace component, or the name of a namespace that exists. None: creates one with the app's name."""
    renamed_from: Sequence[str]
    """Names that this app had, the first one first: its objects keep that one, and go on living."""
    manifests: Sequence[Mapping[str, object]]
    """Objects beside the app, as Kubernetes has them. They come before its pods."""
    patches: Mapping[str, Mapping[str, object]]
    """Changes to what is rendered, by kind, such as Deployment: strategic merge patches."""
    image: Required[str | pulumi.Output[str]]
    command: Sequence[str]
    """Empty: the image's entry point."""
    args: Sequence[str]
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables."""
    resources: Resources | ResourcesDict
    init_containers: Sequence[InitContainer | InitContainerDict]
    """Run before the app's own container, one after the other; sidecars among them go on running."""
    containers: Sequence[NamedContainer | NamedContainerDict]
    """Run beside the app's own."""
    files: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Files in the app's own container, by path: their text, or a secret. A change rolls the pods."""
    volumes: Mapping[str, Volume | VolumeDict]
    """Shared by the pod's containers. `/tmp` can be written to without one."""
    external_secrets: Mapping[str, ExternalSecret | ExternalSecretDict]
    """Secrets that the External Secrets operator fetches, by a name that `env` refers to."""
    csi_secrets: Mapping[str, CsiSecrets | CsiSecretsDict]
    """Secrets that the Secrets Store CSI driver mounts."""
    pull_secrets: Sequence[str | pulumi.Output[str]]
    """Secrets of the namespace that hold logins of private registries."""
    registries: Mapping[str, Login | LoginDict]
    """Logins of private registries by host, such as registry.example.com."""
    run_as_user: int
    """Numeric user of the containers; never root."""
    pool: str | None
    """The node pool that pods go to, past its taints. None: wherever there is room."""
    node_selector: Mapping[str, str]
    """Labels that a pod's node must have."""
    tolerations: Sequence[Toleration | TolerationDict]
    """Taints that pods do not mind, beside those of `pool`."""
    priority_class: str | pulumi.Output[str] | None
    """A PriorityClass of the cluster. None: its default."""
    stop_seconds: int
    """Seconds from the signal to end until the process is killed, beside what it drains."""
    identity: CloudIdentity | CloudIdentityDict | None
    """What its pods may do in the cloud, without a key."""
    talks_to: Sequence[str | Peer | PeerDict] | None
    """Apps of the page, and ranges outside, that it opens connections to. Given, also as an empty list, a NetworkPolicy
    allows these, DNS and nothing else, and lets in only apps that talk to it, and what its routes and Service ask.
    None: it talks to anybody, and all pods of the cluster may talk to it."""
    called_by: Sequence[str | Peer | PeerDict]
    """Who talks to it, beside the apps of the page that say so themselves."""
    kind: Literal["stateful"]
    replicas: int
    """Not beside `autoscaling`, which owns it."""
    port: Required[int]
    """The port that the container listens on; the Service offers it as the same."""
    port_name: str
    """What the port is called, such as postgres."""
    health: Check | CheckDict
    service: ServiceSpec | ServiceSpecDict
    ordered: bool
    """Whether pods start one after the other, and end in reverse. False: all at once."""
    autoscaling: Autoscaling | AutoscalingDict | None
    disruption: Disruption | DisruptionDict
    """How many pods may be missing while nodes are drained. One replica has no budget."""
    spread: Literal["required", "preferred"]
    """Whether pods must spread evenly over nodes, or only should."""
    claims: Literal["keep", "delete"]
    """What becomes of the pods' storage when the app is removed."""
    deadline: int
    """Seconds that a rollout may take, 10 to 3600, for all its pods."""
    cluster: Required[HasContext | ClusterContext]
    """The cluster that the app goes to: a cluster component, or a ClusterContext."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that see every manifest before it is registered, and return what is registered instead."""


class TaintDict(TypedDict, total=False):
    """A taint of every node in a pool: pods without a matching toleration stay away."""

    key: Required[str]
    value: str
    effect: Required[Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]]


class TlsDict(TypedDict, total=False):
    """Where a route's certificate comes from: exactly one of issuer, secret_name and cert_manager."""

    issuer: Literal["cluster"] | None
    """`cluster`: from what the cluster has: locally this machine's own authority, on AWS Certificate Manager, on Azure
    Let's Encrypt for hosts in the cluster's DNS zone."""
    secret_name: str | None
    """Name of a `kubernetes.io/tls` Secret that is already in the namespace."""
    cert_manager: CertManager | CertManagerDict | None
    """One for all hosts of an app that have TLS."""


class TolerationDict(TypedDict, total=False):
    """Lets pods onto nodes with a taint."""

    key: str | None
    """None: every taint."""
    value: str | None
    """None: whatever the taint's value is."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None
    """None: every effect."""


class VolumeDict(TypedDict, total=False):
    """A volume, at `path` in the app's own container; other containers have it by their `mounts`."""

    path: str | None
    """None: only other containers have it."""
    type: Literal["empty", "memory", "claim"]
    """empty: a folder that goes with the pod. memory: the same in memory. claim: storage that outlives pods."""
    size: str | None
    """Of a claim: how much, needed unless `claim_name` is given. Of the others: the most that it may hold."""
    claim_name: str | pulumi.Output[str] | None
    """A PersistentVolumeClaim that is there. None: one is made, in a StatefulService one for each pod."""
    storage_class: str | pulumi.Output[str] | None
    """None: the cluster's default class."""
    access: Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadOnlyMany", "ReadWriteMany"]
    """Who may mount it at once.

    https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes"""
    read_only: bool


class VpcDict(TypedDict, total=False):
    """A network that is there. Its subnets carry the tags that load balancers look for already."""

    id: Required[str | pulumi.Output[str]]
    private_subnets: Required[Sequence[str | pulumi.Output[str]]]
    """Ids of private subnets, in two zones or more: control plane and nodes."""
    public_subnets: Sequence[str | pulumi.Output[str]]
    """Ids of public subnets, for load balancers that the internet reaches."""


class WebServiceArgsDict(TypedDict, total=False):
    """The args of `WebService`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""

    namespace: str | Namespace | None
    """A Namespace component, or the name of a namespace that exists. None: creates one with the app's name."""
    renamed_from: Sequence[str]
    """Names that this app had, the first one first: its objects keep that one, and go on living."""
    manifests: Sequence[Mapping[str, object]]
    """Objects beside the app, as Kubernetes has them. They come before its pods."""
    patches: Mapping[str, Mapping[str, object]]
    """Changes to what is rendered, by kind, such as Deployment: strategic merge patches."""
    image: Required[str | pulumi.Output[str]]
    command: Sequence[str]
    """Empty: the image's entry point."""
    args: Sequence[str]
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables."""
    resources: Resources | ResourcesDict
    init_containers: Sequence[InitContainer | InitContainerDict]
    """Run before the app's own container, one after the other; sidecars among them go on running."""
    containers: Sequence[NamedContainer | NamedContainerDict]
    """Run beside the app's own."""
    files: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Files in the app's own container, by path: their text, or a secret. A change rolls the pods."""
    volumes: Mapping[str, Volume | VolumeDict]
    """Shared by the pod's containers. `/tmp` can be written to without one."""
    external_secrets: Mapping[str, ExternalSecret | ExternalSecretDict]
    """Secrets that the External Secrets operator fetches, by a name that `env` refers to."""
    csi_secrets: Mapping[str, CsiSecrets | CsiSecretsDict]
    """Secrets that the Secrets Store CSI driver mounts."""
    pull_secrets: Sequence[str | pulumi.Output[str]]
    """Secrets of the namespace that hold logins of private registries."""
    registries: Mapping[str, Login | LoginDict]
    """Logins of private registries by host, such as registry.example.com."""
    run_as_user: int
    """Numeric user of the containers; never root."""
    pool: str | None
    """The node pool that pods go to, past its taints. None: wherever there is room."""
    node_selector: Mapping[str, str]
    """Labels that a pod's node must have."""
    tolerations: Sequence[Toleration | TolerationDict]
    """Taints that pods do not mind, beside those of `pool`."""
    priority_class: str | pulumi.Output[str] | None
    """A PriorityClass of the cluster. None: its default."""
    stop_seconds: int
    """Seconds from the signal to end until the process is killed, beside what it drains."""
    identity: CloudIdentity | CloudIdentityDict | None
    """What its pods may do in the cloud, without a key."""
    talks_to: Sequence[str | Peer | PeerDict] | None
    """Apps of the page, and ranges outside, that it opens connections to. Given, also as an empty list, a NetworkPolicy
    allows these, DNS and nothing else, and lets in only apps that talk to it, and what its routes and Service ask.
    None: it talks to anybody, and all pods of the cluster may talk to it."""
    called_by: Sequence[str | Peer | PeerDict]
    """Who talks to it, beside the apps of the page that say so themselves."""
    replicas: int
    """Not beside `autoscaling`, which owns it."""
    autoscaling: Autoscaling | AutoscalingDict | None
    disruption: Disruption | DisruptionDict
    """How many pods may be missing while nodes are drained. One replica has no budget."""
    rollout: Rollout | RolloutDict
    spread: Literal["required", "preferred"]
    """Whether pods must spread evenly over nodes, at most one more on one than on another, or only should."""
    kind: Literal["web"]
    port: int
    """The port that the container listens on; the Service offers it as 80."""
    health: Health | HealthDict
    service: ServiceSpec | ServiceSpecDict
    routes: Sequence[Route | RouteDict]
    via: Literal["ingress", "gateway"] | None
    """How its routes reach it: by an Ingress, or by a Gateway (Gateway API). None: as the cluster has it."""
    gateway: GatewayName | GatewayNameDict | None
    """With `via: gateway`, a Gateway that is there. None: one of the app's own."""
    routed: bool
    """Whether requests from outside come to it by other apps' routes. A page knows that by itself."""
    next: Next | NextDict | None
    """A version that answers a part of the requests (canary), or none until it answers all (blue-green)."""
    cluster: Required[HasContext | ClusterContext]
    """The cluster that the app goes to: a cluster component, or a ClusterContext."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that see every manifest before it is registered, and return what is registered instead."""


class WorkerArgsDict(TypedDict, total=False):
    """The args of `Worker`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""

    namespace: str | Namespace | None
    """A Namespace component, or the name of a namespace that exists. None: creates one with the app's name."""
    renamed_from: Sequence[str]
    """Names that this app had, the first one first: its objects keep that one, and go on living."""
    manifests: Sequence[Mapping[str, object]]
    """Objects beside the app, as Kubernetes has them. They come before its pods."""
    patches: Mapping[str, Mapping[str, object]]
    """Changes to what is rendered, by kind, such as Deployment: strategic merge patches."""
    image: Required[str | pulumi.Output[str]]
    command: Sequence[str]
    """Empty: the image's entry point."""
    args: Sequence[str]
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables."""
    resources: Resources | ResourcesDict
    init_containers: Sequence[InitContainer | InitContainerDict]
    """Run before the app's own container, one after the other; sidecars among them go on running."""
    containers: Sequence[NamedContainer | NamedContainerDict]
    """Run beside the app's own."""
    files: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Files in the app's own container, by path: their text, or a secret. A change rolls the pods."""
    volumes: Mapping[str, Volume | VolumeDict]
    """Shared by the pod's containers. `/tmp` can be written to without one."""
    external_secrets: Mapping[str, ExternalSecret | ExternalSecretDict]
    """Secrets that the External Secrets operator fetches, by a name that `env` refers to."""
    csi_secrets: Mapping[str, CsiSecrets | CsiSecretsDict]
    """Secrets that the Secrets Store CSI driver mounts."""
    pull_secrets: Sequence[str | pulumi.Output[str]]
    """Secrets of the namespace that hold logins of private registries."""
    registries: Mapping[str, Login | LoginDict]
    """Logins of private registries by host, such as registry.example.com."""
    run_as_user: int
    """Numeric user of the containers; never root."""
    pool: str | None
    """The node pool that pods go to, past its taints. None: wherever there is room."""
    node_selector: Mapping[str, str]
    """Labels that a pod's node must have."""
    tolerations: Sequence[Toleration | TolerationDict]
    """Taints that pods do not mind, beside those of `pool`."""
    priority_class: str | pulumi.Output[str] | None
    """A PriorityClass of the cluster. None: its default."""
    stop_seconds: int
    """Seconds from the signal to end until the process is killed, beside what it drains."""
    identity: CloudIdentity | CloudIdentityDict | None
    """What its pods may do in the cloud, without a key."""
    talks_to: Sequence[str | Peer | PeerDict] | None
    """Apps of the page, and ranges outside, that it opens connections to. Given, also as an empty list, a NetworkPolicy
    allows these, DNS and nothing else, and lets in only apps that talk to it, and what its routes and Service ask.
    None: it talks to anybody, and all pods of the cluster may talk to it."""
    called_by: Sequence[str | Peer | PeerDict]
    """Who talks to it, beside the apps of the page that say so themselves."""
    replicas: int
    """Not beside `autoscaling`, which owns it."""
    autoscaling: Autoscaling | AutoscalingDict | None
    disruption: Disruption | DisruptionDict
    """How many pods may be missing while nodes are drained. One replica has no budget."""
    rollout: Rollout | RolloutDict
    spread: Literal["required", "preferred"]
    """Whether pods must spread evenly over nodes, at most one more on one than on another, or only should."""
    kind: Literal["worker"]
    health: Check | CheckDict | None
    """By its `command`. None: a pod is well as long as its process runs."""
    cluster: Required[HasContext | ClusterContext]
    """The cluster that the app goes to: a cluster component, or a ClusterContext."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that see every manifest before it is registered, and return what is registered instead."""

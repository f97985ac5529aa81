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
from anykube._workloads.api_access import ApiAccess, ApiRule, ClusterApiRule
from anykube._workloads.identity import CloudIdentity
from anykube._workloads.jobs.spec import FailureRule
from anykube._workloads.namespace import Namespace
from anykube._workloads.pods.external_secrets import CsiSecrets, ExternalSecret, RemoteKey
from anykube._workloads.pods.spec import Check, InitContainer, Login, NamedContainer, Peer, Probe, Resources, Toleration
from anykube._workloads.pods.values import ExternalRef, FromConfig, FromField, FromResource, FromSecret, SecretRef
from anykube._workloads.pods.volumes import Mount, Volume
from anykube._workloads.rollout import Rollout
from anykube._workloads.routes.spec import CertManager, GatewayName, Route, RoutePath, Share, Tls
from anykube._workloads.scaling import Autoscaling, Disruption, Metric, MetricObject, Scaling, ScalingLimit
from anykube._workloads.service import ServicePort, ServiceSpec
from anykube._workloads.web.spec import Health, Next


class AccessDict(TypedDict, total=False):
    """Who has access to the cluster."""

    deployers: Sequence[str]
    """Principals that deploy the stack, with full access: the pipeline's role, and people who run `anykube up`.
    Default: the principal that creates the cluster, for as long as the cluster exists."""
    reviewers: Sequence[str]
    """Principals that deploy review stacks. They can read everything, and write only in namespaces `pr-NUMBER`."""
    previewers: Sequence[str]
    """Principals that preview the stack and detect drift. They can read everything, with Secrets, which a preview
    compares with the settings."""
    admins: Sequence[str]
    """Principals with full access that do not deploy the stack."""
    viewers: Sequence[str]
    """Principals that can read everything except Secrets."""


class AksClusterArgsDict(TypedDict, total=False):
    """Arguments of `AksCluster`: the fields of the settings, with an optional `cloud`."""

    cloud: Literal["azure"]
    """`azure`: a cluster on Azure Kubernetes Service."""
    name: Required[str]
    """Name of the cluster, unique in the account and region. A DNS label."""
    region: Required[str]
    """The cloud's name of the region, such as eu-west-1, europe-west1 or westeurope."""
    version: Literal["1.34", "1.35", "1.36"]
    """Kubernetes minor version. Upgrade by one minor version at a time; downgrades are not possible."""
    mode: Literal["standard", "managed"]
    """Who manages the nodes. `standard`: the cluster has the node pools in `pools`. `managed`: the cloud manages the
    nodes (EKS Auto Mode, GKE Autopilot, AKS Automatic), and `pools` must be empty."""
    zones: Required[Sequence[str]]
    """Two or three zones that the cluster spans, by the cloud's names: eu-west-1a, europe-west1-b, "1"."""
    api: Api | ApiDict
    """Network access to the Kubernetes API. Default: private."""
    access: Access | AccessDict
    """Who has access to the cluster. Default: only the principal that creates it."""
    network: Network | NetworkDict
    """The network that is created for the cluster."""
    maintenance: Maintenance | MaintenanceDict | None
    """Maintenance window for upgrades by the cloud. Not available on AWS, which upgrades only on request.
    Default: Sundays from 00:00 to 12:00 UTC."""
    pools: Mapping[str, AksNodePool | AksNodePoolDict | NodePool]
    """Node pools by name. Mode `standard` needs at least one; mode `managed` has none."""
    gateway_api: bool
    """Whether the cluster has the Gateway API and a controller for it, for apps with `via: gateway`. Includes the apps
    of stacks that refer to this one."""
    protect: bool
    """Whether the cluster is protected against deletion, in the cloud and in Pulumi. Before a `destroy`, set it to
    false and deploy."""
    tags: Mapping[str, str | pulumi.Output[str]]
    """Tags of all resources that can have them. On Google Cloud, labels."""
    aks: Required[AksOptions | AksOptionsDict]
    """Settings that only AKS has."""


class AksNetworkDict(TypedDict, total=False):
    """An existing virtual network. Its owner provides internet access for the subnets."""

    nodes: Required[str | pulumi.Output[str]]
    """Resource id of the subnet of all nodes."""
    api_server: Required[str | pulumi.Output[str]]
    """Resource id of a subnet that only the API server uses, /28 or larger, delegated to
    Microsoft.ContainerService/managedClusters.

    https://learn.microsoft.com/azure/aks/api-server-vnet-integration"""
    load_balancers: str | pulumi.Output[str] | None
    """Resource id of a subnet for load balancers, /24 or larger, delegated to
    Microsoft.ServiceNetworking/trafficControllers. Required in mode `standard`; AKS Automatic needs none.

    https://learn.microsoft.com/azure/application-gateway/for-containers/container-networking"""
    outbound: Literal["userAssignedNATGateway", "userDefinedRouting"]
    """How the nodes' subnet reaches the internet: through a NAT gateway, or by a route, such as to a firewall.
    Cannot change after creation.

    https://learn.microsoft.com/azure/aks/egress-outboundtype"""


class AksNodePoolDict(TypedDict, total=False):
    """A node pool on AKS."""

    count: int | None
    """Number of nodes in total over all zones, 0 to 1000. With `min` and `max`: the size at creation only, which GKE
    rounds to the same number in each zone. Default: set by the autoscaler between `min` and `max`."""
    min: int | None
    """Minimum number of nodes in total over all zones, 0 to 1000. Requires `max`. Default: no autoscaling."""
    max: int | None
    """Maximum number of nodes in total over all zones, 0 to 1000. Requires `min`. Default: no autoscaling."""
    machine: Machine | MachineDict
    """Machine type of the nodes. Default: 2 CPUs and 8 GiB of memory."""
    labels: Mapping[str, str]
    """Kubernetes labels of the nodes."""
    taints: Sequence[Taint | TaintDict]
    """Taints of the nodes."""
    zones: Sequence[str]
    """Zones that nodes are placed in, in turn. Default: all zones of the cluster."""
    spot: bool
    """Whether nodes are spot capacity: cheaper, but the cloud may reclaim them at short notice."""
    disk: int | None
    """Size of a node's disk in GiB, 20 to 16384. Default: 80 on AWS, 100 on Google Cloud, 128 on Azure."""
    surge: str | None
    """How many nodes an upgrade replaces at once: a number from "1" to "100", or a percentage. New nodes come first.
    Default: 33% on AWS, 1 on Google Cloud, 10% on Azure."""
    aks: AksPool | AksPoolDict | None
    """Settings that only AKS has. Default: the defaults of their fields."""


class AksOptionsDict(TypedDict, total=False):
    """Settings of a cluster that only AKS has."""

    subscription: Required[str]
    """Id of the Azure subscription of all resources."""
    network: AksNetwork | AksNetworkDict | None
    """An existing network. Default: a new one, described by the `network` of the cluster."""
    pods: str
    """IPv4 range of pods, /9 to /20. An overlay network that exists only inside the cluster; each node takes a /24.

    https://learn.microsoft.com/azure/aks/azure-cni-overlay"""
    tier: Literal["Standard", "Premium"]
    """Pricing tier. `Standard`: an uptime SLA for the API server. `Premium`: also long-term support of versions.

    https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers"""
    channel: Literal["stable", "patch", "none"]
    """What AKS upgrades automatically, in the maintenance window. `none`: nothing. `patch`: patch versions within
    `version`. `stable`: also to the latest minor version but one; raise `version` when that happens, since AKS accepts
    no downgrade. AKS Automatic always has `stable`.

    https://learn.microsoft.com/azure/aks/auto-upgrade-cluster"""
    log_categories: Sequence[Literal["kube-apiserver", "kube-audit", "kube-audit-admin", "kube-controller-manager", "kube-scheduler", "cluster-autoscaler", "guard"]]
    """Control plane logs that are kept.

    https://learn.microsoft.com/azure/aks/monitor-aks-reference"""
    log_days: int
    """Days that logs are kept, 30 to 730."""
    host_encryption: bool
    """Whether the nodes' hosts encrypt disks and caches. Register the subscription for it once:
    `az feature register --namespace Microsoft.Compute --name EncryptionAtHost`.

    https://learn.microsoft.com/azure/aks/enable-host-encryption"""
    secure_boot: bool
    """Whether nodes use Secure Boot, which starts only signed software. Has no effect on arm64 nodes, and on GPU nodes,
    whose drivers are unsigned.

    https://learn.microsoft.com/azure/aks/use-trusted-launch"""
    dns_zone: str | pulumi.Output[str] | None
    """Resource id of the Azure DNS zone of the apps' hosts. Routes may then have `tls: {issuer: cluster}`: Anykube
    installs cert-manager, which gets certificates from Let's Encrypt by DNS records in the zone. Default: no
    certificates from the cluster.

    https://cert-manager.io/docs/configuration/acme/dns01/azuredns/"""
    lock: bool
    """Whether `protect` also sets a CanNotDelete lock on the cluster. The lock covers node pools: before you replace or
    remove one, set it to false and deploy.

    https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources"""


class AksPoolDict(TypedDict, total=False):
    """Settings of a node pool that only AKS has."""

    image: Literal["AzureLinux", "Ubuntu"]
    """Operating system of the nodes. https://learn.microsoft.com/azure/aks/use-azure-linux"""


class ApiDict(TypedDict, total=False):
    """Network access to the Kubernetes API. Nodes always reach it inside the network."""

    public: Sequence[str]
    """Public IPv4 ranges that may reach the API, such as an office's. Default: none, the API is private."""
    internal: Sequence[str]
    """IPv4 ranges of connected networks that may reach the private address of the API, such as those of a VPN, a
    bastion or a peered network. You connect the networks. Not allowed with `public`. Default: none."""
    deploy_from: str | None
    """Where the machines that deploy the stack are: `internet`, with unknown addresses such as those of hosted CI
    runners; `network`, in the network of the cluster; or an IPv4 range of `public` or `internal`. Preflight checks that
    they reach the API, and rehearsals start there. On AWS, `network` also admits the new network. Default: `internet`
    for a new cluster."""
    anywhere: bool
    """Confirms that `public` may contain 0.0.0.0/0, the whole internet."""


class ApiAccessDict(TypedDict, total=False):
    """Access to the Kubernetes API. Pods get a token of the app's service account, and a NetworkPolicy with `talks_to` allows connections to the ports 443 and 6443, on which API servers listen."""

    rules: Sequence[ApiRule | ApiRuleDict]
    """Permissions in the app's namespace: a Role. Default: none."""
    cluster_rules: Sequence[ClusterApiRule | ClusterApiRuleDict]
    """Permissions in the whole cluster: a ClusterRole. Default: none."""


class ApiRuleDict(TypedDict, total=False):
    """Permission for some verbs on some resources, in the app's namespace or in the whole cluster."""

    groups: Sequence[str]
    """API groups of the resources, without a version, at least one. "" is the core group, with pods and Services."""
    resources: Required[Sequence[str]]
    """Resources by their plural name in lower case, such as pods, or a subresource such as pods/log. At least one."""
    names: Sequence[str]
    """Names of the objects. Default: all objects."""
    verbs: Required[Sequence[Literal["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "approve", "sign", "attest", "bind", "escalate", "impersonate", "*"]]]
    """What the pods may do. At least one."""


class AutoscalingDict(TypedDict, total=False):
    """A HorizontalPodAutoscaler, which sets the number of pods."""

    min: int
    """Minimum number of pods, 1 to 1000."""
    max: Required[int]
    """Maximum number of pods, 1 to 1000."""
    cpu: int | None
    """Target for the average CPU use of the pods, in percent of the CPU request, 1 to 1000. Default: 80 if there is no
    other target, otherwise none."""
    memory: int | None
    """Target for the average memory use of the pods, in percent of the memory request, 1 to 1000.
    Default: no target."""
    metrics: Sequence[Metric | MetricDict]
    """Targets for other metrics, at most 20. The target that needs the most pods decides. Default: none."""
    scale_up: Scaling | ScalingDict | None
    """How fast pods are added. Default: Kubernetes' default."""
    scale_down: Scaling | ScalingDict | None
    """How fast pods are removed. Default: Kubernetes' default."""


class AwsIdentityDict(TypedDict, total=False):
    """An IAM role for the app, by EKS Pod Identity."""

    policies: Sequence[str | pulumi.Output[str]]
    """ARNs of managed policies of the role."""
    statements: Sequence[AwsStatement | AwsStatementDict]
    """Statements of the role's inline policy."""


class AwsStatementDict(TypedDict, total=False):
    """A statement of an IAM policy."""

    effect: Literal["Allow", "Deny"]
    """Whether the actions are allowed or denied."""
    actions: Required[Sequence[str]]
    """IAM actions, such as s3:GetObject. At least one."""
    resources: Required[Sequence[str | pulumi.Output[str]]]
    """ARNs of the resources. At least one."""


class AzureIdentityDict(TypedDict, total=False):
    """A managed identity for the app, by a federated credential."""

    roles: Sequence[AzureRole | AzureRoleDict]
    """Role assignments of the identity."""


class AzureRoleDict(TypedDict, total=False):
    """A role assignment in a scope. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"""

    role: Required[str]
    """Name of the role, such as Storage Blob Data Reader, or the id of its definition."""
    scope: Required[str | pulumi.Output[str]]
    """Resource id of a subscription, a resource group or a resource."""


class CertManagerDict(TypedDict, total=False):
    """An issuer of cert-manager, which must be installed in the cluster. It creates and renews the certificate."""

    issuer: Required[str]
    """Name of the issuer."""
    kind: Literal["ClusterIssuer", "Issuer"]
    """Kind of the issuer. An `Issuer` must be in the app's namespace."""


class CheckDict(TypedDict, total=False):
    """Probes of a container: by HTTP, gRPC or a command, or, with none of them, by connecting to its port."""

    path: str | None
    """HTTP path of the probe. Default: the probe only connects to the port."""
    port: int | str | None
    """Port of the probe, by its number, or by its name in the app. Default: the port of the container."""
    scheme: Literal["HTTP", "HTTPS"]
    """Scheme of an HTTP probe. The certificate is not verified."""
    headers: Mapping[str, str]
    """Headers of an HTTP probe."""
    grpc: bool | str
    """Whether the probe uses the gRPC health checking protocol, or the name of the service that it asks for."""
    command: Sequence[str]
    """Command that exits with 0 when the container is healthy, for containers without a port. At most 64 items.
    Default: no command."""
    timeout_seconds: int | None
    """Seconds after which a probe without an answer has failed, 1 to 600. Default: 10 for a command, otherwise 3."""
    period_seconds: int | None
    """Seconds from one probe to the next, 1 to 600, at least `timeout_seconds`. Default: 10 for a command, otherwise
    5. The default for liveness is twice as much."""
    failures: int | None
    """Number of failed probes in a row after which the container is unhealthy, 1 to 100. Default: 2. The default for
    liveness is 3."""
    startup_seconds: int
    """Seconds that the container may take to start, 1 to 3600."""
    liveness: bool | Probe | ProbeDict
    """Whether the container is restarted when it no longer answers, or another probe that decides it. With a probe of
    its own, the container has started when that probe succeeds."""


class CloudIdentityDict(TypedDict, total=False):
    """Permissions of an app's pods in each cloud that the app may run on."""

    aws: AwsIdentity | AwsIdentityDict | None
    """Permissions on EKS. Default: none."""
    gcp: GcpIdentity | GcpIdentityDict | None
    """Permissions on GKE. Default: none."""
    azure: AzureIdentity | AzureIdentityDict | None
    """Permissions on AKS. Default: none."""


class ClusterApiRuleDict(TypedDict, total=False):
    """Permission for some verbs on some resources of all namespaces or without one, or on some URLs."""

    groups: Sequence[str]
    """API groups of the resources, without a version, at least one. "" is the core group, with nodes and namespaces."""
    resources: Sequence[str]
    """Resources by their plural name in lower case. Exactly one of `resources` and `urls` is required."""
    names: Sequence[str]
    """Names of the objects. Default: all objects."""
    urls: Sequence[str]
    """Paths of the API server that are no resources. Exactly one of `resources` and `urls` is required."""
    verbs: Required[Sequence[Literal["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "approve", "sign", "attest", "bind", "escalate", "impersonate", "*"]]]
    """What the pods may do. At least one."""


class CronJobArgsDict(TypedDict, total=False):
    """Arguments of `CronJob`: the fields of the settings, and `cluster`, `namespace` and `transforms`."""

    namespace: str | Namespace | None
    """Namespace of the app: a `Namespace` component, or the name of an existing one. Default: a new namespace with the
    app's name."""
    renamed_from: Sequence[str]
    """Earlier names of the app, oldest first. Its objects keep the oldest name, so that renaming replaces nothing."""
    labels: Mapping[str, str]
    """Labels of all objects of the app, in addition to the recommended ones."""
    manifests: Sequence[Mapping[str, object]]
    """Additional Kubernetes objects, as manifests. They are created before the app's pods."""
    patches: Mapping[str, Mapping[str, object]]
    """Strategic merge patches to the app's objects, by their kind, such as Deployment, or by kind and name.
    `Service` is the app's Service; the headless one of a stateful app `db` is `Service/db-headless`."""
    image: Required[str | pulumi.Output[str]]
    """Container image with a tag or digest. The tag `latest` is not allowed."""
    command: Sequence[str]
    """Command of the container. Default: the image's entry point."""
    args: Sequence[str]
    """Arguments of the command. Default: the image's."""
    working_dir: str | Literal["/"] | None
    """Working directory of the command. Default: the image's."""
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables by name: text, or the source of the value."""
    resources: Resources | ResourcesDict
    """Resource requests and limits."""
    files: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Files in the container, by path: their text, or a secret. All files of an app are less than 1 MiB. A change
    restarts the pods."""
    mounts: Mapping[str, str | Mount | MountDict | Sequence[Mount | MountDict]]
    """Mount paths in the container, by the name of the volume in the app's `volumes`: a path, or a mapping, or a list
    of several."""
    read_only_root: bool
    """Whether the container can write only to volumes and `/tmp`. A policy requires it."""
    init_containers: Sequence[InitContainer | InitContainerDict]
    """Containers that run before the app's main container, one after the other. Sidecars among them keep running."""
    containers: Sequence[NamedContainer | NamedContainerDict]
    """Containers that run beside the app's main container."""
    volumes: Mapping[str, Volume | VolumeDict]
    """Volumes of the pod, by name. `/tmp` is writable without one."""
    external_secrets: Mapping[str, ExternalSecret | ExternalSecretDict]
    """Secrets that the External Secrets operator synchronizes, by the name that `env` refers to with `external`."""
    csi_secrets: Mapping[str, CsiSecrets | CsiSecretsDict]
    """Secrets that the Secrets Store CSI driver mounts as files, by name."""
    pull_secrets: Sequence[str | pulumi.Output[str]]
    """Existing Secrets in the namespace with credentials for private registries."""
    registries: Mapping[str, Login | LoginDict]
    """Credentials for private registries by host, such as registry.example.com."""
    run_as_user: int
    """Numeric user id of the containers, 1 to 2147483647. Root is not allowed."""
    run_as_group: int | None
    """Numeric group id of the containers, and of the files in volumes of type `claim`, 0 to 2147483647. Default: the
    same as `run_as_user`."""
    host_aliases: Mapping[str, Sequence[str]]
    """Lines of the pods' `/etc/hosts`: host names by IP address."""
    pod_labels: Mapping[str, str]
    """Labels of the pods, in addition to those that every pod has."""
    pod_annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the pods. A change restarts them."""
    pool: str | None
    """Node pool of the pods. Pods tolerate its taints. Default: any pool without taints."""
    node_selector: Mapping[str, str]
    """Labels that a node must have to run the pods."""
    tolerations: Sequence[Toleration | TolerationDict]
    """Taints that the pods tolerate, in addition to those of `pool`."""
    priority_class: str | pulumi.Output[str] | None
    """Name of an existing PriorityClass. Default: the cluster's default priority."""
    stop_seconds: int
    """Seconds between the stop signal and the kill, 1 to 7200, in addition to the time for draining connections."""
    identity: CloudIdentity | CloudIdentityDict | None
    """Permissions of the pods in the cloud. Default: none."""
    annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the workload: its Deployment, StatefulSet, DaemonSet, Job or CronJob."""
    api_access: ApiAccess | ApiAccessDict | None
    """Access of the pods to the Kubernetes API. Default: none, and no token."""
    talks_to: Sequence[str | Peer | PeerDict] | None
    """Apps, namespaces and IP ranges that the app connects to. If set, even to an empty list, a NetworkPolicy
    restricts the app. Outgoing connections are allowed only to these, to apps that list this one in `called_by`, and to
    DNS. Incoming connections are allowed only from apps that list this one, from `called_by`, from its routes, and from
    clients outside the cluster if its Service has the type NodePort or LoadBalancer. Default: no restriction inside the
    cluster."""
    called_by: Sequence[str | Peer | PeerDict]
    """Sources that may connect to the app, in addition to apps that list it in `talks_to`. Requires `talks_to`."""
    deadline: int
    """Seconds that a run may take including retries, 10 to 86400."""
    retries: int
    """How often a failed pod is replaced, 0 to 100."""
    parallelism: int
    """Maximum number of pods that run at once, 1 to 1000."""
    completions: int
    """Number of pods that must succeed, 1 to 100000."""
    indexed: bool
    """Whether each pod that must succeed has an index, from 0 to `completions` - 1, in the variable
    JOB_COMPLETION_INDEX and as the end of its host name.

    https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode"""
    retries_per_index: int | None
    """How often a failed pod of each index is replaced, 0 to 100, in place of `retries`; other indexes go on. Requires
    `indexed`. Default: `retries` for all pods together."""
    max_failed_indexes: int | None
    """Number of failed indexes above which the run stops at once, 0 to 100000. Requires `retries_per_index`.
    Default: all indexes run."""
    on_failure: Sequence[FailureRule | FailureRuleDict]
    """What to do when a pod fails, by its exit code or its condition: the first rule that matches, at most 20. Default:
    the pod is replaced, up to `retries`."""
    ttl_seconds: int | None
    """Seconds after which a finished run is deleted with its pods and their logs, 0 to 2147483647. Default: it is
    kept until a later run takes its place."""
    kind: Literal["cronjob"]
    """`cronjob`: runs on a schedule."""
    schedule: Required[str]
    """Schedule in cron syntax: five fields (minute, hour, day of the month, month, day of the week), a macro such as
    @daily, or `@every 90m`."""
    time_zone: str
    """Time zone of the schedule, by its name in the tz database."""
    concurrency: Literal["Allow", "Forbid", "Replace"]
    """What happens if the previous run has not finished. `Allow`: both run. `Forbid`: the new run is skipped.
    `Replace`: the previous run is stopped."""
    start_within: int
    """Seconds after the scheduled time within which a run may start, 10 to 86400. Later, the run is skipped."""
    suspended: bool
    """Whether no further runs start."""
    keep_succeeded: int
    """Number of finished runs that are kept with their logs, 0 to 1000."""
    keep_failed: int
    """Number of failed runs that are kept with their logs, 0 to 1000."""
    cluster: Required[HasContext | ClusterContext]
    """Cluster of the app: a cluster component, or a `ClusterContext`."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that change the app's manifests before they are registered. Each takes a manifest and returns one."""


class CsiSecretsDict(TypedDict, total=False):
    """Secrets that the Secrets Store CSI driver mounts as files from an external store."""

    provider: Required[Literal["aws", "azure", "gcp", "vault"]]
    """Provider of the driver."""
    path: Required[str]
    """Directory of the files in the app's main container."""
    parameters: Required[Mapping[str, str | pulumi.Output[str]]]
    """Parameters of the provider. For aws `objects`, for gcp `secrets`: a YAML document as text."""


class DaemonServiceArgsDict(TypedDict, total=False):
    """Arguments of `DaemonService`: the fields of the settings, and `cluster`, `namespace` and `transforms`."""

    namespace: str | Namespace | None
    """Namespace of the app: a `Namespace` component, or the name of an existing one. Default: a new namespace with the
    app's name."""
    renamed_from: Sequence[str]
    """Earlier names of the app, oldest first. Its objects keep the oldest name, so that renaming replaces nothing."""
    labels: Mapping[str, str]
    """Labels of all objects of the app, in addition to the recommended ones."""
    manifests: Sequence[Mapping[str, object]]
    """Additional Kubernetes objects, as manifests. They are created before the app's pods."""
    patches: Mapping[str, Mapping[str, object]]
    """Strategic merge patches to the app's objects, by their kind, such as Deployment, or by kind and name.
    `Service` is the app's Service; the headless one of a stateful app `db` is `Service/db-headless`."""
    image: Required[str | pulumi.Output[str]]
    """Container image with a tag or digest. The tag `latest` is not allowed."""
    command: Sequence[str]
    """Command of the container. Default: the image's entry point."""
    args: Sequence[str]
    """Arguments of the command. Default: the image's."""
    working_dir: str | Literal["/"] | None
    """Working directory of the command. Default: the image's."""
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables by name: text, or the source of the value."""
    resources: Resources | ResourcesDict
    """Resource requests and limits."""
    files: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Files in the container, by path: their text, or a secret. All files of an app are less than 1 MiB. A change
    restarts the pods."""
    mounts: Mapping[str, str | Mount | MountDict | Sequence[Mount | MountDict]]
    """Mount paths in the container, by the name of the volume in the app's `volumes`: a path, or a mapping, or a list
    of several."""
    read_only_root: bool
    """Whether the container can write only to volumes and `/tmp`. A policy requires it."""
    init_containers: Sequence[InitContainer | InitContainerDict]
    """Containers that run before the app's main container, one after the other. Sidecars among them keep running."""
    containers: Sequence[NamedContainer | NamedContainerDict]
    """Containers that run beside the app's main container."""
    volumes: Mapping[str, Volume | VolumeDict]
    """Volumes of the pod, by name. `/tmp` is writable without one."""
    external_secrets: Mapping[str, ExternalSecret | ExternalSecretDict]
    """Secrets that the External Secrets operator synchronizes, by the name that `env` refers to with `external`."""
    csi_secrets: Mapping[str, CsiSecrets | CsiSecretsDict]
    """Secrets that the Secrets Store CSI driver mounts as files, by name."""
    pull_secrets: Sequence[str | pulumi.Output[str]]
    """Existing Secrets in the namespace with credentials for private registries."""
    registries: Mapping[str, Login | LoginDict]
    """Credentials for private registries by host, such as registry.example.com."""
    run_as_user: int
    """Numeric user id of the containers, 1 to 2147483647. Root is not allowed."""
    run_as_group: int | None
    """Numeric group id of the containers, and of the files in volumes of type `claim`, 0 to 2147483647. Default: the
    same as `run_as_user`."""
    host_aliases: Mapping[str, Sequence[str]]
    """Lines of the pods' `/etc/hosts`: host names by IP address."""
    pod_labels: Mapping[str, str]
    """Labels of the pods, in addition to those that every pod has."""
    pod_annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the pods. A change restarts them."""
    pool: str | None
    """Node pool of the pods. Pods tolerate its taints. Default: any pool without taints."""
    node_selector: Mapping[str, str]
    """Labels that a node must have to run the pods."""
    tolerations: Sequence[Toleration | TolerationDict]
    """Taints that the pods tolerate, in addition to those of `pool`."""
    priority_class: str | pulumi.Output[str] | None
    """Name of an existing PriorityClass. Default: the cluster's default priority."""
    stop_seconds: int
    """Seconds between the stop signal and the kill, 1 to 7200, in addition to the time for draining connections."""
    identity: CloudIdentity | CloudIdentityDict | None
    """Permissions of the pods in the cloud. Default: none."""
    annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the workload: its Deployment, StatefulSet, DaemonSet, Job or CronJob."""
    api_access: ApiAccess | ApiAccessDict | None
    """Access of the pods to the Kubernetes API. Default: none, and no token."""
    talks_to: Sequence[str | Peer | PeerDict] | None
    """Apps, namespaces and IP ranges that the app connects to. If set, even to an empty list, a NetworkPolicy
    restricts the app. Outgoing connections are allowed only to these, to apps that list this one in `called_by`, and to
    DNS. Incoming connections are allowed only from apps that list this one, from `called_by`, from its routes, and from
    clients outside the cluster if its Service has the type NodePort or LoadBalancer. Default: no restriction inside the
    cluster."""
    called_by: Sequence[str | Peer | PeerDict]
    """Sources that may connect to the app, in addition to apps that list it in `talks_to`. Requires `talks_to`."""
    kind: Literal["daemon"]
    """`daemon`: a pod on every node."""
    port: int | None
    """Port that the container listens on, 1 to 65535. A Service then sends each client to the pod on the client's node.
    Default: no port and no Service."""
    port_name: str
    """Name of the port, at most 15 characters."""
    protocol: Literal["TCP", "UDP", "SCTP"]
    """Transport protocol of the port."""
    health: Check | CheckDict
    """Probes of the container."""
    service: ServiceSpec | ServiceSpecDict
    """The Service of the app, if it has a port."""
    all_nodes: bool
    """Whether it also runs on nodes with taints."""
    max_unavailable: str
    """Maximum number of nodes without a ready pod during a rollout, as a number or a percentage. Not 0."""
    min_ready_seconds: int
    """Seconds that a new pod must be ready before it counts as available, 0 to 3600."""
    deadline: int
    """Seconds that a rollout to all nodes may take, 10 to 3600."""
    cluster: Required[HasContext | ClusterContext]
    """Cluster of the app: a cluster component, or a `ClusterContext`."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that change the app's manifests before they are registered. Each takes a manifest and returns one."""


class DisruptionDict(TypedDict, total=False):
    """A PodDisruptionBudget: how many pods may be unavailable while nodes are drained."""

    max_unavailable: str
    """Maximum number of unavailable pods, as a number or a percentage. Not 0, which would block node drains."""


class EksClusterArgsDict(TypedDict, total=False):
    """Arguments of `EksCluster`: the fields of the settings, with an optional `cloud`, and those of programs only."""

    cloud: Literal["aws"]
    """`aws`: a cluster on Amazon EKS."""
    name: Required[str]
    """Name of the cluster, unique in the account and region. A DNS label."""
    region: Required[str]
    """The cloud's name of the region, such as eu-west-1, europe-west1 or westeurope."""
    version: Literal["1.34", "1.35", "1.36"]
    """Kubernetes minor version. Upgrade by one minor version at a time; downgrades are not possible."""
    mode: Literal["standard", "managed"]
    """Who manages the nodes. `standard`: the cluster has the node pools in `pools`. `managed`: the cloud manages the
    nodes (EKS Auto Mode, GKE Autopilot, AKS Automatic), and `pools` must be empty."""
    zones: Required[Sequence[str]]
    """Two or three zones that the cluster spans, by the cloud's names: eu-west-1a, europe-west1-b, "1"."""
    api: Api | ApiDict
    """Network access to the Kubernetes API. Default: private."""
    access: Access | AccessDict
    """Who has access to the cluster. Default: only the principal that creates it."""
    network: Network | NetworkDict
    """The network that is created for the cluster."""
    maintenance: Maintenance | MaintenanceDict | None
    """Maintenance window for upgrades by the cloud. Not available on AWS, which upgrades only on request.
    Default: Sundays from 00:00 to 12:00 UTC."""
    pools: Mapping[str, EksNodePool | EksNodePoolDict | NodePool]
    """Node pools by name. Mode `standard` needs at least one; mode `managed` has none."""
    gateway_api: bool
    """Whether the cluster has the Gateway API and a controller for it, for apps with `via: gateway`. Includes the apps
    of stacks that refer to this one."""
    protect: bool
    """Whether the cluster is protected against deletion, in the cloud and in Pulumi. Before a `destroy`, set it to
    false and deploy."""
    tags: Mapping[str, str | pulumi.Output[str]]
    """Tags of all resources that can have them. On Google Cloud, labels."""
    eks: EksOptions | EksOptionsDict
    """Settings that only EKS has."""
    gateway_definitions: Sequence[Mapping[str, object]] | None
    """CustomResourceDefinitions of the Gateway API, for `gateway_api`. Default: those that the toolchain installs at
    .anykube/share/gateway-api.yaml in the project."""


class EksNodePoolDict(TypedDict, total=False):
    """A node pool on EKS."""

    count: int | None
    """Number of nodes in total over all zones, 0 to 1000. With `min` and `max`: the size at creation only, which GKE
    rounds to the same number in each zone. Default: set by the autoscaler between `min` and `max`."""
    min: int | None
    """Minimum number of nodes in total over all zones, 0 to 1000. Requires `max`. Default: no autoscaling."""
    max: int | None
    """Maximum number of nodes in total over all zones, 0 to 1000. Requires `min`. Default: no autoscaling."""
    machine: Machine | MachineDict
    """Machine type of the nodes. Default: 2 CPUs and 8 GiB of memory."""
    labels: Mapping[str, str]
    """Kubernetes labels of the nodes."""
    taints: Sequence[Taint | TaintDict]
    """Taints of the nodes."""
    zones: Sequence[str]
    """Zones that nodes are placed in, in turn. Default: all zones of the cluster."""
    spot: bool
    """Whether nodes are spot capacity: cheaper, but the cloud may reclaim them at short notice."""
    disk: int | None
    """Size of a node's disk in GiB, 20 to 16384. Default: 80 on AWS, 100 on Google Cloud, 128 on Azure."""
    surge: str | None
    """How many nodes an upgrade replaces at once: a number from "1" to "100", or a percentage. New nodes come first.
    Default: 33% on AWS, 1 on Google Cloud, 10% on Azure."""
    eks: EksPool | EksPoolDict | None
    """Settings that only EKS has. Default: the defaults of their fields."""


class EksOptionsDict(TypedDict, total=False):
    """Settings of a cluster that only EKS has."""

    account: str | None
    """Id of the AWS account that has the cluster, 12 digits in quotes. A run with credentials of another account is
    refused before it starts. Default: the account of whoever runs, so that nothing notices wrong credentials."""
    vpc: Vpc | VpcDict | None
    """An existing VPC. Default: a new VPC, described by the `network` of the cluster."""
    log_types: Sequence[Literal["api", "audit", "authenticator", "controllerManager", "scheduler"]]
    """Control plane logs that are sent to CloudWatch.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html"""
    log_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]
    """Days that CloudWatch keeps logs."""
    support: Literal["STANDARD", "EXTENDED"]
    """What happens when standard support for the version ends. `STANDARD`: AWS upgrades the cluster. `EXTENDED`: it
    keeps the version, for an additional fee.

    https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html"""
    permissions_boundary: str | None
    """ARN of a policy that limits the permissions of every role that the stack creates. With it, `anykube roles` lets
    the stack's pipeline create only roles that have it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"""


class EksPoolDict(TypedDict, total=False):
    """Settings of a node pool that only EKS has."""

    image: Literal["AL2023", "Bottlerocket"] | None
    """Operating system of the nodes. Default: AL2023; with GPUs Bottlerocket, which includes the device plugin."""


class ExistingClusterArgsDict(TypedDict, total=False):
    """Arguments of `ExistingCluster`: the fields of the settings, with an optional `cloud`."""

    cloud: Literal["existing"]
    """`existing`: a cluster that is reached through a kubeconfig."""
    name: str
    """Name of the cluster in error messages. A DNS label."""
    kubeconfig: str | pulumi.Output[str]
    """Path of a kubeconfig file. A relative path starts at the project's folder. An output is the content of a
    kubeconfig instead, such as that of a cluster in the same program."""
    context: str | None
    """Context in the kubeconfig. Default: the current context."""


class ExistingClusterSpecDict(TypedDict, total=False):
    """A cluster that Anykube does not create, such as kind, minikube or a shared one."""

    cloud: Required[Literal["existing"]]
    """`existing`: a cluster that is reached through a kubeconfig."""
    name: str
    """Name of the cluster in error messages. A DNS label."""
    kubeconfig: str
    """Path of a kubeconfig file. A relative path starts at the project's folder."""
    context: str | None
    """Context in the kubeconfig. Default: the current context."""


class ExternalRefDict(TypedDict, total=False):
    """A key of one of the app's `external_secrets`."""

    external: Required[str]
    """Name in the app's `external_secrets`."""
    key: Required[str]
    """Key in its `keys`."""


class ExternalSecretDict(TypedDict, total=False):
    """A Secret that the External Secrets operator synchronizes from a store."""

    store: Required[str]
    """Name of an existing ClusterSecretStore, or of a SecretStore in the app's namespace."""
    store_kind: Literal["ClusterSecretStore", "SecretStore"]
    """Kind of the store."""
    keys: Required[Mapping[str, RemoteKey | RemoteKeyDict]]
    """Keys of the Secret, and the value of each in the store. At least one."""
    refresh: str
    """Interval between reads of the store: a number and s, m or h."""


class ExternalServiceArgsDict(TypedDict, total=False):
    """Arguments of `ExternalService`: the fields of the settings, and `cluster`, `namespace` and `transforms`."""

    namespace: str | Namespace | None
    """Namespace of the app: a `Namespace` component, or the name of an existing one. Default: a new namespace with the
    app's name."""
    renamed_from: Sequence[str]
    """Earlier names of the app, oldest first. Its objects keep the oldest name, so that renaming replaces nothing."""
    labels: Mapping[str, str]
    """Labels of all objects of the app, in addition to the recommended ones."""
    manifests: Sequence[Mapping[str, object]]
    """Additional Kubernetes objects, as manifests. They are created before the app's pods."""
    patches: Mapping[str, Mapping[str, object]]
    """Strategic merge patches to the app's objects, by their kind, such as Deployment, or by kind and name.
    `Service` is the app's Service; the headless one of a stateful app `db` is `Service/db-headless`."""
    kind: Literal["external"]
    """`external`: a name for an external host."""
    host: str | pulumi.Output[str] | None
    """DNS name of the host. Exactly one of `host` and `addresses` is required."""
    cidrs: Sequence[str]
    """IP ranges of `host`. Required if apps list this one in `talks_to` or `called_by`, because NetworkPolicies do
    not support DNS names."""
    addresses: Sequence[str]
    """IP addresses of the host, at most 100. Requires `port`."""
    port: int | None
    """Port of the host and of the Service, 1 to 65535. Only with `addresses`: a DNS name leads to every port."""
    port_name: str
    """Name of the port, at most 15 characters."""
    target: int | None
    """Port of the host, 1 to 65535, if it differs from `port`. Default: the same as `port`."""
    protocol: Literal["TCP", "UDP", "SCTP"]
    """Transport protocol of the port."""
    app_protocol: str | None
    """Application protocol of the port, such as kubernetes.io/h2c. Default: not set."""
    cluster: Required[HasContext | ClusterContext]
    """Cluster of the app: a cluster component, or a `ClusterContext`."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that change the app's manifests before they are registered. Each takes a manifest and returns one."""


class FailureRuleDict(TypedDict, total=False):
    """What to do when a pod fails. Exactly one of `exit_codes`, `except_exit_codes` and `condition` is required."""

    action: Required[Literal["FailJob", "FailIndex", "Ignore", "Count"]]
    """`FailJob`: the run fails at once. `FailIndex`: the pod's index fails, with `retries_per_index`. `Ignore`: the pod
    is replaced and not counted. `Count`: the pod is replaced and counted."""
    exit_codes: Sequence[int]
    """Exit codes of the app's main container, 1 to 255."""
    except_exit_codes: Sequence[int]
    """Exit codes of the app's main container for which the rule does not apply, 0 to 255: it does for all others."""
    condition: str | None
    """Condition of the pod with the status True. `DisruptionTarget`: it was evicted, preempted or deleted."""


class FromConfigDict(TypedDict, total=False):
    """A key of an existing ConfigMap in the app's namespace."""

    from_config: Required[str | pulumi.Output[str]]
    """Name of the ConfigMap."""
    key: Required[str]
    """Key in the ConfigMap."""


class FromFieldDict(TypedDict, total=False):
    """A field of the pod, by the downward API."""

    field: Required[Literal["metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.podIP"]]
    """Path of the field."""


class FromResourceDict(TypedDict, total=False):
    """A resource request or limit of the container: CPU in cores, rounded up; memory in bytes."""

    resource: Required[Literal["limits.cpu", "limits.memory", "requests.cpu", "requests.memory"]]
    """Which request or limit."""


class FromSecretDict(TypedDict, total=False):
    """A key of an existing Secret in the app's namespace."""

    from_secret: Required[str | pulumi.Output[str]]
    """Name of the Secret."""
    key: Required[str]
    """Key in the Secret."""


class GatewayNameDict(TypedDict, total=False):
    """An existing Gateway. Its owner configures its listeners and their certificates."""

    name: Required[str]
    """Name of the Gateway."""
    namespace: str | None
    """Namespace of the Gateway, whose listeners must allow routes from the app's namespace. Default: the app's."""


class GcpGrantDict(TypedDict, total=False):
    """A role on one resource, by an IAM condition on the resource's name."""

    role: Required[str]
    """Name of the role, such as roles/storage.objectViewer."""
    resource: Required[str | pulumi.Output[str]]
    """IAM name of the resource, such as projects/_/buckets/shop-images. Includes everything below it."""


class GcpIdentityDict(TypedDict, total=False):
    """IAM roles of the Kubernetes service account, by Workload Identity Federation, without a key."""

    roles: Sequence[str]
    """Roles in the whole project, such as roles/pubsub.publisher."""
    grants: Sequence[GcpGrant | GcpGrantDict]
    """Roles on single resources."""


class GkeClusterArgsDict(TypedDict, total=False):
    """Arguments of `GkeCluster`: the fields of the settings, with an optional `cloud`."""

    cloud: Literal["gcp"]
    """`gcp`: a cluster on Google Kubernetes Engine."""
    name: Required[str]
    """Name of the cluster, unique in the account and region. A DNS label."""
    region: Required[str]
    """The cloud's name of the region, such as eu-west-1, europe-west1 or westeurope."""
    version: Literal["1.34", "1.35", "1.36"]
    """Kubernetes minor version. Upgrade by one minor version at a time; downgrades are not possible."""
    mode: Literal["standard", "managed"]
    """Who manages the nodes. `standard`: the cluster has the node pools in `pools`. `managed`: the cloud manages the
    nodes (EKS Auto Mode, GKE Autopilot, AKS Automatic), and `pools` must be empty."""
    zones: Required[Sequence[str]]
    """Two or three zones that the cluster spans, by the cloud's names: eu-west-1a, europe-west1-b, "1"."""
    api: Api | ApiDict
    """Network access to the Kubernetes API. Default: private."""
    access: Access | AccessDict
    """Who has access to the cluster. Default: only the principal that creates it."""
    network: Network | NetworkDict
    """The network that is created for the cluster."""
    maintenance: Maintenance | MaintenanceDict | None
    """Maintenance window for upgrades by the cloud. Not available on AWS, which upgrades only on request.
    Default: Sundays from 00:00 to 12:00 UTC."""
    pools: Mapping[str, GkeNodePool | GkeNodePoolDict | NodePool]
    """Node pools by name. Mode `standard` needs at least one; mode `managed` has none."""
    gateway_api: bool
    """Whether the cluster has the Gateway API and a controller for it, for apps with `via: gateway`. Includes the apps
    of stacks that refer to this one."""
    protect: bool
    """Whether the cluster is protected against deletion, in the cloud and in Pulumi. Before a `destroy`, set it to
    false and deploy."""
    tags: Mapping[str, str | pulumi.Output[str]]
    """Tags of all resources that can have them. On Google Cloud, labels."""
    gke: Required[GkeOptions | GkeOptionsDict]
    """Settings that only GKE has."""


class GkeNetworkDict(TypedDict, total=False):
    """An existing VPC network with a subnetwork in the cluster's region, perhaps of another project (Shared VPC)."""

    network: Required[str | pulumi.Output[str]]
    """Name of the network, or projects/HOST/global/networks/NAME."""
    subnetwork: Required[str | pulumi.Output[str]]
    """Subnetwork of the nodes: its name, or projects/HOST/regions/REGION/subnetworks/NAME. It must have Private Google
    Access."""
    pods: Required[str | pulumi.Output[str]]
    """Name of the subnetwork's secondary range for pods."""
    services: Required[str | pulumi.Output[str]]
    """Name of the subnetwork's secondary range for Services."""


class GkeNodePoolDict(TypedDict, total=False):
    """A node pool on GKE."""

    count: int | None
    """Number of nodes in total over all zones, 0 to 1000. With `min` and `max`: the size at creation only, which GKE
    rounds to the same number in each zone. Default: set by the autoscaler between `min` and `max`."""
    min: int | None
    """Minimum number of nodes in total over all zones, 0 to 1000. Requires `max`. Default: no autoscaling."""
    max: int | None
    """Maximum number of nodes in total over all zones, 0 to 1000. Requires `min`. Default: no autoscaling."""
    machine: Machine | MachineDict
    """Machine type of the nodes. Default: 2 CPUs and 8 GiB of memory."""
    labels: Mapping[str, str]
    """Kubernetes labels of the nodes."""
    taints: Sequence[Taint | TaintDict]
    """Taints of the nodes."""
    zones: Sequence[str]
    """Zones that nodes are placed in, in turn. Default: all zones of the cluster."""
    spot: bool
    """Whether nodes are spot capacity: cheaper, but the cloud may reclaim them at short notice."""
    disk: int | None
    """Size of a node's disk in GiB, 20 to 16384. Default: 80 on AWS, 100 on Google Cloud, 128 on Azure."""
    surge: str | None
    """How many nodes an upgrade replaces at once: a number from "1" to "100", or a percentage. New nodes come first.
    Default: 33% on AWS, 1 on Google Cloud, 10% on Azure."""
    gke: GkePool | GkePoolDict | None
    """Settings that only GKE has. Default: the defaults of their fields."""


class GkeOptionsDict(TypedDict, total=False):
    """Settings of a cluster that only GKE has."""

    project: Required[str]
    """Id of the Google Cloud project that has the cluster, 6 to 30 characters."""
    network: GkeNetwork | GkeNetworkDict | None
    """An existing network. Default: a new one, described by the `network` of the cluster."""
    pods: str
    """IPv4 range of pods, /9 to /21. Must not overlap the ranges of the network and of Services. Each node takes a /24,
    for up to 110 pods.

    https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips"""
    control_plane: str
    """IPv4 range of the control plane's private endpoint, a /28. Must not overlap any other range of the cluster."""
    dns_endpoint: bool
    """Whether the API also has a DNS-based endpoint. Identities with the permission container.clusters.connect reach it
    from any network.

    https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation"""
    security_group: str | pulumi.Output[str] | None
    """The Google Workspace group gke-security-groups@YOUR-DOMAIN, which must contain all groups in `access`.
    Default: groups have no access.

    https://cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac"""
    channel: Literal["RAPID", "REGULAR", "STABLE", "EXTENDED"]
    """Release channel: how soon GKE offers new versions.

    https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels"""
    logs: Sequence[Literal["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"]]
    """Logs that are sent to Cloud Logging.

    https://cloud.google.com/kubernetes-engine/docs/about/about-logs"""


class GkePoolDict(TypedDict, total=False):
    """Settings of a node pool that only GKE has."""

    image: Literal["COS_CONTAINERD", "UBUNTU_CONTAINERD"]
    """Operating system of the nodes. https://cloud.google.com/kubernetes-engine/docs/concepts/node-images"""
    disk_type: Literal["pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"] | None
    """Type of a node's disk. Default: pd-balanced; hyperdisk-balanced for machine types that support only Hyperdisk."""
    gpu_driver: Literal["DEFAULT", "LATEST"]
    """Version of the NVIDIA driver that GKE installs on nodes with GPUs."""


class HealthDict(TypedDict, total=False):
    """Probes of a web service. The liveness probe only connects to the port, so that a busy pod is not restarted."""

    path: str | None
    """HTTP path of the readiness probe. null: the probe only connects to the port."""
    port: int | str | None
    """Port of the probe, by its number, or by its name in the app. Default: the port of the container."""
    scheme: Literal["HTTP", "HTTPS"]
    """Scheme of an HTTP probe. The certificate is not verified."""
    headers: Mapping[str, str]
    """Headers of an HTTP probe."""
    grpc: bool | str
    """Whether the probe uses the gRPC health checking protocol, or the name of the service that it asks for."""
    command: Sequence[str]
    """Command that exits with 0 when the container is healthy, for containers without a port. At most 64 items.
    Default: no command."""
    timeout_seconds: int | None
    """Seconds after which a probe without an answer has failed, 1 to 600. Default: 10 for a command, otherwise 3."""
    period_seconds: int | None
    """Seconds from one probe to the next, 1 to 600, at least `timeout_seconds`. Default: 10 for a command, otherwise
    5. The default for liveness is twice as much."""
    failures: int | None
    """Number of failed probes in a row after which the container is unhealthy, 1 to 100. Default: 2. The default for
    liveness is 3."""
    startup_seconds: int
    """Seconds that the container may take to start, 1 to 3600."""
    liveness: bool | Probe | ProbeDict
    """Whether the container is restarted when it no longer answers, or another probe that decides it. With a probe of
    its own, the container has started when that probe succeeds."""


class InitContainerDict(TypedDict, total=False):
    """A container that runs to completion before the app's main container, in the order of the list."""

    image: Required[str | pulumi.Output[str]]
    """Container image with a tag or digest. The tag `latest` is not allowed."""
    command: Sequence[str]
    """Command of the container. Default: the image's entry point."""
    args: Sequence[str]
    """Arguments of the command. Default: the image's."""
    working_dir: str | Literal["/"] | None
    """Working directory of the command. Default: the image's."""
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables by name: text, or the source of the value."""
    resources: Resources | ResourcesDict
    """Resource requests and limits."""
    files: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Files in the container, by path: their text, or a secret. All files of an app are less than 1 MiB. A change
    restarts the pods."""
    mounts: Mapping[str, str | Mount | MountDict | Sequence[Mount | MountDict]]
    """Mount paths in the container, by the name of the volume in the app's `volumes`: a path, or a mapping, or a list
    of several."""
    read_only_root: bool
    """Whether the container can write only to volumes and `/tmp`. A policy requires it."""
    name: Required[str]
    """Name of the container, unique in the pod. A DNS label."""
    port: int | None
    """Port that the container listens on, 1 to 65535, for its probes. Default: no port."""
    health: Check | CheckDict | None
    """Probes of the container. Default: no probes."""
    run_as_user: int | None
    """Numeric user id of the container, 1 to 2147483647. Default: the app's."""
    run_as_group: int | None
    """Numeric group id of the container, 0 to 2147483647. Default: `run_as_user`, or else the app's."""
    sidecar: bool
    """Whether it is a sidecar: it starts in this order and keeps running as long as the pod, also in jobs.

    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/"""


class JobArgsDict(TypedDict, total=False):
    """Arguments of `Job`: the fields of the settings, and `cluster`, `namespace` and `transforms`."""

    namespace: str | Namespace | None
    """Namespace of the app: a `Namespace` component, or the name of an existing one. Default: a new namespace with the
    app's name."""
    renamed_from: Sequence[str]
    """Earlier names of the app, oldest first. Its objects keep the oldest name, so that renaming replaces nothing."""
    labels: Mapping[str, str]
    """Labels of all objects of the app, in addition to the recommended ones."""
    manifests: Sequence[Mapping[str, object]]
    """Additional Kubernetes objects, as manifests. They are created before the app's pods."""
    patches: Mapping[str, Mapping[str, object]]
    """Strategic merge patches to the app's objects, by their kind, such as Deployment, or by kind and name.
    `Service` is the app's Service; the headless one of a stateful app `db` is `Service/db-headless`."""
    image: Required[str | pulumi.Output[str]]
    """Container image with a tag or digest. The tag `latest` is not allowed."""
    command: Sequence[str]
    """Command of the container. Default: the image's entry point."""
    args: Sequence[str]
    """Arguments of the command. Default: the image's."""
    working_dir: str | Literal["/"] | None
    """Working directory of the command. Default: the image's."""
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables by name: text, or the source of the value."""
    resources: Resources | ResourcesDict
    """Resource requests and limits."""
    files: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Files in the container, by path: their text, or a secret. All files of an app are less than 1 MiB. A change
    restarts the pods."""
    mounts: Mapping[str, str | Mount | MountDict | Sequence[Mount | MountDict]]
    """Mount paths in the container, by the name of the volume in the app's `volumes`: a path, or a mapping, or a list
    of several."""
    read_only_root: bool
    """Whether the container can write only to volumes and `/tmp`. A policy requires it."""
    init_containers: Sequence[InitContainer | InitContainerDict]
    """Containers that run before the app's main container, one after the other. Sidecars among them keep running."""
    containers: Sequence[NamedContainer | NamedContainerDict]
    """Containers that run beside the app's main container."""
    volumes: Mapping[str, Volume | VolumeDict]
    """Volumes of the pod, by name. `/tmp` is writable without one."""
    external_secrets: Mapping[str, ExternalSecret | ExternalSecretDict]
    """Secrets that the External Secrets operator synchronizes, by the name that `env` refers to with `external`."""
    csi_secrets: Mapping[str, CsiSecrets | CsiSecretsDict]
    """Secrets that the Secrets Store CSI driver mounts as files, by name."""
    pull_secrets: Sequence[str | pulumi.Output[str]]
    """Existing Secrets in the namespace with credentials for private registries."""
    registries: Mapping[str, Login | LoginDict]
    """Credentials for private registries by host, such as registry.example.com."""
    run_as_user: int
    """Numeric user id of the containers, 1 to 2147483647. Root is not allowed."""
    run_as_group: int | None
    """Numeric group id of the containers, and of the files in volumes of type `claim`, 0 to 2147483647. Default: the
    same as `run_as_user`."""
    host_aliases: Mapping[str, Sequence[str]]
    """Lines of the pods' `/etc/hosts`: host names by IP address."""
    pod_labels: Mapping[str, str]
    """Labels of the pods, in addition to those that every pod has."""
    pod_annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the pods. A change restarts them."""
    pool: str | None
    """Node pool of the pods. Pods tolerate its taints. Default: any pool without taints."""
    node_selector: Mapping[str, str]
    """Labels that a node must have to run the pods."""
    tolerations: Sequence[Toleration | TolerationDict]
    """Taints that the pods tolerate, in addition to those of `pool`."""
    priority_class: str | pulumi.Output[str] | None
    """Name of an existing PriorityClass. Default: the cluster's default priority."""
    stop_seconds: int
    """Seconds between the stop signal and the kill, 1 to 7200, in addition to the time for draining connections."""
    identity: CloudIdentity | CloudIdentityDict | None
    """Permissions of the pods in the cloud. Default: none."""
    annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the workload: its Deployment, StatefulSet, DaemonSet, Job or CronJob."""
    api_access: ApiAccess | ApiAccessDict | None
    """Access of the pods to the Kubernetes API. Default: none, and no token."""
    talks_to: Sequence[str | Peer | PeerDict] | None
    """Apps, namespaces and IP ranges that the app connects to. If set, even to an empty list, a NetworkPolicy
    restricts the app. Outgoing connections are allowed only to these, to apps that list this one in `called_by`, and to
    DNS. Incoming connections are allowed only from apps that list this one, from `called_by`, from its routes, and from
    clients outside the cluster if its Service has the type NodePort or LoadBalancer. Default: no restriction inside the
    cluster."""
    called_by: Sequence[str | Peer | PeerDict]
    """Sources that may connect to the app, in addition to apps that list it in `talks_to`. Requires `talks_to`."""
    deadline: int
    """Seconds that a run may take including retries, 10 to 86400."""
    retries: int
    """How often a failed pod is replaced, 0 to 100."""
    parallelism: int
    """Maximum number of pods that run at once, 1 to 1000."""
    completions: int
    """Number of pods that must succeed, 1 to 100000."""
    indexed: bool
    """Whether each pod that must succeed has an index, from 0 to `completions` - 1, in the variable
    JOB_COMPLETION_INDEX and as the end of its host name.

    https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode"""
    retries_per_index: int | None
    """How often a failed pod of each index is replaced, 0 to 100, in place of `retries`; other indexes go on. Requires
    `indexed`. Default: `retries` for all pods together."""
    max_failed_indexes: int | None
    """Number of failed indexes above which the run stops at once, 0 to 100000. Requires `retries_per_index`.
    Default: all indexes run."""
    on_failure: Sequence[FailureRule | FailureRuleDict]
    """What to do when a pod fails, by its exit code or its condition: the first rule that matches, at most 20. Default:
    the pod is replaced, up to `retries`."""
    ttl_seconds: int | None
    """Seconds after which a finished run is deleted with its pods and their logs, 0 to 2147483647. Default: it is
    kept until a later run takes its place."""
    kind: Literal["job"]
    """`job`: runs once."""
    rerun: str
    """Any text. Change it to run the job again."""
    cluster: Required[HasContext | ClusterContext]
    """Cluster of the app: a cluster component, or a `ClusterContext`."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that change the app's manifests before they are registered. Each takes a manifest and returns one."""


class LocalClusterArgsDict(TypedDict, total=False):
    """Arguments of `LocalCluster`: the fields of the settings, with an optional `cloud`."""

    cloud: Literal["local"]
    """`local`: a simulated cluster on this machine."""
    name: str
    """Name of the cluster, unique in this checkout. A DNS label."""
    version: Literal["1.36"]
    """Kubernetes minor version. The toolchain provides only this one."""
    pools: Required[Mapping[str, NodePool | NodePoolDict]]
    """Node pools by name, at least one."""
    zones: Sequence[str]
    """Zones that nodes are labelled with, in turn. At least one."""
    unpullable_images: str
    """Regular expression (RE2). Containers whose image matches anywhere stay in ImagePullBackOff."""
    gateway_api: bool
    """Whether the cluster has the Gateway API, for apps with `via: gateway`. Includes the apps of stacks that refer to
    this one."""
    crashing_images: str
    """Regular expression (RE2). Containers whose image matches anywhere stay in CrashLoopBackOff."""


class LocalClusterSpecDict(TypedDict, total=False):
    """A Kubernetes API server on this machine. KWOK simulates its nodes: pods are scheduled, but no container runs."""

    cloud: Required[Literal["local"]]
    """`local`: a simulated cluster on this machine."""
    name: str
    """Name of the cluster, unique in this checkout. A DNS label."""
    version: Literal["1.36"]
    """Kubernetes minor version. The toolchain provides only this one."""
    pools: Required[Mapping[str, NodePool | NodePoolDict]]
    """Node pools by name, at least one."""
    zones: Sequence[str]
    """Zones that nodes are labelled with, in turn. At least one."""
    unpullable_images: str
    """Regular expression (RE2). Containers whose image matches anywhere stay in ImagePullBackOff."""
    gateway_api: bool
    """Whether the cluster has the Gateway API, for apps with `via: gateway`. Includes the apps of stacks that refer to
    this one."""
    crashing_images: str
    """Regular expression (RE2). Containers whose image matches anywhere stay in CrashLoopBackOff."""


class LoginDict(TypedDict, total=False):
    """Credentials for a container registry."""

    username: Required[str | pulumi.Output[str]]
    """User name."""
    password: Required[str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Password or access token. Use a secret: text would be readable in the settings file."""


class MachineDict(TypedDict, total=False):
    """A machine type, by CPUs and memory or by the cloud's name for it."""

    cpu: int
    """Minimum number of virtual CPUs, 1 to 512."""
    memory: str
    """Minimum memory in bytes, as a Kubernetes quantity."""
    arch: Literal["amd64", "arm64"]
    """Processor architecture. Images must support it."""
    gpu: int
    """Number of NVIDIA GPUs, 0 to 16."""
    type: str | None
    """The cloud's name of the machine type, such as m7g.large. It determines cpu, memory, arch and gpu.
    Default: the smallest type that has the cpu, memory, arch and gpu of this section."""


class MaintenanceDict(TypedDict, total=False):
    """The maintenance window in which the cloud may upgrade control plane and nodes. Times are UTC."""

    days: Sequence[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]]
    """Days of the week on which the window begins, 1 to 7."""
    start: str
    """Time of day at which the window begins, as HH:MM in UTC."""
    hours: int
    """Length of the window in hours, 4 to 24."""


class ManagedClusterDict(TypedDict, total=False):
    """Settings of a managed cluster that every cloud has."""

    cloud: Required[str]
    """Name of the cloud in settings, such as aws."""
    name: Required[str]
    """Name of the cluster, unique in the account and region. A DNS label."""
    region: Required[str]
    """The cloud's name of the region, such as eu-west-1, europe-west1 or westeurope."""
    version: Literal["1.34", "1.35", "1.36"]
    """Kubernetes minor version. Upgrade by one minor version at a time; downgrades are not possible."""
    mode: Literal["standard", "managed"]
    """Who manages the nodes. `standard`: the cluster has the node pools in `pools`. `managed`: the cloud manages the
    nodes (EKS Auto Mode, GKE Autopilot, AKS Automatic), and `pools` must be empty."""
    zones: Required[Sequence[str]]
    """Two or three zones that the cluster spans, by the cloud's names: eu-west-1a, europe-west1-b, "1"."""
    api: Api | ApiDict
    """Network access to the Kubernetes API. Default: private."""
    access: Access | AccessDict
    """Who has access to the cluster. Default: only the principal that creates it."""
    network: Network | NetworkDict
    """The network that is created for the cluster."""
    maintenance: Maintenance | MaintenanceDict | None
    """Maintenance window for upgrades by the cloud. Not available on AWS, which upgrades only on request.
    Default: Sundays from 00:00 to 12:00 UTC."""
    pools: Mapping[str, NodePool | NodePoolDict]
    """Node pools by name. Mode `standard` needs at least one; mode `managed` has none."""
    gateway_api: bool
    """Whether the cluster has the Gateway API and a controller for it, for apps with `via: gateway`. Includes the apps
    of stacks that refer to this one."""
    protect: bool
    """Whether the cluster is protected against deletion, in the cloud and in Pulumi. Before a `destroy`, set it to
    false and deploy."""
    tags: Mapping[str, str | pulumi.Output[str]]
    """Tags of all resources that can have them. On Google Cloud, labels."""


class MetricDict(TypedDict, total=False):
    """A metric of the pods, of another object, or from outside the cluster, which a metrics adapter in the cluster provides. Exactly one of `average` and `value` is required."""

    name: Required[str]
    """Name of the metric."""
    external: bool
    """Whether the metric is from outside the cluster, such as the length of a queue."""
    object: MetricObject | MetricObjectDict | None
    """The object that the metric describes. Default: the app's pods, unless the metric is external."""
    labels: Mapping[str, str]
    """Labels of the metric. Default: all of its series."""
    average: str | None
    """Target for the metric divided by the number of pods, as a Kubernetes quantity."""
    value: str | None
    """Target for the metric itself, as a Kubernetes quantity. Not for metrics of the pods."""


class MetricObjectDict(TypedDict, total=False):
    """The object in the app's namespace that a metric describes."""

    api_version: Required[str]
    """API version of the object, with its group."""
    kind: Required[str]
    """Kind of the object."""
    name: Required[str]
    """Name of the object."""


class MountDict(TypedDict, total=False):
    """A mount of a volume in a container."""

    path: Required[str]
    """Mount path in the container."""
    read_only: bool
    """Whether the container can only read the volume. Always so if the volume is `read_only`."""
    sub_path: str | None
    """File or directory of the volume to mount. Default: the whole volume."""


class NamedContainerDict(TypedDict, total=False):
    """An additional container of a pod."""

    image: Required[str | pulumi.Output[str]]
    """Container image with a tag or digest. The tag `latest` is not allowed."""
    command: Sequence[str]
    """Command of the container. Default: the image's entry point."""
    args: Sequence[str]
    """Arguments of the command. Default: the image's."""
    working_dir: str | Literal["/"] | None
    """Working directory of the command. Default: the image's."""
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables by name: text, or the source of the value."""
    resources: Resources | ResourcesDict
    """Resource requests and limits."""
    files: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Files in the container, by path: their text, or a secret. All files of an app are less than 1 MiB. A change
    restarts the pods."""
    mounts: Mapping[str, str | Mount | MountDict | Sequence[Mount | MountDict]]
    """Mount paths in the container, by the name of the volume in the app's `volumes`: a path, or a mapping, or a list
    of several."""
    read_only_root: bool
    """Whether the container can write only to volumes and `/tmp`. A policy requires it."""
    name: Required[str]
    """Name of the container, unique in the pod. A DNS label."""
    port: int | None
    """Port that the container listens on, 1 to 65535, for its probes. Default: no port."""
    health: Check | CheckDict | None
    """Probes of the container. Default: no probes."""
    run_as_user: int | None
    """Numeric user id of the container, 1 to 2147483647. Default: the app's."""
    run_as_group: int | None
    """Numeric group id of the container, 0 to 2147483647. Default: `run_as_user`, or else the app's."""


class NamespaceArgsDict(TypedDict, total=False):
    """The args of `Namespace`."""

    pod_security: Literal["restricted", "baseline", "privileged"]
    """The Pod Security Standard that the namespace enforces. In production, `baseline` and `privileged` need a waiver
    of the rule exposure-pod-security."""
    labels: Mapping[str, str]
    """Additional labels of the namespace."""
    annotations: Mapping[str, str]
    """Additional annotations of the namespace."""
    cluster: Required[HasContext | ClusterContext]
    """The cluster to deploy to: a cluster component, or a ClusterContext."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that take each manifest before it is registered and return the manifest to register."""


class NetworkDict(TypedDict, total=False):
    """The network that is created for the cluster. For an existing network, set its ids in the cloud's own section."""

    cidr: str
    """IPv4 range of the network, /16 to /20. Nodes have their addresses here; on AWS pods too. Google Cloud and Azure
    have a separate range for pods."""
    services: str
    """IPv4 range of Services, /12 to /24. Used only inside the cluster. Must not overlap `cidr`."""
    nat: Literal["none", "single", "zone"]
    """Internet access of private nodes. `none`: no NAT gateway. `single`: one gateway, which fails with its zone.
    `zone`: no single point of failure, with one gateway in each zone on AWS and Azure and a regional one on Google
    Cloud."""


class NextDict(TypedDict, total=False):
    """The next version of an app, which runs beside the current one. Settings that are not here are the app's."""

    weight: Required[int]
    """Percentage of the requests of all routes to the app that this version answers, 0 to 100."""
    image: str | pulumi.Output[str] | None
    """Container image with a tag or digest. Default: the app's."""
    command: Sequence[str] | None
    """Command of the container. Default: the app's."""
    args: Sequence[str] | None
    """Arguments of the command. Default: the app's."""
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables that differ from the app's, or that it does not have."""
    resources: Resources | ResourcesDict | None
    """Resource requests and limits. Default: the app's."""
    replicas: int | None
    """Number of pods, 0 to 1000. Default: the app's replicas or autoscaling."""


class NodePoolDict(TypedDict, total=False):
    """A group of identical nodes. Set `count` for a fixed size, or `min` and `max` for autoscaling."""

    count: int | None
    """Number of nodes in total over all zones, 0 to 1000. With `min` and `max`: the size at creation only, which GKE
    rounds to the same number in each zone. Default: set by the autoscaler between `min` and `max`."""
    min: int | None
    """Minimum number of nodes in total over all zones, 0 to 1000. Requires `max`. Default: no autoscaling."""
    max: int | None
    """Maximum number of nodes in total over all zones, 0 to 1000. Requires `min`. Default: no autoscaling."""
    machine: Machine | MachineDict
    """Machine type of the nodes. Default: 2 CPUs and 8 GiB of memory."""
    labels: Mapping[str, str]
    """Kubernetes labels of the nodes."""
    taints: Sequence[Taint | TaintDict]
    """Taints of the nodes."""
    zones: Sequence[str]
    """Zones that nodes are placed in, in turn. Default: all zones of the cluster."""
    spot: bool
    """Whether nodes are spot capacity: cheaper, but the cloud may reclaim them at short notice."""
    disk: int | None
    """Size of a node's disk in GiB, 20 to 16384. Default: 80 on AWS, 100 on Google Cloud, 128 on Azure."""
    surge: str | None
    """How many nodes an upgrade replaces at once: a number from "1" to "100", or a percentage. New nodes come first.
    Default: 33% on AWS, 1 on Google Cloud, 10% on Azure."""


class PeerDict(TypedDict, total=False):
    """The other end of an app's connections: an app in any namespace, a namespace, or an IP range."""

    app: str | None
    """Name of the app. Required, unless `cidr` or only `namespace` is set."""
    namespace: str | None
    """Namespace of `app`; without `app`, all pods of the namespace. Set it for apps of other stacks. Default: the
    namespace of the app in these settings; in a program, that of the app that has this setting."""
    cidr: str | None
    """IPv4 or IPv6 range. Not allowed with `app`."""
    ports: Sequence[int | str]
    """Ports of the app that accepts the connections, 1 to 65535. A protocol other than TCP follows the number, as in
    `53/UDP`. For an app of these settings, a port of its Service or its container, with any protocol that it has there;
    for other apps, a port of the container. Default: all ports."""


class ProbeDict(TypedDict, total=False):
    """A check of a container: by HTTP, gRPC or a command, or by connecting to a port."""

    path: str | None
    """HTTP path of the probe. Default: the probe only connects to the port."""
    port: int | str | None
    """Port of the probe, by its number, or by its name in the app. Default: the port of the container."""
    scheme: Literal["HTTP", "HTTPS"]
    """Scheme of an HTTP probe. The certificate is not verified."""
    headers: Mapping[str, str]
    """Headers of an HTTP probe."""
    grpc: bool | str
    """Whether the probe uses the gRPC health checking protocol, or the name of the service that it asks for."""
    command: Sequence[str]
    """Command that exits with 0 when the container is healthy, for containers without a port. At most 64 items.
    Default: no command."""
    timeout_seconds: int | None
    """Seconds after which a probe without an answer has failed, 1 to 600. Default: 10 for a command, otherwise 3."""
    period_seconds: int | None
    """Seconds from one probe to the next, 1 to 600, at least `timeout_seconds`. Default: 10 for a command, otherwise
    5. The default for liveness is twice as much."""
    failures: int | None
    """Number of failed probes in a row after which the container is unhealthy, 1 to 100. Default: 2. The default for
    liveness is 3."""


class ReferencedClusterArgsDict(TypedDict, total=False):
    """The args of `ReferencedCluster`."""

    stack: Required[str]
    """Name of the stack that creates the cluster."""
    settings: LocalClusterSpec | LocalClusterSpecDict | ManagedCluster | ManagedClusterDict | ExistingClusterSpec | ExistingClusterSpecDict | None
    """The spec of that cluster. None: unknown; Ingresses then get the default class and no annotations."""


class RemoteKeyDict(TypedDict, total=False):
    """A value in an external secret store."""

    key: Required[str | pulumi.Output[str]]
    """Name or path of the secret in the store."""
    property: str | None
    """Property of a secret that is a JSON object. Default: the whole secret."""
    version: str | None
    """Version of the secret. Default: the latest."""


class ResourcesDict(TypedDict, total=False):
    """Resource requests and limits of a container. By default there is no CPU limit, since it throttles needlessly."""

    cpu: str
    """CPU request in cores, as a Kubernetes quantity."""
    memory: str
    """Memory request in bytes, as a Kubernetes quantity."""
    cpu_limit: str | None
    """CPU limit in cores, at least `cpu`. Default: no limit."""
    memory_limit: str | None
    """Memory limit in bytes, at least `memory` and 6Mi, with which a container can just start. Default: `memory`, so
    that no pod uses memory that another requested."""
    ephemeral_storage: str | None
    """Request of disk space in bytes for logs and volumes of type `empty`. Default: no request."""
    ephemeral_storage_limit: str | None
    """Limit of that disk space in bytes, at least `ephemeral_storage`. A pod that uses more is evicted. Default: no
    limit."""
    devices: Mapping[str, int]
    """Number of devices by the name of the resource, such as nvidia.com/gpu. Request and limit are equal."""
    hugepages: Mapping[Literal["2Mi", "1Gi", "64Ki", "32Mi"], str]
    """Memory in huge pages in bytes, by the size of a page: `2Mi` or `1Gi`. Request and limit are equal."""


class RolloutDict(TypedDict, total=False):
    """How a new version replaces the old one. By default, the number of ready pods never falls below `replicas`."""

    strategy: Literal["rolling", "recreate"]
    """`rolling`: new pods start before old ones stop. `recreate`: all old pods stop first, for apps that cannot run
    in two versions at once; `max_surge` and `max_unavailable` are then not allowed."""
    max_surge: str
    """Maximum number of pods above `replicas` during a rollout, as a number or a percentage."""
    max_unavailable: str
    """Maximum number of unavailable pods during a rollout, as a number or a percentage."""
    min_ready_seconds: int
    """Seconds that a new pod must be ready before it counts as available, 0 to 3600. Less than
    `progress_deadline`."""
    progress_deadline: int
    """Seconds that a rollout may take, 10 to 3600. Then it fails: the old pods keep running, and the error says why."""


class RouteDict(TypedDict, total=False):
    """A host, its paths and its certificate."""

    host: str | None
    """DNS name of the host. A wildcard, *.example.com, matches one label with an Ingress, any number with a Gateway.
    Default: all hosts that no other route has."""
    paths: Sequence[RoutePath | RoutePathDict]
    """Paths of the host, at least one. Default: all paths, answered by the app that has the route."""
    tls: Tls | TlsDict | None
    """Certificate of the host. Default: HTTP only."""
    redirect: bool | None
    """Whether HTTP requests are redirected to HTTPS. Requires `tls`. Default: true where the cluster supports it: with
    every Gateway, and with Ingresses on AWS and Google Cloud."""


class RoutePathDict(TypedDict, total=False):
    """A path of a route, and the app that answers its requests."""

    path: str
    """URL path, which begins with '/'."""
    type: Literal["Prefix", "Exact", "ImplementationSpecific"]
    """How the path matches. `Prefix`: by whole segments. `Exact`: exactly. `ImplementationSpecific`: as the Ingress
    controller interprets it, such as a pattern; not with a Gateway."""
    app: str | None
    """Name of another app in the same namespace that answers. Default: the app that has the route."""
    port: int | None
    """Port of the answering app's Service, 1 to 65535. Default: the Service's first port."""
    split: Sequence[Share | ShareDict]
    """Apps in the same namespace that share the requests by weight, at most 5. Not allowed with `app`."""


class ScalingDict(TypedDict, total=False):
    """How fast the number of pods changes in one direction."""

    stabilization_seconds: int | None
    """Seconds over which the most cautious number of pods counts, 0 to 3600. Default: 0 up, 300 down."""
    limits: Sequence[ScalingLimit | ScalingLimitDict]
    """Limits of the change, at most 20. Default: up, 4 pods or 100 percent in 15 seconds; down, no limit."""
    select: Literal["Max", "Min", "Disabled"]
    """`Max`: the limit that allows the largest change. `Min`: the smallest change. `Disabled`: no change."""


class ScalingLimitDict(TypedDict, total=False):
    """By how much the number of pods may change in a period. Exactly one of `pods` and `percent` is required."""

    pods: int | None
    """Maximum number of pods that are added or removed, 1 to 1000."""
    percent: int | None
    """The same in percent of the number of pods, 1 to 1000."""
    seconds: Required[int]
    """Length of the period in seconds, 1 to 1800."""


class SecretRefDict(TypedDict, total=False):
    """A secret by name: `{secret: shop-db-password}`."""

    secret: Required[str]
    """Name of the secret. A DNS label."""


class ServicePortDict(TypedDict, total=False):
    """An additional port of a Service."""

    port: Required[int]
    """Port of the Service, 1 to 65535."""
    target: int | None
    """Port that the container listens on, 1 to 65535. Default: the same as `port`."""
    protocol: Literal["TCP", "UDP", "SCTP"]
    """Transport protocol of the port."""
    app_protocol: str | None
    """Application protocol, such as kubernetes.io/h2c or kubernetes.io/ws. Default: not set.

    https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol"""
    node_port: int | None
    """Port on every node, 30000 to 32767, for the types NodePort and LoadBalancer. Default: chosen by the cluster."""
    exposure: Literal["cluster", "members"] | None
    """Who can reach the port, if not all clients of the Service. `cluster`: only pods of the cluster; with the types
    NodePort and LoadBalancer, the port is only on the headless Service `APP-headless`. `members`: only pods of this
    app, and the port is only on the headless Service; ports that the app does not declare are then for members too.
    Default: like the app's own port."""


class ServiceSpecDict(TypedDict, total=False):
    """The Service of an app."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"]
    """Type of the Service. `ClusterIP`: reachable only inside the cluster."""
    headless: bool
    """Whether the Service has no IP address: its DNS name resolves to the addresses of the pods."""
    port: int | None
    """Port of the Service for the app's `port`, 1 to 65535. Default: 80 for web services, otherwise the app's port."""
    app_protocol: str | None
    """Application protocol of the app's port, such as kubernetes.io/h2c. Default: not set."""
    node_port: int | None
    """Port on every node for the app's port, 30000 to 32767, for the types NodePort and LoadBalancer.
    Default: chosen by the cluster."""
    ports: Mapping[str, ServicePort | ServicePortDict]
    """Additional ports, by name."""
    exposure: Literal["internal", "public"]
    """Who can reach a LoadBalancer. `internal`: the cluster's network. `public`: the internet."""
    source_ranges: Sequence[str]
    """IPv4 ranges that may use a LoadBalancer. Default: no restriction."""
    affinity_seconds: int | None
    """Seconds for which requests of one client address go to the same pod, 1 to 86400. Default: no session affinity."""
    keep_client_address: bool
    """Whether pods see the client's address, with the types NodePort and LoadBalancer. Only nodes with a pod of the app
    then accept connections."""
    publish_not_ready: bool
    """Whether the DNS name also resolves to pods that are not ready, and requests also go to these."""
    internal_traffic: Literal["Cluster", "Local"] | None
    """Which pods answer requests from inside the cluster. `Cluster`: all. `Local`: only those on the client's node; if
    it has none, the request fails. Default: Local for daemons, otherwise Cluster."""
    prefer_same_zone: bool
    """Whether requests from inside the cluster go to pods in the client's zone as long as it has any.

    https://kubernetes.io/docs/concepts/services-networking/service/#traffic-distribution"""
    annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the Service, in addition to those that the cloud requires."""


class ShareDict(TypedDict, total=False):
    """An app that answers a share of the requests of a path."""

    app: Required[str]
    """Name of the app, in the same namespace."""
    weight: Required[int]
    """Weight relative to the sum of all weights, 0 to 999. 0: no requests."""
    port: int | None
    """Port of the app's Service, 1 to 65535. Default: the Service's first port."""


class StatefulServiceArgsDict(TypedDict, total=False):
    """Arguments of `StatefulService`: the fields of the settings, and `cluster`, `namespace` and `transforms`."""

    routes: Sequence[Route | RouteDict]
    """Hosts and paths by which clients outside the cluster reach the app. Default: none."""
    via: Literal["ingress", "gateway"] | None
    """Kind of the routes: Ingress, or Gateway (Gateway API). Default: the cluster's kind."""
    gateway: GatewayName | GatewayNameDict | None
    """An existing Gateway for the routes, with `via: gateway`. Default: a new Gateway for the app."""
    route_annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the Ingress or Gateway, such as options of its controller, in addition to those that the cluster
    requires."""
    routed: bool | Sequence[int]
    """Whether clients outside the cluster reach the app in other ways than by routes and by its Service's type, such as
    by an Ingress in `manifests`, or because the Kubernetes API server calls a webhook. `true`: the app's port. A list:
    ports of its Service. Routes of other apps in these settings need no entry."""
    namespace: str | Namespace | None
    """Namespace of the app: a `Namespace` component, or the name of an existing one. Default: a new namespace with the
    app's name."""
    renamed_from: Sequence[str]
    """Earlier names of the app, oldest first. Its objects keep the oldest name, so that renaming replaces nothing."""
    labels: Mapping[str, str]
    """Labels of all objects of the app, in addition to the recommended ones."""
    manifests: Sequence[Mapping[str, object]]
    """Additional Kubernetes objects, as manifests. They are created before the app's pods."""
    patches: Mapping[str, Mapping[str, object]]
    """Strategic merge patches to the app's objects, by their kind, such as Deployment, or by kind and name.
    `Service` is the app's Service; the headless one of a stateful app `db` is `Service/db-headless`."""
    image: Required[str | pulumi.Output[str]]
    """Container image with a tag or digest. The tag `latest` is not allowed."""
    command: Sequence[str]
    """Command of the container. Default: the image's entry point."""
    args: Sequence[str]
    """Arguments of the command. Default: the image's."""
    working_dir: str | Literal["/"] | None
    """Working directory of the command. Default: the image's."""
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables by name: text, or the source of the value."""
    resources: Resources | ResourcesDict
    """Resource requests and limits."""
    files: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Files in the container, by path: their text, or a secret. All files of an app are less than 1 MiB. A change
    restarts the pods."""
    mounts: Mapping[str, str | Mount | MountDict | Sequence[Mount | MountDict]]
    """Mount paths in the container, by the name of the volume in the app's `volumes`: a path, or a mapping, or a list
    of several."""
    read_only_root: bool
    """Whether the container can write only to volumes and `/tmp`. A policy requires it."""
    init_containers: Sequence[InitContainer | InitContainerDict]
    """Containers that run before the app's main container, one after the other. Sidecars among them keep running."""
    containers: Sequence[NamedContainer | NamedContainerDict]
    """Containers that run beside the app's main container."""
    volumes: Mapping[str, Volume | VolumeDict]
    """Volumes of the pod, by name. `/tmp` is writable without one."""
    external_secrets: Mapping[str, ExternalSecret | ExternalSecretDict]
    """Secrets that the External Secrets operator synchronizes, by the name that `env` refers to with `external`."""
    csi_secrets: Mapping[str, CsiSecrets | CsiSecretsDict]
    """Secrets that the Secrets Store CSI driver mounts as files, by name."""
    pull_secrets: Sequence[str | pulumi.Output[str]]
    """Existing Secrets in the namespace with credentials for private registries."""
    registries: Mapping[str, Login | LoginDict]
    """Credentials for private registries by host, such as registry.example.com."""
    run_as_user: int
    """Numeric user id of the containers, 1 to 2147483647. Root is not allowed."""
    run_as_group: int | None
    """Numeric group id of the containers, and of the files in volumes of type `claim`, 0 to 2147483647. Default: the
    same as `run_as_user`."""
    host_aliases: Mapping[str, Sequence[str]]
    """Lines of the pods' `/etc/hosts`: host names by IP address."""
    pod_labels: Mapping[str, str]
    """Labels of the pods, in addition to those that every pod has."""
    pod_annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the pods. A change restarts them."""
    pool: str | None
    """Node pool of the pods. Pods tolerate its taints. Default: any pool without taints."""
    node_selector: Mapping[str, str]
    """Labels that a node must have to run the pods."""
    tolerations: Sequence[Toleration | TolerationDict]
    """Taints that the pods tolerate, in addition to those of `pool`."""
    priority_class: str | pulumi.Output[str] | None
    """Name of an existing PriorityClass. Default: the cluster's default priority."""
    stop_seconds: int
    """Seconds between the stop signal and the kill, 1 to 7200, in addition to the time for draining connections."""
    identity: CloudIdentity | CloudIdentityDict | None
    """Permissions of the pods in the cloud. Default: none."""
    annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the workload: its Deployment, StatefulSet, DaemonSet, Job or CronJob."""
    api_access: ApiAccess | ApiAccessDict | None
    """Access of the pods to the Kubernetes API. Default: none, and no token."""
    talks_to: Sequence[str | Peer | PeerDict] | None
    """Apps, namespaces and IP ranges that the app connects to. If set, even to an empty list, a NetworkPolicy
    restricts the app. Outgoing connections are allowed only to these, to apps that list this one in `called_by`, and to
    DNS. Incoming connections are allowed only from apps that list this one, from `called_by`, from its routes, and from
    clients outside the cluster if its Service has the type NodePort or LoadBalancer. Default: no restriction inside the
    cluster."""
    called_by: Sequence[str | Peer | PeerDict]
    """Sources that may connect to the app, in addition to apps that list it in `talks_to`. Requires `talks_to`."""
    kind: Literal["stateful"]
    """`stateful`: pods with stable names and their own storage."""
    replicas: int
    """Number of pods, 0 to 1000. Not allowed with `autoscaling`."""
    port: Required[int]
    """Port that the container listens on, 1 to 65535. The Service offers the same port."""
    port_name: str
    """Name of the port, at most 15 characters."""
    protocol: Literal["TCP", "UDP", "SCTP"]
    """Transport protocol of the port."""
    health: Check | CheckDict
    """Probes of the container."""
    service: ServiceSpec | ServiceSpecDict
    """The Service of the app."""
    ordered: bool
    """Whether pods start one after the other and stop in reverse order. false: all at once."""
    autoscaling: Autoscaling | AutoscalingDict | None
    """Sets the number of pods by their load. Default: no autoscaling."""
    disruption: Disruption | DisruptionDict
    """How many pods may be unavailable while nodes are drained. Has no effect with fewer than two pods."""
    spread: Literal["required", "preferred"]
    """How pods spread over nodes. `required`: a pod is not scheduled if its node would have more than one pod above the
    minimum. `preferred`: the scheduler only prefers an even spread."""
    min_ready_seconds: int
    """Seconds that a new pod must be ready before it counts as available, 0 to 3600."""
    claims: Literal["keep", "delete"]
    """Whether the pods' claims, and so their data, are kept or deleted when the app is removed."""
    deadline: int
    """Seconds that a rollout of all pods may take, 10 to 3600."""
    cluster: Required[HasContext | ClusterContext]
    """Cluster of the app: a cluster component, or a `ClusterContext`."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that change the app's manifests before they are registered. Each takes a manifest and returns one."""


class TaintDict(TypedDict, total=False):
    """A taint on every node of a pool. It keeps away pods that do not tolerate it."""

    key: Required[str]
    """Key of the taint."""
    value: str
    """Value of the taint. Default: no value."""
    effect: Required[Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]]
    """What happens to pods that do not tolerate the taint. `NoSchedule`: they are not scheduled here.
    `PreferNoSchedule`: the scheduler avoids the node. `NoExecute`: running pods are evicted too."""


class TlsDict(TypedDict, total=False):
    """The certificate of a route. Exactly one of `issuer`, `secret_name` and `cert_manager` is required."""

    issuer: Literal["cluster"] | None
    """`cluster`: the certificate source of the cluster. Local clusters have their own certificate authority, AWS uses
    Certificate Manager, Google Cloud a ManagedCertificate, and Azure Let's Encrypt for hosts in the cluster's DNS
    zone."""
    secret_name: str | None
    """Name of an existing Secret of type `kubernetes.io/tls` in the app's namespace."""
    cert_manager: CertManager | CertManagerDict | None
    """Issuer of cert-manager. All routes of an app must have the same one."""


class TolerationDict(TypedDict, total=False):
    """Lets pods run on nodes with a taint."""

    key: str | None
    """Key of the taint. Default: all taints."""
    value: str | None
    """Value of the taint. Default: any value."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None
    """Effect of the taint. Default: all effects."""


class VolumeDict(TypedDict, total=False):
    """A volume of a pod, mounted at `path` in the app's main container, and in others by their `mounts`."""

    path: str | None
    """Mount path in the app's main container. Default: mounted only by `mounts`."""
    type: Literal["empty", "memory", "claim"]
    """`empty`: an empty directory that is deleted with the pod. `memory`: the same in memory. `claim`: persistent
    storage, by a PersistentVolumeClaim."""
    size: str | None
    """Size in bytes, as a Kubernetes quantity. Of a claim, the storage to request; required without `claim_name`.
    Otherwise, the maximum size. Default: unlimited."""
    claim_name: str | pulumi.Output[str] | None
    """Name of an existing PersistentVolumeClaim. Default: a new claim; in a stateful app, one for each pod."""
    storage_class: str | pulumi.Output[str] | None
    """Name of the claim's StorageClass. Default: the cluster's default class."""
    access: Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadOnlyMany", "ReadWriteMany"]
    """Access mode of the claim.

    https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes"""
    read_only: bool
    """Whether containers can only read the volume."""


class VpcDict(TypedDict, total=False):
    """An existing VPC. Its subnets must have the tags by which the load balancer controller finds them."""

    id: Required[str | pulumi.Output[str]]
    """Id of the VPC."""
    private_subnets: Required[Sequence[str | pulumi.Output[str]]]
    """Ids of private subnets in at least two zones, for control plane and nodes."""
    public_subnets: Sequence[str | pulumi.Output[str]]
    """Ids of public subnets, for internet-facing load balancers."""


class WebServiceArgsDict(TypedDict, total=False):
    """Arguments of `WebService`: the fields of the settings, and `cluster`, `namespace` and `transforms`."""

    routes: Sequence[Route | RouteDict]
    """Hosts and paths by which clients outside the cluster reach the app. Default: none."""
    via: Literal["ingress", "gateway"] | None
    """Kind of the routes: Ingress, or Gateway (Gateway API). Default: the cluster's kind."""
    gateway: GatewayName | GatewayNameDict | None
    """An existing Gateway for the routes, with `via: gateway`. Default: a new Gateway for the app."""
    route_annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the Ingress or Gateway, such as options of its controller, in addition to those that the cluster
    requires."""
    routed: bool | Sequence[int]
    """Whether clients outside the cluster reach the app in other ways than by routes and by its Service's type, such as
    by an Ingress in `manifests`, or because the Kubernetes API server calls a webhook. `true`: the app's port. A list:
    ports of its Service. Routes of other apps in these settings need no entry."""
    namespace: str | Namespace | None
    """Namespace of the app: a `Namespace` component, or the name of an existing one. Default: a new namespace with the
    app's name."""
    renamed_from: Sequence[str]
    """Earlier names of the app, oldest first. Its objects keep the oldest name, so that renaming replaces nothing."""
    labels: Mapping[str, str]
    """Labels of all objects of the app, in addition to the recommended ones."""
    manifests: Sequence[Mapping[str, object]]
    """Additional Kubernetes objects, as manifests. They are created before the app's pods."""
    patches: Mapping[str, Mapping[str, object]]
    """Strategic merge patches to the app's objects, by their kind, such as Deployment, or by kind and name.
    `Service` is the app's Service; the headless one of a stateful app `db` is `Service/db-headless`."""
    image: Required[str | pulumi.Output[str]]
    """Container image with a tag or digest. The tag `latest` is not allowed."""
    command: Sequence[str]
    """Command of the container. Default: the image's entry point."""
    args: Sequence[str]
    """Arguments of the command. Default: the image's."""
    working_dir: str | Literal["/"] | None
    """Working directory of the command. Default: the image's."""
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables by name: text, or the source of the value."""
    resources: Resources | ResourcesDict
    """Resource requests and limits."""
    files: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Files in the container, by path: their text, or a secret. All files of an app are less than 1 MiB. A change
    restarts the pods."""
    mounts: Mapping[str, str | Mount | MountDict | Sequence[Mount | MountDict]]
    """Mount paths in the container, by the name of the volume in the app's `volumes`: a path, or a mapping, or a list
    of several."""
    read_only_root: bool
    """Whether the container can write only to volumes and `/tmp`. A policy requires it."""
    init_containers: Sequence[InitContainer | InitContainerDict]
    """Containers that run before the app's main container, one after the other. Sidecars among them keep running."""
    containers: Sequence[NamedContainer | NamedContainerDict]
    """Containers that run beside the app's main container."""
    volumes: Mapping[str, Volume | VolumeDict]
    """Volumes of the pod, by name. `/tmp` is writable without one."""
    external_secrets: Mapping[str, ExternalSecret | ExternalSecretDict]
    """Secrets that the External Secrets operator synchronizes, by the name that `env` refers to with `external`."""
    csi_secrets: Mapping[str, CsiSecrets | CsiSecretsDict]
    """Secrets that the Secrets Store CSI driver mounts as files, by name."""
    pull_secrets: Sequence[str | pulumi.Output[str]]
    """Existing Secrets in the namespace with credentials for private registries."""
    registries: Mapping[str, Login | LoginDict]
    """Credentials for private registries by host, such as registry.example.com."""
    run_as_user: int
    """Numeric user id of the containers, 1 to 2147483647. Root is not allowed."""
    run_as_group: int | None
    """Numeric group id of the containers, and of the files in volumes of type `claim`, 0 to 2147483647. Default: the
    same as `run_as_user`."""
    host_aliases: Mapping[str, Sequence[str]]
    """Lines of the pods' `/etc/hosts`: host names by IP address."""
    pod_labels: Mapping[str, str]
    """Labels of the pods, in addition to those that every pod has."""
    pod_annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the pods. A change restarts them."""
    pool: str | None
    """Node pool of the pods. Pods tolerate its taints. Default: any pool without taints."""
    node_selector: Mapping[str, str]
    """Labels that a node must have to run the pods."""
    tolerations: Sequence[Toleration | TolerationDict]
    """Taints that the pods tolerate, in addition to those of `pool`."""
    priority_class: str | pulumi.Output[str] | None
    """Name of an existing PriorityClass. Default: the cluster's default priority."""
    stop_seconds: int
    """Seconds between the stop signal and the kill, 1 to 7200, in addition to the time for draining connections."""
    identity: CloudIdentity | CloudIdentityDict | None
    """Permissions of the pods in the cloud. Default: none."""
    annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the workload: its Deployment, StatefulSet, DaemonSet, Job or CronJob."""
    api_access: ApiAccess | ApiAccessDict | None
    """Access of the pods to the Kubernetes API. Default: none, and no token."""
    talks_to: Sequence[str | Peer | PeerDict] | None
    """Apps, namespaces and IP ranges that the app connects to. If set, even to an empty list, a NetworkPolicy
    restricts the app. Outgoing connections are allowed only to these, to apps that list this one in `called_by`, and to
    DNS. Incoming connections are allowed only from apps that list this one, from `called_by`, from its routes, and from
    clients outside the cluster if its Service has the type NodePort or LoadBalancer. Default: no restriction inside the
    cluster."""
    called_by: Sequence[str | Peer | PeerDict]
    """Sources that may connect to the app, in addition to apps that list it in `talks_to`. Requires `talks_to`."""
    replicas: int
    """Number of pods, 0 to 1000. Not allowed with `autoscaling`."""
    autoscaling: Autoscaling | AutoscalingDict | None
    """Sets the number of pods by their load. Default: no autoscaling."""
    disruption: Disruption | DisruptionDict
    """How many pods may be unavailable while nodes are drained. Has no effect with fewer than two pods."""
    rollout: Rollout | RolloutDict
    """How a new version replaces the old one."""
    spread: Literal["required", "preferred"]
    """How pods spread over nodes. `required`: a pod is not scheduled if its node would have more than one pod above the
    minimum. `preferred`: the scheduler only prefers an even spread."""
    kind: Literal["web"]
    """`web`: an HTTP service."""
    port: int
    """Port that the container listens on, 1 to 65535. The Service offers it as port 80."""
    health: Health | HealthDict
    """Probes of the container."""
    service: ServiceSpec | ServiceSpecDict
    """The Service of the app."""
    next: Next | NextDict | None
    """A second version that answers a share of the requests (canary), or none until you switch (blue-green).
    Default: no second version."""
    cluster: Required[HasContext | ClusterContext]
    """Cluster of the app: a cluster component, or a `ClusterContext`."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that change the app's manifests before they are registered. Each takes a manifest and returns one."""


class WorkerArgsDict(TypedDict, total=False):
    """Arguments of `Worker`: the fields of the settings, and `cluster`, `namespace` and `transforms`."""

    namespace: str | Namespace | None
    """Namespace of the app: a `Namespace` component, or the name of an existing one. Default: a new namespace with the
    app's name."""
    renamed_from: Sequence[str]
    """Earlier names of the app, oldest first. Its objects keep the oldest name, so that renaming replaces nothing."""
    labels: Mapping[str, str]
    """Labels of all objects of the app, in addition to the recommended ones."""
    manifests: Sequence[Mapping[str, object]]
    """Additional Kubernetes objects, as manifests. They are created before the app's pods."""
    patches: Mapping[str, Mapping[str, object]]
    """Strategic merge patches to the app's objects, by their kind, such as Deployment, or by kind and name.
    `Service` is the app's Service; the headless one of a stateful app `db` is `Service/db-headless`."""
    image: Required[str | pulumi.Output[str]]
    """Container image with a tag or digest. The tag `latest` is not allowed."""
    command: Sequence[str]
    """Command of the container. Default: the image's entry point."""
    args: Sequence[str]
    """Arguments of the command. Default: the image's."""
    working_dir: str | Literal["/"] | None
    """Working directory of the command. Default: the image's."""
    env: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict | ExternalRef | ExternalRefDict | FromSecret | FromSecretDict | FromConfig | FromConfigDict | FromField | FromFieldDict | FromResource | FromResourceDict]
    """Environment variables by name: text, or the source of the value."""
    resources: Resources | ResourcesDict
    """Resource requests and limits."""
    files: Mapping[str, str | pulumi.Output[str] | SecretRef | SecretRefDict]
    """Files in the container, by path: their text, or a secret. All files of an app are less than 1 MiB. A change
    restarts the pods."""
    mounts: Mapping[str, str | Mount | MountDict | Sequence[Mount | MountDict]]
    """Mount paths in the container, by the name of the volume in the app's `volumes`: a path, or a mapping, or a list
    of several."""
    read_only_root: bool
    """Whether the container can write only to volumes and `/tmp`. A policy requires it."""
    init_containers: Sequence[InitContainer | InitContainerDict]
    """Containers that run before the app's main container, one after the other. Sidecars among them keep running."""
    containers: Sequence[NamedContainer | NamedContainerDict]
    """Containers that run beside the app's main container."""
    volumes: Mapping[str, Volume | VolumeDict]
    """Volumes of the pod, by name. `/tmp` is writable without one."""
    external_secrets: Mapping[str, ExternalSecret | ExternalSecretDict]
    """Secrets that the External Secrets operator synchronizes, by the name that `env` refers to with `external`."""
    csi_secrets: Mapping[str, CsiSecrets | CsiSecretsDict]
    """Secrets that the Secrets Store CSI driver mounts as files, by name."""
    pull_secrets: Sequence[str | pulumi.Output[str]]
    """Existing Secrets in the namespace with credentials for private registries."""
    registries: Mapping[str, Login | LoginDict]
    """Credentials for private registries by host, such as registry.example.com."""
    run_as_user: int
    """Numeric user id of the containers, 1 to 2147483647. Root is not allowed."""
    run_as_group: int | None
    """Numeric group id of the containers, and of the files in volumes of type `claim`, 0 to 2147483647. Default: the
    same as `run_as_user`."""
    host_aliases: Mapping[str, Sequence[str]]
    """Lines of the pods' `/etc/hosts`: host names by IP address."""
    pod_labels: Mapping[str, str]
    """Labels of the pods, in addition to those that every pod has."""
    pod_annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the pods. A change restarts them."""
    pool: str | None
    """Node pool of the pods. Pods tolerate its taints. Default: any pool without taints."""
    node_selector: Mapping[str, str]
    """Labels that a node must have to run the pods."""
    tolerations: Sequence[Toleration | TolerationDict]
    """Taints that the pods tolerate, in addition to those of `pool`."""
    priority_class: str | pulumi.Output[str] | None
    """Name of an existing PriorityClass. Default: the cluster's default priority."""
    stop_seconds: int
    """Seconds between the stop signal and the kill, 1 to 7200, in addition to the time for draining connections."""
    identity: CloudIdentity | CloudIdentityDict | None
    """Permissions of the pods in the cloud. Default: none."""
    annotations: Mapping[str, str | pulumi.Output[str]]
    """Annotations of the workload: its Deployment, StatefulSet, DaemonSet, Job or CronJob."""
    api_access: ApiAccess | ApiAccessDict | None
    """Access of the pods to the Kubernetes API. Default: none, and no token."""
    talks_to: Sequence[str | Peer | PeerDict] | None
    """Apps, namespaces and IP ranges that the app connects to. If set, even to an empty list, a NetworkPolicy
    restricts the app. Outgoing connections are allowed only to these, to apps that list this one in `called_by`, and to
    DNS. Incoming connections are allowed only from apps that list this one, from `called_by`, from its routes, and from
    clients outside the cluster if its Service has the type NodePort or LoadBalancer. Default: no restriction inside the
    cluster."""
    called_by: Sequence[str | Peer | PeerDict]
    """Sources that may connect to the app, in addition to apps that list it in `talks_to`. Requires `talks_to`."""
    replicas: int
    """Number of pods, 0 to 1000. Not allowed with `autoscaling`."""
    autoscaling: Autoscaling | AutoscalingDict | None
    """Sets the number of pods by their load. Default: no autoscaling."""
    disruption: Disruption | DisruptionDict
    """How many pods may be unavailable while nodes are drained. Has no effect with fewer than two pods."""
    rollout: Rollout | RolloutDict
    """How a new version replaces the old one."""
    spread: Literal["required", "preferred"]
    """How pods spread over nodes. `required`: a pod is not scheduled if its node would have more than one pod above the
    minimum. `preferred`: the scheduler only prefers an even spread."""
    kind: Literal["worker"]
    """`worker`: pods that accept no connections."""
    health: Check | CheckDict | None
    """Probes of the container, by `command`. Default: a pod is healthy as long as its process runs."""
    cluster: Required[HasContext | ClusterContext]
    """Cluster of the app: a cluster component, or a `ClusterContext`."""
    transforms: Sequence[Callable[[Mapping[str, object]], Mapping[str, object]]]
    """Functions that change the app's manifests before they are registered. Each takes a manifest and returns one."""

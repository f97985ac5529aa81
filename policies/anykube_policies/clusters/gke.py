"""The checks for GKE clusters and node pools.

https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster
"""

from collections.abc import Iterator

from anykube._clusters.gke.facts import FACTS

from anykube_policies.clusters.checks import CloudChecks
from anykube_policies.clusters.combinators import IgnoreStack, RequireProtection, allows_any_address
from anykube_policies.clusters.versions import outdated
from anykube_policies.fields import Fields
from anykube_policies.resource import Resource
from anykube_policies.rule import for_each
from anykube_policies.rule import gke as cis

CLUSTER = "gcp:container/cluster:Cluster"
POOL = "gcp:container/nodePool:NodePool"


def _is_autopilot(cluster: Resource) -> bool:
    return cluster.inputs["enableAutopilot"].flag is True


def pools(resource: Resource) -> Iterator[Fields]:
    """The node pools that a resource creates: itself, those in a cluster, or a cluster's default pool.

    Google manages the pools of Autopilot. A default pool that is removed does not count.
    """
    inputs = resource.inputs
    if resource.type == POOL:
        yield inputs
    elif resource.type == CLUSTER and not _is_autopilot(resource):
        inside = inputs["nodePools"].elements
        if inside or inputs["removeDefaultNodePool"].flag is not True:
            yield from inside or [inputs]


def endpoint(cluster: Resource) -> str | None:
    """The API server is private or restricted to CIDR ranges. By default it is open to the whole internet.

    The DNS-based endpoint is not checked: IAM authorizes requests before they reach the API server.
    https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation
    """
    inputs, ranges = cluster.inputs, cluster.inputs["masterAuthorizedNetworksConfig"]
    if inputs.get("privateClusterConfig.enablePrivateEndpoint").flag is True:
        return None
    if inputs.get("controlPlaneEndpointsConfig.ipEndpointsConfig.enabled").flag is False:
        return None
    if not ranges.is_set or allows_any_address([block["cidrBlock"] for block in ranges["cidrBlocks"].elements]):
        return "allows API access from the whole internet"
    any_google_address = ranges["gcpPublicCidrsAccessEnabled"].flag is True
    return "allows API access from all Google Cloud IP addresses" if any_google_address else None


def audit_logs(cluster: Resource) -> str | None:
    """Logging is enabled. GKE always keeps audit logs, but they are hard to interpret without the system logs.

    https://cloud.google.com/kubernetes-engine/docs/how-to/audit-logging
    """
    components = cluster.inputs.get("loggingConfig.enableComponents")
    if cluster.inputs["loggingService"].text == "none":
        return "has logging disabled"
    return "has logging disabled" if components.is_set and not components.has("SYSTEM_COMPONENTS") else None


def secrets(cluster: Resource) -> str | None:
    """Secrets are encrypted with a customer-managed key. Its use is logged, and it can be revoked.

    https://cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets
    """
    state = cluster.inputs.get("databaseEncryption.state").text
    encrypted = state in ("ENCRYPTED", "ALL_OBJECTS_ENCRYPTION_ENABLED")
    return None if encrypted else "does not encrypt Secrets with a customer-managed key"


def private_nodes(cluster: Resource) -> str | None:
    """Nodes have no public IP addresses. By default they have, also with Autopilot.

    https://cloud.google.com/kubernetes-engine/docs/how-to/private-clusters
    """
    private = cluster.inputs.get("privateClusterConfig.enablePrivateNodes").flag is True
    return None if private else "assigns public IP addresses to nodes"


def private_pool(pool: Fields) -> str | None:
    """A node pool does not override the cluster's private nodes."""
    public = pool.get("networkConfig.enablePrivateNodes").flag is False
    return "assigns public IP addresses to nodes" if public else None


def network_policy(cluster: Resource) -> str | None:
    """Dataplane V2, which Autopilot always has, or Calico enforces NetworkPolicies.

    https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy
    """
    by_dataplane = cluster.inputs["datapathProvider"].text == "ADVANCED_DATAPATH"
    if by_dataplane or cluster.inputs.get("networkPolicy.enabled").flag is True or _is_autopilot(cluster):
        return None
    return "does not enforce NetworkPolicies"


def workload_identity(cluster: Resource) -> str | None:
    """Pods can get a Google Cloud identity without the node's credentials. Autopilot always supports it.

    https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity
    """
    if cluster.inputs.get("workloadIdentityConfig.workloadPool").is_set or _is_autopilot(cluster):
        return None
    return "gives pods no Google Cloud identity of their own"


def legacy_auth(cluster: Resource) -> str | None:
    """There is no client certificate, which IAM cannot revoke, and no ABAC. GKE 1.19 removed basic authentication.

    https://cloud.google.com/kubernetes-engine/docs/how-to/api-server-authentication
    """
    if cluster.inputs.get("masterAuth.clientCertificateConfig.issueClientCertificate").flag is True:
        return "issues a client certificate"
    return "has legacy ABAC authorization enabled" if cluster.inputs["enableLegacyAbac"].flag is True else None


def auto_repair(pool: Fields) -> str | None:
    """Unhealthy nodes are repaired, which is the default of GKE.

    https://cloud.google.com/kubernetes-engine/docs/how-to/node-auto-repair
    """
    return "has automatic node repair disabled" if pool.get("management.autoRepair").flag is False else None


def auto_upgrade(cluster: Resource) -> str | None:
    """The cluster is in a release channel, which is the default of GKE.

    https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels
    """
    unspecified = cluster.inputs.get("releaseChannel.channel").text == "UNSPECIFIED"
    return "is not in a release channel" if unspecified else None


def pool_upgrade(pool: Fields) -> str | None:
    """Nodes are upgraded with the control plane, which is the default of GKE."""
    return "has automatic node upgrades disabled" if pool.get("management.autoUpgrade").flag is False else None


def shielded(cluster: Resource) -> str | None:
    """Shielded Nodes are enabled, which is the default of GKE.

    https://cloud.google.com/kubernetes-engine/docs/how-to/shielded-gke-nodes
    """
    return "has Shielded Nodes disabled" if cluster.inputs["enableShieldedNodes"].flag is False else None


def secure_boot(pool: Fields) -> str | None:
    """Nodes use Secure Boot, which GKE does not enable by default, and integrity monitoring, which it does."""
    config = pool.get("nodeConfig.shieldedInstanceConfig")
    if config["enableSecureBoot"].flag is not True:
        return "has nodes without Secure Boot"
    unmonitored = config["enableIntegrityMonitoring"].flag is False
    return "has nodes without integrity monitoring" if unmonitored else None


def versions(resource: Resource) -> Iterator[Fields]:
    """The Kubernetes versions of a cluster or a pool."""
    if resource.type == CLUSTER:
        yield from (resource.inputs["minMasterVersion"], resource.inputs["nodeVersion"])
    for pool in pools(resource):
        yield pool["version"]


def protection(cluster: Resource) -> bool:
    """The Pulumi provider's deletion protection, which is on by default."""
    return cluster.inputs["deletionProtection"].flag is not False


def node_metadata(pool: Fields) -> str | None:
    """Pods use the GKE metadata server instead of the VM's, which serves the node's credentials.

    That is the default in clusters with workload identity.
    https://cloud.google.com/kubernetes-engine/docs/how-to/protecting-cluster-metadata
    """
    config = pool["nodeConfig"]
    if config.get("metadata")["disable-legacy-endpoints"].text == "false":
        return "serves node credentials without a token"
    mode = config.get("workloadMetadataConfig.mode").text
    return "lets pods read the node's credentials" if mode == "GCE_METADATA" else None


def node_account(pool: Fields) -> str | None:
    """Nodes have a service account of their own: the default one can often change the whole project.

    https://cloud.google.com/kubernetes-engine/docs/how-to/service-accounts
    """
    return _default_account(pool["nodeConfig"])


def auto_provisioned_account(cluster: Resource) -> str | None:
    """Nodes of node auto-provisioning and Autopilot have a service account of their own."""
    scaling = cluster.inputs["clusterAutoscaling"]
    if _is_autopilot(cluster) or scaling["enabled"].flag is True:
        return _default_account(scaling["autoProvisioningDefaults"])
    return None


def _default_account(config: Fields) -> str | None:
    account = config["serviceAccount"]
    default = account.value in (None, "", "default")
    return "runs nodes as the project's default service account" if default else None


CHECKS = CloudChecks(
    by_type={
        "cluster-endpoint": {CLUSTER: endpoint},
        "cluster-audit-logs": {CLUSTER: IgnoreStack(audit_logs)},
        "cluster-secrets": {CLUSTER: secrets},
        "cluster-private-nodes": {CLUSTER: IgnoreStack(private_nodes)},
        "cluster-network-policy": {CLUSTER: IgnoreStack(network_policy)},
        "cluster-workload-identity": {CLUSTER: IgnoreStack(workload_identity)},
        "cluster-legacy-auth": {CLUSTER: legacy_auth},
        "cluster-auto-upgrade": {CLUSTER: auto_upgrade},
        "cluster-secure-boot": {CLUSTER: shielded},
        "cluster-version": dict.fromkeys((CLUSTER, POOL), outdated(FACTS, versions)),
        "cluster-protection": {CLUSTER: RequireProtection(lambda cluster, _: protection(cluster))},
        "cluster-node-account": {CLUSTER: auto_provisioned_account},
    },
    nested={
        "cluster-private-nodes": [for_each(pools, private_pool)],
        "cluster-auto-repair": [for_each(pools, auto_repair)],
        "cluster-auto-upgrade": [for_each(pools, pool_upgrade)],
        "cluster-secure-boot": [for_each(pools, secure_boot)],
        "cluster-node-metadata": [for_each(pools, node_metadata)],
        "cluster-node-account": [for_each(pools, node_account)],
    },
    controls={
        "cluster-endpoint": [cis("5.6.3"), cis("5.6.4")],
        "cluster-audit-logs": [cis("5.7.1")],
        "cluster-secrets": [cis("5.3.1")],
        "cluster-private-nodes": [cis("5.6.5")],
        "cluster-network-policy": [cis("4.3.1")],
        "cluster-workload-identity": [cis("5.2.2")],
        "cluster-legacy-auth": [cis("5.8.1"), cis("5.8.3")],
        "cluster-auto-repair": [cis("5.5.2")],
        "cluster-auto-upgrade": [cis("5.5.3"), cis("5.5.4")],
        "cluster-secure-boot": [cis("5.5.5"), cis("5.5.6"), cis("5.5.7")],
        "cluster-node-metadata": [cis("5.4.1")],
        "cluster-node-account": [cis("5.2.1")],
    },
)

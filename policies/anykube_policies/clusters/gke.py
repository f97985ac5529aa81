"""What resources of Google Cloud say of a GKE cluster and its nodes.

https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster
"""

from collections.abc import Iterator

from anykube._clusters.gke.facts import FACTS

from anykube_policies.clusters.checks import CloudChecks
from anykube_policies.clusters.judging import Alone, Protected, reached_by_everybody
from anykube_policies.clusters.versions import outdated
from anykube_policies.fields import Fields
from anykube_policies.rule import each
from anykube_policies.rule import gke as cis
from anykube_policies.subject import Resource

CLUSTER = "gcp:container/cluster:Cluster"
POOL = "gcp:container/nodePool:NodePool"


def _is_autopilot(cluster: Resource) -> bool:
    return cluster.inputs["enableAutopilot"].flag is True


def pools(resource: Resource) -> Iterator[Fields]:
    """The node pools that a resource makes: itself, those in a cluster, or the one that a cluster begins with.

    Autopilot has its own. A first pool that is removed again has no say.
    """
    inputs = resource.inputs
    if resource.type == POOL:
        yield inputs
    elif resource.type == CLUSTER and not _is_autopilot(resource):
        inside = inputs["nodePools"].elements
        if inside or inputs["removeDefaultNodePool"].flag is not True:
            yield from inside or [inputs]


def endpoint(cluster: Resource) -> str | None:
    """The API has no public address, or is for ranges that are named: by itself GKE's is for everybody.

    Its DNS name is no matter here: Google asks IAM before anything reaches the API server.
    https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation
    """
    inputs, ranges = cluster.inputs, cluster.inputs["masterAuthorizedNetworksConfig"]
    if inputs.at("privateClusterConfig.enablePrivateEndpoint").flag is True:
        return None
    if inputs.at("controlPlaneEndpointsConfig.ipEndpointsConfig.enabled").flag is False:
        return None
    if not ranges.given or reached_by_everybody([one["cidrBlock"] for one in ranges["cidrBlocks"].elements]):
        return "lets the whole internet reach its API"
    everyone = ranges["gcpPublicCidrsAccessEnabled"].flag is True
    return "lets all of Google Cloud's addresses reach its API" if everyone else None


def audit_logs(cluster: Resource) -> str | None:
    """Logs are not switched off. Audit logs are always kept; without the others nobody knows what they mean.

    https://cloud.google.com/kubernetes-engine/docs/how-to/audit-logging
    """
    components = cluster.inputs.at("loggingConfig.enableComponents")
    if cluster.inputs["loggingService"].text == "none":
        return "keeps no logs"
    return "keeps no logs" if components.given and not components.has("SYSTEM_COMPONENTS") else None


def secrets(cluster: Resource) -> str | None:
    """Secrets are encrypted by a key of one's own, whose use is logged, and which can be taken away.

    https://cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets
    """
    state = cluster.inputs.at("databaseEncryption.state").text
    encrypted = state in ("ENCRYPTED", "ALL_OBJECTS_ENCRYPTION_ENABLED")
    return None if encrypted else "encrypts Secrets by no key of its owner's"


def private_nodes(cluster: Resource) -> str | None:
    """Nodes have no public address: by themselves those of GKE have one, Autopilot's too.

    https://cloud.google.com/kubernetes-engine/docs/how-to/private-clusters
    """
    private = cluster.inputs.at("privateClusterConfig.enablePrivateNodes").flag is True
    return None if private else "gives nodes public addresses"


def private_pool(pool: Fields) -> str | None:
    """A pool does not do otherwise than its cluster."""
    public = pool.at("networkConfig.enablePrivateNodes").flag is False
    return "gives nodes public addresses" if public else None


def network_policy(cluster: Resource) -> str | None:
    """Something enforces NetworkPolicies: Dataplane V2, which Autopilot has, or Calico.

    https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy
    """
    by_dataplane = cluster.inputs["datapathProvider"].text == "ADVANCED_DATAPATH"
    if by_dataplane or cluster.inputs.at("networkPolicy.enabled").flag is True or _is_autopilot(cluster):
        return None
    return "enforces no NetworkPolicy"


def workload_identity(cluster: Resource) -> str | None:
    """Pods can be somebody in Google Cloud without the node's credentials; Autopilot's always can.

    https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity
    """
    if cluster.inputs.at("workloadIdentityConfig.workloadPool").given or _is_autopilot(cluster):
        return None
    return "gives pods no identity of their own in Google Cloud"


def legacy_auth(cluster: Resource) -> str | None:
    """Nobody comes in by a certificate that IAM cannot take away, or may all by ABAC. Passwords ended with 1.19.

    https://cloud.google.com/kubernetes-engine/docs/how-to/api-server-authentication
    """
    if cluster.inputs.at("masterAuth.clientCertificateConfig.issueClientCertificate").flag is True:
        return "issues a client certificate"
    return "decides by ABAC" if cluster.inputs["enableLegacyAbac"].flag is True else None


def auto_repair(pool: Fields) -> str | None:
    """Nodes that are not well are replaced: GKE's default.

    https://cloud.google.com/kubernetes-engine/docs/how-to/node-auto-repair
    """
    return "leaves nodes that are not well" if pool.at("management.autoRepair").flag is False else None


def auto_upgrade(cluster: Resource) -> str | None:
    """It is in a release channel: GKE's default.

    https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels
    """
    alone = cluster.inputs.at("releaseChannel.channel").text == "UNSPECIFIED"
    return "is in no release channel" if alone else None


def pool_upgrade(pool: Fields) -> str | None:
    """Nodes follow their control plane: GKE's default."""
    return "does not upgrade nodes by itself" if pool.at("management.autoUpgrade").flag is False else None


def shielded(cluster: Resource) -> str | None:
    """Nodes prove to be Google's machines: GKE's default.

    https://cloud.google.com/kubernetes-engine/docs/how-to/shielded-gke-nodes
    """
    return "has nodes that are not shielded" if cluster.inputs["enableShieldedNodes"].flag is False else None


def secure_boot(pool: Fields) -> str | None:
    """Nodes start by what is signed, which GKE by itself does not ask for, and say when that has changed."""
    config = pool.at("nodeConfig.shieldedInstanceConfig")
    if config["enableSecureBoot"].flag is not True:
        return "starts nodes without secure boot"
    unwatched = config["enableIntegrityMonitoring"].flag is False
    return "starts nodes without integrity monitoring" if unwatched else None


def versions(resource: Resource) -> Iterator[Fields]:
    """Of a cluster or a pool."""
    if resource.type == CLUSTER:
        yield from (resource.inputs["minMasterVersion"], resource.inputs["nodeVersion"])
    for pool in pools(resource):
        yield pool["version"]


def protection(cluster: Resource) -> bool:
    """The provider's, which is on unless it is said to be off."""
    return cluster.inputs["deletionProtection"].flag is not False


def node_metadata(pool: Fields) -> str | None:
    """Pods see GKE's metadata server and not the machine's, which gives the node's credentials.

    It is the default where the cluster has workload identity.
    https://cloud.google.com/kubernetes-engine/docs/how-to/protecting-cluster-metadata
    """
    config = pool["nodeConfig"]
    if config.at("metadata")["disable-legacy-endpoints"].text == "false":
        return "gives the node's credentials without a token"
    mode = config.at("workloadMetadataConfig.mode").text
    return "gives the node's credentials to pods" if mode == "GCE_METADATA" else None


def node_account(pool: Fields) -> str | None:
    """Nodes have an account of their own: the project's default one may often change all of it.

    https://cloud.google.com/kubernetes-engine/docs/how-to/service-accounts
    """
    return _default_account(pool["nodeConfig"])


def made_account(cluster: Resource) -> str | None:
    """So have those that GKE makes as pods ask for them, as in Autopilot."""
    scaling = cluster.inputs["clusterAutoscaling"]
    if _is_autopilot(cluster) or scaling["enabled"].flag is True:
        return _default_account(scaling["autoProvisioningDefaults"])
    return None


def _default_account(config: Fields) -> str | None:
    account = config["serviceAccount"]
    return "runs nodes as the project's default account" if account.value in (None, "", "default") else None


CHECKS = CloudChecks(
    by_type={
        "cluster-endpoint": {CLUSTER: endpoint},
        "cluster-audit-logs": {CLUSTER: Alone(audit_logs)},
        "cluster-secrets": {CLUSTER: secrets},
        "cluster-private-nodes": {CLUSTER: Alone(private_nodes)},
        "cluster-network-policy": {CLUSTER: Alone(network_policy)},
        "cluster-workload-identity": {CLUSTER: Alone(workload_identity)},
        "cluster-legacy-auth": {CLUSTER: legacy_auth},
        "cluster-auto-upgrade": {CLUSTER: auto_upgrade},
        "cluster-secure-boot": {CLUSTER: shielded},
        "cluster-version": dict.fromkeys((CLUSTER, POOL), outdated(FACTS, versions)),
        "cluster-protection": {CLUSTER: Protected(lambda cluster, _: protection(cluster))},
        "cluster-node-account": {CLUSTER: made_account},
    },
    parts={
        "cluster-private-nodes": [each(pools, private_pool)],
        "cluster-auto-repair": [each(pools, auto_repair)],
        "cluster-auto-upgrade": [each(pools, pool_upgrade)],
        "cluster-secure-boot": [each(pools, secure_boot)],
        "cluster-node-metadata": [each(pools, node_metadata)],
        "cluster-node-account": [each(pools, node_account)],
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

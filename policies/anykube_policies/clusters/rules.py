"""The rules of clusters: what each asks for, and which resources are asked."""

from anykube.clusters.clouds import CLOUDS

from anykube_policies.clusters import aks, eks, gke
from anykube_policies.clusters.judging import AllOf, Alone, AlsoEach, Among, Protected
from anykube_policies.clusters.versions import outdated
from anykube_policies.rule import PRACTICE, ResourceRule, Severity, StackRule, by_type, each
from anykube_policies.rule import aks as cis_aks
from anykube_policies.rule import eks as cis_eks
from anykube_policies.rule import gke as cis_gke

RULES = (
    ResourceRule(
        name="cluster-endpoint",
        title="A cluster's API is reached by those who are named",
        severity=Severity.CRITICAL,
        controls=(
            cis_eks("5.4.1"),
            cis_eks("5.4.2"),
            cis_gke("5.6.3"),
            cis_gke("5.6.4"),
            cis_aks("5.4.1"),
            cis_aks("5.4.2"),
        ),
        remedy="make the endpoint private, or name the ranges that may reach it",
        judge=by_type({eks.CLUSTER: eks.endpoint, gke.CLUSTER: gke.endpoint, aks.CLUSTER: aks.endpoint}),
    ),
    StackRule(
        name="cluster-audit-logs",
        title="What was asked of a cluster's API can be read afterwards",
        severity=Severity.HIGH,
        controls=(cis_eks("2.1.1"), cis_gke("5.7.1"), cis_aks("2.1.1")),
        remedy="keep the audit log: `enabledClusterLogTypes` on EKS, `loggingConfig` on GKE, a DiagnosticSetting with "
        "kube-audit-admin on AKS",
        judge=Among(
            {
                eks.CLUSTER: Alone(eks.audit_logs),
                gke.CLUSTER: Alone(gke.audit_logs),
                aks.CLUSTER: aks.audit_logs,
            }
        ),
    ),
    ResourceRule(
        name="cluster-secrets",
        title="Secrets are encrypted in etcd by a key of one's own",
        severity=Severity.HIGH,
        controls=(cis_eks("5.3.1"), cis_gke("5.3.1"), cis_aks("5.3.1")),
        remedy="give a key: `encryptionConfig` on EKS, `databaseEncryption` on GKE, `securityProfile.azureKeyVaultKms` "
        "on AKS",
        judge=by_type({eks.CLUSTER: eks.secrets, gke.CLUSTER: gke.secrets, aks.CLUSTER: aks.secrets}),
    ),
    StackRule(
        name="cluster-private-nodes",
        title="Nodes cannot be reached from the internet",
        severity=Severity.HIGH,
        controls=(cis_eks("5.4.3"), cis_gke("5.6.5"), cis_aks("5.4.3")),
        remedy="give nodes private addresses alone, and a NAT gateway as their way out",
        judge=AlsoEach(
            Among(
                {
                    eks.CLUSTER: eks.private_auto_nodes,
                    eks.NODE_GROUP: eks.private_nodes,
                    eks.TEMPLATE: eks.private_template,
                    gke.CLUSTER: Alone(gke.private_nodes),
                }
            ),
            AllOf((each(gke.pools, gke.private_pool), each(aks.pools, aks.private_nodes))),
        ),
    ),
    StackRule(
        name="cluster-network-policy",
        title="Something in a cluster enforces NetworkPolicies",
        severity=Severity.HIGH,
        controls=(cis_eks("5.4.4"), cis_gke("4.3.1"), cis_aks("5.4.4")),
        remedy="switch it on: `enableNetworkPolicy` of the add-on vpc-cni on EKS, or Auto Mode's ConfigMap "
        "amazon-vpc-cni; ADVANCED_DATAPATH on GKE; `networkPolicy` on AKS",
        judge=Among(
            {
                eks.CLUSTER: eks.network_policy,
                gke.CLUSTER: Alone(gke.network_policy),
                aks.CLUSTER: Alone(aks.network_policy),
            }
        ),
    ),
    StackRule(
        name="cluster-workload-identity",
        title="Pods can have an identity of their own in the cloud",
        severity=Severity.HIGH,
        controls=(cis_eks("5.2.1"), cis_gke("5.2.2"), cis_aks("5.2.1")),
        remedy="add the add-on eks-pod-identity-agent on EKS, `workloadIdentityConfig` on GKE, the OIDC issuer and "
        "workload identity on AKS",
        judge=Among(
            {
                eks.CLUSTER: eks.workload_identity,
                gke.CLUSTER: Alone(gke.workload_identity),
                aks.CLUSTER: Alone(aks.workload_identity),
            }
        ),
    ),
    ResourceRule(
        name="cluster-legacy-auth",
        title="Who comes in is known to the cloud, and may what the cloud or RBAC says",
        severity=Severity.HIGH,
        controls=(cis_eks("5.5.1"), cis_gke("5.8.1"), cis_gke("5.8.3"), cis_aks("5.5.1"), cis_aks("5.5.2")),
        remedy="leave client certificates, ABAC, local accounts and aws-auth; use access entries, IAM or Entra",
        judge=by_type({eks.CLUSTER: eks.legacy_auth, gke.CLUSTER: gke.legacy_auth, aks.CLUSTER: aks.legacy_auth}),
    ),
    ResourceRule(
        name="cluster-auto-repair",
        title="Nodes that are not well are replaced",
        severity=Severity.MEDIUM,
        controls=(cis_gke("5.5.2"),),
        remedy="switch it on: `nodeRepairConfig` on EKS, `management.autoRepair` on GKE",
        clouds="EKS, GKE; AKS always does",
        judge=AllOf((by_type({eks.NODE_GROUP: eks.auto_repair}), each(gke.pools, gke.auto_repair))),
    ),
    ResourceRule(
        name="cluster-auto-upgrade",
        title="The cloud upgrades what nobody else does",
        severity=Severity.MEDIUM,
        controls=(cis_gke("5.5.3"), cis_gke("5.5.4")),
        remedy="give `upgradePolicy: {supportType: STANDARD}` on EKS, a release channel and `management.autoUpgrade` "
        "on GKE, channels in `autoUpgradeProfile` on AKS",
        judge=AllOf(
            (
                by_type({eks.CLUSTER: eks.auto_upgrade, gke.CLUSTER: gke.auto_upgrade, aks.CLUSTER: aks.auto_upgrade}),
                each(gke.pools, gke.pool_upgrade),
            )
        ),
    ),
    ResourceRule(
        name="cluster-secure-boot",
        title="Nodes start by what is signed",
        severity=Severity.MEDIUM,
        controls=(cis_gke("5.5.5"), cis_gke("5.5.6"), cis_gke("5.5.7")),
        remedy="give `shieldedInstanceConfig.enableSecureBoot` on GKE, `securityProfile.enableSecureBoot` on AKS",
        clouds="GKE, AKS; images of EKS are not signed for it",
        judge=AllOf(
            (
                by_type({gke.CLUSTER: gke.shielded}),
                each(gke.pools, gke.secure_boot),
                each(aks.pools, aks.secure_boot),
            )
        ),
    ),
    ResourceRule(
        name="cluster-version",
        title="Kubernetes is in the cloud's standard support",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="upgrade, by one minor version after the other",
        judge=by_type(
            {
                **dict.fromkeys((eks.CLUSTER, eks.NODE_GROUP), outdated(CLOUDS["aws"], eks.versions)),
                **dict.fromkeys((gke.CLUSTER, gke.POOL), outdated(CLOUDS["gcp"], gke.versions)),
                **dict.fromkeys((aks.CLUSTER, aks.POOL), outdated(CLOUDS["azure"], aks.versions)),
            }
        ),
    ),
    StackRule(
        name="cluster-protection",
        title="A cluster of production is deleted by nobody's slip",
        severity=Severity.HIGH,
        controls=(PRACTICE,),
        remedy="give `deletionProtection` on EKS and GKE, a management lock CanNotDelete on AKS, or Pulumi's `protect`",
        judge=Among(
            {
                eks.CLUSTER: Protected(lambda cluster, _: eks.protection(cluster)),
                gke.CLUSTER: Protected(lambda cluster, _: gke.protection(cluster)),
                aks.CLUSTER: Protected(aks.protection),
            }
        ),
    ),
    StackRule(
        name="cluster-node-metadata",
        title="Pods cannot take the credentials of their node",
        severity=Severity.HIGH,
        controls=(cis_gke("5.4.1"), PRACTICE),
        remedy="give `httpTokens: required` and a hop limit of 1 in the launch template on EKS, GKE_METADATA on GKE",
        clouds="EKS, GKE",
        judge=AlsoEach(Among({eks.TEMPLATE: eks.node_metadata}), each(gke.pools, gke.node_metadata)),
    ),
    ResourceRule(
        name="cluster-node-account",
        title="Nodes have an account of their own, which may little",
        severity=Severity.MEDIUM,
        controls=(cis_gke("5.2.1"),),
        remedy="make a service account with roles/container.defaultNodeServiceAccount, and name it",
        clouds="GKE; EKS and AKS ask for one",
        judge=AllOf((each(gke.pools, gke.node_account), by_type({gke.CLUSTER: gke.made_account}))),
    ),
)

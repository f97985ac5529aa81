"""The rules of clusters: what each asks for. What is checked for it is each cloud's own: see checks.py."""

from anykube_policies.clusters.checks import controls, of_clouds, parts, types
from anykube_policies.clusters.judging import AllOf, AlsoEach, Among
from anykube_policies.rule import PRACTICE, Control, ResourceRule, Severity, StackRule, by_type


def _resources(
    name: str, title: str, severity: Severity, remedy: str, *more: Control, clouds: str = "all"
) -> ResourceRule:
    return ResourceRule(
        name=name,
        title=title,
        severity=severity,
        controls=(*controls(name), *more),
        remedy=remedy,
        clouds=clouds,
        judge=AllOf((by_type(types(name)), *parts(name))),
    )


def _stacks(name: str, title: str, severity: Severity, remedy: str, *more: Control, clouds: str = "all") -> StackRule:
    return StackRule(
        name=name,
        title=title,
        severity=severity,
        controls=(*controls(name), *more),
        remedy=remedy,
        clouds=clouds,
        judge=AlsoEach(Among(types(name)), AllOf(parts(name))),
    )


RULES = (
    _resources(
        "cluster-endpoint",
        "A cluster's API is reached by those who are named",
        Severity.CRITICAL,
        "make the endpoint private, or name the ranges that may reach it",
    ),
    _stacks(
        "cluster-audit-logs",
        "What was asked of a cluster's API can be read afterwards",
        Severity.HIGH,
        "keep the audit log: `enabledClusterLogTypes` on EKS, `loggingConfig` on GKE, a DiagnosticSetting with "
        "kube-audit-admin on AKS",
    ),
    _resources(
        "cluster-secrets",
        "Secrets are encrypted in etcd by a key of one's own",
        Severity.HIGH,
        "give a key: `encryptionConfig` on EKS, `databaseEncryption` on GKE, `securityProfile.azureKeyVaultKms` on AKS",
    ),
    _stacks(
        "cluster-private-nodes",
        "Nodes cannot be reached from the internet",
        Severity.HIGH,
        "give nodes private addresses alone, and a NAT gateway as their way out",
    ),
    _stacks(
        "cluster-network-policy",
        "Something in a cluster enforces NetworkPolicies",
        Severity.HIGH,
        "switch it on: `enableNetworkPolicy` of the add-on vpc-cni on EKS, or Auto Mode's ConfigMap "
        "amazon-vpc-cni; ADVANCED_DATAPATH on GKE; `networkPolicy` on AKS",
    ),
    _stacks(
        "cluster-workload-identity",
        "Pods can have an identity of their own in the cloud",
        Severity.HIGH,
        "add the add-on eks-pod-identity-agent on EKS, `workloadIdentityConfig` on GKE, the OIDC issuer and "
        "workload identity on AKS",
    ),
    _resources(
        "cluster-legacy-auth",
        "Who comes in is known to the cloud, and may what the cloud or RBAC says",
        Severity.HIGH,
        "leave client certificates, ABAC, local accounts and aws-auth; use access entries, IAM or Entra",
    ),
    _resources(
        "cluster-auto-repair",
        "Nodes that are not well are replaced",
        Severity.MEDIUM,
        "switch it on: `nodeRepairConfig` on EKS, `management.autoRepair` on GKE",
        clouds="EKS, GKE; AKS always does",
    ),
    _resources(
        "cluster-auto-upgrade",
        "The cloud upgrades what nobody else does",
        Severity.MEDIUM,
        "give `upgradePolicy: {supportType: STANDARD}` on EKS, a release channel and `management.autoUpgrade` "
        "on GKE, channels in `autoUpgradeProfile` on AKS",
    ),
    _resources(
        "cluster-secure-boot",
        "Nodes start by what is signed",
        Severity.MEDIUM,
        "give `shieldedInstanceConfig.enableSecureBoot` on GKE, `securityProfile.enableSecureBoot` on AKS",
        clouds="GKE, AKS; images of EKS are not signed for it",
    ),
    _resources(
        "cluster-version",
        "Kubernetes is in the cloud's standard support",
        Severity.MEDIUM,
        "upgrade, by one minor version after the other",
        PRACTICE,
    ),
    _stacks(
        "cluster-protection",
        "A cluster of production is deleted by nobody's slip",
        Severity.HIGH,
        "give `deletionProtection` on EKS and GKE, a management lock CanNotDelete on AKS, or Pulumi's `protect`",
        PRACTICE,
    ),
    _stacks(
        "cluster-node-metadata",
        "Pods cannot take the credentials of their node",
        Severity.HIGH,
        "give `httpTokens: required` and a hop limit of 1 in the launch template on EKS, GKE_METADATA on GKE",
        PRACTICE,
        clouds="EKS, GKE",
    ),
    _resources(
        "cluster-node-account",
        "Nodes have an account of their own, which may little",
        Severity.MEDIUM,
        "make a service account with roles/container.defaultNodeServiceAccount, and name it",
        clouds="GKE; EKS and AKS ask for one",
    ),
    *(rule for cloud in of_clouds() for rule in cloud.rules),
)

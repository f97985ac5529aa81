"""The rules for clusters. The checks of each cloud are in its module: see checks.py."""

from anykube_policies.clusters.checks import all_cloud_checks, checks_by_type, controls, nested_checks
from anykube_policies.clusters.combinators import AllOf, ForEachOfType, StackThenResources
from anykube_policies.rule import PRACTICE, Control, ResourceRule, Severity, StackRule, by_type


def _resource_rule(
    name: str, title: str, severity: Severity, remedy: str, *more: Control, clouds: str = "all"
) -> ResourceRule:
    return ResourceRule(
        name=name,
        title=title,
        severity=severity,
        controls=(*controls(name), *more),
        remedy=remedy,
        clouds=clouds,
        evaluate=AllOf((by_type(checks_by_type(name)), *nested_checks(name))),
    )


def _stack_rule(
    name: str, title: str, severity: Severity, remedy: str, *more: Control, clouds: str = "all"
) -> StackRule:
    return StackRule(
        name=name,
        title=title,
        severity=severity,
        controls=(*controls(name), *more),
        remedy=remedy,
        clouds=clouds,
        evaluate=StackThenResources(ForEachOfType(checks_by_type(name)), AllOf(nested_checks(name))),
    )


RULES = (
    _resource_rule(
        "cluster-endpoint",
        "The API endpoint is private or restricted to CIDR ranges",
        Severity.CRITICAL,
        "make the endpoint private, or list the CIDR ranges that may reach it",
    ),
    _stack_rule(
        "cluster-audit-logs",
        "Audit logging is enabled",
        Severity.HIGH,
        "enable audit logs: `enabledClusterLogTypes` on EKS, `loggingConfig` on GKE, a DiagnosticSetting with "
        "kube-audit-admin on AKS",
    ),
    _resource_rule(
        "cluster-secrets",
        "Secrets in etcd are encrypted with a customer-managed key",
        Severity.HIGH,
        "set a key: `encryptionConfig` on EKS, `databaseEncryption` on GKE, `securityProfile.azureKeyVaultKms` on AKS",
    ),
    _stack_rule(
        "cluster-private-nodes",
        "Nodes are not reachable from the internet",
        Severity.HIGH,
        "use private subnets or private nodes, with a NAT gateway for outbound traffic",
    ),
    _stack_rule(
        "cluster-network-policy",
        "The cluster enforces NetworkPolicies",
        Severity.HIGH,
        "enable it: `enableNetworkPolicy` of the vpc-cni add-on on EKS, or the amazon-vpc-cni ConfigMap with "
        "Auto Mode; ADVANCED_DATAPATH on GKE; `networkPolicy` on AKS",
    ),
    _stack_rule(
        "cluster-workload-identity",
        "Pods can have a cloud identity of their own",
        Severity.HIGH,
        "enable workload identity: the eks-pod-identity-agent add-on on EKS, `workloadIdentityConfig` on GKE, the "
        "OIDC issuer and workload identity on AKS",
    ),
    _resource_rule(
        "cluster-legacy-auth",
        "Users authenticate through the cloud's identity service",
        Severity.HIGH,
        "disable client certificates, ABAC, local accounts and aws-auth; use access entries, IAM or Entra ID",
    ),
    _resource_rule(
        "cluster-auto-repair",
        "Unhealthy nodes are repaired automatically",
        Severity.MEDIUM,
        "enable it: `nodeRepairConfig` on EKS, `management.autoRepair` on GKE",
        clouds="EKS, GKE (always on in AKS)",
    ),
    _resource_rule(
        "cluster-auto-upgrade",
        "The cluster and its nodes are upgraded automatically",
        Severity.MEDIUM,
        "set `upgradePolicy: {supportType: STANDARD}` on EKS, a release channel and `management.autoUpgrade` "
        "on GKE, channels in `autoUpgradeProfile` on AKS",
    ),
    _resource_rule(
        "cluster-secure-boot",
        "Nodes use Secure Boot",
        Severity.MEDIUM,
        "set `shieldedInstanceConfig.enableSecureBoot` on GKE, `securityProfile.enableSecureBoot` on AKS",
        clouds="GKE, AKS (EKS node images do not support it)",
    ),
    _resource_rule(
        "cluster-version",
        "The Kubernetes version is in the cloud's standard support",
        Severity.MEDIUM,
        "upgrade, one minor version at a time",
        PRACTICE,
    ),
    _stack_rule(
        "cluster-protection",
        "A production cluster is protected from deletion",
        Severity.HIGH,
        "set `deletionProtection` on EKS and GKE, a CanNotDelete management lock on AKS, or Pulumi's `protect`",
        PRACTICE,
    ),
    _stack_rule(
        "cluster-node-metadata",
        "Pods cannot read the credentials of their node",
        Severity.HIGH,
        "set `httpTokens: required` and a hop limit of 1 in the launch template on EKS, GKE_METADATA on GKE",
        PRACTICE,
        clouds="EKS, GKE",
    ),
    _resource_rule(
        "cluster-node-account",
        "Nodes use a dedicated service account with minimal permissions",
        Severity.MEDIUM,
        "create a service account with roles/container.defaultNodeServiceAccount and set it on the nodes",
        clouds="GKE (EKS and AKS require one)",
    ),
    *(rule for cloud in all_cloud_checks() for rule in cloud.rules),
)

"""The checks for AKS clusters and node pools.

AKS Automatic enables most of the required features and does not allow disabling them.
https://learn.microsoft.com/azure/aks/intro-aks-automatic
"""

import re
from collections.abc import Callable, Iterator, Sequence

from anykube._clusters.aks.facts import FACTS

from anykube_policies.clusters.checks import CloudChecks
from anykube_policies.clusters.combinators import (
    IgnoreStack,
    RequireProtection,
    allows_any_address,
    may_match,
    resources_of_type,
    sort_known_first,
)
from anykube_policies.clusters.versions import outdated
from anykube_policies.fields import UNKNOWN, Fields, UnknownError
from anykube_policies.resource import Resource, Stack
from anykube_policies.rule import aks as cis
from anykube_policies.rule import for_each

CLUSTER = "azure-native:containerservice:ManagedCluster"
POOL = "azure-native:containerservice:AgentPool"
_SETTINGS = ("azure-native:monitor:DiagnosticSetting", "azure-native:insights:DiagnosticSetting")
_LOCK = "azure-native:authorization:ManagementLock"
_ID = re.compile(
    r"/subscriptions/[^/]+(/resourceGroups/(?P<group>[^/]+)"
    r"(/providers/Microsoft\.ContainerService/managedClusters/(?P<name>[^/]+))?)?",
    re.IGNORECASE,
)
_AUDIT_LOGS = {"kube-audit", "kube-audit-admin", "audit", "allLogs"}
"""Log categories and category groups: https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs"""
_ENGINES = {"azure", "calico", "cilium"}
_NO_SECURE_BOOT = re.compile(r"Standard_(DC|EC|[A-Z]+\d+(-\d+)?[a-z]*p)")
"""Confidential and arm64 VM sizes: https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions"""


def _is_automatic(cluster: Resource) -> bool:
    return cluster.inputs.get("sku.name").text == "Automatic"


def pools(resource: Resource) -> Iterator[Fields]:
    """The agent pools that a resource creates: itself, or those in a cluster. Azure manages those of AKS Automatic."""
    if resource.type == POOL:
        yield resource.inputs
    elif resource.type == CLUSTER and not _is_automatic(resource):
        yield from resource.inputs["agentPoolProfiles"].elements


def endpoint(cluster: Resource) -> str | None:
    """The API server is private or restricted to CIDR ranges. It is open by default, also with AKS Automatic.

    https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges
    """
    access = cluster.inputs["apiServerAccessProfile"]
    if access["enablePrivateCluster"].flag is True:
        return None
    ranges = access["authorizedIPRanges"].elements
    return "allows API access from the whole internet" if not ranges or allows_any_address(ranges) else None


def audit_logs(cluster: Resource, stack: Stack) -> str | None:
    """A diagnostic setting sends the audit logs to a destination. Without one, AKS discards them.

    https://learn.microsoft.com/azure/aks/monitor-aks#aks-control-planeresource-logs
    """
    settings = [setting for setting in resources_of_type(stack, *_SETTINGS) if _enables_audit_logs(setting)]

    def applies_to(setting: Resource, cluster: Resource) -> bool | None:
        return _refers_to(setting.inputs["resourceUri"], cluster, exactly=True)

    return None if _has_companion(cluster, stack, settings, applies_to) else "has audit logging disabled"


def _enables_audit_logs(setting: Resource) -> bool:
    logs = [log for log in setting.inputs["logs"].elements if log["enabled"].flag is True]
    names = sort_known_first([log[key] for log in logs for key in ("category", "categoryGroup")])
    return any(name.text in _AUDIT_LOGS for name in names)


def _has_companion(
    cluster: Resource,
    stack: Stack,
    companions: Sequence[Resource],
    applies_to: Callable[[Resource, Resource], bool | None],
) -> bool:
    """Whether one of the companions applies to the cluster. `applies_to` returns None if that is not known yet.

    If there are at least as many such companions as clusters without one, each cluster is assumed to have one; the
    update evaluates the rule again, with known values. Raises UnknownError if there are some, but not enough.
    """
    matches = [applies_to(companion, cluster) for companion in companions]
    if True in matches:
        return True
    clusters = resources_of_type(stack, CLUSTER)
    without = [other for other in clusters if not any(applies_to(companion, other) for companion in companions)]
    if None in matches and matches.count(None) < len(without):
        raise UnknownError(("id",))
    return None in matches


def _refers_to(id_: Fields, cluster: Resource, *, exactly: bool) -> bool | None:
    """Whether a resource ID is the cluster's or, unless `exactly`, that of its resource group or subscription."""
    if id_.value is UNKNOWN:
        return None
    match = _ID.fullmatch(id_.text or "")
    if match is None or (exactly and match["name"] is None):
        return False
    names = (("group", "resourceGroupName"), ("name", "resourceName"))
    return all(match[part] is None or may_match(Fields(match[part]), cluster.inputs[name]) for part, name in names)


def secrets(cluster: Resource) -> str | None:
    """Secrets are encrypted with KMS. Microsoft does not document KMS for AKS Automatic, so it passes.

    https://learn.microsoft.com/azure/aks/use-kms-etcd-encryption, .../kms-data-encryption
    """
    profile = cluster.inputs["securityProfile"]
    by_platform = profile.get("kubernetesResourceObjectEncryptionProfile.infrastructureEncryption").text == "Enabled"
    if profile.get("azureKeyVaultKms.enabled").flag is True or by_platform or _is_automatic(cluster):
        return None
    return "does not encrypt Secrets with a customer-managed key"


def private_nodes(pool: Fields) -> str | None:
    """Nodes have no public IP addresses, the AKS default. https://learn.microsoft.com/azure/aks/use-node-public-ips"""
    return "assigns public IP addresses to nodes" if pool["enableNodePublicIP"].flag is True else None


def network_policy(cluster: Resource) -> str | None:
    """A network policy engine is configured. AKS has none by default; AKS Automatic has Cilium.

    https://learn.microsoft.com/azure/aks/use-network-policies
    """
    if cluster.inputs.get("networkProfile.networkPolicy").text in _ENGINES or _is_automatic(cluster):
        return None
    return "does not enforce NetworkPolicies"


def workload_identity(cluster: Resource) -> str | None:
    """Pods can get an Entra identity without the node's credentials. AKS Automatic always supports it.

    https://learn.microsoft.com/azure/aks/workload-identity-overview
    """
    inputs = cluster.inputs
    issuer = inputs.get("oidcIssuerProfile.enabled").flag is True
    if (issuer and inputs.get("securityProfile.workloadIdentity.enabled").flag is True) or _is_automatic(cluster):
        return None
    return "gives pods no Entra identity of their own"


def legacy_auth(cluster: Resource) -> str | None:
    """Users authenticate with Entra ID. By default AKS also has a local admin certificate that cannot be revoked.

    https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad
    """
    inputs = cluster.inputs
    if _is_automatic(cluster):
        return None
    if inputs["disableLocalAccounts"].flag is not True:
        return "has local accounts enabled"
    if inputs["enableRBAC"].flag is False:
        return "has Kubernetes RBAC disabled"
    return None if inputs.get("aadProfile.managed").flag is True else "does not use managed Entra ID authentication"


def auto_upgrade(cluster: Resource) -> str | None:
    """AKS upgrades the cluster and its node images. The latter is the default; the former only with AKS Automatic.

    https://learn.microsoft.com/azure/aks/auto-upgrade-cluster, .../auto-upgrade-node-os-image
    """
    profile = cluster.inputs["autoUpgradeProfile"]
    if _is_automatic(cluster):
        return None
    if profile["upgradeChannel"].text in (None, "none"):
        return "has automatic upgrades disabled"
    unmanaged = profile["nodeOSUpgradeChannel"].text in ("None", "Unmanaged")
    return "has automatic node image upgrades disabled" if unmanaged else None


def secure_boot(pool: Fields) -> str | None:
    """Nodes use Secure Boot, which AKS does not enable by default.

    It is not available on arm64 or confidential VMs, with Windows, FIPS or pod sandboxing, or with GPU drivers that AKS
    installs. https://learn.microsoft.com/azure/aks/use-trusted-launch
    """
    machine = pool["vmSize"].text or ""
    if _NO_SECURE_BOOT.match(machine) or pool["osType"].text == "Windows" or pool["enableFIPS"].flag is True:
        return None
    if machine.startswith("Standard_N") and pool.get("gpuProfile.driver").text != "None":
        return None
    if pool["workloadRuntime"].text not in (None, "OCIContainer"):
        return None
    return None if pool.get("securityProfile.enableSecureBoot").flag is True else "has nodes without Secure Boot"


def versions(resource: Resource) -> Iterator[Fields]:
    """The Kubernetes versions of a cluster or a pool."""
    if resource.type == CLUSTER:
        yield resource.inputs["kubernetesVersion"]
    for pool in pools(resource):
        yield pool["orchestratorVersion"]


def protection(cluster: Resource, stack: Stack) -> bool:
    """The cluster, its resource group or its subscription has a lock. AKS has no deletion protection of its own.

    https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
    """
    locks = [
        resource
        for resource in stack.resources
        if resource.type.startswith(_LOCK) and resource.inputs["level"].text in ("CanNotDelete", "ReadOnly")
    ]
    return _has_companion(cluster, stack, locks, _locks)


def _locks(lock: Resource, cluster: Resource) -> bool | None:
    inputs, cluster_inputs = lock.inputs, cluster.inputs
    match lock.type.removeprefix(_LOCK):
        case "ByScope":
            return _refers_to(inputs["scope"], cluster, exactly=False)
        case "AtSubscriptionLevel":
            return True
        case "AtResourceGroupLevel":
            return may_match(inputs["resourceGroupName"], cluster_inputs["resourceGroupName"])
        case "AtResourceLevel":
            is_cluster = (inputs["resourceType"].text or "").casefold() == "managedclusters"
            names = ("resourceGroupName", "resourceName")
            return is_cluster and all(may_match(inputs[name], cluster_inputs[name]) for name in names)
    return False


CHECKS = CloudChecks(
    by_type={
        "cluster-endpoint": {CLUSTER: endpoint},
        "cluster-audit-logs": {CLUSTER: audit_logs},
        "cluster-secrets": {CLUSTER: secrets},
        "cluster-network-policy": {CLUSTER: IgnoreStack(network_policy)},
        "cluster-workload-identity": {CLUSTER: IgnoreStack(workload_identity)},
        "cluster-legacy-auth": {CLUSTER: legacy_auth},
        "cluster-auto-upgrade": {CLUSTER: auto_upgrade},
        "cluster-version": dict.fromkeys((CLUSTER, POOL), outdated(FACTS, versions)),
        "cluster-protection": {CLUSTER: RequireProtection(protection)},
    },
    nested={
        "cluster-private-nodes": [for_each(pools, private_nodes)],
        "cluster-secure-boot": [for_each(pools, secure_boot)],
    },
    controls={
        "cluster-endpoint": [cis("5.4.1"), cis("5.4.2")],
        "cluster-audit-logs": [cis("2.1.1")],
        "cluster-secrets": [cis("5.3.1")],
        "cluster-private-nodes": [cis("5.4.3")],
        "cluster-network-policy": [cis("5.4.4")],
        "cluster-workload-identity": [cis("5.2.1")],
        "cluster-legacy-auth": [cis("5.5.1"), cis("5.5.2")],
    },
)

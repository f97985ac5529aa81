"""What resources of Azure say of an AKS cluster and its nodes.

AKS Automatic has most of it from the start, and does not let it be switched off.
https://learn.microsoft.com/azure/aks/intro-aks-automatic
"""

import re
from collections.abc import Callable, Iterator, Sequence

from anykube._clusters.aks.facts import FACTS

from anykube_policies.clusters.checks import CloudChecks
from anykube_policies.clusters.judging import Alone, Protected, known_first, of_type, reached_by_everybody, same
from anykube_policies.clusters.versions import outdated
from anykube_policies.fields import UNKNOWN, Fields, UnknownError
from anykube_policies.rule import aks as cis
from anykube_policies.rule import each
from anykube_policies.subject import Resource, Stack

CLUSTER = "azure-native:containerservice:ManagedCluster"
POOL = "azure-native:containerservice:AgentPool"
_SETTINGS = ("azure-native:monitor:DiagnosticSetting", "azure-native:insights:DiagnosticSetting")
_LOCK = "azure-native:authorization:ManagementLock"
_ID = re.compile(
    r"/subscriptions/[^/]+(/resourceGroups/(?P<group>[^/]+)"
    r"(/providers/Microsoft\.ContainerService/managedClusters/(?P<name>[^/]+))?)?",
    re.IGNORECASE,
)
_AUDITS = {"kube-audit", "kube-audit-admin", "audit", "allLogs"}
"""Categories and groups of them: https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs"""
_ENGINES = {"azure", "calico", "cilium"}
_UNBOOTED = re.compile(r"Standard_(DC|EC|[A-Z]+\d+(-\d+)?[a-z]*p)")
"""Confidential machines and those of arm64: https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions"""


def _is_automatic(cluster: Resource) -> bool:
    return cluster.inputs.at("sku.name").text == "Automatic"


def pools(resource: Resource) -> Iterator[Fields]:
    """The agent pools that a resource makes: itself, or those in a cluster. Those of Automatic are Azure's own."""
    if resource.type == POOL:
        yield resource.inputs
    elif resource.type == CLUSTER and not _is_automatic(resource):
        yield from resource.inputs["agentPoolProfiles"].elements


def endpoint(cluster: Resource) -> str | None:
    """The API has no public address, or is for ranges that are named: by itself AKS' is for everybody, Automatic's too.

    https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges
    """
    access = cluster.inputs["apiServerAccessProfile"]
    if access["enablePrivateCluster"].flag is True:
        return None
    ranges = access["authorizedIPRanges"].elements
    return "lets the whole internet reach its API" if not ranges or reached_by_everybody(ranges) else None


def audit_logs(cluster: Resource, stack: Stack) -> str | None:
    """Who did what is kept: by itself AKS sends its logs nowhere, a diagnostic setting does.

    https://learn.microsoft.com/azure/aks/monitor-aks#aks-control-planeresource-logs
    """
    settings = [setting for setting in of_type(stack, *_SETTINGS) if _audits(setting)]

    def of(setting: Resource, cluster: Resource) -> bool | None:
        return _leads_to(setting.inputs["resourceUri"], cluster, exactly=True)

    return None if _has(cluster, stack, settings, of) else "keeps no audit log"


def _audits(setting: Resource) -> bool:
    kept = [log for log in setting.inputs["logs"].elements if log["enabled"].flag is True]
    names = known_first([log[by] for log in kept for by in ("category", "categoryGroup")])
    return any(name.text in _AUDITS for name in names)


def _has(
    cluster: Resource, stack: Stack, parts: Sequence[Resource], of: Callable[[Resource, Resource], bool | None]
) -> bool:
    """Whether one of the parts is the cluster's; `of` is None where that is first known when they are made.

    As long as those that may be anybody's are enough for all clusters without one, each is taken to have one. During
    the update it is known. Raises UnknownError where they are some, but not enough.
    """
    found = [of(part, cluster) for part in parts]
    if True in found:
        return True
    without = [one for one in of_type(stack, CLUSTER) if not any(of(part, one) for part in parts)]
    if None in found and found.count(None) < len(without):
        raise UnknownError(("id",))
    return None in found


def _leads_to(id_: Fields, cluster: Resource, *, exactly: bool) -> bool | None:
    """Whether an id is the cluster's or, if that is enough, what the cluster is in."""
    if id_.value is UNKNOWN:
        return None
    found = _ID.fullmatch(id_.text or "")
    if found is None or (exactly and found["name"] is None):
        return False
    names = (("group", "resourceGroupName"), ("name", "resourceName"))
    return all(found[part] is None or same(Fields(found[part]), cluster.inputs[name]) for part, name in names)


def secrets(cluster: Resource) -> str | None:
    """Secrets are encrypted by the key management plug-in. Documents of Automatic do not name it: it is let be.

    https://learn.microsoft.com/azure/aks/use-kms-etcd-encryption, .../kms-data-encryption
    """
    profile = cluster.inputs["securityProfile"]
    by_platform = profile.at("kubernetesResourceObjectEncryptionProfile.infrastructureEncryption").text == "Enabled"
    if profile.at("azureKeyVaultKms.enabled").flag is True or by_platform or _is_automatic(cluster):
        return None
    return "encrypts Secrets by no key of its owner's"


def private_nodes(pool: Fields) -> str | None:
    """Nodes have no public address: AKS' default. https://learn.microsoft.com/azure/aks/use-node-public-ips"""
    return "gives nodes public addresses" if pool["enableNodePublicIP"].flag is True else None


def network_policy(cluster: Resource) -> str | None:
    """Something enforces NetworkPolicies: by itself AKS has nothing, Automatic has Cilium.

    https://learn.microsoft.com/azure/aks/use-network-policies
    """
    if cluster.inputs.at("networkProfile.networkPolicy").text in _ENGINES or _is_automatic(cluster):
        return None
    return "enforces no NetworkPolicy"


def workload_identity(cluster: Resource) -> str | None:
    """Pods can be somebody in Entra without the node's credentials; Automatic's always can.

    https://learn.microsoft.com/azure/aks/workload-identity-overview
    """
    inputs = cluster.inputs
    issuer = inputs.at("oidcIssuerProfile.enabled").flag is True
    if (issuer and inputs.at("securityProfile.workloadIdentity.enabled").flag is True) or _is_automatic(cluster):
        return None
    return "gives pods no identity of their own in Entra"


def legacy_auth(cluster: Resource) -> str | None:
    """All come in by Entra: by itself AKS has a certificate of an administrator, whom nobody can take away.

    https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad
    """
    inputs = cluster.inputs
    if _is_automatic(cluster):
        return None
    if inputs["disableLocalAccounts"].flag is not True:
        return "has local accounts"
    if inputs["enableRBAC"].flag is False:
        return "asks no RBAC"
    return None if inputs.at("aadProfile.managed").flag is True else "knows nobody of Entra"


def auto_upgrade(cluster: Resource) -> str | None:
    """AKS upgrades it, and renews its nodes' images: the latter is the default, the former Automatic's alone.

    https://learn.microsoft.com/azure/aks/auto-upgrade-cluster, .../auto-upgrade-node-os-image
    """
    profile = cluster.inputs["autoUpgradeProfile"]
    if _is_automatic(cluster):
        return None
    if profile["upgradeChannel"].text in (None, "none"):
        return "is not upgraded by itself"
    unkept = profile["nodeOSUpgradeChannel"].text in ("None", "Unmanaged")
    return "does not renew the images of nodes" if unkept else None


def secure_boot(pool: Fields) -> str | None:
    """Nodes start by what is signed, which AKS by itself does not ask for.

    It cannot be had on arm64, with Windows, FIPS, sandboxed pods, confidential machines, or drivers that AKS installs
    for GPUs. https://learn.microsoft.com/azure/aks/use-trusted-launch
    """
    machine = pool["vmSize"].text or ""
    if _UNBOOTED.match(machine) or pool["osType"].text == "Windows" or pool["enableFIPS"].flag is True:
        return None
    if machine.startswith("Standard_N") and pool.at("gpuProfile.driver").text != "None":
        return None
    if pool["workloadRuntime"].text not in (None, "OCIContainer"):
        return None
    return None if pool.at("securityProfile.enableSecureBoot").flag is True else "starts nodes without secure boot"


def versions(resource: Resource) -> Iterator[Fields]:
    """Of a cluster or a pool."""
    if resource.type == CLUSTER:
        yield resource.inputs["kubernetesVersion"]
    for pool in pools(resource):
        yield pool["orchestratorVersion"]


def protection(cluster: Resource, stack: Stack) -> bool:
    """A lock, of the cluster or of what it is in: AKS has no protection of its own.

    https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
    """
    locks = [
        resource
        for resource in stack.resources
        if resource.type.startswith(_LOCK) and resource.inputs["level"].text in ("CanNotDelete", "ReadOnly")
    ]
    return _has(cluster, stack, locks, _locks)


def _locks(lock: Resource, cluster: Resource) -> bool | None:
    inputs, own = lock.inputs, cluster.inputs
    match lock.type.removeprefix(_LOCK):
        case "ByScope":
            return _leads_to(inputs["scope"], cluster, exactly=False)
        case "AtSubscriptionLevel":
            return True
        case "AtResourceGroupLevel":
            return same(inputs["resourceGroupName"], own["resourceGroupName"])
        case "AtResourceLevel":
            is_cluster = (inputs["resourceType"].text or "").casefold() == "managedclusters"
            names = ("resourceGroupName", "resourceName")
            return is_cluster and all(same(inputs[name], own[name]) for name in names)
    return False


CHECKS = CloudChecks(
    by_type={
        "cluster-endpoint": {CLUSTER: endpoint},
        "cluster-audit-logs": {CLUSTER: audit_logs},
        "cluster-secrets": {CLUSTER: secrets},
        "cluster-network-policy": {CLUSTER: Alone(network_policy)},
        "cluster-workload-identity": {CLUSTER: Alone(workload_identity)},
        "cluster-legacy-auth": {CLUSTER: legacy_auth},
        "cluster-auto-upgrade": {CLUSTER: auto_upgrade},
        "cluster-version": dict.fromkeys((CLUSTER, POOL), outdated(FACTS, versions)),
        "cluster-protection": {CLUSTER: Protected(protection)},
    },
    parts={
        "cluster-private-nodes": [each(pools, private_nodes)],
        "cluster-secure-boot": [each(pools, secure_boot)],
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

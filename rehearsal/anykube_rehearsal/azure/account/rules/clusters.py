"""What AKS refuses of a cluster: names, versions, access, identity."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.catalogue import roles, versions
from anykube_rehearsal.azure.account.grants import has_role
from anykube_rehearsal.azure.account.lookup import find, last, name, parent
from anykube_rehearsal.azure.account.rules.network import delegations, subnet_ranges
from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.plugin.facts import CLUSTER, IDENTITY, KEY, SUBNET, VAULT
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_NAMES = "https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules"
_VERSIONS = "https://learn.microsoft.com/en-us/azure/aks/supported-kubernetes-versions"
_UPGRADES = "https://learn.microsoft.com/en-us/azure/aks/upgrade-aks-cluster"
_LONG_TERM = "https://learn.microsoft.com/en-us/azure/aks/long-term-support"
_LOCAL = "https://learn.microsoft.com/en-us/azure/aks/manage-local-accounts-managed-azure-ad"
_RBAC = "https://learn.microsoft.com/en-us/azure/aks/manage-azure-rbac"
_RANGES = "https://learn.microsoft.com/en-us/azure/aks/api-server-authorized-ip-ranges"
_API_SERVER = "https://learn.microsoft.com/en-us/azure/aks/api-server-vnet-integration"
_IDENTITY = "https://learn.microsoft.com/en-us/azure/aks/use-managed-identity"
_WORKLOAD = "https://learn.microsoft.com/en-us/azure/aks/workload-identity-deploy-cluster"
_ISSUER = "https://learn.microsoft.com/en-us/azure/aks/use-oidc-issuer"
_COST = "https://learn.microsoft.com/en-us/azure/aks/cost-analysis"
_KMS = "https://learn.microsoft.com/en-us/azure/aks/use-kms-etcd-encryption"
_TIERS = "https://learn.microsoft.com/en-us/azure/aks/free-standard-pricing-tiers"

_AKS = "microsoft.containerservice/managedclusters"
_MOST_RANGES = 200
_PRIVATE = [ipaddress.IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
"""https://www.rfc-editor.org/rfc/rfc1918"""


def inside(inputs: Mapping[str, Any], *steps: str) -> Any:
    """A property of a property; None where one of them is missing."""
    here: Any = inputs
    for step in steps:
        here = here.get(step) if isinstance(here, Mapping) else None
    return here


@rule(CLUSTER, on=("create",), document=_NAMES)
def names(account: Account, change: Change) -> Iterator[str]:
    """Names of the cluster and in its DNS."""
    del account
    own = last(change.id)
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?", own):
        yield f"InvalidParameter: resourceName: 1 to 63 letters, digits, hyphens and underscores, and it is {own}"
    prefix = change.new.get("dnsPrefix")
    if (prefix is None) == (change.new.get("fqdnSubdomain") is None):
        yield "InvalidParameter: dnsPrefix: one of dnsPrefix and fqdnSubdomain is given, not both"
    elif prefix is not None and not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]{0,52}[A-Za-z0-9])?", str(prefix)):
        yield f"InvalidDNSPrefix: dnsPrefix: 1 to 54 letters, digits and hyphens, and it is {prefix}"


@rule(CLUSTER, on=WRITE, document=_VERSIONS)
def version(account: Account, change: Change) -> Iterator[str]:
    """A version that AKS offers."""
    del account
    given = change.new.get("kubernetesVersion")
    if versions.resolve(given) is None and given != change.old.get("kubernetesVersion"):
        offered = ", ".join(versions.PATCHES)
        yield f"K8sVersionNotSupported: kubernetesVersion: {given} is not supported: one of {offered}, or a patch of it"


@rule(CLUSTER, on=("update",), document=_UPGRADES)
def upgrade(account: Account, change: Change) -> Iterator[str]:
    """One minor version at a time, and never back."""
    found, asked = find(account, CLUSTER, change.id), change.new.get("kubernetesVersion")
    before = str(found.outputs["currentKubernetesVersion"]) if found else ""
    after = versions.resolve(asked) if asked and asked != change.old.get("kubernetesVersion") else None
    if not before or after is None or before == after:
        return
    steps = versions.number(after) - versions.number(before)
    if steps > 1:
        yield (
            f"OperationNotAllowed: kubernetesVersion: Upgrading Kubernetes version {before} to {after} is not allowed: "
            "no minor version is skipped"
        )
    elif steps < 0:
        yield f"OperationNotAllowed: kubernetesVersion: {before} cannot be downgraded to {after}"


@rule(CLUSTER, on=WRITE, document=_LONG_TERM)
def long_term(account: Account, change: Change) -> Iterator[str]:
    """Long-term support is paid for, and versions that have no other need it."""
    del account
    tier = inside(change.new, "sku", "tier")
    paid = change.new.get("supportPlan") == "AKSLongTermSupport"
    if paid != (tier == "Premium"):
        yield "BadRequest: supportPlan: AKSLongTermSupport goes with the tier Premium, and the tier with it"
    given = versions.minor(change.new.get("kubernetesVersion") or versions.DEFAULT)
    if given in versions.LONG_TERM and not paid:
        yield f"K8sVersionNotSupported: kubernetesVersion: {given} has long-term support alone"


@rule(CLUSTER, on=WRITE, document=_LOCAL)
def local_accounts(account: Account, change: Change) -> Iterator[str]:
    """Local accounts can be switched off only where Entra says who is who."""
    del account
    managed = inside(change.new, "aadProfile", "managed")
    if change.new.get("disableLocalAccounts") and not managed:
        yield "BadRequest: disableLocalAccounts: Entra integration (aadProfile.managed) is needed to disable them"


@rule(CLUSTER, on=WRITE, document=_RBAC)
def azure_rbac(account: Account, change: Change) -> Iterator[str]:
    """Roles of Azure are for principals of Entra."""
    del account
    if inside(change.new, "aadProfile", "enableAzureRBAC") and not inside(change.new, "aadProfile", "managed"):
        yield "BadRequest: aadProfile.enableAzureRBAC: needs aadProfile.managed"
    if inside(change.new, "aadProfile", "managed") and change.new.get("enableRBAC") is False:
        yield "BadRequest: enableRBAC: Entra integration needs Kubernetes' RBAC"
    if inside(change.old, "aadProfile", "managed") and not inside(change.new, "aadProfile", "managed"):
        yield "OperationNotAllowed: aadProfile: Entra integration cannot be switched off again"


@rule(CLUSTER, on=WRITE, document=_RANGES)
def authorized_ranges(account: Account, change: Change) -> Iterator[str]:
    """Ranges are public ones, at most 200, and of a cluster that has a public endpoint."""
    del account
    profile = change.new.get("apiServerAccessProfile") or {}
    given = profile.get("authorizedIPRanges") or []
    if given and profile.get("enablePrivateCluster"):
        yield "BadRequest: apiServerAccessProfile.authorizedIPRanges: a private cluster has no public endpoint"
    if len(given) > _MOST_RANGES:
        said = f"at most {_MOST_RANGES}, and there are {len(given)}"
        yield f"BadRequest: apiServerAccessProfile.authorizedIPRanges: {said}"
    for index, one in enumerate(given):
        try:
            network = ipaddress.ip_network(str(one))
        except ValueError:
            yield f"InvalidParameter: apiServerAccessProfile.authorizedIPRanges[{index}]: {one} is no range"
            continue
        if network.version == 4 and any(network.subnet_of(private) for private in _PRIVATE):
            yield f"InvalidParameter: apiServerAccessProfile.authorizedIPRanges[{index}]: {one} is a private range"


@rule(CLUSTER, on=WRITE, document=_API_SERVER)
def api_server_subnet(account: Account, change: Change) -> Iterator[str]:
    """API servers in a network of the customer's have a delegated subnet of their own, and may write to it."""
    profile = change.new.get("apiServerAccessProfile") or {}
    place = profile.get("subnetId")
    nodes = [pool.get("vnetSubnetID") for pool in change.new.get("agentPoolProfiles") or []]
    if not profile.get("enableVnetIntegration"):
        if place:
            yield "BadRequest: apiServerAccessProfile.subnetId: needs apiServerAccessProfile.enableVnetIntegration"
        if inside(change.old, "apiServerAccessProfile", "enableVnetIntegration"):
            yield "OperationNotAllowed: apiServerAccessProfile.enableVnetIntegration: it cannot be switched off again"
        return
    if place is None:
        if any(nodes):
            yield "BadRequest: apiServerAccessProfile.subnetId is missing: nodes are in a network of the customer's"
        return
    subnet = find(account, SUBNET, str(place))
    if subnet is None:
        return  # told as a reference that leads nowhere
    if _AKS not in delegations(subnet.inputs):
        yield (
            f"SubnetNotDelegated: apiServerAccessProfile.subnetId: {name(subnet)} is not delegated to "
            "Microsoft.ContainerService/managedClusters"
        )
    if any(one.prefixlen > 28 for one in subnet_ranges(subnet.inputs)):
        yield f"SubnetTooSmall: apiServerAccessProfile.subnetId: {name(subnet)} is smaller than a /28"
    for node in nodes:
        if node and not ids.same(str(node).rpartition("/subnets/")[0], parent(subnet.id, "subnets")):
            yield "BadRequest: apiServerAccessProfile.subnetId: API servers and nodes are in one virtual network"
    who = _control_plane(account, change)
    if who and not has_role(account, who, subnet.id, {roles.NETWORK_CONTRIBUTOR, roles.CONTRIBUTOR, roles.OWNER}):
        yield (
            "ReadWriteSubnetPermissionDenied: apiServerAccessProfile.subnetId: the cluster's identity is no Network "
            f"Contributor of {name(subnet)}"
        )


@rule(CLUSTER, on=WRITE, document=_IDENTITY)
def identity(account: Account, change: Change) -> Iterator[str]:
    """The control plane is somebody; where the kubelets are somebody too, it may make them so."""
    kind = inside(change.new, "identity", "type")
    given = inside(change.new, "identity", "userAssignedIdentities") or []
    if kind is None and change.new.get("servicePrincipalProfile") is None:
        yield "BadRequest: identity: a managed identity, or a service principal"
    if (kind == "UserAssigned") != (len(given) == 1):
        yield "BadRequest: identity.userAssignedIdentities: exactly one with the type UserAssigned, none with others"
    for one in given:
        if find(account, IDENTITY, str(one)) is None:
            yield f"ResourceNotFound: identity.userAssignedIdentities: there is no identity {one}"
    kubelet = inside(change.new, "identityProfile", "kubeletidentity", "resourceId")
    if not kubelet:
        return
    if kind != "UserAssigned":
        yield "BadRequest: identityProfile.kubeletidentity: goes with a control plane of the identity UserAssigned"
    found, who = find(account, IDENTITY, str(kubelet)), _control_plane(account, change)
    if found is None:
        yield f"ResourceNotFound: identityProfile.kubeletidentity: there is no identity {kubelet}"
    elif who and not has_role(account, who, found.id, {roles.IDENTITY_OPERATOR, roles.CONTRIBUTOR, roles.OWNER}):
        yield (
            "CustomKubeletIdentityMissingPermissionError: identityProfile.kubeletidentity: the cluster's identity is "
            f"no Managed Identity Operator of {name(found)}"
        )


def _control_plane(account: Account, change: Change) -> str | None:
    """The principal that the control plane acts as, where it is known before the cluster is there."""
    given = inside(change.new, "identity", "userAssignedIdentities") or []
    found = find(account, IDENTITY, str(given[0])) if given else None
    return str(found.outputs["principalId"]) if found else None


@rule(CLUSTER, on=WRITE, document=_WORKLOAD)
def workload_identity(account: Account, change: Change) -> Iterator[str]:
    """Pods become identities of Entra by the cluster's issuer."""
    del account
    if inside(change.new, "securityProfile", "workloadIdentity", "enabled") and not inside(
        change.new, "oidcIssuerProfile", "enabled"
    ):
        yield "BadRequest: securityProfile.workloadIdentity: needs oidcIssuerProfile.enabled"


@rule(CLUSTER, on=("update",), document=_ISSUER)
def issuer(account: Account, change: Change) -> Iterator[str]:
    """An issuer stays."""
    del account
    if inside(change.old, "oidcIssuerProfile", "enabled") and not inside(change.new, "oidcIssuerProfile", "enabled"):
        yield "OIDCIssuerFeatureCannotBeDisabled: oidcIssuerProfile.enabled: it cannot be switched off again"


@rule(CLUSTER, on=WRITE, document=_COST)
def cost_analysis(account: Account, change: Change) -> Iterator[str]:
    """Costs by namespace are not of the free tier."""
    del account
    if inside(change.new, "metricsProfile", "costAnalysis", "enabled") and inside(change.new, "sku", "tier") not in (
        "Standard",
        "Premium",
    ):
        yield "BadRequest: metricsProfile.costAnalysis: needs the tier Standard or Premium"


@rule(CLUSTER, on=WRITE, document=_TIERS)
def tier(account: Account, change: Change) -> Iterator[str]:
    """Name and tier of the SKU go together."""
    del account
    sku = change.new.get("sku")
    if sku is not None and (sku.get("name") is None or sku.get("tier") is None):
        yield "BadRequest: sku: name (Base or Automatic) and tier (Free, Standard or Premium) are both given"


@rule(CLUSTER, on=WRITE, document=_KMS)
def key_vault(account: Account, change: Change) -> Iterator[str]:
    """Secrets are encrypted with a key that is there, and that the control plane may use."""
    kms = inside(change.new, "securityProfile", "azureKeyVaultKms") or {}
    if not kms.get("enabled"):
        return
    given = str(kms.get("keyId") or "")
    keys = [one for one in account.store.all(KEY) if str(one.outputs.get("keyUriWithVersion")) == given]
    if not keys:
        yield f"InvalidParameter: securityProfile.azureKeyVaultKms.keyId: there is no key {given or '(none is given)'}"
        return
    vault = parent(keys[0].id, "keys")
    users = {"12338af0-0e69-4776-bea7-57ae8d297424", "14b46e9e-c2b7-41b4-b07b-48a6ebf60603"}
    found, who = find(account, VAULT, vault), _control_plane(account, change)
    by_roles = found is not None and inside(found.inputs, "properties", "enableRbacAuthorization")
    if who and by_roles and not has_role(account, who, keys[0].id, users):
        said = "the cluster's identity is no Key Vault Crypto User"
        yield f"KeyVaultPermissionDenied: securityProfile.azureKeyVaultKms: {said}"
    if who is None:
        yield "BadRequest: securityProfile.azureKeyVaultKms: needs a control plane of the identity UserAssigned"

"""Rules for clusters: names, versions, access, identities."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.catalogue import roles, versions
from anykube_rehearsal.azure.account.grants import has_role
from anykube_rehearsal.azure.account.lookup import find, last_segment, name, parent
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
_MAX_RANGES = 200
_PRIVATE = [ipaddress.IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
"""https://www.rfc-editor.org/rfc/rfc1918"""


def inside(inputs: Mapping[str, Any], *steps: str) -> Any:
    """A nested property; None if it or one of its parents is missing."""
    value: Any = inputs
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


@rule(CLUSTER, on=("create",), document=_NAMES)
def names(account: Account, change: Change) -> Iterator[str]:
    """The cluster's name and DNS prefix."""
    del account
    cluster_name = last_segment(change.id)
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?", cluster_name):
        message = f"must be 1 to 63 letters, digits, hyphens and underscores, but is {cluster_name}"
        yield f"InvalidParameter: resourceName: {message}"
    prefix = change.new.get("dnsPrefix")
    if (prefix is None) == (change.new.get("fqdnSubdomain") is None):
        yield "InvalidParameter: dnsPrefix: set exactly one of dnsPrefix and fqdnSubdomain"
    elif prefix is not None and not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]{0,52}[A-Za-z0-9])?", str(prefix)):
        yield f"InvalidDNSPrefix: dnsPrefix: must be 1 to 54 letters, digits and hyphens, but is {prefix}"


@rule(CLUSTER, on=WRITE, document=_VERSIONS)
def version(account: Account, change: Change) -> Iterator[str]:
    """The version must be one that AKS offers."""
    del account
    requested = change.new.get("kubernetesVersion")
    if versions.resolve(requested) is None and requested != change.old.get("kubernetesVersion"):
        message = f"{requested} is not supported. Use one of {', '.join(versions.PATCHES)}, or a patch version"
        yield f"K8sVersionNotSupported: kubernetesVersion: {message}"


@rule(CLUSTER, on=("update",), document=_UPGRADES)
def upgrade(account: Account, change: Change) -> Iterator[str]:
    """Upgrades cannot skip a minor version, and there are no downgrades."""
    cluster, requested = find(account, CLUSTER, change.id), change.new.get("kubernetesVersion")
    current = str(cluster.outputs["currentKubernetesVersion"]) if cluster else ""
    target = versions.resolve(requested) if requested and requested != change.old.get("kubernetesVersion") else None
    if not current or target is None or current == target:
        return
    steps = versions.number(target) - versions.number(current)
    if steps > 1:
        message = f"Upgrading Kubernetes version {current} to {target} is not allowed. Do not skip a minor version"
        yield f"OperationNotAllowed: kubernetesVersion: {message}"
    elif steps < 0:
        yield f"OperationNotAllowed: kubernetesVersion: {current} cannot be downgraded to {target}"


@rule(CLUSTER, on=WRITE, document=_LONG_TERM)
def long_term(account: Account, change: Change) -> Iterator[str]:
    """Long-term support requires the tier Premium, and old versions require long-term support."""
    del account
    tier = inside(change.new, "sku", "tier")
    long_term_plan = change.new.get("supportPlan") == "AKSLongTermSupport"
    if long_term_plan != (tier == "Premium"):
        yield "BadRequest: supportPlan: AKSLongTermSupport and tier Premium require each other"
    minor = versions.minor(change.new.get("kubernetesVersion") or versions.DEFAULT)
    if minor in versions.LONG_TERM and not long_term_plan:
        yield f"K8sVersionNotSupported: kubernetesVersion: {minor} requires long-term support"


@rule(CLUSTER, on=WRITE, document=_LOCAL)
def local_accounts(account: Account, change: Change) -> Iterator[str]:
    """Disabling local accounts requires Entra integration."""
    del account
    managed = inside(change.new, "aadProfile", "managed")
    if change.new.get("disableLocalAccounts") and not managed:
        yield "BadRequest: disableLocalAccounts: requires Entra integration (aadProfile.managed)"


@rule(CLUSTER, on=WRITE, document=_RBAC)
def azure_rbac(account: Account, change: Change) -> Iterator[str]:
    """Azure RBAC requires Entra integration, which requires Kubernetes RBAC and cannot be disabled again."""
    del account
    if inside(change.new, "aadProfile", "enableAzureRBAC") and not inside(change.new, "aadProfile", "managed"):
        yield "BadRequest: aadProfile.enableAzureRBAC: requires aadProfile.managed"
    if inside(change.new, "aadProfile", "managed") and change.new.get("enableRBAC") is False:
        yield "BadRequest: enableRBAC: Entra integration requires Kubernetes RBAC"
    if inside(change.old, "aadProfile", "managed") and not inside(change.new, "aadProfile", "managed"):
        yield "OperationNotAllowed: aadProfile: Entra integration cannot be disabled again"


@rule(CLUSTER, on=WRITE, document=_RANGES)
def authorized_ranges(account: Account, change: Change) -> Iterator[str]:
    """At most 200 public ranges, and only for clusters with a public endpoint."""
    del account
    profile = change.new.get("apiServerAccessProfile") or {}
    cidrs = profile.get("authorizedIPRanges") or []
    if cidrs and profile.get("enablePrivateCluster"):
        yield "BadRequest: apiServerAccessProfile.authorizedIPRanges: a private cluster has no public endpoint"
    if len(cidrs) > _MAX_RANGES:
        message = f"at most {_MAX_RANGES} ranges are allowed, but there are {len(cidrs)}"
        yield f"BadRequest: apiServerAccessProfile.authorizedIPRanges: {message}"
    for index, cidr in enumerate(cidrs):
        try:
            network = ipaddress.ip_network(str(cidr))
        except ValueError:
            yield f"InvalidParameter: apiServerAccessProfile.authorizedIPRanges[{index}]: {cidr} is not a valid CIDR"
            continue
        if network.version == 4 and any(network.subnet_of(private) for private in _PRIVATE):
            yield f"InvalidParameter: apiServerAccessProfile.authorizedIPRanges[{index}]: {cidr} is a private range"


@rule(CLUSTER, on=WRITE, document=_API_SERVER)
def api_server_subnet(account: Account, change: Change) -> Iterator[str]:
    """API servers in a custom network need a delegated subnet, on which the cluster is a Network Contributor."""
    profile = change.new.get("apiServerAccessProfile") or {}
    subnet_id = profile.get("subnetId")
    node_subnets = [pool.get("vnetSubnetID") for pool in change.new.get("agentPoolProfiles") or []]
    if not profile.get("enableVnetIntegration"):
        if subnet_id:
            yield "BadRequest: apiServerAccessProfile.subnetId: requires apiServerAccessProfile.enableVnetIntegration"
        if inside(change.old, "apiServerAccessProfile", "enableVnetIntegration"):
            yield "OperationNotAllowed: apiServerAccessProfile.enableVnetIntegration: cannot be disabled again"
        return
    if subnet_id is None:
        if any(node_subnets):
            yield "BadRequest: apiServerAccessProfile.subnetId: is required, because nodes are in a custom subnet"
        return
    subnet = find(account, SUBNET, str(subnet_id))
    if subnet is None:
        return  # the rule `references` reports it
    if _AKS not in delegations(subnet.inputs):
        message = f"{name(subnet)} is not delegated to Microsoft.ContainerService/managedClusters"
        yield f"SubnetNotDelegated: apiServerAccessProfile.subnetId: {message}"
    if any(network.prefixlen > 28 for network in subnet_ranges(subnet.inputs)):
        yield f"SubnetTooSmall: apiServerAccessProfile.subnetId: {name(subnet)} is smaller than a /28"
    for node_subnet in node_subnets:
        if node_subnet and not ids.same(str(node_subnet).rpartition("/subnets/")[0], parent(subnet.id, "subnets")):
            yield "BadRequest: apiServerAccessProfile.subnetId: must be in the same virtual network as the nodes"
    principal = _control_plane_principal(account, change)
    contributors = {roles.NETWORK_CONTRIBUTOR, roles.CONTRIBUTOR, roles.OWNER}
    if principal and not has_role(account, principal, subnet.id, contributors):
        message = f"the cluster's identity does not have the role Network Contributor on {name(subnet)}"
        yield f"ReadWriteSubnetPermissionDenied: apiServerAccessProfile.subnetId: {message}"


@rule(CLUSTER, on=WRITE, document=_IDENTITY)
def identity(account: Account, change: Change) -> Iterator[str]:
    """The control plane needs an identity, which must be able to assign the kubelet identity."""
    kind = inside(change.new, "identity", "type")
    user_assigned = inside(change.new, "identity", "userAssignedIdentities") or []
    if kind is None and change.new.get("servicePrincipalProfile") is None:
        yield "BadRequest: identity: a managed identity or a service principal is required"
    if (kind == "UserAssigned") != (len(user_assigned) == 1):
        yield "BadRequest: identity.userAssignedIdentities: set exactly one with type UserAssigned, otherwise none"
    for identity_id in user_assigned:
        if find(account, IDENTITY, str(identity_id)) is None:
            yield f"ResourceNotFound: identity.userAssignedIdentities: there is no identity {identity_id}"
    kubelet_id = inside(change.new, "identityProfile", "kubeletidentity", "resourceId")
    if not kubelet_id:
        return
    if kind != "UserAssigned":
        yield "BadRequest: identityProfile.kubeletidentity: requires identity type UserAssigned for the control plane"
    kubelet, principal = find(account, IDENTITY, str(kubelet_id)), _control_plane_principal(account, change)
    operators = {roles.IDENTITY_OPERATOR, roles.CONTRIBUTOR, roles.OWNER}
    if kubelet is None:
        yield f"ResourceNotFound: identityProfile.kubeletidentity: there is no identity {kubelet_id}"
    elif principal and not has_role(account, principal, kubelet.id, operators):
        message = f"the cluster's identity does not have the role Managed Identity Operator on {name(kubelet)}"
        yield f"CustomKubeletIdentityMissingPermissionError: identityProfile.kubeletidentity: {message}"


def _control_plane_principal(account: Account, change: Change) -> str | None:
    """The principal of the control plane; None for an identity that Azure creates with the cluster."""
    user_assigned = inside(change.new, "identity", "userAssignedIdentities") or []
    identity = find(account, IDENTITY, str(user_assigned[0])) if user_assigned else None
    return str(identity.outputs["principalId"]) if identity else None


@rule(CLUSTER, on=WRITE, document=_WORKLOAD)
def workload_identity(account: Account, change: Change) -> Iterator[str]:
    """Workload identity requires the OIDC issuer."""
    del account
    if inside(change.new, "securityProfile", "workloadIdentity", "enabled") and not inside(
        change.new, "oidcIssuerProfile", "enabled"
    ):
        yield "BadRequest: securityProfile.workloadIdentity: requires oidcIssuerProfile.enabled"


@rule(CLUSTER, on=("update",), document=_ISSUER)
def issuer(account: Account, change: Change) -> Iterator[str]:
    """The OIDC issuer cannot be disabled."""
    del account
    if inside(change.old, "oidcIssuerProfile", "enabled") and not inside(change.new, "oidcIssuerProfile", "enabled"):
        yield "OIDCIssuerFeatureCannotBeDisabled: oidcIssuerProfile.enabled: cannot be disabled again"


@rule(CLUSTER, on=WRITE, document=_COST)
def cost_analysis(account: Account, change: Change) -> Iterator[str]:
    """Cost analysis is not available in the tier Free."""
    del account
    if inside(change.new, "metricsProfile", "costAnalysis", "enabled") and inside(change.new, "sku", "tier") not in (
        "Standard",
        "Premium",
    ):
        yield "BadRequest: metricsProfile.costAnalysis: requires tier Standard or Premium"


@rule(CLUSTER, on=WRITE, document=_TIERS)
def tier(account: Account, change: Change) -> Iterator[str]:
    """The name and the tier of the SKU must be set together."""
    del account
    sku = change.new.get("sku")
    if sku is not None and (sku.get("name") is None or sku.get("tier") is None):
        yield "BadRequest: sku: set both name (Base or Automatic) and tier (Free, Standard or Premium)"


@rule(CLUSTER, on=WRITE, document=_KMS)
def key_vault(account: Account, change: Change) -> Iterator[str]:
    """The key for secrets must exist, and the control plane must be allowed to use it."""
    kms = inside(change.new, "securityProfile", "azureKeyVaultKms") or {}
    if not kms.get("enabled"):
        return
    key_id = str(kms.get("keyId") or "")
    keys = [key for key in account.store.all(KEY) if str(key.outputs.get("keyUriWithVersion")) == key_id]
    if not keys:
        yield f"InvalidParameter: securityProfile.azureKeyVaultKms.keyId: there is no key {key_id or '(not set)'}"
        return
    crypto_users = {"12338af0-0e69-4776-bea7-57ae8d297424", "14b46e9e-c2b7-41b4-b07b-48a6ebf60603"}
    vault, principal = find(account, VAULT, parent(keys[0].id, "keys")), _control_plane_principal(account, change)
    uses_rbac = vault is not None and inside(vault.inputs, "properties", "enableRbacAuthorization")
    if principal and uses_rbac and not has_role(account, principal, keys[0].id, crypto_users):
        message = "the cluster's identity does not have the role Key Vault Crypto User"
        yield f"KeyVaultPermissionDenied: securityProfile.azureKeyVaultKms: {message}"
    if principal is None:
        yield "BadRequest: securityProfile.azureKeyVaultKms: requires identity type UserAssigned for the control plane"

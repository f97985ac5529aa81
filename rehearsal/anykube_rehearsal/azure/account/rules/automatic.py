"""Rules for AKS Automatic, node auto-provisioning and Cilium."""

from collections.abc import Iterator, Mapping

from anykube_rehearsal.azure.account.catalogue import regions
from anykube_rehearsal.azure.account.rules.clusters import inside
from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.plugin.facts import CLUSTER
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change

_AUTOMATIC = "https://learn.microsoft.com/en-us/azure/aks/intro-aks-automatic"
_PROVISIONING = "https://learn.microsoft.com/en-us/azure/aks/node-auto-provisioning"
_CILIUM = "https://learn.microsoft.com/en-us/azure/aks/azure-cni-powered-by-cilium"

_FIXED: Mapping[tuple[str, ...], object] = {
    ("aadProfile", "managed"): True,
    ("aadProfile", "enableAzureRBAC"): True,
    ("disableLocalAccounts",): True,
    ("oidcIssuerProfile", "enabled"): True,
    ("securityProfile", "workloadIdentity", "enabled"): True,
    ("securityProfile", "imageCleaner", "enabled"): True,
    ("nodeProvisioningProfile", "mode"): "Auto",
    ("networkProfile", "networkPlugin"): "azure",
    ("networkProfile", "networkPluginMode"): "overlay",
    ("networkProfile", "networkDataplane"): "cilium",
    ("networkProfile", "networkPolicy"): "cilium",
    ("apiServerAccessProfile", "enableVnetIntegration"): True,
    ("nodeResourceGroupProfile", "restrictionLevel"): "ReadOnly",
    ("sku", "tier"): "Standard",
}
"""Settings that Automatic preconfigures and does not allow to change."""


@rule(CLUSTER, on=WRITE, document=_AUTOMATIC)
def automatic(account: Account, change: Change) -> Iterator[str]:
    """Automatic rejects settings that contradict its preconfigured ones."""
    del account
    if inside(change.new, "sku", "name") != "Automatic":
        if inside(change.old, "sku", "name") == "Automatic":
            yield "OperationNotAllowed: sku.name: cannot change from Automatic to Base"
        return
    for steps, required in _FIXED.items():
        value = inside(change.new, *steps)
        if value is not None and value != required:
            path = ".".join(steps)
            message = f"must be {_format(required)} with Automatic, but is {_format(value)}"
            yield f"AutomaticClusterFeatureRequired: {path}: {message}"
    region = str(change.new.get("location", ""))
    if not regions.zones(region):
        yield f"AutomaticClusterRegionNotSupported: location: Automatic requires three zones, but {region} has none"
    for index, pool in enumerate(change.new.get("agentPoolProfiles") or []):
        if pool.get("enableAutoScaling"):
            path = f"agentPoolProfiles[{index}].enableAutoScaling"
            yield f"BadRequest: {path}: not supported with Automatic, which uses node auto-provisioning"


@rule(CLUSTER, on=WRITE, document=_PROVISIONING)
def provisioning(account: Account, change: Change) -> Iterator[str]:
    """Node auto-provisioning needs Azure CNI Overlay and excludes the cluster autoscaler."""
    del account
    if inside(change.new, "nodeProvisioningProfile", "mode") != "Auto":
        return
    network = change.new.get("networkProfile") or {}
    if inside(change.new, "sku", "name") != "Automatic" and (
        network.get("networkPlugin") != "azure" or network.get("networkPluginMode") != "overlay"
    ):
        yield "BadRequest: nodeProvisioningProfile.mode: Auto requires network plugin azure in mode overlay"
    for index, pool in enumerate(change.new.get("agentPoolProfiles") or []):
        if pool.get("enableAutoScaling"):
            path = f"agentPoolProfiles[{index}].enableAutoScaling"
            yield f"BadRequest: {path}: the cluster autoscaler cannot be combined with node auto-provisioning"


@rule(CLUSTER, on=WRITE, document=_CILIUM)
def cilium(account: Account, change: Change) -> Iterator[str]:
    """The Cilium data plane and the Cilium network policy require each other."""
    del account
    network = change.new.get("networkProfile") or {}
    dataplane, policy = network.get("networkDataplane"), network.get("networkPolicy")
    if dataplane == "cilium" and network.get("networkPlugin", "azure") != "azure":
        yield "BadRequest: networkProfile.networkDataplane: cilium requires network plugin azure"
    if dataplane == "cilium" and policy not in (None, "cilium"):
        yield f"BadRequest: networkProfile.networkPolicy: must be cilium with data plane cilium, but is {policy}"
    if policy == "cilium" and dataplane != "cilium":
        yield "BadRequest: networkProfile.networkPolicy: cilium requires data plane cilium"


def _format(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

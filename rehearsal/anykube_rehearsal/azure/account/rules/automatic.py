"""What AKS Automatic is, and what node auto-provisioning needs."""

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
"""What Automatic has switched on before anybody asks, and does not let be switched off."""


@rule(CLUSTER, on=WRITE, document=_AUTOMATIC)
def automatic(account: Account, change: Change) -> Iterator[str]:
    """Automatic is a choice of Microsoft's: what contradicts it is refused."""
    del account
    if inside(change.new, "sku", "name") != "Automatic":
        if inside(change.old, "sku", "name") == "Automatic":
            yield "OperationNotAllowed: sku.name: Automatic becomes Base only where its requirements are met no more"
        return
    for steps, value in _FIXED.items():
        given = inside(change.new, *steps)
        if given is not None and given != value:
            where = ".".join(steps)
            yield f"AutomaticClusterFeatureRequired: {where}: Automatic has {_said(value)}, not {_said(given)}"
    region = str(change.new.get("location", ""))
    if not regions.zones(region):
        yield f"AutomaticClusterRegionNotSupported: location: Automatic needs three zones, and {region} has none"
    for index, pool in enumerate(change.new.get("agentPoolProfiles") or []):
        if pool.get("enableAutoScaling"):
            where = f"agentPoolProfiles[{index}].enableAutoScaling"
            yield f"BadRequest: {where}: Automatic scales by node auto-provisioning"


@rule(CLUSTER, on=WRITE, document=_PROVISIONING)
def provisioning(account: Account, change: Change) -> Iterator[str]:
    """Node auto-provisioning makes the nodes itself."""
    del account
    if inside(change.new, "nodeProvisioningProfile", "mode") != "Auto":
        return
    network = change.new.get("networkProfile") or {}
    if inside(change.new, "sku", "name") != "Automatic" and (
        network.get("networkPlugin") != "azure" or network.get("networkPluginMode") != "overlay"
    ):
        yield "BadRequest: nodeProvisioningProfile.mode: Auto needs the network plugin azure in the mode overlay"
    for index, pool in enumerate(change.new.get("agentPoolProfiles") or []):
        if pool.get("enableAutoScaling"):
            yield (
                f"BadRequest: agentPoolProfiles[{index}].enableAutoScaling: the cluster autoscaler and node "
                "auto-provisioning exclude each other"
            )


@rule(CLUSTER, on=WRITE, document=_CILIUM)
def cilium(account: Account, change: Change) -> Iterator[str]:
    """Cilium forwards, and then also keeps apart."""
    del account
    network = change.new.get("networkProfile") or {}
    dataplane, policy = network.get("networkDataplane"), network.get("networkPolicy")
    if dataplane == "cilium" and network.get("networkPlugin", "azure") != "azure":
        yield "BadRequest: networkProfile.networkDataplane: cilium needs the network plugin azure"
    if dataplane == "cilium" and policy not in (None, "cilium"):
        yield f"BadRequest: networkProfile.networkPolicy: cilium with the data plane cilium, and it is {policy}"
    if policy == "cilium" and dataplane != "cilium":
        yield "BadRequest: networkProfile.networkPolicy: cilium needs the data plane cilium"


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

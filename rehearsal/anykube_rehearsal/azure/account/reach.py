"""Who reaches the API of an AKS cluster with API Server VNet Integration, by its private and its public name.

https://learn.microsoft.com/en-us/azure/aks/api-server-vnet-integration
"""

from typing import Any

from anykube_rehearsal.azure.account.clusters import PRIVATE_NAME, kubernetes_name
from anykube_rehearsal.azure.plugin.facts import CLUSTER
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Values
from anykube_rehearsal.cloud.caller import NODE, Caller


def reaches(account: Account, name: str, address: str, caller: Caller) -> bool:
    """Whether the caller reaches a cluster by its private or public name. False without such a cluster."""
    inputs = next((record.inputs for record in account.store.all(CLUSTER) if kubernetes_name(record.id) == name), None)
    if inputs is None:
        return False
    if caller == NODE:
        return True
    profile: Values = inputs.get("apiServerAccessProfile") or {}
    return (
        _reaches_private(address, caller) if profile.get("enablePrivateCluster") else _reaches_public(profile, caller)
    )


def _reaches_private(address: str, caller: Caller) -> bool:
    """Peered networks reach the address, but resolve its private name only with a link to the private DNS zone.

    The zone "system" is linked to the cluster's network alone; that of AKS Automatic is in a locked resource group.
    The public name resolves to the private address everywhere.
    https://learn.microsoft.com/en-us/azure/aks/private-clusters#configure-a-private-dns-zone
    """
    return caller.place == "network" or (caller.is_connected and address != PRIVATE_NAME)


def _reaches_public(profile: Any, caller: Caller) -> bool:
    """The name resolves to the public address, also inside the network, whose NAT address then has to be authorized.

    https://learn.microsoft.com/en-us/azure/aks/api-server-authorized-ip-ranges
    """
    ranges = profile.get("authorizedIPRanges") or ["0.0.0.0/0"]
    known = caller if caller.place == "range" and not caller.is_connected else Caller("internet")
    return known.is_within(ranges)

"""Who reaches the API of a GKE cluster, by IP address and by DNS name.

https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation
"""

from collections.abc import Mapping
from typing import Any

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.caller import NODE, Caller
from anykube_rehearsal.gcp.account.clusters import DNS, kubernetes_name
from anykube_rehearsal.gcp.account.tokens import CLUSTER


def reaches(account: Account, name: str, address: str, caller: Caller) -> bool:
    """Whether the caller reaches a cluster by its DNS name or IP address. False without such a cluster."""
    inputs = next((record.inputs for record in account.store.all(CLUSTER) if kubernetes_name(record) == name), None)
    if inputs is None:
        return False
    if caller == NODE:
        return True
    return _reaches_dns_name(inputs, caller) if address == DNS else _reaches_address(inputs, caller)


def _reaches_dns_name(inputs: Mapping[str, Any], caller: Caller) -> bool:
    """With external traffic, IAM alone decides; the API server reviews the token. Otherwise only Google Cloud gets in.

    https://cloud.google.com/kubernetes-engine/docs/how-to/customize-network-isolation#dns-based-endpoint
    """
    config = (inputs.get("controlPlaneEndpointsConfig") or {}).get("dnsEndpointConfig") or {}
    return bool(config.get("allowExternalTraffic")) or caller.place == "network"


def _reaches_address(inputs: Mapping[str, Any], caller: Caller) -> bool:
    private: Mapping[str, Any] = inputs.get("privateClusterConfig") or {}
    authorized = _authorized_networks(inputs)
    if not private.get("enablePrivateEndpoint"):
        # The cluster's address is the public one. Callers with private addresses come from an unknown NAT address.
        known = caller if caller.place == "range" and not caller.is_connected else Caller("internet")
        return authorized is None or known.is_within(authorized)
    if caller.place == "network":
        # https://cloud.google.com/kubernetes-engine/docs/how-to/authorized-networks: the subnet's primary range always.
        return True
    # Without global access, only callers in the cluster's own region reach the address, and an account does not know
    # the region of a connected network:
    # https://cloud.google.com/kubernetes-engine/docs/how-to/customize-network-isolation#global-access
    global_access = (private.get("masterGlobalAccessConfig") or {}).get("enabled")
    return caller.is_connected and bool(global_access) and (authorized is None or caller.is_within(authorized))


def _authorized_networks(inputs: Mapping[str, Any]) -> list[object] | None:
    """The authorized networks; None if they are disabled."""
    config = inputs.get("masterAuthorizedNetworksConfig")
    return None if config is None else [block.get("cidrBlock") for block in config.get("cidrBlocks") or []]

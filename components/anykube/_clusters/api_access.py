"""From where a cluster's Kubernetes API can be reached, by its settings. Clouds differ in `ApiFacts`, which is data."""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anykube._clusters.managed import ManagedCluster

INTERNET, NETWORK = "internet", "network"

_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
"""https://www.rfc-editor.org/rfc/rfc1918 and rfc6598"""
_EXAMPLES = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
"""Ranges for documentation, which nobody has: https://www.rfc-editor.org/rfc/rfc5737"""
_WAYS = (
    "Allow ranges: list the public ranges of the machines that deploy in `api.public`, and set `api.deploy_from` to "
    "one of them.",
    "Use a connected network, by peering, a VPN or a bastion: list its range in `api.internal`, and set "
    "`api.deploy_from` to it.",
    "Deploy from inside: use a machine or CI runner in the network of the cluster, and set `api.deploy_from: network`.",
)


@dataclass(frozen=True)
class ApiFacts:
    """How access to the Kubernetes API differs between clouds."""

    open_endpoint: str = ""
    """Path of a boolean field below the cluster. True adds an endpoint that every network reaches, guarded by the
    cloud's permissions. Empty: the cloud has none."""
    open_endpoint_way: str = ""
    """A sentence that recommends the endpoint."""
    network_has_private_address: bool = False
    """Whether machines in the cluster's network reach the private address, although `api.public` adds a public one.
    Elsewhere the cluster's name resolves to the public address, which they reach from the address of their NAT."""
    network_needs_rule: bool = False
    """Whether the cluster's network is a range that must be admitted, as by the cluster's security group on AWS."""


def is_range(place: str) -> bool:
    """Whether a place is an address range. False for `internet` and `network`."""
    return place not in (INTERNET, NETWORK)


def is_connected(place: str) -> bool:
    """Whether a place is a private range, which only connected networks use."""
    return is_range(place) and is_within(place, _PRIVATE)


def is_within(place: str, ranges: Iterable[str]) -> bool:
    """Whether all addresses of a range are in one of the ranges."""
    network = ipaddress.IPv4Network(place, strict=False)
    return any(network.subnet_of(ipaddress.IPv4Network(range_)) for range_ in ranges)


def example_ranges(ranges: Iterable[str]) -> list[str]:
    """The ranges that exist only in documentation, such as 203.0.113.0/24."""
    return [range_ for range_ in ranges if is_within(range_, _EXAMPLES)]


def internal_ranges(cluster: "ManagedCluster", *, has_existing_network: bool) -> list[str]:
    """The ranges that may reach the private address: `api.internal`, and the network from which the pipeline deploys.

    The ranges of an existing network are unknown.
    """
    network = [cluster.network.cidr] if cluster.api.deploy_from == NETWORK and not has_existing_network else []
    return list(dict.fromkeys((*network, *cluster.api.internal)))


def admits(facts: ApiFacts, cluster: "ManagedCluster", place: str, *, has_existing_network: bool) -> bool:
    """Whether the settings let a place reach the API: `internet`, `network`, or an IPv4 address or range."""
    api, internal = cluster.api, internal_ranges(cluster, has_existing_network=has_existing_network)
    if has_open_endpoint(facts, cluster):
        return True
    if place == NETWORK:
        if api.public and not facts.network_has_private_address:
            return False
        return not facts.network_needs_rule or (not has_existing_network and is_within(cluster.network.cidr, internal))
    if place == INTERNET:
        return is_within("0.0.0.0/0", api.public)
    return is_within(place, api.public) or (is_connected(place) and not api.public and is_within(place, internal))


def has_open_endpoint(facts: ApiFacts, cluster: "ManagedCluster") -> bool:
    """Whether the cluster has an endpoint that every network reaches."""
    section: object = cluster
    return bool(facts.open_endpoint and reduce(getattr, facts.open_endpoint.split("."), section))


def ways(facts: ApiFacts) -> Sequence[str]:
    """The ways to make the API reachable, each as a sentence. The best comes first."""
    return tuple(_ways(facts))


def _ways(facts: ApiFacts) -> Iterator[str]:
    if facts.open_endpoint_way:
        yield facts.open_endpoint_way
    yield from _WAYS

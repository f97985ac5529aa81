"""How a network's range is shared out. Pure, and stable: a subnet keeps its range when another zone is added."""

import ipaddress
from dataclasses import dataclass

_QUARTERS = 2
"""Bits: a range of nodes for each of at most three zones, and the last quarter for what AKS and Azure place."""


@dataclass(frozen=True)
class Addresses:
    """The ranges of a network's subnets."""

    nodes: tuple[str, ...]
    """By zone, in the cluster's order. Pods have an overlay of their own, so that these hold nodes alone."""
    api_server: str
    """A /28, the least that AKS takes."""
    load_balancers: str
    """A /24, the least that Application Gateway for Containers takes."""


def share_out(cidr: str) -> Addresses:
    """Raises ValueError for a range that is smaller than /20."""
    network = ipaddress.IPv4Network(cidr)
    if network.prefixlen > 20:
        raise ValueError(f"{cidr} is too small for nodes in three zones: give /16 to /20")
    *nodes, rest = network.subnets(_QUARTERS)
    first, second, *_ = rest.subnets(new_prefix=24)
    return Addresses(tuple(map(str, nodes)), str(next(first.subnets(new_prefix=28))), str(second))


def dns_service(services: str) -> str:
    """The address of the cluster's DNS: the tenth of its Services, as AKS has it."""
    return str(ipaddress.IPv4Network(services)[10])

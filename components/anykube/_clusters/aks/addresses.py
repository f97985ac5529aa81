"""Splits the range of a network into subnets. A subnet keeps its range when you add a zone."""

import ipaddress
from dataclasses import dataclass

_QUARTERS = 2
"""Prefix bits: three quarters are for nodes, one for each zone; the last is for API server and load balancers."""


@dataclass(frozen=True)
class SubnetRanges:
    """The ranges of the subnets in a network."""

    nodes: tuple[str, ...]
    """By zone, in the cluster's order. Pods have addresses in an overlay network, not in these ranges."""
    api_server: str
    """A /28, the smallest that AKS supports."""
    load_balancers: str
    """A /24, the smallest that Application Gateway for Containers supports."""


def split_range(cidr: str) -> SubnetRanges:
    """The ranges of all subnets. Raises ValueError for a range smaller than /20."""
    network = ipaddress.IPv4Network(cidr)
    if network.prefixlen > 20:
        raise ValueError(f"{cidr} is too small for nodes in three zones; use a range from /16 to /20")
    *nodes, rest = network.subnets(_QUARTERS)
    first, second, *_ = rest.subnets(new_prefix=24)
    return SubnetRanges(tuple(map(str, nodes)), str(next(first.subnets(new_prefix=28))), str(second))


def dns_service_ip(services: str) -> str:
    """The address of the cluster's DNS Service: the tenth in the range of Services, as AKS recommends."""
    return str(ipaddress.IPv4Network(services)[10])

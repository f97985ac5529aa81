"""Splits the range of a network into subnets. A zone keeps its ranges when you add another zone."""

import ipaddress
from dataclasses import dataclass

_QUARTERS = 2
"""Prefix bits: three quarters are private ranges, one for each zone; the last quarter is for public subnets."""
_SIXTEENTHS = 4
"""Prefix bits: a public subnet has a sixteenth of that quarter. It holds only load balancers and NAT gateways. In a /16
it is a /22, with 1,019 addresses."""


@dataclass(frozen=True)
class ZoneRanges:
    """The subnet ranges of a zone."""

    private: str
    public: str


def split_range(cidr: str, zones: int) -> list[ZoneRanges]:
    """The ranges of 2 or 3 zones. Raises ValueError for a range smaller than /20."""
    network = ipaddress.IPv4Network(cidr)
    if network.prefixlen > 20:
        raise ValueError(f"{cidr} is too small for nodes and pods in {zones} zones; use a range from /16 to /20")
    *private, rest = network.subnets(_QUARTERS)
    public = list(rest.subnets(_SIXTEENTHS))
    return [ZoneRanges(str(private[index]), str(public[index])) for index in range(zones)]

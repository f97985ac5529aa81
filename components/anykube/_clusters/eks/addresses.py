"""How a network's range is shared out. Pure, and stable: a zone keeps its ranges when another one is added."""

import ipaddress
from dataclasses import dataclass

_QUARTERS = 2
"""Bits: a private range for each of at most three zones, and the last quarter for all that is public."""
_PUBLIC = 4
"""More bits: public subnets hold load balancers and gateways only. A /16 gives them /22s, which is 1,019 addresses."""


@dataclass(frozen=True)
class ZoneAddresses:
    """The ranges of one zone."""

    private: str
    public: str


def share_out(cidr: str, zones: int) -> list[ZoneAddresses]:
    """Ranges for that many zones, 2 or 3. Raises ValueError for a range that is smaller than /20."""
    network = ipaddress.IPv4Network(cidr)
    if network.prefixlen > 20:
        raise ValueError(f"{cidr} is too small for nodes and pods in {zones} zones: give /16 to /20")
    *private, rest = network.subnets(_QUARTERS)
    public = list(rest.subnets(_PUBLIC))
    return [ZoneAddresses(str(private[index]), str(public[index])) for index in range(zones)]

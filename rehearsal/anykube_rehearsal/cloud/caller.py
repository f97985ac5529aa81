"""Where the caller of a rehearsal is, seen from the cluster's network."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Network = ipaddress.IPv4Network

_PRIVATE = tuple(map(Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
"""https://www.rfc-editor.org/rfc/rfc1918 and rfc6598. The internet does not route them."""
_FILE = "caller"


@dataclass(frozen=True)
class Caller:
    """A place from which programs call the Kubernetes APIs of an account."""

    place: str
    """`node`: on a node, inside the cluster's security group. `network`: another machine in the cluster's network.
    `internet`: an unknown public address. `range`: an address in `range`."""
    range: Network | None = None

    @property
    def is_connected(self) -> bool:
        """Whether the caller's private range is routed to the cluster's network, by peering, a VPN or a bastion."""
        return self.range is not None and any(self.range.subnet_of(private) for private in _PRIVATE)

    def is_within(self, ranges: Iterable[object]) -> bool:
        """Whether all addresses of the caller are in one of the ranges. An unknown address is only in 0.0.0.0/0."""
        networks = [Network(str(text), strict=False) for text in ranges if ":" not in str(text)]
        if self.range is None:
            return any(network.prefixlen == 0 for network in networks)
        return any(self.range.subnet_of(network) for network in networks)


NODE = Caller("node")


def parse(text: str) -> Caller:
    """Parses `node`, `network`, `internet`, an IPv4 address or a range. Raises ValueError."""
    if text in ("node", "network", "internet"):
        return Caller(text)
    return Caller("range", Network(text))


def save(folder: Path, text: str) -> None:
    """Sets the caller of the account in a folder, before the account starts. Raises ValueError."""
    parse(text)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / _FILE).write_text(text, "utf-8")


def load(folder: Path) -> Caller:
    """The caller of the account in a folder. Default: on a node."""
    file = folder / _FILE
    return parse(file.read_text("utf-8")) if file.exists() else NODE

"""Rules of networks: names, ranges that lie apart, and what a subnetwork may be changed to."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, ip_network
from typing import Any

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change, Record, Rule
from anykube_rehearsal.gcp.account import names
from anykube_rehearsal.gcp.account.tokens import (
    ADDRESS,
    FIREWALL,
    GLOBAL_ADDRESS,
    NETWORK,
    ROUTER,
    ROUTER_NAT,
    SUBNETWORK,
)

_NAME = re.compile(r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?")
_SMALLEST = 29


def ranges(inputs: Mapping[str, Any]) -> dict[str, IPv4Network]:
    """The ranges of a subnetwork: its own under "", secondary ones by their names. Those that are none are left out."""
    given = {"": inputs.get("ipCidrRange")}
    given |= {one.get("rangeName", "?"): one.get("ipCidrRange") for one in inputs.get("secondaryIpRanges") or []}
    found = {name: parsed(text) for name, text in given.items() if text}
    return {name: one for name, one in found.items() if one is not None}


def parsed(text: object) -> IPv4Network | None:
    """A range of IPv4; None for a text that is none."""
    try:
        found = ip_network(str(text))
    except ValueError:
        return None
    return found if isinstance(found, IPv4Network) else None


def subnetworks(account: Account, network: object) -> Iterator[Record]:
    """The subnetworks of a network, by any of its names."""
    for one in account.store.all(SUBNETWORK):
        if names.short(one.inputs["network"]) == names.short(network):
            yield one


def _named(account: Account, change: Change) -> Iterator[str]:
    del account
    name = str(change.new.get("name", ""))
    if not _NAME.fullmatch(name):
        yield (
            f"name: {name!r} is none: it begins with a letter, has lower-case letters, digits and '-', and 63 "
            "characters at most"
        )


def _apart(account: Account, change: Change) -> Iterator[str]:
    own = ranges(change.new)
    if len({one.get("rangeName") for one in change.new.get("secondaryIpRanges") or []}) < len(own) - 1:
        yield "secondaryIpRanges: two have the same name"
    for name, one in own.items():
        if one.prefixlen > _SMALLEST:
            yield f"{name or 'ipCidrRange'}: {one} is too small: the smallest range is a /{_SMALLEST}"
        for other_name, other in own.items():
            if name < other_name and one.overlaps(other):
                yield f"{other_name}: {other} overlaps {one}, which is {name or 'the range of the nodes'}"
    for there in subnetworks(account, change.new["network"]):
        if there.id == change.id:
            continue
        for name, one in own.items():
            for other_name, other in ranges(there.inputs).items():
                if one.overlaps(other):
                    of = f"{other_name} of {there.id}" if other_name else there.id
                    yield f"{name or 'ipCidrRange'}: {one} conflicts with the range {other} of the subnetwork {of}"


def _only_grows(account: Account, change: Change) -> Iterator[str]:
    del account
    before, after = ranges(change.old).get(""), ranges(change.new).get("")
    if before and after and not before.subnet_of(after):
        yield f"ipCidrRange: {before} can become a larger range that it is in, and not {after}"


def _subnetworks_are_given(account: Account, change: Change) -> Iterator[str]:
    del account
    listed = change.new.get("sourceSubnetworkIpRangesToNat") == "LIST_OF_SUBNETWORKS"
    if listed and not change.new.get("subnetworks"):
        yield "subnetworks: LIST_OF_SUBNETWORKS needs at least one"
    if not listed and change.new.get("subnetworks"):
        yield "subnetworks: can be given with LIST_OF_SUBNETWORKS only"
    manual = change.new.get("natIpAllocateOption") == "MANUAL_ONLY"
    if manual != bool(change.new.get("natIps")) and change.new.get("type", "PUBLIC") == "PUBLIC":
        yield "natIps: are given where natIpAllocateOption is MANUAL_ONLY, and only there"


_SUBNETS = "https://cloud.google.com/vpc/docs/subnets"
RULES = (
    Rule(
        {NETWORK, SUBNETWORK, ROUTER, ROUTER_NAT, ADDRESS, GLOBAL_ADDRESS, FIREWALL},
        {"create"},
        "https://cloud.google.com/compute/docs/naming-resources",
        _named,
    ),
    Rule({SUBNETWORK}, {"create", "update"}, f"{_SUBNETS}#valid-ranges", _apart),
    Rule(
        {SUBNETWORK},
        {"update"},
        "https://cloud.google.com/vpc/docs/create-modify-vpc-networks#expand-subnet",
        _only_grows,
    ),
    Rule(
        {ROUTER_NAT},
        {"create", "update"},
        "https://cloud.google.com/compute/docs/reference/rest/v1/routers",
        _subnetworks_are_given,
    ),
)

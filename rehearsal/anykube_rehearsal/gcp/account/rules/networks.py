"""Rules for networks: names, overlapping ranges, and changes of subnetworks."""

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
_LONGEST_PREFIX = 29


def ranges(inputs: Mapping[str, Any]) -> dict[str, IPv4Network]:
    """The valid ranges of a subnetwork: the primary one under "", secondary ones by name."""
    cidrs = {"": inputs.get("ipCidrRange")}
    for secondary in inputs.get("secondaryIpRanges") or []:
        cidrs[secondary.get("rangeName", "?")] = secondary.get("ipCidrRange")
    parsed = {name: parse_range(cidr) for name, cidr in cidrs.items() if cidr}
    return {name: network for name, network in parsed.items() if network is not None}


def parse_range(text: object) -> IPv4Network | None:
    """An IPv4 range; None if the text is not a valid one."""
    try:
        network = ip_network(str(text))
    except ValueError:
        return None
    return network if isinstance(network, IPv4Network) else None


def subnetworks(account: Account, network: object) -> Iterator[Record]:
    """The subnetworks of a network. `network` is its id, self link or name."""
    for subnetwork in account.store.all(SUBNETWORK):
        if names.short(subnetwork.inputs["network"]) == names.short(network):
            yield subnetwork


def _name(account: Account, change: Change) -> Iterator[str]:
    del account
    name = str(change.new.get("name", ""))
    if not _NAME.fullmatch(name):
        yield (
            f"name: {name!r} is not a valid name. Use at most 63 lowercase letters, digits and hyphens, starting with "
            "a letter"
        )


def _no_overlap(account: Account, change: Change) -> Iterator[str]:
    new_ranges = ranges(change.new)
    secondary_names = {secondary.get("rangeName") for secondary in change.new.get("secondaryIpRanges") or []}
    if len(secondary_names) < len(new_ranges) - 1:
        yield "secondaryIpRanges: two ranges have the same name"
    for name, network in new_ranges.items():
        if network.prefixlen > _LONGEST_PREFIX:
            yield f"{name or 'ipCidrRange'}: {network} is too small. The smallest range is a /{_LONGEST_PREFIX}"
        for other_name, other in new_ranges.items():
            if name < other_name and network.overlaps(other):
                yield f"{other_name}: {other} overlaps {network}, the range {name or 'of the nodes'}"
    for subnetwork in subnetworks(account, change.new["network"]):
        if subnetwork.id == change.id:
            continue
        for name, network in new_ranges.items():
            for other_name, other in ranges(subnetwork.inputs).items():
                if network.overlaps(other):
                    owner = f"{other_name} of {subnetwork.id}" if other_name else subnetwork.id
                    yield f"{name or 'ipCidrRange'}: {network} conflicts with range {other} of subnetwork {owner}"


def _only_grows(account: Account, change: Change) -> Iterator[str]:
    del account
    old, new = ranges(change.old).get(""), ranges(change.new).get("")
    if old and new and not old.subnet_of(new):
        yield f"ipCidrRange: {old} cannot change to {new}. A subnetwork can only expand to a range that contains it"


def _nat_subnetworks_and_addresses(account: Account, change: Change) -> Iterator[str]:
    del account
    listed = change.new.get("sourceSubnetworkIpRangesToNat") == "LIST_OF_SUBNETWORKS"
    if listed and not change.new.get("subnetworks"):
        yield "subnetworks: LIST_OF_SUBNETWORKS requires at least one subnetwork"
    if not listed and change.new.get("subnetworks"):
        yield "subnetworks: requires LIST_OF_SUBNETWORKS"
    manual = change.new.get("natIpAllocateOption") == "MANUAL_ONLY"
    if manual != bool(change.new.get("natIps")) and change.new.get("type", "PUBLIC") == "PUBLIC":
        yield "natIps: must be set if and only if natIpAllocateOption is MANUAL_ONLY"


_SUBNETS = "https://cloud.google.com/vpc/docs/subnets"
RULES = (
    Rule(
        {NETWORK, SUBNETWORK, ROUTER, ROUTER_NAT, ADDRESS, GLOBAL_ADDRESS, FIREWALL},
        {"create"},
        "https://cloud.google.com/compute/docs/naming-resources",
        _name,
    ),
    Rule({SUBNETWORK}, {"create", "update"}, f"{_SUBNETS}#valid-ranges", _no_overlap),
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
        _nat_subnetworks_and_addresses,
    ),
)

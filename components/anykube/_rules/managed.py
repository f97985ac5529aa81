"""Rules of clusters that a cloud manages. What the clouds differ in is in components/anykube/_clusters/*/facts.py."""

import ipaddress
from collections.abc import Iterator
from itertools import combinations

from pydantic import ValidationError

from anykube._clusters.cloud import Cloud, NameFormat
from anykube._clusters.clouds import CLOUDS
from anykube._clusters.machines import Catalogue, NoMachineError
from anykube._clusters.pools import spread
from anykube._clusters.spec import Machine
from anykube._rules.capabilities import at
from anykube._rules.context import RuleContext
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode
from anykube._rules.standalone import api_exposure


def _clusters(context: RuleContext) -> Iterator[tuple[ConfigNode, Cloud]]:
    """The page's cluster, where a cloud manages it."""
    cluster = context.settings["cluster"]
    if cloud := CLOUDS.get(cluster["cloud"].text or ""):
        yield cluster, cloud


def _misfit(view: ConfigNode, form: NameFormat | None, region: str = "") -> Iterator[Finding]:
    if form and view.text is not None and not form.matches(view.text, region):
        yield Finding(view.path, *form.explain(view.text, region))


def exposure(context: RuleContext) -> Iterator[Finding]:
    """An API that the whole internet reaches is asked for in so many words."""
    for cluster, _ in _clusters(context):
        yield from api_exposure(cluster["api"])


def principals(context: RuleContext) -> Iterator[Finding]:
    """People and roles are named as the cloud does."""
    for cluster, cloud in _clusters(context):
        for kind in ("admins", "viewers"):
            for who in cluster["access"][kind].elements():
                yield from _misfit(who, cloud.principals)


def names(context: RuleContext) -> Iterator[Finding]:
    """Cluster and tags have names that the cloud takes."""
    for cluster, cloud in _clusters(context):
        yield from _misfit(cluster["name"], cloud.names)
        for key, value in cluster["tags"].items():
            if cloud.tag_keys and not cloud.tag_keys.matches(key):
                yield Finding(value.path, *cloud.tag_keys.explain(key))
            yield from _misfit(value, cloud.tag_values)


def zones(context: RuleContext) -> Iterator[Finding]:
    """Zones are different ones, and of the region."""
    for cluster, cloud in _clusters(context):
        region, seen = cluster["region"], set[str]()
        yield from _misfit(region, cloud.regions)
        for zone in cluster["zones"].elements():
            if zone.text is None:
                continue
            if zone.text in seen:
                yield Finding(zone.path, f"names {zone.text} a second time", "name another zone")
            seen.add(zone.text)
            if region.text and cloud.regions.matches(region.text):
                yield from _misfit(zone, cloud.zones, region.text)


def ranges(context: RuleContext) -> Iterator[Finding]:
    """Ranges have the size that the cloud takes, and do not overlap."""
    for cluster, cloud in _clusters(context):
        if at(cluster, cloud.existing_network_field).given:
            yield from _made_and_there(cluster, cloud)
        known = []
        for range_ in cloud.ranges:
            field = at(cluster, range_.field)
            network = _range(field.text_or(range_.default or ""))
            if network is None:
                continue
            largest, smallest = range_.sizes
            if not largest <= network.prefixlen <= smallest:
                yield Finding(field.path, f"is a /{network.prefixlen}", range_.remedy)
            known.append((range_.label, field, network))
        for (first, here, one), (second, there, other) in combinations(known, 2):
            if one.overlaps(other):
                where = there if there.given else here
                what = f"overlaps: {first} {one}, {second} {other}"
                yield Finding(
                    where.path, what, "choose ranges beside each other, such as 10.0.0.0/16 and 172.20.0.0/16"
                )


def _made_and_there(cluster: ConfigNode, cloud: Cloud) -> Iterator[Finding]:
    for path in cloud.new_network_fields:
        made = at(cluster, path)
        if made.given:
            what = f"describes a network to make, but {cloud.existing_network_field} names one that is there"
            yield Finding(made.path, what, "keep one of the two")


def nodes(context: RuleContext) -> Iterator[Finding]:
    """Disks have a size that the cloud has, and where zones are alike, a fixed number of nodes can be shared out."""
    for cluster, cloud in _clusters(context):
        smallest, largest = cloud.disk_size_limits
        for _, pool in cluster["pools"].items():
            disk, count = pool["disk"], pool["count"]
            if disk.number is not None and not smallest <= disk.number <= largest:
                what = f"is {disk.number}, and a node's disk on {cloud.name} has {smallest} to {largest} GiB"
                yield Finding(disk.path, what, "choose a size between them")
            own = pool["zones"] if pool["zones"].given else cluster["zones"]
            used = [zone.text or "" for zone in own.elements()]
            fixed = count.number is not None and not (pool["min"].given or pool["max"].given)
            if cloud.equal_nodes_per_zone and used and fixed and spread(count.number or 0, used) is None:
                number, each = count.number or 0, len(used)
                what = f"is {number}, but {cloud.service} has the same number of nodes in each of the {each} zones"
                remedy = f"give {number // each * each} or {(number // each + 1) * each}, fewer zones, or min and max"
                yield Finding(count.path, what, remedy)


def machines(context: RuleContext) -> Iterator[Finding]:
    """A machine is asked for in one way, and there is one."""
    for cluster, cloud in _clusters(context):
        for _, pool in cluster["pools"].items():
            machine = pool["machine"]
            if not machine.is_mapping:
                continue
            kind, rest = machine["type"], [key for key, _ in machine.items() if key != "type"]
            if kind.text and rest:
                yield from _twice(machine, kind.text, rest, cloud.catalogue)
                continue
            try:
                cloud.catalogue.resolve(Machine.model_validate(machine.node.plain()))
            except NoMachineError as none:
                what, _, remedy = str(none).partition("; ")
                yield Finding(kind.path if kind.given else machine.path, f"cannot be had: {what}", remedy)
            except ValidationError:
                continue  # told already


def _twice(machine: ConfigNode, kind: str, rest: list[str], catalogue: Catalogue) -> Iterator[Finding]:
    found = catalogue.types.get(kind)
    has = {"cpu": found.cpu, "arch": found.arch, "gpu": found.gpu} if found else {}
    for key in rest:
        given = machine[key]
        if key in has and given.node.value != has[key]:
            what = f"is {given.node.text}, but the machine {kind} has {has[key]}"
        else:
            what = f"is given beside the machine {kind}, which has its own"
        yield Finding(given.path, what, f"remove {key}, or remove type and say what is needed")


def _range(text: str | None) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(text) if text else None
    except ValueError:
        return None

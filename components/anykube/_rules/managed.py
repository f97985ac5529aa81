"""Rules of managed clusters. The differences of clouds are in components/anykube/_clusters/*/facts.py."""

import ipaddress
from collections.abc import Iterator
from itertools import combinations

from pydantic import ValidationError

from anykube._clusters.cloud import Cloud, NameFormat
from anykube._clusters.clouds import CLOUDS
from anykube._clusters.machines import Catalogue, NoMachineError
from anykube._clusters.managed import Access
from anykube._clusters.pools import spread
from anykube._clusters.spec import Machine
from anykube._rules.context import RuleContext
from anykube._rules.findings import Finding
from anykube._rules.node import ConfigNode
from anykube._rules.standalone import api_exposure


def _clusters(context: RuleContext) -> Iterator[tuple[ConfigNode, Cloud]]:
    """The cluster of the settings, if a cloud manages it."""
    cluster = context.settings["cluster"]
    if cloud := CLOUDS.get(cluster["cloud"].text or ""):
        yield cluster, cloud


def _format_findings(field: ConfigNode, name_format: NameFormat | None, region: str = "") -> Iterator[Finding]:
    if name_format and field.text is not None and not name_format.matches(field.text, region):
        yield Finding(field.path, *name_format.explain(field.text, region))


def exposure(context: RuleContext) -> Iterator[Finding]:
    """An API that is open to the whole internet must be confirmed."""
    for cluster, _ in _clusters(context):
        yield from api_exposure(cluster["api"])


def principals(context: RuleContext) -> Iterator[Finding]:
    """Identities have the format of the cloud."""
    for cluster, cloud in _clusters(context):
        for field in Access.model_fields:
            for principal in cluster["access"][field].elements():
                yield from _format_findings(principal, cloud.principals)


def names(context: RuleContext) -> Iterator[Finding]:
    """The names of cluster and tags are valid in the cloud."""
    for cluster, cloud in _clusters(context):
        yield from _format_findings(cluster["name"], cloud.names)
        for key, value in cluster["tags"].items():
            if cloud.tag_keys and not cloud.tag_keys.matches(key):
                yield Finding(value.path, *cloud.tag_keys.explain(key))
            yield from _format_findings(value, cloud.tag_values)


def zones(context: RuleContext) -> Iterator[Finding]:
    """Zones are distinct, and belong to the region."""
    for cluster, cloud in _clusters(context):
        region, used = cluster["region"], set[str]()
        yield from _format_findings(region, cloud.regions)
        for zone in cluster["zones"].elements():
            if zone.text is None:
                continue
            if zone.text in used:
                yield Finding(zone.path, f"lists {zone.text} a second time", "name another zone")
            used.add(zone.text)
            if region.text and cloud.regions.matches(region.text):
                yield from _format_findings(zone, cloud.zones, region.text)


def ranges(context: RuleContext) -> Iterator[Finding]:
    """IPv4 ranges have a size that the cloud supports, and do not overlap."""
    for cluster, cloud in _clusters(context):
        if cluster.at(cloud.existing_network_field).is_set:
            yield from _network_conflicts(cluster, cloud)
        networks = []
        for address_range in cloud.ranges:
            field = cluster.at(address_range.field)
            network = _network(field.text_or(address_range.default or ""))
            if network is None:
                continue
            largest, smallest = address_range.sizes
            if not largest <= network.prefixlen <= smallest:
                message = f"a /{network.prefixlen} is too {'large' if network.prefixlen < largest else 'small'}"
                yield Finding(field.path, message, address_range.remedy)
            networks.append((address_range.label, field, network))
        for (title, field, network), (other_title, other_field, other) in combinations(networks, 2):
            if network.overlaps(other):
                reported = other_field if other_field.is_set else field
                message = f"ranges overlap: {title} {network}, {other_title} {other}"
                remedy = "choose ranges that do not overlap, such as 10.0.0.0/16 and 172.20.0.0/16"
                yield Finding(reported.path, message, remedy)


def _network_conflicts(cluster: ConfigNode, cloud: Cloud) -> Iterator[Finding]:
    for path in cloud.new_network_fields:
        field = cluster.at(path)
        if field.is_set:
            message = f"describes a new network, but {cloud.existing_network_field} names an existing one"
            yield Finding(field.path, message, "remove one of them")


def nodes(context: RuleContext) -> Iterator[Finding]:
    """Disks have a size that the cloud supports, and nodes can be distributed over the zones."""
    for cluster, cloud in _clusters(context):
        smallest, largest = cloud.disk_size_limits
        for _, pool in cluster["pools"].items():
            disk, count = pool["disk"], pool["count"]
            if disk.number is not None and not smallest <= disk.number <= largest:
                message = f"{disk.number} GiB is not between {smallest} and {largest}, the disk sizes on {cloud.name}"
                yield Finding(disk.path, message, "choose a size in this range")
            zone_fields = pool["zones"] if pool["zones"].is_set else cluster["zones"]
            zone_names = [zone.text or "" for zone in zone_fields.elements()]
            is_fixed = count.number is not None and not (pool["min"].is_set or pool["max"].is_set)
            if cloud.equal_nodes_per_zone and zone_names and is_fixed and spread(count.number or 0, zone_names) is None:
                number, zones = count.number or 0, len(zone_names)
                message = f"{number} nodes cannot be spread evenly over {zones} zones, as {cloud.service} requires"
                low, high = number // zones * zones, (number // zones + 1) * zones
                yield Finding(count.path, message, f"set {low} or {high}, fewer zones, or min and max")


def machines(context: RuleContext) -> Iterator[Finding]:
    """A machine type is given by name or by size, and exists."""
    for cluster, cloud in _clusters(context):
        for _, pool in cluster["pools"].items():
            machine = pool["machine"]
            if not machine.is_mapping:
                continue
            type_, others = machine["type"], [key for key, _ in machine.items() if key != "type"]
            if type_.text and others:
                yield from _redundant_fields(machine, type_.text, others, cloud.catalogue)
                continue
            try:
                cloud.catalogue.resolve(Machine.model_validate(machine.node.to_data()))
            except NoMachineError as error:
                message, _, remedy = str(error).partition("; ")
                yield Finding(type_.path if type_.is_set else machine.path, message, remedy)
            except ValidationError:
                continue  # already reported


def _redundant_fields(machine: ConfigNode, type_: str, keys: list[str], catalogue: Catalogue) -> Iterator[Finding]:
    machine_type = catalogue.types.get(type_)
    facts = {"cpu": machine_type.cpu, "arch": machine_type.arch, "gpu": machine_type.gpu} if machine_type else {}
    for key in keys:
        field = machine[key]
        if key in facts and field.node.value != facts[key]:
            message = f"{field.node.text} contradicts the machine type {type_}, which has {facts[key]}"
        else:
            message = f"not allowed with the machine type {type_}, which determines it"
        yield Finding(field.path, message, f"remove {key}, or remove type")


def _network(text: str | None) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(text) if text else None
    except ValueError:
        return None

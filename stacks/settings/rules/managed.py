"""Rules of clusters that a cloud manages."""

import ipaddress
import re
from collections.abc import Iterator

from pydantic import ValidationError

from components.clusters.eks.machines import NoMachineError, catalogue, resolve
from components.clusters.managed import Network
from components.clusters.spec import Machine
from stacks.settings.problems import Finding
from stacks.settings.rules.scene import Scene
from stacks.settings.view import View

_CLOUDS = ("aws",)
_SMALLEST, _LARGEST = 20, 16
_EVERYBODY = "0.0.0.0/0"
_PRINCIPAL = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(role|user)/\S+")


def _cluster(scene: Scene) -> View | None:
    cluster = scene.page["cluster"]
    return cluster if cluster["cloud"].text in _CLOUDS else None


def exposure(scene: Scene) -> Iterator[Finding]:
    """An API that the whole internet reaches is asked for in so many words."""
    cluster = _cluster(scene)
    if cluster is None:
        return
    api = cluster["api"]
    for range_ in api["public"].elements():
        if range_.text == _EVERYBODY and api["anywhere"].node.value is not True:
            remedy = "name the ranges that need it, or write `anywhere: true` beside it if that is meant"
            yield Finding(range_.path, "lets the whole internet reach the Kubernetes API", remedy)


def principals(scene: Scene) -> Iterator[Finding]:
    """People and roles are named as IAM does. https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html"""
    cluster = _cluster(scene)
    if cluster is None:
        return
    for kind in ("admins", "viewers"):
        for who in cluster["access"][kind].elements():
            if who.text is not None and not _PRINCIPAL.fullmatch(who.text):
                what = f"is {who.text}, which is not the ARN of a role or user"
                yield Finding(who.path, what, "give it as arn:aws:iam::123456789012:role/NAME, or user/NAME")


def zones(scene: Scene) -> Iterator[Finding]:
    """Zones are different ones, and of the region. https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"""
    cluster = _cluster(scene)
    if cluster is None:
        return
    region, seen = cluster["region"].text, set[str]()
    for zone in cluster["zones"].elements():
        if zone.text is None:
            continue
        if zone.text in seen:
            yield Finding(zone.path, f"names {zone.text} a second time", "name another zone")
        seen.add(zone.text)
        if region and not zone.text.startswith(region):
            what = f"is {zone.text}, which is not a zone of {region}"
            yield Finding(zone.path, what, f"name zones of {region}, such as {region}a")


def ranges(scene: Scene) -> Iterator[Finding]:
    """Ranges have the size that the cloud takes, and do not overlap."""
    cluster = _cluster(scene)
    if cluster is None:
        return
    network = cluster["network"]
    there = cluster["eks"]["vpc"]
    if there.given and network.given:
        what = "describes a network to make, but eks.vpc names one that is there"
        yield Finding(network.path, what, "keep one of the two")
    own = _range(network["cidr"].text_or(str(Network().cidr)))
    services = _range(network["services"].text_or(str(Network().services)))
    if own and not _LARGEST <= own.prefixlen <= _SMALLEST:
        what = f"is a /{own.prefixlen}"
        yield Finding(network["cidr"].path, what, f"give a /{_LARGEST} to /{_SMALLEST}: nodes and pods of all zones")
    if services and not 12 <= services.prefixlen <= 24:
        # https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
        yield Finding(network["services"].path, f"is a /{services.prefixlen}", "give a /12 to /24")
    if own and services and own.overlaps(services):
        where = network["services"] if network["services"].given else network["cidr"]
        what = f"overlaps: the network is {own}, Services are {services}"
        yield Finding(where.path, what, "choose ranges beside each other, such as 10.0.0.0/16 and 172.20.0.0/16")


def machines(scene: Scene) -> Iterator[Finding]:
    """A machine is asked for in one way, and there is one."""
    cluster = _cluster(scene)
    if cluster is None:
        return
    for _, pool in cluster["pools"].items():
        machine = pool["machine"]
        if not machine.is_mapping:
            continue
        kind, rest = machine["type"], [key for key, _ in machine.items() if key != "type"]
        if kind.text and rest:
            yield from _twice(machine, kind.text, rest)
            continue
        try:
            resolve(Machine.model_validate(machine.node.plain()))
        except NoMachineError as none:
            what, _, remedy = str(none).partition("; ")
            yield Finding(kind.path if kind.given else machine.path, f"cannot be had: {what}", remedy)
        except ValidationError:
            continue  # told already


def _twice(machine: View, kind: str, rest: list[str]) -> Iterator[Finding]:
    found = catalogue().get(kind)
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

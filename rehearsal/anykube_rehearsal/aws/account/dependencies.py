"""What EC2 refuses to delete because something is in it, and moto deletes.

https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html and
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (DependencyViolation).
"""

from collections.abc import Callable, Iterator, Mapping
from html import escape

from moto.ec2.models import EC2Backend

from anykube_rehearsal.aws.account import moto_backends

_VIOLATION = "DependencyViolation"


def refusal(region: str, form: Mapping[str, str]) -> tuple[str, str] | None:
    """Code and sentence with which EC2 refuses a request, if it does. `form` has the request's fields."""
    backend = moto_backends.ec2(region)
    action = form.get("Action", "")
    _sweep(backend)
    if action not in _HELD:
        return None
    field, held, code, said = _HELD[action]
    identity = form.get(field, "")
    return (code, said.format(identity)) if identity and any(held(backend, identity)) else None


def error(code: str, message: str) -> bytes:
    """An error as EC2 writes it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Response><Errors><Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error></Errors>"
        "<RequestID>00000000-0000-0000-0000-000000000000</RequestID></Response>"
    ).encode()


def _sweep(backend: EC2Backend) -> None:
    """Interfaces go with their NAT gateway or instance; moto keeps them."""
    deleted = [nat for nat in list(backend.nat_gateways.values()) if nat.state == "deleted"]
    ended = [address["networkInterfaceId"] for nat in deleted for address in nat.address_set]
    ended += [eni.id for eni in list(backend.enis.values()) if eni.instance and eni.instance.state == "terminated"]
    for identity in ended:
        backend.enis.pop(identity, None)


def _in_subnet(backend: EC2Backend, subnet: str) -> Iterator[bool]:
    return (eni.subnet.id == subnet for eni in list(backend.enis.values()))


def _in_group(backend: EC2Backend, identity: str) -> Iterator[bool]:
    yield from (group.id == identity for eni in list(backend.enis.values()) for group in eni.group_set)
    for groups in list(backend.groups.values()):
        for group in list(groups.values()):
            if group.id != identity:
                rules = [*group.ingress_rules, *group.egress_rules]
                yield from (rule.source_group.get("GroupId") == identity for rule in rules)


def _in_vpc(backend: EC2Backend, vpc: str) -> Iterator[bool]:
    yield from (eni.subnet.vpc_id == vpc for eni in list(backend.enis.values()))
    yield from (subnet.vpc_id == vpc for subnet in backend.describe_subnets())
    yield from (group.name != "default" for group in list(backend.groups.get(vpc, {}).values()))
    yield from (
        gateway.vpc is not None and gateway.vpc.id == vpc for gateway in list(backend.internet_gateways.values())
    )


def _at_work(backend: EC2Backend, interface: str) -> Iterator[bool]:
    return (eni.id == interface and eni.status == "in-use" for eni in list(backend.enis.values()))


_HELD: Mapping[str, tuple[str, Callable[[EC2Backend, str], Iterator[bool]], str, str]] = {
    "DeleteSubnet": ("SubnetId", _in_subnet, _VIOLATION, "The subnet '{}' has dependencies and cannot be deleted."),
    "DeleteSecurityGroup": ("GroupId", _in_group, _VIOLATION, "resource {} has a dependent object"),
    "DeleteVpc": ("VpcId", _in_vpc, _VIOLATION, "The vpc '{}' has dependencies and cannot be deleted."),
    "DeleteNetworkInterface": (
        "NetworkInterfaceId",
        _at_work,
        "InvalidNetworkInterface.InUse",
        "Network interface '{}' is currently in use.",
    ),
}
"""By action: the field that names what is to go, what holds it, and how that is said."""

"""Dependency checks at deletion that EC2 has and moto lacks.

https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html and
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (DependencyViolation).
"""

from collections.abc import Callable, Iterator, Mapping
from html import escape

from moto.ec2.models import EC2Backend

from anykube_rehearsal.aws.account import moto_backends

_VIOLATION = "DependencyViolation"


def find_error(region: str, form: Mapping[str, str]) -> tuple[str, str] | None:
    """Code and message of EC2's error for a request; None if EC2 accepts it. `form` has the request's fields."""
    backend = moto_backends.ec2(region)
    action = form.get("Action", "")
    _delete_orphaned_interfaces(backend)
    if action not in _CHECKS:
        return None
    field, dependents, code, message = _CHECKS[action]
    resource_id = form.get(field, "")
    return (code, message.format(resource_id)) if resource_id and any(dependents(backend, resource_id)) else None


def error(code: str, message: str) -> bytes:
    """An error response of EC2."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Response><Errors><Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error></Errors>"
        "<RequestID>00000000-0000-0000-0000-000000000000</RequestID></Response>"
    ).encode()


def _delete_orphaned_interfaces(backend: EC2Backend) -> None:
    """Deletes interfaces of deleted NAT gateways and terminated instances, which moto keeps."""
    deleted = [nat for nat in list(backend.nat_gateways.values()) if nat.state == "deleted"]
    ended = [address["networkInterfaceId"] for nat in deleted for address in nat.address_set]
    ended += [eni.id for eni in list(backend.enis.values()) if eni.instance and eni.instance.state == "terminated"]
    for interface_id in ended:
        backend.enis.pop(interface_id, None)


def _in_subnet(backend: EC2Backend, subnet: str) -> Iterator[bool]:
    return (eni.subnet.id == subnet for eni in list(backend.enis.values()))


def _in_group(backend: EC2Backend, group_id: str) -> Iterator[bool]:
    yield from (group.id == group_id for eni in list(backend.enis.values()) for group in eni.group_set)
    for groups in list(backend.groups.values()):
        for group in list(groups.values()):
            if group.id != group_id:
                rules = [*group.ingress_rules, *group.egress_rules]
                yield from (rule.source_group.get("GroupId") == group_id for rule in rules)


def _in_vpc(backend: EC2Backend, vpc: str) -> Iterator[bool]:
    yield from (eni.subnet.vpc_id == vpc for eni in list(backend.enis.values()))
    yield from (subnet.vpc_id == vpc for subnet in backend.describe_subnets())
    yield from (group.name != "default" for group in list(backend.groups.get(vpc, {}).values()))
    yield from (
        gateway.vpc is not None and gateway.vpc.id == vpc for gateway in list(backend.internet_gateways.values())
    )


def _is_in_use(backend: EC2Backend, interface: str) -> Iterator[bool]:
    return (eni.id == interface and eni.status == "in-use" for eni in list(backend.enis.values()))


_CHECKS: Mapping[str, tuple[str, Callable[[EC2Backend, str], Iterator[bool]], str, str]] = {
    "DeleteSubnet": ("SubnetId", _in_subnet, _VIOLATION, "The subnet '{}' has dependencies and cannot be deleted."),
    "DeleteSecurityGroup": ("GroupId", _in_group, _VIOLATION, "resource {} has a dependent object"),
    "DeleteVpc": ("VpcId", _in_vpc, _VIOLATION, "The vpc '{}' has dependencies and cannot be deleted."),
    "DeleteNetworkInterface": (
        "NetworkInterfaceId",
        _is_in_use,
        "InvalidNetworkInterface.InUse",
        "Network interface '{}' is currently in use.",
    ),
}
"""By action: the field with the resource's id, its dependents, and the code and message of the error."""

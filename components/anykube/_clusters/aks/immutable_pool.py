"""The first pool, and what of it stays as the cluster began with it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_azure_native.containerservice as containerservice
from pulumi_azure_native.containerservice.outputs import ManagedClusterAgentPoolProfileResponse as Profile

from anykube._clusters.aks.machines import resolve
from anykube._clusters.aks.network import ClusterNetwork
from anykube._clusters.aks.placement import Placement, is_system, placements
from anykube._clusters.aks.spec import AksClusterSpec
from anykube._clusters.spec import NodePool

_DISK_GIB = 128
_BOOT = containerservice.AgentPoolSecurityProfileArgs(enable_secure_boot=True, enable_vtpm=True)
FIRST = "system"
"""The name of the first pool; those of others end in a hash."""


@dataclass(frozen=True)
class _Fixed:
    name: str
    """The SDK's."""
    has: str
    remedy: str


_SECOND = "and add a second pool with that taint for the other"
_NEW = "only a new cluster can have another"
_FIXED = {
    "vmSize": _Fixed("vm_size", "the machine {}", f"write `machine: {{{{type: {{}}}}}}` there, {_SECOND}"),
    "availabilityZones": _Fixed(
        "availability_zones", "the zones {}", f"leave the zones and `nat` as they were, {_SECOND}"
    ),
    "osDiskSizeGB": _Fixed("os_disk_size_gb", "disks of {} GiB", f"write `disk: {{}}` there, {_SECOND}"),
    "enableEncryptionAtHost": _Fixed(
        "enable_encryption_at_host", "`host_encryption: {}`", f"leave that as it was below `aks`; {_NEW}"
    ),
    "securityProfile": _Fixed("security_profile", "`secure_boot: {}`", f"leave that as it was below `aks`; {_NEW}"),
    "vnetSubnetID": _Fixed(
        "vnet_subnet_id", "the subnet {}", f"leave the cluster's zones and network as they were; {_NEW}"
    ),
}
"""By the API's names, those that Azure refuses to change. Terraform's azurerm makes a pool of another name for these:
its `temporary_name_for_rotation`. The image is none of them, since AKS exchanges the nodes itself; but one by which
nodes boot securely it has from the start or not at all.

https://learn.microsoft.com/azure/aks/upgrade-os-version, .../use-trusted-launch
"""
FIXED = tuple(_FIXED)
"""What of the first pool is kept from the engine: see `refused`."""


def first_pool(spec: AksClusterSpec) -> tuple[str, Placement]:
    """The pool that comes with the cluster: the page's first that is AKS' own, which has a node in each zone."""
    name, asked = next((name, asked) for name, asked in spec.pools.items() if is_system(asked))
    return name, placements(asked, spec)[0]


def first_subnet(spec: AksClusterSpec, network: ClusterNetwork) -> pulumi.Input[str]:
    """Id of the subnet that it is in."""
    return network.nodes[first_pool(spec)[1].subnet]


def fixed(asked: NodePool, placement: Placement, spec: AksClusterSpec, subnet: pulumi.Input[str]) -> dict[str, Any]:
    """What the page says of that, by the SDK's names."""
    return {
        "vm_size": resolve(asked.machine)[0].name,
        "availability_zones": list(placement.zones),
        "os_disk_size_gb": asked.disk or _DISK_GIB,
        "enable_encryption_at_host": spec.aks.host_encryption,
        **({"security_profile": _BOOT} if boots_securely(asked, spec) else {}),
        "vnet_subnet_id": subnet,
    }


def boots_securely(asked: NodePool, spec: AksClusterSpec) -> bool:
    """Whether its nodes start by what is signed. https://learn.microsoft.com/azure/aks/use-trusted-launch#limitations"""
    machine = resolve(asked.machine)[0]
    return spec.aks.secure_boot and machine.arch == "amd64" and not machine.gpu


def refused(spec: AksClusterSpec, profiles: Sequence[Profile] | None, subnet: str | None) -> str | None:
    """What to say where the page wants another first pool than there is; None where it does not.

    AKS can neither change what is fixed of the pool that a cluster began with nor take another pool in its place, and
    to make a new cluster for it is nobody's wish. So the change is kept from the engine, and said.

    :param subnet: id of the subnet that it is to be in; None where that is not known yet.
    """
    name, placement = first_pool(spec)
    there = next((profile for profile in profiles or () if profile.name == FIRST), None)
    if there is None:
        return None
    wanted = fixed(spec.pools[name], placement, spec, subnet or "")
    if subnet is None:
        wanted["vnet_subnet_id"] = there.vnet_subnet_id
    return " ".join(_differences(name, there, wanted)) or None


def _differences(pool: str, there: Profile, wanted: Mapping[str, object]) -> Iterator[str]:
    for one in _FIXED.values():
        has, wants = _written(getattr(there, one.name)), _written(wanted.get(one.name))
        # Ids come back as Azure writes them.
        if has.lower() != wants.lower():
            said, remedy = one.has.format(has), one.remedy.format(has)
            yield f"Pool {pool} came with the cluster and has {said}, which AKS cannot exchange for {wants}; {remedy}."


def _written(value: object) -> str:
    """A value as the page has it; zones in order, and what is not given as false."""
    value = getattr(value, "enable_secure_boot", value)
    if isinstance(value, list | tuple):
        return ", ".join(map(json.dumps, sorted(value)))
    return str(value or False).lower() if isinstance(value, bool | None) else str(value)

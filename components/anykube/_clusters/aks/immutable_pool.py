"""The first pool of a cluster, and its fields that AKS cannot change."""

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
_SECURE_BOOT = containerservice.AgentPoolSecurityProfileArgs(enable_secure_boot=True, enable_vtpm=True)
FIRST = "system"
"""Name of the first pool. The names of other pools end in a hash."""


@dataclass(frozen=True)
class _ImmutableField:
    name: str
    """Name in the SDK."""
    label: str
    """The current value, in messages."""
    remedy: str


_ADD_POOL = "and add a second pool with the same taint for the new value"
_NEW_CLUSTER = "only a new cluster can have another value"
_IMMUTABLE = {
    "vmSize": _ImmutableField(
        "vm_size", "its machine type {}", f"Set `machine: {{{{type: {{}}}}}}` for it {_ADD_POOL}"
    ),
    "availabilityZones": _ImmutableField(
        "availability_zones", "its zones {}", f"Restore the zones and `nat` {_ADD_POOL}"
    ),
    "osDiskSizeGB": _ImmutableField(
        "os_disk_size_gb", "its disk size of {} GiB", f"Set `disk: {{}}` for it {_ADD_POOL}"
    ),
    "enableEncryptionAtHost": _ImmutableField(
        "enable_encryption_at_host", "`host_encryption: {}`", f"Restore `aks.host_encryption`: {_NEW_CLUSTER}"
    ),
    "securityProfile": _ImmutableField(
        "security_profile", "`secure_boot: {}`", f"Restore `aks.secure_boot`: {_NEW_CLUSTER}"
    ),
    "vnetSubnetID": _ImmutableField(
        "vnet_subnet_id", "its subnet {}", f"Restore the cluster's zones and network: {_NEW_CLUSTER}"
    ),
}
"""Fields that AKS cannot change, by their names in the API. For these, Terraform's azurerm creates a pool with another
name, `temporary_name_for_rotation`. The image is not one of them, since AKS replaces the nodes itself, but secure boot
can only be set at creation.

https://learn.microsoft.com/azure/aks/upgrade-os-version, .../use-trusted-launch
"""
IMMUTABLE_FIELDS = tuple(_IMMUTABLE)
"""Fields of the first pool whose changes Pulumi ignores: see `immutable_changes`."""


def first_pool(spec: AksClusterSpec) -> tuple[str, Placement]:
    """The name and placement of the pool that is created with the cluster: the first system pool in settings."""
    name, pool = next((name, pool) for name, pool in spec.pools.items() if is_system(pool))
    return name, placements(pool, spec)[0]


def first_subnet(spec: AksClusterSpec, network: ClusterNetwork) -> pulumi.Input[str]:
    """ID of the subnet of the first pool."""
    return network.nodes[first_pool(spec)[1].subnet]


def immutable_fields(
    pool: NodePool, placement: Placement, spec: AksClusterSpec, subnet: pulumi.Input[str]
) -> dict[str, Any]:
    """The values of the immutable fields in settings, by their names in the SDK."""
    return {
        "vm_size": resolve(pool.machine)[0].name,
        "availability_zones": list(placement.zones),
        "os_disk_size_gb": pool.disk or _DISK_GIB,
        "enable_encryption_at_host": spec.aks.host_encryption,
        **({"security_profile": _SECURE_BOOT} if has_secure_boot(pool, spec) else {}),
        "vnet_subnet_id": subnet,
    }


def has_secure_boot(pool: NodePool, spec: AksClusterSpec) -> bool:
    """Whether nodes have secure boot: not with arm64 or GPUs. https://learn.microsoft.com/azure/aks/use-trusted-launch#limitations"""
    machine = resolve(pool.machine)[0]
    return spec.aks.secure_boot and machine.arch == "amd64" and not machine.gpu


def immutable_changes(spec: AksClusterSpec, profiles: Sequence[Profile] | None, subnet: str | None) -> str | None:
    """An error message if settings change immutable fields of the first pool. None if they do not.

    AKS can neither change these fields of the first pool nor replace it with another pool, and Pulumi would replace the
    cluster. So Pulumi ignores these changes, and this function reports them.

    :param subnet: ID of the pool's subnet in settings. None: not known yet.
    """
    name, placement = first_pool(spec)
    profile = next((profile for profile in profiles or () if profile.name == FIRST), None)
    if profile is None:
        return None
    fields = immutable_fields(spec.pools[name], placement, spec, subnet or "")
    if subnet is None:
        fields["vnet_subnet_id"] = profile.vnet_subnet_id
    return " ".join(_differences(name, profile, fields)) or None


def _differences(pool: str, profile: Profile, fields: Mapping[str, object]) -> Iterator[str]:
    for field in _IMMUTABLE.values():
        current, desired = _to_text(getattr(profile, field.name)), _to_text(fields.get(field.name))
        # Azure may change the case of IDs.
        if current.lower() != desired.lower():
            label, remedy = field.label.format(current), field.remedy.format(current)
            yield f"Pool {pool} was created with the cluster, and AKS cannot change {label} to {desired}. {remedy}."


def _to_text(value: object) -> str:
    """A value as in settings. Zones are sorted; a missing value is false."""
    value = getattr(value, "enable_secure_boot", value)
    if isinstance(value, list | tuple):
        return ", ".join(map(json.dumps, sorted(value)))
    return str(value or False).lower() if isinstance(value, bool | None) else str(value)

"""Checks the VM sizes of the node pools: availability in zones, restrictions, GPUs, spot and host encryption."""

from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.azure.clients import Clients
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.plan import PoolPlan
from anykube_cli.preflight.problem import Problem

_REQUEST_ACCESS = "https://learn.microsoft.com/troubleshoot/azure/general/region-access-request-process"


def offerings(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Each size must be available to the subscription in the region and in all zones of its pool.

    https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-sku-not-available
    """
    for pool in plan.pools:
        for size in pool.machines:
            yield from _offering(plan, pool, size, clients.vm_sizes().get(size))


def features(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """GPUs only where the pool requests them; spot and host encryption where the pool uses them."""
    for pool in plan.pools:
        for size in pool.machines:
            if (sku := clients.vm_sizes().get(size)) is not None:
                yield from _features(plan, pool, size, capabilities(sku))


def capabilities(sku: Any) -> Mapping[str, str]:
    """The capabilities of a size by Azure's names: vCPUs, GPUs, LowPriorityCapable and more."""
    return {capability.name: capability.value for capability in sku.capabilities or ()}


def _offering(plan: AzurePlan, pool: PoolPlan, size: str, sku: Any) -> Iterable[Problem]:
    subject = f"pool {pool.name}"
    choose = f"choose another size; list them with: az vm list-skus --location {plan.region}"
    choose += " --resource-type virtualMachines"
    if sku is None:
        yield Problem(subject, f"{size} is not offered in {plan.region}", choose)
        return
    restrictions = {str(_text(restriction.type)): restriction for restriction in sku.restrictions or ()}
    if "Location" in restrictions:
        reason = _text(restrictions["Location"].reason_code)
        yield Problem(
            subject,
            f"{size} is not available to this subscription in {plan.region} ({reason})",
            f"{choose}; or request access: {_REQUEST_ACCESS}",
        )
        return
    restricted = restrictions["Zone"].restriction_info.zones or () if "Zone" in restrictions else ()
    offered = {zone for info in sku.location_info or () for zone in info.zones or ()} - set(restricted)
    if missing := sorted(set(plan.zones_of(pool)) - offered):
        zones = f"{'zone' if len(missing) == 1 else 'zones'} {', '.join(missing)}"
        remedy = f"limit the pool to zones {', '.join(sorted(offered))}, choose" if offered else "choose"
        yield Problem(
            subject,
            f"{size} is not available to this subscription in {zones}",
            f"{remedy} another size, or request access: {_REQUEST_ACCESS}",
        )


def _features(plan: AzurePlan, pool: PoolPlan, size: str, has: Mapping[str, str]) -> Iterable[Problem]:
    subject, gpus = f"pool {pool.name}", int(has.get("GPUs", "0"))
    if pool.gpu and not gpus:
        remedy = "choose a size with GPUs, such as Standard_NC4as_T4_v3"
        yield Problem(subject, f"the pool requires GPUs, but {size} has none", remedy)
    elif gpus and not pool.gpu:
        yield Problem(
            subject,
            f"{size} has GPUs but the pool does not request any: you pay for them, and no driver is installed",
            "choose a size without GPUs, or request GPUs",
            "warning",
        )
    if pool.spot and has.get("LowPriorityCapable") == "False":
        yield Problem(subject, f"{size} is not available as spot", "choose another size, or set `spot: false`")
    if plan.host_encryption and has.get("EncryptionAtHostSupported") == "False":
        yield Problem(
            subject,
            f"{size} does not support encryption at host",
            "choose another size, or set `host_encryption: false`",
        )


def _text(value: Any) -> str:
    return str(getattr(value, "value", value))

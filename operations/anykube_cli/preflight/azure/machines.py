"""Whether the machines that pools ask for are there, in each zone of the pool, and open to the subscription."""

from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.preflight.azure.clients import Clients
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.plan import PoolPlan
from anykube_cli.preflight.problem import Problem

_ASK = "https://learn.microsoft.com/troubleshoot/azure/general/region-access-request-process"


def offerings(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Each size in the region and in all zones of its pool, without a restriction of this subscription.

    https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-sku-not-available
    """
    for pool in plan.pools:
        for size in pool.machines:
            yield from _offered(plan, pool, size, clients.sizes().get(size))


def kinds(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """GPUs where they are asked for, and only there; spot and encrypted hosts where they are to be had."""
    for pool in plan.pools:
        for size in pool.machines:
            if (sku := clients.sizes().get(size)) is not None:
                yield from _about(plan, pool, size, capabilities(sku))


def capabilities(sku: Any) -> Mapping[str, str]:
    """What a size has, by Azure's names: vCPUs, GPUs, LowPriorityCapable and more."""
    return {one.name: one.value for one in sku.capabilities or ()}


def _offered(plan: AzurePlan, pool: PoolPlan, size: str, sku: Any) -> Iterable[Problem]:
    subject = f"pool {pool.name}"
    listing = f"az vm list-skus --location {plan.region} --resource-type virtualMachines lists those that are"
    if sku is None:
        yield Problem(subject, f"{size} is not offered in {plan.region}", f"choose another size: {listing}")
        return
    restrictions = {str(_text(one.type)): one for one in sku.restrictions or ()}
    if "Location" in restrictions:
        reason = _text(restrictions["Location"].reason_code)
        yield Problem(
            subject,
            f"{size} is not open to the subscription in {plan.region} ({reason})",
            f"choose another size: {listing}; or ask for it: {_ASK}",
        )
        return
    barred = restrictions["Zone"].restriction_info.zones or () if "Zone" in restrictions else ()
    there = {zone for info in sku.location_info or () for zone in info.zones or ()} - set(barred)
    if missing := sorted(set(plan.zones_of(pool)) - there):
        where = f"in zone {', '.join(missing)}" if len(missing) == 1 else f"in zones {', '.join(missing)}"
        right = f"give the pool zones of {', '.join(sorted(there))}, or choose" if there else "choose"
        yield Problem(
            subject, f"{size} is not to be had {where} for this subscription", f"{right} another size; or ask: {_ASK}"
        )


def _about(plan: AzurePlan, pool: PoolPlan, size: str, has: Mapping[str, str]) -> Iterable[Problem]:
    subject, gpus = f"pool {pool.name}", int(has.get("GPUs", "0"))
    if pool.gpu and not gpus:
        right = "choose a size with GPUs, such as Standard_NC4as_T4_v3"
        yield Problem(subject, f"GPUs are asked for, and {size} has none", right)
    elif gpus and not pool.gpu:
        yield Problem(
            subject,
            f"{size} has GPUs which the pool does not ask for: they are paid for, and have no driver",
            "choose a size without GPUs, or ask for GPUs",
            "warning",
        )
    if pool.spot and has.get("LowPriorityCapable") == "False":
        yield Problem(subject, f"{size} is not sold as spot", "choose another size, or the other way of buying")
    if plan.host_encryption and has.get("EncryptionAtHostSupported") == "False":
        yield Problem(
            subject, f"hosts of {size} cannot encrypt disks", "choose another size, or say `host_encryption: false`"
        )


def _text(value: Any) -> str:
    return str(getattr(value, "value", value))

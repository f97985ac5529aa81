"""Quotas as Compute Engine tells them with a region and with the project: metric, limit and usage.

https://cloud.google.com/compute/resource-usage
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from anykube_cli.preflight.allowance import Need, beyond
from anykube_cli.preflight.gcp.clients import Clients, ask, items
from anykube_cli.preflight.gcp.plan import GcpPlan, GcpPool
from anykube_cli.preflight.problem import Problem

_CPUS: Mapping[str, str] = {
    **dict.fromkeys(("e2", "n1", "f1", "g1"), "CPUS"),
    "n2": "N2_CPUS",
    "n2d": "N2D_CPUS",
    "c2": "C2_CPUS",
    "c2d": "C2D_CPUS",
    "c3": "C3_CPUS",
    "t2a": "T2A_CPUS",
    "t2d": "T2D_CPUS",
    "a2": "A2_CPUS",
    "m1": "M1_CPUS",
    "m2": "M2_CPUS",
    "m3": "M3_CPUS",
}
"""Metric of vCPUs by family. Newer families are counted under CPUS_PER_VM_FAMILY, which a region's answer lacks."""

_GPUS: Mapping[str, str] = {
    "nvidia-l4": "NVIDIA_L4_GPUS",
    "nvidia-tesla-t4": "NVIDIA_T4_GPUS",
    "nvidia-tesla-v100": "NVIDIA_V100_GPUS",
    "nvidia-tesla-p100": "NVIDIA_P100_GPUS",
    "nvidia-tesla-p4": "NVIDIA_P4_GPUS",
    "nvidia-tesla-a100": "NVIDIA_A100_GPUS",
    "nvidia-a100-80gb": "NVIDIA_A100_80GB_GPUS",
}
"""Metric of GPUs by their kind. Newer ones are counted under GPUS_PER_GPU_FAMILY, which a region's answer lacks."""

_DISKS: Mapping[str, str] = {
    "pd-standard": "DISKS_TOTAL_GB",
    "pd-balanced": "SSD_TOTAL_GB",
    "pd-ssd": "SSD_TOTAL_GB",
    "hyperdisk-balanced": "HDB_TOTAL_GB",
}

_UNITS: Mapping[str, str] = {"CPUS": "vCPUs", "GPUS": "GPUs", "_GB": "GiB of disks"}


@dataclass(frozen=True)
class Limits:
    """Limit and usage by metric, of a region or of the whole project."""

    where: str
    by_metric: Mapping[str, tuple[float, float]]

    def within(self, metric: str, need: Need) -> Iterable[Problem]:
        """Whether the quota holds it. `need.there` is what of the usage is this very stack's, to be counted once."""
        if metric in self.by_metric:
            limit, usage = self.by_metric[metric]
            beside = Need(need.planned, max(usage - need.there, 0), need.what, need.less)
            more = f"https://console.cloud.google.com/iam-admin/quotas, metric {metric}"
            yield from beyond(f"{metric} of {self.where}", limit, beside, more)

    def spare(self, metric: str | None, spot: bool, of: str) -> str | None:
        """Spot counts by itself where the project was given a quota for that, and else like any other.

        https://cloud.google.com/compute/docs/instances/spot
        """
        apart = f"PREEMPTIBLE_{of}"
        return apart if spot and self.by_metric.get(apart, (0, 0))[0] > 0 else metric


def of_region(plan: GcpPlan, clients: Clients) -> Limits:
    """https://cloud.google.com/compute/docs/reference/rest/v1/regions"""
    known = items(clients.compute.regions(), project=plan.project)
    there: Mapping[str, Any] = next((item for item in known if item["name"] == plan.region), {})
    return Limits(plan.region, _by_metric(there))


def of_project(plan: GcpPlan, clients: Clients) -> Limits:
    """https://cloud.google.com/compute/docs/reference/rest/v1/projects/get"""
    return Limits("the project", _by_metric(ask(clients.compute.projects().get(project=plan.project))))


def taken(pool: GcpPool, item: Mapping[str, Any], region: Limits) -> Iterable[tuple[str | None, float]]:
    """What a node of the pool takes, by metric; None where no quota of it is told. `item` is its machine."""
    cpus = _CPUS.get(item["name"].partition("-")[0])
    yield region.spare(cpus, pool.spot, "CPUS"), item["guestCpus"]
    for card in item.get("accelerators", ()):
        gpus = _GPUS.get(card["guestAcceleratorType"])
        yield region.spare(gpus, pool.spot, str(gpus)), card["guestAcceleratorCount"]
    if pool.disk:
        yield _DISKS[pool.disk_type], pool.disk


def unit(metric: str) -> str:
    """What the metric counts, in words."""
    return next(text for end, text in _UNITS.items() if metric.endswith(end))


def _by_metric(item: Mapping[str, Any]) -> Mapping[str, tuple[float, float]]:
    return {quota["metric"]: (quota.get("limit", 0), quota.get("usage", 0)) for quota in item.get("quotas", ())}

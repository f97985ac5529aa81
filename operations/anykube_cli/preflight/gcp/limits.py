"""The quotas that Compute Engine reports for a region and for the project: metric, limit and usage.

https://cloud.google.com/compute/resource-usage
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from anykube_cli.preflight.gcp.clients import Clients, execute, list_items
from anykube_cli.preflight.gcp.plan import GcpPlan, GcpPool
from anykube_cli.preflight.problem import Problem
from anykube_cli.preflight.quota import QuotaDemand, check_quota

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
"""vCPU metric by machine family. Newer families use CPUS_PER_VM_FAMILY, which the API does not report per region."""

_GPUS: Mapping[str, str] = {
    "nvidia-l4": "NVIDIA_L4_GPUS",
    "nvidia-tesla-t4": "NVIDIA_T4_GPUS",
    "nvidia-tesla-v100": "NVIDIA_V100_GPUS",
    "nvidia-tesla-p100": "NVIDIA_P100_GPUS",
    "nvidia-tesla-p4": "NVIDIA_P4_GPUS",
    "nvidia-tesla-a100": "NVIDIA_A100_GPUS",
    "nvidia-a100-80gb": "NVIDIA_A100_80GB_GPUS",
}
"""GPU metric by type. Newer types use GPUS_PER_GPU_FAMILY, which the API does not report per region."""

_DISKS: Mapping[str, str] = {
    "pd-standard": "DISKS_TOTAL_GB",
    "pd-balanced": "SSD_TOTAL_GB",
    "pd-ssd": "SSD_TOTAL_GB",
    "hyperdisk-balanced": "HDB_TOTAL_GB",
}

_UNITS: Mapping[str, str] = {"CPUS": "vCPUs", "GPUS": "GPUs", "_GB": "GiB of disks"}


@dataclass(frozen=True)
class Limits:
    """Limit and usage by metric, in a region or in the whole project."""

    scope: str
    """The region, or "the project"."""
    by_metric: Mapping[str, tuple[float, float]]

    def check(self, metric: str, demand: QuotaDemand) -> Iterable[Problem]:
        """Skips a quota that Compute Engine does not report.

        `demand.in_use` is only this stack's share of the usage, which is already part of `demand.planned`.
        """
        if metric in self.by_metric:
            limit, usage = self.by_metric[metric]
            demand = replace(demand, in_use=max(usage - demand.in_use, 0))
            request = f"https://console.cloud.google.com/iam-admin/quotas, metric {metric}"
            yield from check_quota(f"{metric} of {self.scope}", limit, demand, request)

    def metric_for(self, metric: str | None, spot: bool, resource: str) -> str | None:
        """The preemptible quota for spot VMs if the project has one, else the regular quota.

        https://cloud.google.com/compute/docs/instances/spot
        """
        preemptible = f"PREEMPTIBLE_{resource}"
        return preemptible if spot and self.by_metric.get(preemptible, (0, 0))[0] > 0 else metric


def region_limits(plan: GcpPlan, clients: Clients) -> Limits:
    """https://cloud.google.com/compute/docs/reference/rest/v1/regions"""
    regions = list_items(clients.compute.regions(), project=plan.project)
    region: Mapping[str, Any] = next((item for item in regions if item["name"] == plan.region), {})
    return Limits(plan.region, _by_metric(region))


def project_limits(plan: GcpPlan, clients: Clients) -> Limits:
    """https://cloud.google.com/compute/docs/reference/rest/v1/projects/get"""
    return Limits("the project", _by_metric(execute(clients.compute.projects().get(project=plan.project))))


def node_usage(pool: GcpPool, machine: Mapping[str, Any], region: Limits) -> Iterable[tuple[str | None, float]]:
    """How much a node of the pool uses of each metric; None as metric if Compute Engine does not report the quota."""
    cpus = _CPUS.get(machine["name"].partition("-")[0])
    yield region.metric_for(cpus, pool.spot, "CPUS"), machine["guestCpus"]
    for accelerator in machine.get("accelerators", ()):
        gpus = _GPUS.get(accelerator["guestAcceleratorType"])
        yield region.metric_for(gpus, pool.spot, str(gpus)), accelerator["guestAcceleratorCount"]
    if pool.disk:
        yield _DISKS[pool.disk_type], pool.disk


def unit(metric: str) -> str:
    """The unit of a metric, such as vCPUs."""
    return next(text for end, text in _UNITS.items() if metric.endswith(end))


def _by_metric(item: Mapping[str, Any]) -> Mapping[str, tuple[float, float]]:
    return {quota["metric"]: (quota.get("limit", 0), quota.get("usage", 0)) for quota in item.get("quotas", ())}

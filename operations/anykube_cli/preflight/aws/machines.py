"""Checks the instance types of the node pools: availability in zones, architecture, GPUs and spot."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from anykube_cli.preflight.aws.clients import Clients, filter_by, paginate
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.plan import PoolPlan
from anykube_cli.preflight.problem import Problem

ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}
"""The architectures with EKS node images: AWS' name to Kubernetes' name.

https://docs.aws.amazon.com/eks/latest/userguide/eks-optimized-amis.html
"""


def describe_instance_types(clients: Clients, types: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
    """EC2's descriptions by type. Uses a filter: a request by name fails as a whole if one type does not exist.

    A filter takes 200 values: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
    """
    names, descriptions = sorted(set(types)), dict[str, Mapping[str, Any]]()
    for start in range(0, len(names), 200):
        batch = filter_by("instance-type", names[start : start + 200])
        for item in paginate(clients.ec2, "describe_instance_types", "InstanceTypes", Filters=batch):
            descriptions[item["InstanceType"]] = item
    return descriptions


def offerings(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """Each type must be offered in at least one zone of its pool. Warns if it is not offered in all of them."""
    types = sorted({machine for pool in plan.pools for machine in pool.machines})
    if not types:
        return
    zones_of: dict[str, set[str]] = defaultdict(set)
    arguments = {"LocationType": "availability-zone", "Filters": filter_by("instance-type", types)}
    for item in paginate(clients.ec2, "describe_instance_type_offerings", "InstanceTypeOfferings", **arguments):
        zones_of[item["InstanceType"]].add(item["Location"])
    for pool in plan.pools:
        for machine in pool.machines:
            yield from _offering(pool, machine, set(plan.zones_of(pool)), zones_of[machine], plan.region)


def _offering(pool: PoolPlan, machine: str, zones: set[str], offered: set[str], region: str) -> Iterable[Problem]:
    subject = f"pool {pool.name}"
    if not offered:
        yield Problem(
            subject,
            f"{machine} is not offered in {region}",
            f"choose another type; list them with: aws ec2 describe-instance-type-offerings --region {region}",
        )
    elif zones and not zones & offered:
        yield Problem(
            subject,
            f"{machine} is not offered in any zone of the pool: {', '.join(sorted(zones))}",
            f"move the pool to {', '.join(sorted(offered))}, where it is offered, or choose another type",
        )
    elif missing := zones - offered:
        yield Problem(
            subject,
            f"{machine} is not offered in {', '.join(sorted(missing))}, so no node of this type starts there",
            f"limit the pool to {', '.join(sorted(zones & offered))}, or add a type that is offered in all its zones",
            "warning",
        )


def features(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """One architecture per pool, since a pool has one node image; GPUs and spot where the pool uses them."""
    descriptions = describe_instance_types(clients, (machine for pool in plan.pools for machine in pool.machines))
    for pool in plan.pools:
        of_pool = {machine: descriptions[machine] for machine in pool.machines if machine in descriptions}
        yield from _architecture(pool, of_pool)
        for machine, item in of_pool.items():
            yield from _gpus(pool, machine, item)
            yield from _usage_class(pool, machine, item)


def _architecture(pool: PoolPlan, descriptions: Mapping[str, Mapping[str, Any]]) -> Iterable[Problem]:
    architectures = {machine: _architectures(item) for machine, item in descriptions.items()}
    for machine, supported in architectures.items():
        if not supported:
            yield Problem(
                f"pool {pool.name}",
                f"EKS has no node image for the architecture of {machine}",
                f"choose a type with the architecture {' or '.join(ARCHITECTURES.values())}",
            )
    if len(distinct := {supported[0] for supported in architectures.values() if supported}) > 1:
        groups = "; ".join(
            f"{arch}: {', '.join(name for name, supported in architectures.items() if supported[:1] == [arch])}"
            for arch in sorted(distinct)
        )
        yield Problem(
            f"pool {pool.name}",
            f"its types have different architectures ({groups}), but a pool has one node image",
            "use one pool per architecture",
        )


def _architectures(item: Mapping[str, Any]) -> list[str]:
    supported: Sequence[str] = item.get("ProcessorInfo", {}).get("SupportedArchitectures", ())
    return [kubernetes_name for aws_name, kubernetes_name in ARCHITECTURES.items() if aws_name in supported]


def _gpus(pool: PoolPlan, machine: str, item: Mapping[str, Any]) -> Iterable[Problem]:
    """https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-optimized-ami.html"""
    manufacturers = {gpu.get("Manufacturer", "").upper() for gpu in item.get("GpuInfo", {}).get("Gpus", [])}
    if pool.gpu and "NVIDIA" not in manufacturers:
        yield Problem(
            f"pool {pool.name}",
            f"the pool requires GPUs, but {machine} has no NVIDIA GPU",
            "choose a type of the families g or p with NVIDIA GPUs, such as g6.xlarge",
        )
    elif manufacturers and not pool.gpu:
        yield Problem(
            f"pool {pool.name}",
            f"{machine} has GPUs but the pool does not request any: you pay for them, and no driver is installed",
            "choose a type without GPUs, or request GPUs",
            "warning",
        )


def _usage_class(pool: PoolPlan, machine: str, item: Mapping[str, Any]) -> Iterable[Problem]:
    usage_class = "spot" if pool.spot else "on-demand"
    supported: Sequence[str] = item.get("SupportedUsageClasses", (usage_class,))
    if usage_class not in supported:
        yield Problem(
            f"pool {pool.name}",
            f"{machine} is not available as {usage_class}, only as {', '.join(supported)}",
            "choose another type, or change `spot` of the pool",
        )

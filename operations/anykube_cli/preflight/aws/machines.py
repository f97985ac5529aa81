"""Whether the machines that pools ask for are there, where they ask for them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from anykube_cli.preflight.aws.clients import Clients, filtered, pages
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.plan import PoolPlan
from anykube_cli.preflight.problem import Problem

ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}
"""What EKS has node images for, as AWS and as Kubernetes name it.

https://docs.aws.amazon.com/eks/latest/userguide/eks-optimized-amis.html
"""


def described(clients: Clients, types: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
    """What EC2 says of these types. By a filter: asked by name, one that is not there refuses all the others.

    A filter takes 200 values: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
    """
    asked, found = sorted(set(types)), dict[str, Mapping[str, Any]]()
    for start in range(0, len(asked), 200):
        some = filtered("instance-type", asked[start : start + 200])
        for item in pages(clients.ec2, "describe_instance_types", "InstanceTypes", Filters=some):
            found[item["InstanceType"]] = item
    return found


def offerings(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """Each type in at least one of its pool's zones; not in all of them is worth a word."""
    types = sorted({kind for pool in plan.pools for kind in pool.machines})
    if not types:
        return
    where: dict[str, set[str]] = defaultdict(set)
    asked = {"LocationType": "availability-zone", "Filters": filtered("instance-type", types)}
    for item in pages(clients.ec2, "describe_instance_type_offerings", "InstanceTypeOfferings", **asked):
        where[item["InstanceType"]].add(item["Location"])
    for pool in plan.pools:
        for kind in pool.machines:
            yield from _offered(pool, kind, set(plan.zones_of(pool)), where[kind], plan.region)


def _offered(pool: PoolPlan, kind: str, zones: set[str], where: set[str], region: str) -> Iterable[Problem]:
    subject, elsewhere = f"pool {pool.name}", ", ".join(sorted(where))
    if not where:
        yield Problem(
            subject,
            f"{kind} is not offered in {region}",
            f"choose another type: aws ec2 describe-instance-type-offerings --region {region} lists those that are",
        )
    elif zones and not zones & where:
        yield Problem(
            subject,
            f"{kind} is offered in none of its zones {', '.join(sorted(zones))}",
            f"put the pool into {elsewhere}, where it is offered, or choose another type",
        )
    elif missing := zones - where:
        yield Problem(
            subject,
            f"{kind} is not offered in {', '.join(sorted(missing))}, so that no such node comes up there",
            f"keep the pool to {', '.join(sorted(zones & where))}, or add a type that is offered in all its zones",
            "warning",
        )


def kinds(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """One architecture a pool, since it has one node image; GPUs where they are asked for; spot where it is sold."""
    known = described(clients, (kind for pool in plan.pools for kind in pool.machines))
    for pool in plan.pools:
        here = {kind: known[kind] for kind in pool.machines if kind in known}
        yield from _architecture(pool, here)
        for kind, item in here.items():
            yield from _graphics(pool, kind, item)
            yield from _market(pool, kind, item)


def _architecture(pool: PoolPlan, here: Mapping[str, Mapping[str, Any]]) -> Iterable[Problem]:
    of = {kind: _architectures(item) for kind, item in here.items()}
    for kind, found in of.items():
        if not found:
            yield Problem(
                f"pool {pool.name}",
                f"EKS has no node image for the architecture of {kind}",
                f"choose a type of {' or '.join(ARCHITECTURES.values())}",
            )
    if len(distinct := {found[0] for found in of.values() if found}) > 1:
        named = "; ".join(
            f"{arch}: {', '.join(kind for kind, found in of.items() if found[:1] == [arch])}"
            for arch in sorted(distinct)
        )
        yield Problem(
            f"pool {pool.name}",
            f"its types are of different architectures ({named}), and a pool has one node image",
            "make a pool for each architecture",
        )


def _architectures(item: Mapping[str, Any]) -> list[str]:
    supported: Sequence[str] = item.get("ProcessorInfo", {}).get("SupportedArchitectures", ())
    return [ours for theirs, ours in ARCHITECTURES.items() if theirs in supported]


def _graphics(pool: PoolPlan, kind: str, item: Mapping[str, Any]) -> Iterable[Problem]:
    """https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-optimized-ami.html"""
    makers = {gpu.get("Manufacturer", "").upper() for gpu in item.get("GpuInfo", {}).get("Gpus", [])}
    if pool.gpu and "NVIDIA" not in makers:
        yield Problem(
            f"pool {pool.name}",
            f"GPUs are asked for, and {kind} has none of NVIDIA's",
            "choose a type of the families g or p with NVIDIA GPUs, such as g6.xlarge",
        )
    elif makers and not pool.gpu:
        yield Problem(
            f"pool {pool.name}",
            f"{kind} has GPUs which the pool does not ask for: they are paid for, and have no driver",
            "choose a type without GPUs, or ask for GPUs",
            "warning",
        )


def _market(pool: PoolPlan, kind: str, item: Mapping[str, Any]) -> Iterable[Problem]:
    wanted = "spot" if pool.spot else "on-demand"
    sold: Sequence[str] = item.get("SupportedUsageClasses", (wanted,))
    if wanted not in sold:
        yield Problem(
            f"pool {pool.name}",
            f"{kind} is not sold as {wanted}, only as {', '.join(sold)}",
            "choose another type, or the other way of buying",
        )

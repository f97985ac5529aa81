"""Compares the quotas of the account with the node pools at their maximum, in addition to what already runs.

https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anykube_cli.preflight.aws.clients import Clients, filter_by, paginate, tags_of
from anykube_cli.preflight.aws.machines import describe_instance_types
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.aws.service_quotas import CLUSTERS, ELASTIC_IPS, VPCS, Quota, check_service_quota
from anykube_cli.preflight.problem import Problem
from anykube_cli.preflight.quota import QuotaDemand


@dataclass(frozen=True)
class Family:
    """Instance families that share a vCPU quota. Spot instances have a quota of their own."""

    name: str
    prefixes: Sequence[str]
    on_demand: str
    spot: str

    def quota(self, *, spot: bool) -> Quota:
        if spot:
            return Quota("ec2", self.spot, f"All {self.name} Spot Instance Requests")
        return Quota("ec2", self.on_demand, f"Running On-Demand {self.name} instances")


FAMILIES = (
    Family(
        "Standard (A, C, D, H, I, M, R, T, Z)",
        ("a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"),
        "L-1216C47A",
        "L-34B43A08",
    ),
    Family("G and VT", ("g", "gr", "vt"), "L-DB2E81BA", "L-3819A6DF"),
    Family("P", ("p",), "L-417A185B", "L-7212CCBC"),
    Family("X", ("x",), "L-7295265B", "L-E3A00192"),
    Family("F", ("f",), "L-74FC7D96", "L-88CF9481"),
    Family("Inf", ("inf",), "L-1945791B", "L-B5D1601B"),
    Family("Trn", ("trn",), "L-2C3B7624", "L-5480EFD2"),
    Family("DL", ("dl",), "L-6E869C2A", "L-85EED4F7"),
)

_FAMILY = {prefix: family for family in FAMILIES for prefix in family.prefixes}

Bucket = tuple[Family, bool]
"""A family, and whether its instances are spot: the scope of a vCPU quota."""


def family(machine: str) -> Family | None:
    """The family of an instance type: the letters before its generation. None if its quota is not in `FAMILIES`."""
    letters = re.match(r"[a-z]+", machine)
    return _FAMILY.get(letters.group()) if letters else None


def machines(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """vCPUs: each pool's maximum times the largest of its types, in addition to what else runs in the region.

    Does not count nodes that a rolling update adds temporarily.
    """
    running = list(_running(plan, clients)) if plan.pools else []
    vcpus = _vcpus(clients, [name for pool in plan.pools for name in pool.machines] + [name for name, _ in running])
    planned: dict[Bucket, dict[str, int]] = defaultdict(dict)
    for pool in plan.pools:
        for machine in pool.machines:
            if (pool_family := family(machine)) is None:
                command = f"aws service-quotas list-service-quotas --service-code ec2 --region {plan.region}"
                yield Problem(
                    f"pool {pool.name}",
                    f"the vCPU quota of {machine} is unknown to Anykube, so it was not checked",
                    f"check it yourself: {command}",
                    "warning",
                )
            elif machine in vcpus:  # `machines.offerings` reports types that do not exist
                pools = planned[pool_family, pool.spot]
                pools[pool.name] = max(pools.get(pool.name, 0), pool.max * vcpus[machine])
    in_use: Counter[Bucket] = Counter()
    for machine, spot in running:
        if running_family := family(machine):
            in_use[running_family, spot] += vcpus.get(machine, 0)
    for bucket, pools in planned.items():
        names = f"{'pool' if len(pools) == 1 else 'pools'} {', '.join(sorted(pools))}"
        total = sum(pools.values())
        reason, alternative = f"{names} can grow to {total} vCPUs", "lower the pools' maximum or choose smaller types"
        demand = QuotaDemand(total, in_use[bucket], reason, alternative)
        yield from check_service_quota(bucket[0].quota(spot=bucket[1]), demand, plan, clients)


def addresses(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """An elastic IP for each NAT gateway that the stack creates.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    if not plan.nat_gateways:
        return
    existing = clients.ec2.describe_addresses()["Addresses"]
    owned = sum(plan.owns(tags_of(address)) for address in existing)
    reason = f"the NAT gateways need {plan.nat_gateways} elastic IPs"
    alternative = "release unused ones, or set nat: single or none"
    demand = QuotaDemand(plan.nat_gateways - owned, len(existing), reason, alternative)
    yield from check_service_quota(ELASTIC_IPS, demand, plan, clients)


def networks(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """A VPC, unless the network exists. VPCs that others share with the account do not count."""
    if plan.cidr is None:
        return
    vpcs = [vpc for vpc in paginate(clients.ec2, "describe_vpcs", "Vpcs") if vpc.get("OwnerId") == clients.account]
    planned = 0 if any(plan.owns(tags_of(vpc)) for vpc in vpcs) else 1
    alternative = "delete an unused one, or use an existing network"
    demand = QuotaDemand(planned, len(vpcs), "the stack creates a VPC", alternative)
    yield from check_service_quota(VPCS, demand, plan, clients)


def clusters(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """A cluster, unless one of its name exists.

    https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
    """
    existing = list(paginate(clients.eks, "list_clusters", "clusters"))
    planned = 0 if plan.cluster in existing else 1
    demand = QuotaDemand(planned, len(existing), "the stack creates an EKS cluster", "delete an unused one")
    yield from check_service_quota(CLUSTERS, demand, plan, clients)


def _running(plan: AwsPlan, clients: Clients) -> Iterable[tuple[str, bool]]:
    """Type, and whether it is spot, of each running instance that is not a node of this cluster.

    Nodes of this cluster are part of their pool's maximum.
    """
    states = filter_by("instance-state-name", ("pending", "running"))
    for reservation in paginate(clients.ec2, "describe_instances", "Reservations", Filters=states):
        for instance in reservation["Instances"]:
            if not _is_node(plan, instance):
                yield instance["InstanceType"], instance.get("InstanceLifecycle") == "spot"


def _is_node(plan: AwsPlan, instance: Mapping[str, Any]) -> bool:
    """Managed node groups tag their instances with the cluster's name; other nodes have the second tag."""
    tags = tags_of(instance)
    return tags.get("eks:cluster-name") == plan.cluster or f"kubernetes.io/cluster/{plan.cluster}" in tags


def _vcpus(clients: Clients, types: Iterable[str]) -> Mapping[str, int]:
    return {name: item["VCpuInfo"]["DefaultVCpus"] for name, item in describe_instance_types(clients, types).items()}

"""Whether the account may have that much at all: with pools at their maximum, beside what runs already.

https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anykube_cli.preflight.allowance import Need
from anykube_cli.preflight.aws.allowance import CLUSTERS, ELASTIC_IPS, VPCS, Quota, within
from anykube_cli.preflight.aws.clients import Clients, filtered, pages, tags_of
from anykube_cli.preflight.aws.machines import described
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.problem import Problem


@dataclass(frozen=True)
class Family:
    """Families of instances that share a quota of vCPUs, which is another one for spot."""

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
"""A family, and whether it is bought as spot: what a quota of vCPUs is for."""


def family(kind: str) -> Family | None:
    """The family of an instance type: the letters before its generation. None for one without a quota known here."""
    letters = re.match(r"[a-z]+", kind)
    return _FAMILY.get(letters.group()) if letters else None


def machines(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """vCPUs: each pool's maximum times the largest of its types, beside what others run in the region.

    Nodes that a rolling update adds for a while are not counted.
    """
    running = list(_running(plan, clients)) if plan.pools else []
    sizes = _sizes(clients, [kind for pool in plan.pools for kind in pool.machines] + [kind for kind, _ in running])
    planned: dict[Bucket, dict[str, int]] = defaultdict(dict)
    for pool in plan.pools:
        for kind in pool.machines:
            if (of := family(kind)) is None:
                yield Problem(
                    f"pool {pool.name}",
                    f"the quota of vCPUs for {kind} is not known here, so it was not compared",
                    f"look for it: aws service-quotas list-service-quotas --service-code ec2 --region {plan.region}",
                    "warning",
                )
            elif kind in sizes:  # one that is not there is told by `machines.offerings`
                pools = planned[of, pool.spot]
                pools[pool.name] = max(pools.get(pool.name, 0), pool.max * sizes[kind])
    there: Counter[Bucket] = Counter()
    for kind, spot in running:
        if of := family(kind):
            there[of, spot] += sizes.get(kind, 0)
    for bucket, pools in planned.items():
        names = f"{'pool' if len(pools) == 1 else 'pools'} {', '.join(sorted(pools))}"
        what = f"the maximum of {names} is {sum(pools.values())} vCPUs"
        need = Need(sum(pools.values()), there[bucket], what, "lower the pools' maximum or choose smaller types")
        yield from within(bucket[0].quota(spot=bucket[1]), need, plan, clients)


def addresses(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """An elastic IP for each NAT gateway that is made.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    if not plan.gateways:
        return
    found = clients.ec2.describe_addresses()["Addresses"]
    ours = sum(plan.owns(tags_of(address)) for address in found)
    what = f"the network's NAT gateways take {plan.gateways} elastic IPs"
    less = "release ones that are not used, or take nat: single or none"
    yield from within(ELASTIC_IPS, Need(plan.gateways - ours, len(found), what, less), plan, clients)


def networks(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """A VPC, unless the network is brought or there already. Those that others share with the account do not count."""
    if plan.cidr is None:
        return
    found = [vpc for vpc in pages(clients.ec2, "describe_vpcs", "Vpcs") if vpc.get("OwnerId") == clients.account]
    planned = 0 if any(plan.owns(tags_of(vpc)) for vpc in found) else 1
    need = Need(planned, len(found), "the stack makes a VPC", "delete one that is not used, or bring the network")
    yield from within(VPCS, need, plan, clients)


def clusters(plan: AwsPlan, clients: Clients) -> Iterable[Problem]:
    """A cluster, unless one of its name is there.

    https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
    """
    found = list(pages(clients.eks, "list_clusters", "clusters"))
    planned = 0 if plan.cluster in found else 1
    need = Need(planned, len(found), "the stack makes an EKS cluster", "delete one that is not used")
    yield from within(CLUSTERS, need, plan, clients)


def _running(plan: AwsPlan, clients: Clients) -> Iterable[tuple[str, bool]]:
    """Type and whether it is spot, of what runs beside this cluster's own nodes: those are in its pools' maximum."""
    alive = filtered("instance-state-name", ("pending", "running"))
    for reservation in pages(clients.ec2, "describe_instances", "Reservations", Filters=alive):
        for instance in reservation["Instances"]:
            if not _is_node(plan, instance):
                yield instance["InstanceType"], instance.get("InstanceLifecycle") == "spot"


def _is_node(plan: AwsPlan, instance: Mapping[str, Any]) -> bool:
    """Managed node groups tag their instances with the cluster's name; nodes that others start bear the second tag."""
    tags = tags_of(instance)
    return tags.get("eks:cluster-name") == plan.cluster or f"kubernetes.io/cluster/{plan.cluster}" in tags


def _sizes(clients: Clients, types: Iterable[str]) -> Mapping[str, int]:
    return {kind: item["VCpuInfo"]["DefaultVCpus"] for kind, item in described(clients, types).items()}

"""On AWS: interfaces that nodes left, load balancers that a controller did not live to remove, and their groups.

Tags: https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html and
https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#resource-tags
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from anykube._clusters.managed import ManagedCluster

from anykube_cli.preflight.aws.clients import filtered, pages, tags_of
from anykube_cli.preflight.aws.refusal import brief
from anykube_cli.sweep.sweep import Leftover

Clients = Callable[[str], Any]
"""Makes boto3's client of a service in the cluster's region."""

_NAMING = (
    "cluster.k8s.amazonaws.com/name",
    "elbv2.k8s.aws/cluster",
    "aws:eks:cluster-name",
    "eks:cluster-name",
    "eks:eks-cluster-name",
)
"""Tags that name the cluster: of the CNI's interfaces, of the load balancer controller, of EKS and its Auto Mode."""


def entrance(stack: str, spec: ManagedCluster) -> Callable[[], "Region"]:
    """The region of the environment's account: names of clusters are unique in it, whatever the stack."""
    del stack

    def enter() -> Region:
        import boto3

        return Region(boto3.session.Session(region_name=spec.region).client, spec.name)

    return enter


class Region:
    """An account's region, and the name of the cluster."""

    def __init__(self, client: Clients, cluster: str) -> None:
        self._ec2, self._eks, self._elb = (client(name) for name in ("ec2", "eks", "elbv2"))
        self._cluster = cluster

    def brief(self, error: BaseException) -> str:
        """By the code that AWS gave."""
        return brief(error)

    def leftovers(self) -> Iterator[Leftover]:
        """Load balancers, then what they had: target groups, interfaces, security groups."""
        if self._cluster_is_there():
            return
        yield from self._balancers()
        for one in pages(
            self._ec2, "describe_network_interfaces", "NetworkInterfaces", Filters=filtered("status", ["available"])
        ):
            if self._is_its(tags_of({"Tags": one.get("TagSet")})):
                name = one["NetworkInterfaceId"]
                remove = partial(self._ec2.delete_network_interface, NetworkInterfaceId=name)
                yield Leftover(f"network interface {name}", remove)
        for one in pages(self._ec2, "describe_security_groups", "SecurityGroups"):
            if self._is_its(tags_of(one)):
                name = one["GroupId"]
                yield Leftover(f"security group {name}", partial(self._ec2.delete_security_group, GroupId=name))

    def _cluster_is_there(self) -> bool:
        try:
            self._eks.describe_cluster(name=self._cluster)
        except self._eks.exceptions.ResourceNotFoundException:
            return False
        return True

    def _balancers(self) -> Iterator[Leftover]:
        for kind, key, name, remove in (
            ("load balancer", "LoadBalancers", "LoadBalancer", self._elb.delete_load_balancer),
            ("target group", "TargetGroups", "TargetGroup", self._elb.delete_target_group),
        ):
            arns = [one[f"{name}Arn"] for one in pages(self._elb, f"describe_{kind.replace(' ', '_')}s", key)]
            # No more than twenty can be asked for at once.
            for few in (arns[start : start + 20] for start in range(0, len(arns), 20)):
                for one in self._elb.describe_tags(ResourceArns=few)["TagDescriptions"]:
                    if self._is_its(tags_of(one)):
                        arn = one["ResourceArn"]
                        yield Leftover(f"{kind} {arn.rpartition(':')[2]}", partial(remove, **{f"{name}Arn": arn}))

    def _is_its(self, tags: Mapping[str, str]) -> bool:
        return any(tags.get(name) == self._cluster for name in _NAMING) or (
            tags.get(f"kubernetes.io/cluster/{self._cluster}") == "owned"
        )

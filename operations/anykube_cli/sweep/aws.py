"""Leftovers on AWS: network interfaces of nodes, load balancers of a controller that ended first, security groups.

Tags: https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html and
https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#resource-tags
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from anykube._clusters.managed import ManagedCluster

from anykube_cli.preflight.aws.clients import filter_by, paginate, tags_of
from anykube_cli.preflight.aws.errors import summarize_error
from anykube_cli.sweep.sweep import Leftover

Clients = Callable[[str], Any]
"""Creates the boto3 client of a service in the cluster's region."""

_CLUSTER_TAGS = (
    "cluster.k8s.amazonaws.com/name",
    "elbv2.k8s.aws/cluster",
    "aws:eks:cluster-name",
    "eks:cluster-name",
    "eks:eks-cluster-name",
)
"""Tags with the cluster's name, of the CNI, of the load balancer controller, and of EKS and its Auto Mode."""


def account_factory(stack: str, spec: ManagedCluster) -> Callable[[], "Region"]:
    """Opens the region in the environment's account. Cluster names are unique in it, so the stack does not matter."""
    del stack

    def open_region() -> Region:
        import boto3

        return Region(boto3.session.Session(region_name=spec.region).client, spec.name)

    return open_region


class Region:
    """A region of an account, searched for leftovers of one cluster."""

    def __init__(self, client: Clients, cluster: str) -> None:
        self._ec2, self._eks, self._elb = (client(name) for name in ("ec2", "eks", "elbv2"))
        self._cluster = cluster

    def summarize_error(self, error: BaseException) -> str:
        """The error code and operation."""
        return summarize_error(error)

    def leftovers(self) -> Iterator[Leftover]:
        """Load balancers first, then what they use: target groups, network interfaces, security groups."""
        if self._cluster_exists():
            return
        yield from self._load_balancers()
        available = filter_by("status", ["available"])
        for item in paginate(self._ec2, "describe_network_interfaces", "NetworkInterfaces", Filters=available):
            if self._is_of_cluster(tags_of({"Tags": item.get("TagSet")})):
                name = item["NetworkInterfaceId"]
                remove = partial(self._ec2.delete_network_interface, NetworkInterfaceId=name)
                yield Leftover(f"network interface {name}", remove)
        for item in paginate(self._ec2, "describe_security_groups", "SecurityGroups"):
            if self._is_of_cluster(tags_of(item)):
                name = item["GroupId"]
                yield Leftover(f"security group {name}", partial(self._ec2.delete_security_group, GroupId=name))

    def _cluster_exists(self) -> bool:
        try:
            self._eks.describe_cluster(name=self._cluster)
        except self._eks.exceptions.ResourceNotFoundException:
            return False
        return True

    def _load_balancers(self) -> Iterator[Leftover]:
        for kind, key, name, remove in (
            ("load balancer", "LoadBalancers", "LoadBalancer", self._elb.delete_load_balancer),
            ("target group", "TargetGroups", "TargetGroup", self._elb.delete_target_group),
        ):
            arns = [item[f"{name}Arn"] for item in paginate(self._elb, f"describe_{kind.replace(' ', '_')}s", key)]
            # DescribeTags takes at most 20 resources.
            for batch in (arns[start : start + 20] for start in range(0, len(arns), 20)):
                for item in self._elb.describe_tags(ResourceArns=batch)["TagDescriptions"]:
                    if self._is_of_cluster(tags_of(item)):
                        arn = item["ResourceArn"]
                        yield Leftover(f"{kind} {arn.rpartition(':')[2]}", partial(remove, **{f"{name}Arn": arn}))

    def _is_of_cluster(self, tags: Mapping[str, str]) -> bool:
        return any(tags.get(name) == self._cluster for name in _CLUSTER_TAGS) or (
            tags.get(f"kubernetes.io/cluster/{self._cluster}") == "owned"
        )

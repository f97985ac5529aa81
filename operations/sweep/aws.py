"""On AWS: interfaces that nodes left, load balancers that a controller did not live to remove, and their groups.

Only what carries the cluster's name, and only once the cluster is gone: nobody can use it then, nor make it again.
Tags: https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html and
https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#resource-tags
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from operations.preflight.aws.clients import filtered, pages, tags_of

Clients = Callable[[str], Any]

_EVERY = 5.0
"""Seconds between two looks. The provider asks for the network's end over and over, for 20 minutes."""


@contextmanager
def sweeping(client: Clients, cluster: str, say: Callable[[str], None], every: float = _EVERY) -> Iterator[None]:
    """Sweeps beside what the block does, again and again, from the moment at which the cluster is gone.

    `client` makes boto3's client of a service in the cluster's region; `say` hears what was removed. What AWS refuses
    is left to the next look, and at the end to the engine, which says what blocks it.
    """
    over = threading.Event()
    sweep = Sweep(client, cluster, say)

    def work() -> None:
        while not over.wait(every):
            sweep.once()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=60)


class Sweep:
    """The clients, and what to look for."""

    def __init__(self, client: Clients, cluster: str, say: Callable[[str], None]) -> None:
        self._ec2, self._eks, self._elb = (client(name) for name in ("ec2", "eks", "elbv2"))
        self._cluster, self._say = cluster, say

    def once(self) -> None:
        """Removes what there is now, if the cluster is gone."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            if self._cluster_is_there():
                return
            for remove in (self._balancers, self._interfaces, self._groups):
                remove()
        except (BotoCoreError, ClientError):
            return  # Not now: something still uses it, or AWS does not answer.

    def _cluster_is_there(self) -> bool:
        try:
            self._eks.describe_cluster(name=self._cluster)
        except self._eks.exceptions.ResourceNotFoundException:
            return False
        return True

    def _balancers(self) -> None:
        """Load balancers, then their target groups."""
        for kind, key, name, remove in (
            ("load balancer", "LoadBalancers", "LoadBalancer", self._elb.delete_load_balancer),
            ("target group", "TargetGroups", "TargetGroup", self._elb.delete_target_group),
        ):
            arns = [one[f"{name}Arn"] for one in pages(self._elb, f"describe_{kind.replace(' ', '_')}s", key)]
            # No more than twenty can be asked for at once.
            for few in (arns[start : start + 20] for start in range(0, len(arns), 20)):
                for one in self._elb.describe_tags(ResourceArns=few)["TagDescriptions"]:
                    if self._is_its(tags_of(one)):
                        remove(**{f"{name}Arn": one["ResourceArn"]})
                        self._say(f"swept the {kind} {one['ResourceArn'].rpartition(':')[2]}")

    def _interfaces(self) -> None:
        for one in pages(
            self._ec2, "describe_network_interfaces", "NetworkInterfaces", Filters=filtered("status", ["available"])
        ):
            if self._is_its(tags_of({"Tags": one.get("TagSet")})):
                self._ec2.delete_network_interface(NetworkInterfaceId=one["NetworkInterfaceId"])
                self._say(f"swept the network interface {one['NetworkInterfaceId']}")

    def _groups(self) -> None:
        for one in pages(self._ec2, "describe_security_groups", "SecurityGroups"):
            if self._is_its(tags_of(one)):
                self._ec2.delete_security_group(GroupId=one["GroupId"])
                self._say(f"swept the security group {one['GroupId']}")

    def _is_its(self, tags: Mapping[str, str]) -> bool:
        return any(tags.get(name) == self._cluster for name in _NAMING) or (
            tags.get(f"kubernetes.io/cluster/{self._cluster}") == "owned"
        )


_NAMING = (
    "cluster.k8s.amazonaws.com/name",
    "elbv2.k8s.aws/cluster",
    "aws:eks:cluster-name",
    "eks:cluster-name",
    "eks:eks-cluster-name",
)
"""Tags that name the cluster: of the CNI's interfaces, of the load balancer controller, of EKS and its Auto Mode."""

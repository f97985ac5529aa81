"""In random regions with look-alikes, the sweep deletes all leftovers of the cluster and nothing else."""

from dataclasses import replace
from functools import partial
from random import Random

from anykube_cli.sweep.aws_ownership import AwsResource, judge
from anykube_cli.sweep.facts import Facts
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.operations.sweep.ownership.account import Planned, assert_only_mine_deleted

_KINDS = ("load balancer", "target group", "network interface", "security group")
_OWNED = "kubernetes.io/cluster/prod"
_ANY_CONTROLLER = ("elbv2.k8s.aws/cluster", "cluster.k8s.amazonaws.com/name")
_EKS = ("aws:eks:cluster-name", "eks:cluster-name", "eks:eks-cluster-name")


class Region(Planned[AwsResource]):
    """A region with the leftovers of the EKS cluster `prod` and resources of others."""

    def __init__(self, random: Random) -> None:
        self.is_created = random.random() < 0.5
        used = frozenset({"vpc-1", "subnet-1"})
        super().__init__(
            random,
            Facts(
                networks=frozenset({"vpc-1"} if self.is_created else ()),
                used_networks=used,
                groups=frozenset({"sg-cluster"}),
                managed=frozenset({"sg-managed"}),
            ),
        )
        proofs = [self.with_eks_tag, self.in_cluster_group, self.with_stack_tags]
        self.some(*proofs, *([self.with_controller_tag, self.with_owned_tag] if self.is_created else []))
        self.some(
            self.of_kops_elsewhere,
            self.of_eks_elsewhere,
            self.of_another_stack,
            self.of_similar_name,
            self.shared,
            self.of_person,
            self.of_two_clusters,
            self.in_foreign_group,
        )
        if not self.is_created:
            self.some(self.of_kops_in_this_network)
        if random.random() < 0.3:
            self.mine.append(AwsResource("security group", "sg-cluster", "vpc-1", {"aws:eks:cluster-name": "prod"}))
        if random.random() < 0.3:
            self.foreign.append(AwsResource("security group", "sg-managed", "vpc-1", {_OWNED: "owned"}))

    def _new(self, network: str, **tags: str) -> AwsResource:
        extra = {"Name": "prod"} if self.random.random() < 0.5 else {}
        id = f"{self.text(12)}"
        return AwsResource(self.random.choice(_KINDS), id, network, {**tags, **extra})

    def with_controller_tag(self) -> None:
        self.mine.append(self._new("vpc-1", **{self.random.choice(_ANY_CONTROLLER): "prod"}))

    def with_owned_tag(self) -> None:
        self.mine.append(self._new("vpc-1", **{_OWNED: "owned"}))

    def with_eks_tag(self) -> None:
        self.mine.append(self._new("vpc-1", **{self.random.choice(_EKS): "prod"}))

    def with_stack_tags(self) -> None:
        tags = {"elbv2.k8s.aws/cluster": "prod", "anykube:stack": "aws-prod", "anykube:cluster": "prod"}
        self.mine.append(self._new("vpc-1", **tags))

    def of_another_stack(self) -> None:
        tags = {"elbv2.k8s.aws/cluster": "prod", "anykube:stack": "aws-dev", "anykube:cluster": "prod"}
        self.foreign.append(self._new("vpc-1" if not self.is_created else "vpc-2", **tags))

    def in_cluster_group(self) -> None:
        interface = AwsResource("network interface", self.text(12), "vpc-1", {}, frozenset({"sg-cluster"}))
        self.mine.append(interface)

    def of_kops_elsewhere(self) -> None:
        tag = self.random.choice([{_OWNED: "owned"}, {self.random.choice(_ANY_CONTROLLER): "prod"}])
        self.foreign.append(self._new("vpc-2", **tag, KubernetesCluster="prod"))

    def of_kops_in_this_network(self) -> None:
        tag = self.random.choice([{_OWNED: "owned"}, {self.random.choice(_ANY_CONTROLLER): "prod"}])
        self.foreign.append(self._new("vpc-1", **tag))

    def of_eks_elsewhere(self) -> None:
        """Of an earlier EKS cluster of this name, which was not this stack's."""
        self.foreign.append(self._new(self.random.choice(["vpc-2", ""]), **{self.random.choice(_EKS): "prod"}))

    def of_similar_name(self) -> None:
        name = self.random.choice(["production", "prod-2", "pro", "Prod"])
        tag = self.random.choice([{_EKS[0]: name}, {f"kubernetes.io/cluster/{name}": "owned"}])
        self.foreign.append(self._new("vpc-1", **tag))

    def shared(self) -> None:
        self.foreign.append(self._new("vpc-1", **{_OWNED: "shared"}))

    def of_person(self) -> None:
        self.foreign.append(self._new(self.random.choice(["vpc-1", "vpc-2"]), team="prod"))

    def of_two_clusters(self) -> None:
        self.foreign.append(self._new("vpc-1", **{_OWNED: "owned", "kubernetes.io/cluster/dev": "owned"}))

    def in_foreign_group(self) -> None:
        self.foreign.append(replace(self._new("vpc-1"), groups=frozenset({"sg-other"})))


@settings(max_examples=10_000)
@given(seed=st.integers(0, 2**64))
def test_deletes_leftovers_and_nothing_else(seed: int) -> None:
    region = Region(Random(seed))
    assert_only_mine_deleted(region, _KINDS, lambda it: it.groups, partial(judge, "aws-prod", "prod"))

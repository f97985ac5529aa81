"""A region with look-alikes of others beside the leftovers of an EKS cluster."""

from collections.abc import Iterator

import pytest
from anykube_cli.sweep.aws import open_session
from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.survey import Survey, survey
from anykube_cli.sweep.sweep import Sweep
from moto import mock_aws

from tests.operations.sweep.test_aws import Account

_OWNED, _CONTROLLER = "kubernetes.io/cluster/prod", "elbv2.k8s.aws/cluster"


class Planted(Account):
    """The stack's network with leftovers, and the network of a live kOps cluster that is also called `prod`."""

    def __init__(self) -> None:
        super().__init__()
        network = (self.vpc, self.subnets)
        self.mine = {
            self.load_balancer("ours", **{_CONTROLLER: "prod", _OWNED: "owned"}),
            self.group("nodes", **{_OWNED: "owned"}),
            self.interface(**{"cluster.k8s.amazonaws.com/name": "prod"}),
        }
        self.of_two = self.group("two", **{_OWNED: "owned", "kubernetes.io/cluster/dev": "owned"})
        self.vpc = self.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.1.{i}.0/24", AvailabilityZone=f"eu-west-1{zone}")[
                "Subnet"
            ]["SubnetId"]
            for i, zone in enumerate("ab")
        ]
        self.foreign = {
            self.load_balancer("api-prod", KubernetesCluster="prod", **{_OWNED: "owned"}),
            self.load_balancer("k8s-web", **{_CONTROLLER: "prod"}),
            self.group("masters.prod", **{_OWNED: "owned"}),
            self.group("nodes.production", **{"kubernetes.io/cluster/production": "owned"}),
        }
        self.vpc, self.subnets = network

    def survey(self, facts: Facts) -> Survey:
        return survey(open_session(self.client, "aws-prod", ("eu-west-1", "prod"), facts))


@pytest.fixture
def planted() -> Iterator[Planted]:
    with mock_aws():
        yield Planted()


def _names(ids: set[str]) -> set[str]:
    return {id.rpartition(":")[2] for id in ids}


def test_lists_nothing_foreign(planted: Planted) -> None:
    result = planted.survey(Facts(networks=frozenset({planted.vpc}), used_networks=frozenset({planted.vpc})))
    leftovers = {it.description.rpartition(" ")[2] for it in result.leftovers}
    assert leftovers == _names(planted.mine)
    [doubtful] = result.unproven
    assert doubtful.description == f"security group {planted.of_two}"
    assert doubtful.reason == "its tags also name the cluster dev"
    assert doubtful.command == f"aws ec2 delete-security-group --group-id {planted.of_two} --region eu-west-1"


def test_proves_nothing_without_the_state(planted: Planted) -> None:
    result = planted.survey(Facts())
    assert result.leftovers == []
    assert all(
        "the state does not say which network" in it.reason or "also name" in it.reason for it in result.unproven
    )


def test_lists_what_outlives_the_cluster(planted: Planted) -> None:
    zone = {"AvailabilityZone": "eu-west-1a", "VolumeType": "gp3"}
    tags = [{"Key": "anykube:stack", "Value": "aws-prod"}, {"Key": "anykube:cluster", "Value": "prod"}]
    volume = planted.ec2.create_volume(Size=20, **zone, TagSpecifications=[{"ResourceType": "volume", "Tags": tags}])[
        "VolumeId"
    ]
    planted.ec2.create_volume(Size=30, **zone)
    planted.client("logs").create_log_group(logGroupName="/aws/eks/prod/cluster")
    planted.client("logs").create_log_group(logGroupName="/aws/eks/prod/cluster-2")
    kept = planted.survey(Facts()).kept
    assert [it.description for it in kept] == [f"volume {volume}", "log group /aws/eks/prod/cluster"]
    assert kept[0].billed == "20 GiB of storage a month (gp3)"
    assert kept[0].command == f"aws ec2 delete-volume --volume-id {volume} --region eu-west-1"


def test_removes_a_log_group_that_comes_back(planted: Planted) -> None:
    """EKS delivers its last logs after Pulumi deleted the log group, and creates it again."""
    logs, name = planted.client("logs"), "/aws/eks/prod/cluster"
    network = frozenset({planted.vpc})
    facts = Facts(networks=network, used_networks=network, managed=frozenset({name}))
    logs.create_log_group(logGroupName=name)
    session = open_session(planted.client, "aws-prod", ("eu-west-1", "prod"), facts)
    assert not any("log group" in it.description for it in session.leftovers())
    logs.delete_log_group(logGroupName=name)
    logs.create_log_group(logGroupName=name)
    sweep = Sweep(lambda: session, lambda _: None)
    sweep.search()
    assert f"log group {name}" in sweep.removed
    assert logs.describe_log_groups()["logGroups"] == []

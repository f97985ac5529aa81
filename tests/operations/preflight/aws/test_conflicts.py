from collections.abc import Mapping
from dataclasses import replace

import pytest
from anykube_cli.preflight.aws.conflicts import cluster, log_group, network, roles

from tests.operations.preflight.aws.account import FOREIGN, OURS, PLAN, Account, listed, said


def _cluster(account: Account, tags: Mapping[str, str], status: str = "ACTIVE") -> None:
    account.answer("DescribeCluster", {"cluster": {"name": "shop", "status": status, "tags": tags}})


def _vpc(account: Account, cidr: str, tags: Mapping[str, str]) -> str:
    asked = [{"ResourceType": "vpc", "Tags": listed(tags)}]
    name: str = account.clients().ec2.create_vpc(CidrBlock=cidr, TagSpecifications=asked)["Vpc"]["VpcId"]
    return name


def _logs(account: Account, name: str, tags: Mapping[str, str]) -> None:
    account.clients().logs.create_log_group(logGroupName=name, tags=tags)


def test_an_empty_account_has_no_conflicts(account: Account) -> None:
    for check in (cluster, network, log_group, roles):
        assert not account.found(check, replace(PLAN, roles=["shop-nodes"]))


@pytest.mark.parametrize(
    ("tags", "owner"),
    [(FOREIGN, "the stack elsewhere"), ({}, "nobody"), ({**OURS, "anykube:cluster": "x"}, "the stack prod")],
)
def test_a_cluster_of_somebody_else(account: Account, tags: dict[str, str], owner: str) -> None:
    _cluster(account, tags)
    [problem] = account.found(cluster, PLAN)
    assert (problem.severity, problem.subject) == ("error", "cluster shop")
    assert owner in problem.message


def test_without_a_stack_every_cluster_is_somebody_elses(account: Account) -> None:
    _cluster(account, {"anykube:stack": ""})
    assert account.found(cluster, replace(PLAN, stack=""))


@pytest.mark.parametrize(("status", "word"), [("DELETING", "being deleted"), ("FAILED", "failed")])
def test_a_cluster_that_is_ours_and_not_well(account: Account, status: str, word: str) -> None:
    _cluster(account, OURS, status)
    assert word in said(account.found(cluster, PLAN))


def test_a_cluster_that_is_ours(account: Account) -> None:
    _cluster(account, OURS)
    assert not account.found(cluster, PLAN)


def test_a_cluster_of_motos_is_read(account: Account) -> None:
    role = "arn:aws:iam::123456789012:role/x"
    account.clients().eks.create_cluster(name="shop", version="1.35", roleArn=role, resourcesVpcConfig={}, tags=FOREIGN)
    assert "the stack elsewhere" in said(account.found(cluster, PLAN))


def test_networks_that_overlap(account: Account) -> None:
    one, other = _vpc(account, "10.20.8.0/24", {"Name": "office"}), _vpc(account, "10.99.0.0/16", {})
    ec2 = account.clients().ec2
    link = ec2.create_vpc_peering_connection(VpcId=one, PeerVpcId=other)["VpcPeeringConnection"]
    [problem] = account.found(network, PLAN)
    assert problem.severity == "warning"
    assert problem.message == f"it overlaps 10.20.8.0/24 of {one} (office)"
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=link["VpcPeeringConnectionId"])
    assert f"which is peered with {other}" in said(account.found(network, PLAN))


def test_a_second_block_of_a_network_overlaps(account: Account) -> None:
    name = _vpc(account, "10.99.0.0/16", {})
    account.clients().ec2.associate_vpc_cidr_block(VpcId=name, CidrBlock="10.20.0.0/20")
    assert "10.20.0.0/20" in said(account.found(network, PLAN))


def test_the_default_network_overlaps(account: Account) -> None:
    assert "the default VPC" in said(account.found(network, replace(PLAN, cidr="172.31.0.0/16")))


def test_our_own_network_and_a_brought_one_do_not_overlap(account: Account) -> None:
    _vpc(account, "10.20.0.0/16", OURS)
    assert not account.found(network, PLAN)
    assert not account.found(network, replace(PLAN, cidr=None, stack=""))


def test_a_log_group_that_was_left_behind(account: Account) -> None:
    _logs(account, "/aws/eks/shop/cluster", {})
    [problem] = account.found(log_group, PLAN)
    assert problem.severity == "error"
    assert "delete-log-group --region eu-central-1 --log-group-name /aws/eks/shop/cluster" in problem.remedy


def test_a_log_group_of_ours_without_its_cluster(account: Account) -> None:
    _logs(account, "/aws/eks/shop/cluster", OURS)
    [problem] = account.found(log_group, PLAN)
    assert problem.severity == "warning"


def test_a_log_group_of_ours_with_its_cluster_and_one_of_a_longer_name(account: Account) -> None:
    _logs(account, "/aws/eks/shop/cluster-old", {})
    assert not account.found(log_group, PLAN)
    _logs(account, "/aws/eks/shop/cluster", OURS)
    _cluster(account, OURS)
    assert not account.found(log_group, PLAN)


@pytest.mark.parametrize(("tags", "count"), [(FOREIGN, 1), ({}, 1), (OURS, 0)])
def test_roles(account: Account, tags: dict[str, str], count: int) -> None:
    account.clients().iam.create_role(RoleName="shop-nodes", AssumeRolePolicyDocument="{}", Tags=listed(tags))
    found = account.found(roles, replace(PLAN, roles=["shop-nodes", "shop-cluster"]))
    assert [problem.subject for problem in found] == ["role shop-nodes"] * count

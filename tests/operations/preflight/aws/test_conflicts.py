from collections.abc import Mapping
from dataclasses import replace

import pytest
from anykube_cli.preflight.aws.conflicts import cluster, log_group, network, roles

from tests.operations.preflight.aws.account import FOREIGN_TAGS, OWN_TAGS, PLAN, Account, format_problems, tag_list


def _cluster(account: Account, tags: Mapping[str, str], status: str = "ACTIVE") -> None:
    account.respond("DescribeCluster", {"cluster": {"name": "shop", "status": status, "tags": tags}})


def _vpc(account: Account, cidr: str, tags: Mapping[str, str]) -> str:
    specifications = [{"ResourceType": "vpc", "Tags": tag_list(tags)}]
    name: str = account.clients().ec2.create_vpc(CidrBlock=cidr, TagSpecifications=specifications)["Vpc"]["VpcId"]
    return name


def _logs(account: Account, name: str, tags: Mapping[str, str]) -> None:
    account.clients().logs.create_log_group(logGroupName=name, tags=tags)


def test_no_conflicts_in_an_empty_account(account: Account) -> None:
    for check in (cluster, network, log_group, roles):
        assert not account.run(check, replace(PLAN, roles=["shop-nodes"]))


@pytest.mark.parametrize(
    ("tags", "owner"),
    [
        (FOREIGN_TAGS, "the stack elsewhere"),
        ({}, "has no tag"),
        ({**OWN_TAGS, "anykube:cluster": "x"}, "the stack prod"),
    ],
)
def test_cluster_of_another_owner(account: Account, tags: dict[str, str], owner: str) -> None:
    _cluster(account, tags)
    [problem] = account.run(cluster, PLAN)
    assert (problem.severity, problem.subject) == ("error", "cluster shop")
    assert owner in problem.message


def test_without_a_stack_every_cluster_belongs_to_another_owner(account: Account) -> None:
    _cluster(account, {"anykube:stack": ""})
    assert account.run(cluster, replace(PLAN, stack=""))


@pytest.mark.parametrize(("status", "text"), [("DELETING", "being deleted"), ("FAILED", "FAILED")])
def test_own_cluster_in_a_bad_state(account: Account, status: str, text: str) -> None:
    _cluster(account, OWN_TAGS, status)
    assert text in format_problems(account.run(cluster, PLAN))


def test_own_cluster(account: Account) -> None:
    _cluster(account, OWN_TAGS)
    assert not account.run(cluster, PLAN)


def test_reads_the_tags_of_a_cluster(account: Account) -> None:
    role = "arn:aws:iam::123456789012:role/x"
    account.clients().eks.create_cluster(
        name="shop", version="1.35", roleArn=role, resourcesVpcConfig={}, tags=FOREIGN_TAGS
    )
    assert "the stack elsewhere" in format_problems(account.run(cluster, PLAN))


def test_overlapping_network_is_a_warning(account: Account) -> None:
    vpc, peer = _vpc(account, "10.20.8.0/24", {"Name": "office"}), _vpc(account, "10.99.0.0/16", {})
    ec2 = account.clients().ec2
    link = ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=peer)["VpcPeeringConnection"]
    [problem] = account.run(network, PLAN)
    assert problem.severity == "warning"
    assert problem.message == f"the range overlaps 10.20.8.0/24 of {vpc} (office)"
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=link["VpcPeeringConnectionId"])
    assert f"which is peered with {peer}" in format_problems(account.run(network, PLAN))


def test_second_cidr_block_of_a_vpc_overlaps(account: Account) -> None:
    name = _vpc(account, "10.99.0.0/16", {})
    account.clients().ec2.associate_vpc_cidr_block(VpcId=name, CidrBlock="10.20.0.0/20")
    assert "10.20.0.0/20" in format_problems(account.run(network, PLAN))


def test_default_vpc_overlaps(account: Account) -> None:
    assert "the default VPC" in format_problems(account.run(network, replace(PLAN, cidr="172.31.0.0/16")))


def test_own_and_existing_networks_do_not_overlap(account: Account) -> None:
    _vpc(account, "10.20.0.0/16", OWN_TAGS)
    assert not account.run(network, PLAN)
    assert not account.run(network, replace(PLAN, cidr=None, stack=""))


def test_leftover_log_group_of_another_owner(account: Account) -> None:
    _logs(account, "/aws/eks/shop/cluster", {})
    [problem] = account.run(log_group, PLAN)
    assert problem.severity == "error"
    assert "delete-log-group --region eu-central-1 --log-group-name /aws/eks/shop/cluster" in problem.remedy


def test_own_log_group_without_its_cluster(account: Account) -> None:
    _logs(account, "/aws/eks/shop/cluster", OWN_TAGS)
    [problem] = account.run(log_group, PLAN)
    assert problem.severity == "warning"


def test_ignores_own_log_group_with_its_cluster_and_longer_names(account: Account) -> None:
    _logs(account, "/aws/eks/shop/cluster-old", {})
    assert not account.run(log_group, PLAN)
    _logs(account, "/aws/eks/shop/cluster", OWN_TAGS)
    _cluster(account, OWN_TAGS)
    assert not account.run(log_group, PLAN)


@pytest.mark.parametrize(("tags", "count"), [(FOREIGN_TAGS, 1), ({}, 1), (OWN_TAGS, 0)])
def test_roles(account: Account, tags: dict[str, str], count: int) -> None:
    account.clients().iam.create_role(RoleName="shop-nodes", AssumeRolePolicyDocument="{}", Tags=tag_list(tags))
    problems = account.run(roles, replace(PLAN, roles=["shop-nodes", "shop-cluster"]))
    assert [problem.subject for problem in problems] == ["role shop-nodes"] * count

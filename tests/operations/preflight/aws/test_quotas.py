from dataclasses import replace
from typing import Any

import pytest
from anykube_cli.preflight import PoolPlan
from anykube_cli.preflight.aws.quotas import addresses, clusters, family, machines, networks

from tests.operations.preflight.aws.account import (
    OWN_TAGS,
    PLAN,
    SERVERS,
    Account,
    RefusedError,
    format_problems,
    tag_list,
)

_STANDARD, _SPOT, _G, _P = "L-1216C47A", "L-34B43A08", "L-DB2E81BA", "L-417A185B"
_NONE = RefusedError("NoSuchResourceException")


def _run(account: Account, kind: str, count: int = 1, **arguments: Any) -> None:
    account.clients().ec2.run_instances(
        ImageId="ami-12345678", MinCount=count, MaxCount=count, InstanceType=kind, **arguments
    )


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("m7i.large", "Standard (A, C, D, H, I, M, R, T, Z)"),
        ("im4gn.large", "Standard (A, C, D, H, I, M, R, T, Z)"),
        ("t4g.small", "Standard (A, C, D, H, I, M, R, T, Z)"),
        ("g6.xlarge", "G and VT"),
        ("vt1.3xlarge", "G and VT"),
        ("p5.48xlarge", "P"),
        ("inf2.xlarge", "Inf"),
        ("trn1.2xlarge", "Trn"),
        ("dl1.24xlarge", "DL"),
    ],
)
def test_families(kind: str, name: str) -> None:
    instance_family = family(kind)
    assert instance_family is not None
    assert instance_family.name == name


@pytest.mark.parametrize("kind", ["u-6tb1.112xlarge", "hpc7a.96xlarge", "9"])
def test_unknown_families(kind: str) -> None:
    assert family(kind) is None


def test_sufficient_quotas(account: Account) -> None:
    account.limits = {_STANDARD: 8, "L-0263D0A3": 3, "L-F678F1CE": 2, "L-1194D53C": 1}
    for check in (machines, addresses, networks, clusters):
        assert not account.run(check, PLAN)


def test_adds_pools_to_running_instances(account: Account) -> None:
    account.limits = {_STANDARD: 11}
    _run(account, "c5.xlarge")
    [problem] = account.run(machines, PLAN)
    assert problem.subject == "quota Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"
    assert problem.message == "pool servers can grow to 8 vCPUs; with 4 in use that makes 12, and the limit is 11"
    assert "--service-code ec2 --quota-code L-1216C47A --desired-value 12" in problem.remedy


def test_own_nodes_are_not_counted_twice(account: Account) -> None:
    account.limits = {_STANDARD: 8}
    tags = [{"ResourceType": "instance", "Tags": tag_list({"eks:cluster-name": "shop"})}]
    _run(account, "m5.large", 4, TagSpecifications=tags)
    assert not account.run(machines, PLAN)


def test_on_demand_instances_do_not_count_as_spot(account: Account) -> None:
    account.limits = {_STANDARD: 0, _SPOT: 8}
    _run(account, "c5.xlarge")
    assert not account.run(machines, replace(PLAN, pools=[replace(SERVERS, spot=True)]))
    account.limits = {_SPOT: 7}
    [problem] = account.run(machines, replace(PLAN, pools=[replace(SERVERS, spot=True)]))
    assert "L-34B43A08" in problem.remedy


@pytest.mark.parametrize(
    ("kind", "spot", "code"),
    [
        ("g5.xlarge", False, _G),
        ("g5.xlarge", True, "L-3819A6DF"),
        ("p5.48xlarge", False, _P),
        ("p5.48xlarge", True, "L-7212CCBC"),
    ],
)
def test_gpu_families_have_their_own_quotas(account: Account, kind: str, spot: bool, code: str) -> None:
    account.limits = {code: 0}
    [problem] = account.run(machines, replace(PLAN, pools=[PoolPlan("gpu", [kind], 1, spot=spot, gpu=True)]))
    assert code in problem.remedy


def test_counts_the_largest_type_of_a_pool(account: Account) -> None:
    account.limits = {_STANDARD: 7}
    problems = account.run(machines, replace(PLAN, pools=[PoolPlan("p", ["m5.large", "m5.xlarge"], 2)]))
    assert "grow to 8 vCPUs" in format_problems(problems)


def test_unknown_quota_of_a_family_is_a_warning(account: Account) -> None:
    problems = account.run(machines, replace(PLAN, pools=[PoolPlan("p", ["hpc6a.48xlarge"], 2)]))
    assert [problem.severity for problem in problems] == ["warning"]
    assert "hpc6a.48xlarge is unknown" in format_problems(problems)


def test_elastic_ips(account: Account) -> None:
    account.limits = {"L-0263D0A3": 4}
    ec2 = account.clients().ec2
    for _ in range(2):
        ec2.allocate_address(Domain="vpc")
    [problem] = account.run(addresses, PLAN)
    assert "need 3 elastic IPs; with 2 in use that makes 5, and the limit is 4" in problem.message
    assert not account.run(addresses, replace(PLAN, nat="single"))
    assert not account.run(addresses, replace(PLAN, nat="none"))
    assert not account.run(addresses, replace(PLAN, cidr=None))


def test_own_elastic_ips_are_not_counted_twice(account: Account) -> None:
    account.limits = {"L-0263D0A3": 3}
    for _ in range(3):
        account.clients().ec2.allocate_address(
            Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": tag_list(OWN_TAGS)}]
        )
    assert not account.run(addresses, PLAN)


def test_vpcs(account: Account) -> None:
    account.limits = {"L-F678F1CE": 1}
    [problem] = account.run(networks, PLAN)
    assert "the stack creates a VPC; with 1 in use that makes 2, and the limit is 1" in problem.message
    assert not account.run(networks, replace(PLAN, cidr=None))


def test_own_vpc_is_not_counted_twice(account: Account) -> None:
    account.limits = {"L-F678F1CE": 1}
    tags = [{"ResourceType": "vpc", "Tags": tag_list(OWN_TAGS)}]
    account.clients().ec2.create_vpc(CidrBlock="10.20.0.0/16", TagSpecifications=tags)
    assert not account.run(networks, PLAN)


def test_clusters(account: Account) -> None:
    account.limits = {"L-1194D53C": 1}
    account.respond("ListClusters", {"clusters": ["other"]})
    assert "L-1194D53C" in format_problems(account.run(clusters, PLAN))
    account.respond("ListClusters", {"clusters": ["shop"]})
    assert not account.run(clusters, PLAN)


@pytest.mark.parametrize(("value", "severities"), [(1, ["error"]), (2, [])])
def test_quota_with_only_a_default(account: Account, value: int, severities: list[str]) -> None:
    account.respond("GetServiceQuota", _NONE)
    account.respond("GetAWSDefaultServiceQuota", {"Quota": {"Value": value}})
    assert [problem.severity for problem in account.run(networks, PLAN)] == severities


def test_missing_quota_is_a_warning(account: Account) -> None:
    account.respond("GetServiceQuota", _NONE)
    account.respond("GetAWSDefaultServiceQuota", _NONE)
    [problem] = account.run(networks, PLAN)
    assert problem.severity == "warning"
    assert "has no quota L-F678F1CE of vpc" in problem.message

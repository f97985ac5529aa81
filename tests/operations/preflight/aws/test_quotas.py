from dataclasses import replace
from typing import Any

import pytest
from anykube_cli.preflight import PoolPlan
from anykube_cli.preflight.aws.quotas import addresses, clusters, family, machines, networks

from tests.operations.preflight.aws.account import OURS, PLAN, SERVERS, Account, RefusedError, listed, said

_STANDARD, _SPOT, _G, _P = "L-1216C47A", "L-34B43A08", "L-DB2E81BA", "L-417A185B"
_NONE = RefusedError("NoSuchResourceException")


def _run(account: Account, kind: str, count: int = 1, **asked: Any) -> None:
    account.clients().ec2.run_instances(
        ImageId="ami-12345678", MinCount=count, MaxCount=count, InstanceType=kind, **asked
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
    found = family(kind)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("kind", ["u-6tb1.112xlarge", "hpc7a.96xlarge", "9"])
def test_families_that_are_not_known(kind: str) -> None:
    assert family(kind) is None


def test_what_fits(account: Account) -> None:
    account.limits = {_STANDARD: 8, "L-0263D0A3": 3, "L-F678F1CE": 2, "L-1194D53C": 1}
    for check in (machines, addresses, networks, clusters):
        assert not account.found(check, PLAN)


def test_pools_add_up_with_what_runs(account: Account) -> None:
    account.limits = {_STANDARD: 11}
    _run(account, "c5.xlarge")
    [problem] = account.found(machines, PLAN)
    assert problem.subject == "quota Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"
    assert (
        "the maximum of pool servers is 8 vCPUs; with 4 that are there it makes 12, and 11 are allowed" in problem.message
    )
    assert "--service-code ec2 --quota-code L-1216C47A --desired-value 12" in problem.remedy


def test_nodes_of_the_cluster_are_not_counted_twice(account: Account) -> None:
    account.limits = {_STANDARD: 8}
    tags = [{"ResourceType": "instance", "Tags": listed({"eks:cluster-name": "shop"})}]
    _run(account, "m5.large", 4, TagSpecifications=tags)
    assert not account.found(machines, PLAN)


def test_what_runs_on_demand_does_not_count_as_spot(account: Account) -> None:
    account.limits = {_STANDARD: 0, _SPOT: 8}
    _run(account, "c5.xlarge")
    assert not account.found(machines, replace(PLAN, pools=[replace(SERVERS, spot=True)]))
    account.limits = {_SPOT: 7}
    [problem] = account.found(machines, replace(PLAN, pools=[replace(SERVERS, spot=True)]))
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
def test_gpus_have_quotas_of_their_own(account: Account, kind: str, spot: bool, code: str) -> None:
    account.limits = {code: 0}
    [problem] = account.found(machines, replace(PLAN, pools=[PoolPlan("gpu", [kind], 1, spot=spot, gpu=True)]))
    assert code in problem.remedy


def test_the_largest_type_of_a_pool_counts(account: Account) -> None:
    account.limits = {_STANDARD: 7}
    found = account.found(machines, replace(PLAN, pools=[PoolPlan("p", ["m5.large", "m5.xlarge"], 2)]))
    assert "is 8 vCPUs" in said(found)


def test_a_family_without_a_known_quota_is_told(account: Account) -> None:
    found = account.found(machines, replace(PLAN, pools=[PoolPlan("p", ["hpc6a.48xlarge"], 2)]))
    assert [problem.severity for problem in found] == ["warning"]
    assert "hpc6a.48xlarge is not known" in said(found)


def test_elastic_ips(account: Account) -> None:
    account.limits = {"L-0263D0A3": 4}
    ec2 = account.clients().ec2
    for _ in range(2):
        ec2.allocate_address(Domain="vpc")
    [problem] = account.found(addresses, PLAN)
    assert "take 3 elastic IPs; with 2 that are there it makes 5, and 4 are allowed" in problem.message
    assert not account.found(addresses, replace(PLAN, nat="single"))
    assert not account.found(addresses, replace(PLAN, nat="none"))
    assert not account.found(addresses, replace(PLAN, cidr=None))


def test_elastic_ips_of_the_stack_itself_are_there_already(account: Account) -> None:
    account.limits = {"L-0263D0A3": 3}
    for _ in range(3):
        account.clients().ec2.allocate_address(
            Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": listed(OURS)}]
        )
    assert not account.found(addresses, PLAN)


def test_vpcs(account: Account) -> None:
    account.limits = {"L-F678F1CE": 1}
    [problem] = account.found(networks, PLAN)
    assert "the stack makes a VPC; with 1 that are there it makes 2, and 1 are allowed" in problem.message
    assert not account.found(networks, replace(PLAN, cidr=None))


def test_the_vpc_of_the_stack_itself_is_there_already(account: Account) -> None:
    account.limits = {"L-F678F1CE": 1}
    tags = [{"ResourceType": "vpc", "Tags": listed(OURS)}]
    account.clients().ec2.create_vpc(CidrBlock="10.20.0.0/16", TagSpecifications=tags)
    assert not account.found(networks, PLAN)


def test_clusters(account: Account) -> None:
    account.limits = {"L-1194D53C": 1}
    account.answer("ListClusters", {"clusters": ["other"]})
    assert "L-1194D53C" in said(account.found(clusters, PLAN))
    account.answer("ListClusters", {"clusters": ["shop"]})
    assert not account.found(clusters, PLAN)


@pytest.mark.parametrize(("value", "severities"), [(1, ["error"]), (2, [])])
def test_a_quota_of_which_there_is_only_the_default(account: Account, value: int, severities: list[str]) -> None:
    account.answer("GetServiceQuota", _NONE)
    account.answer("GetAWSDefaultServiceQuota", {"Quota": {"Value": value}})
    assert [problem.severity for problem in account.found(networks, PLAN)] == severities


def test_a_quota_that_there_is_not_is_told(account: Account) -> None:
    account.answer("GetServiceQuota", _NONE)
    account.answer("GetAWSDefaultServiceQuota", _NONE)
    [problem] = account.found(networks, PLAN)
    assert problem.severity == "warning"
    assert "has no L-F678F1CE of vpc" in problem.message

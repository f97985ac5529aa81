from dataclasses import replace
from typing import Any

import pytest
from anykube_cli.preflight import PoolPlan
from anykube_cli.preflight.aws.regions import region, zones

from tests.operations.preflight.aws.account import PLAN, ZONES, Account, said


def test_a_region_with_its_zones_is_fine(account: Account) -> None:
    assert not account.found(region, PLAN)
    assert not account.found(zones, PLAN)


def test_a_brought_network_needs_no_zones(account: Account) -> None:
    assert not account.found(zones, replace(PLAN, zones=(), cidr=None))


def test_a_region_that_is_not_enabled(account: Account) -> None:
    found = account.found(region, replace(PLAN, region="ap-east-1"))
    assert "not enabled" in said(found)
    assert "enable-region --region-name ap-east-1" in said(found)


def test_a_region_that_there_is_not(account: Account) -> None:
    clients = replace(account.clients(), at_home=True)
    found = list(region(replace(PLAN, region="eu-central-9"), clients))
    assert "no such region" in said(found)
    assert "eu-central-1" in found[0].remedy
    assert "ap-east-1" not in found[0].remedy


def test_a_zone_that_there_is_not(account: Account) -> None:
    found = account.found(zones, replace(PLAN, zones=(*ZONES, "eu-central-1z")))
    assert [problem.subject for problem in found] == ["zone eu-central-1z"]
    assert found[0].remedy == "choose from eu-central-1a, eu-central-1b, eu-central-1c"


def test_one_zone_is_too_few(account: Account) -> None:
    assert "two or more" in said(account.found(zones, replace(PLAN, zones=ZONES[:1])))


def test_a_pool_beyond_the_network(account: Account) -> None:
    pool = PoolPlan("far", ["m5.large"], 1, zones=[ZONES[2]])
    found = account.found(zones, replace(PLAN, zones=ZONES[:2], pools=[pool]))
    assert [problem.subject for problem in found] == ["pool far"]
    assert "eu-central-1a, eu-central-1b" in found[0].remedy


@pytest.mark.parametrize(
    ("name", "zone_id"), [("us-east-1", "use1-az3"), ("us-west-1", "usw1-az2"), ("ca-central-1", "cac1-az3")]
)
def test_a_zone_that_eks_refuses(account: Account, name: str, zone_id: str) -> None:
    there = [_zone("a"), _zone("b"), _zone("c", ZoneId=zone_id)]
    account.answer("DescribeAvailabilityZones", {"AvailabilityZones": there})
    found = account.found(zones, replace(PLAN, region=name, zones="abc", pools=()))
    assert [problem.subject for problem in found] == ["zone c"]
    assert zone_id in found[0].message
    assert found[0].remedy.startswith("choose from a, b;")


def _zone(name: str, **changed: str) -> dict[str, Any]:
    return {"ZoneName": name, "ZoneId": f"x-{name}", "State": "available", "ZoneType": "availability-zone", **changed}


@pytest.mark.parametrize(
    ("changed", "severity", "word"),
    [
        ({"State": "unavailable"}, "error", "unavailable"),
        ({"State": "impaired"}, "warning", "impaired"),
        ({"ZoneType": "local-zone"}, "error", "local-zone"),
    ],
)
def test_a_zone_that_is_not_itself(account: Account, changed: dict[str, str], severity: str, word: str) -> None:
    account.answer("DescribeAvailabilityZones", {"AvailabilityZones": [_zone("a"), _zone("b"), _zone("c", **changed)]})
    [problem] = account.found(zones, replace(PLAN, zones="abc"))
    assert (problem.subject, problem.severity) == ("zone c", severity)
    assert word in problem.message
    assert "choose from a, b" in problem.remedy


def test_a_zone_with_a_message_is_fine(account: Account) -> None:
    account.answer("DescribeAvailabilityZones", {"AvailabilityZones": [_zone("a"), _zone("b", State="information")]})
    assert not account.found(zones, replace(PLAN, zones="ab"))


def test_a_zone_that_eks_refuses_is_right_for_nodes_alone(account: Account) -> None:
    there = [_zone("a"), _zone("b"), _zone("c", ZoneId="use1-az3")]
    account.answer("DescribeAvailabilityZones", {"AvailabilityZones": there})
    assert not account.found(zones, replace(PLAN, zones=(), cidr=None, pools=[PoolPlan("p", (), 1, zones="c")]))

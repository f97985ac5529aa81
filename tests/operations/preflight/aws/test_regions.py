from dataclasses import replace
from typing import Any

import pytest
from anykube_cli.preflight import PoolPlan
from anykube_cli.preflight.aws.regions import region, zones

from tests.operations.preflight.aws.account import PLAN, ZONES, Account, format_problems


def test_existing_region_and_zones(account: Account) -> None:
    assert not account.run(region, PLAN)
    assert not account.run(zones, PLAN)


def test_existing_network_needs_no_zones(account: Account) -> None:
    assert not account.run(zones, replace(PLAN, zones=(), cidr=None))


def test_disabled_region(account: Account) -> None:
    problems = account.run(region, replace(PLAN, region="ap-east-1"))
    assert "not enabled" in format_problems(problems)
    assert "enable-region --region-name ap-east-1" in format_problems(problems)


def test_unknown_region(account: Account) -> None:
    clients = replace(account.clients(), in_home_region=True)
    problems = list(region(replace(PLAN, region="eu-central-9"), clients))
    assert "no such region" in format_problems(problems)
    assert "eu-central-1" in problems[0].remedy
    assert "ap-east-1" not in problems[0].remedy


def test_unknown_zone(account: Account) -> None:
    problems = account.run(zones, replace(PLAN, zones=(*ZONES, "eu-central-1z")))
    assert [problem.subject for problem in problems] == ["zone eu-central-1z"]
    assert problems[0].remedy == "choose from eu-central-1a, eu-central-1b, eu-central-1c"


def test_rejects_a_single_zone(account: Account) -> None:
    assert "at least two" in format_problems(account.run(zones, replace(PLAN, zones=ZONES[:1])))


def test_rejects_a_pool_outside_the_network_zones(account: Account) -> None:
    pool = PoolPlan("far", ["m5.large"], 1, zones=[ZONES[2]])
    problems = account.run(zones, replace(PLAN, zones=ZONES[:2], pools=[pool]))
    assert [problem.subject for problem in problems] == ["pool far"]
    assert "eu-central-1a, eu-central-1b" in problems[0].remedy


@pytest.mark.parametrize(
    ("name", "zone_id"), [("us-east-1", "use1-az3"), ("us-west-1", "usw1-az2"), ("ca-central-1", "cac1-az3")]
)
def test_zone_unsupported_by_eks(account: Account, name: str, zone_id: str) -> None:
    existing = [_zone("a"), _zone("b"), _zone("c", ZoneId=zone_id)]
    account.respond("DescribeAvailabilityZones", {"AvailabilityZones": existing})
    problems = account.run(zones, replace(PLAN, region=name, zones="abc", pools=()))
    assert [problem.subject for problem in problems] == ["zone c"]
    assert zone_id in problems[0].message
    assert problems[0].remedy.startswith("choose from a, b;")


def _zone(name: str, **changed: str) -> dict[str, Any]:
    return {"ZoneName": name, "ZoneId": f"x-{name}", "State": "available", "ZoneType": "availability-zone", **changed}


@pytest.mark.parametrize(
    ("changed", "severity", "text"),
    [
        ({"State": "unavailable"}, "error", "unavailable"),
        ({"State": "impaired"}, "warning", "impaired"),
        ({"ZoneType": "local-zone"}, "error", "local-zone"),
    ],
)
def test_zone_in_a_bad_state(account: Account, changed: dict[str, str], severity: str, text: str) -> None:
    account.respond("DescribeAvailabilityZones", {"AvailabilityZones": [_zone("a"), _zone("b"), _zone("c", **changed)]})
    [problem] = account.run(zones, replace(PLAN, zones="abc"))
    assert (problem.subject, problem.severity) == ("zone c", severity)
    assert text in problem.message
    assert "choose from a, b" in problem.remedy


def test_zone_with_a_message_is_fine(account: Account) -> None:
    account.respond("DescribeAvailabilityZones", {"AvailabilityZones": [_zone("a"), _zone("b", State="information")]})
    assert not account.run(zones, replace(PLAN, zones="ab"))


def test_zone_unsupported_by_eks_can_hold_nodes(account: Account) -> None:
    existing = [_zone("a"), _zone("b"), _zone("c", ZoneId="use1-az3")]
    account.respond("DescribeAvailabilityZones", {"AvailabilityZones": existing})
    assert not account.run(zones, replace(PLAN, zones=(), cidr=None, pools=[PoolPlan("p", (), 1, zones="c")]))

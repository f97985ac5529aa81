from dataclasses import replace
from typing import Any

import pytest
from anykube_cli.preflight import PoolPlan
from anykube_cli.preflight.aws.machines import features, offerings

from tests.operations.preflight.aws.account import PLAN, ZONES, Account, format_problems


def _offer(account: Account, **zones: str) -> None:
    """Offers types, by name with '_' for '.', in zones by their last letter."""
    account.respond(
        "DescribeInstanceTypeOfferings",
        {
            "InstanceTypeOfferings": [
                {"InstanceType": kind.replace("_", "."), "Location": f"eu-central-1{zone}"}
                for kind, letters in zones.items()
                for zone in letters
            ]
        },
    )


def _pool(*types: str, **fields: Any) -> list[PoolPlan]:
    return [PoolPlan("p", types, 1, **fields)]


def test_type_offered_in_all_zones(account: Account) -> None:
    assert not account.run(offerings, PLAN)
    assert not account.run(features, PLAN)


def test_without_pools_no_request_is_sent(account: Account) -> None:
    assert not account.run(offerings, replace(PLAN, pools=()))
    assert not account.calls


def test_type_not_offered_in_the_region(account: Account) -> None:
    problems = account.run(offerings, replace(PLAN, pools=_pool("m5.large", "m99.large")))
    assert [problem.message for problem in problems] == ["m99.large is not offered in eu-central-1"]


def test_type_offered_only_in_other_zones(account: Account) -> None:
    _offer(account, m5_large="bc")
    [problem] = account.run(offerings, replace(PLAN, pools=_pool("m5.large", zones=ZONES[:1])))
    assert problem.severity == "error"
    assert "move the pool to eu-central-1b, eu-central-1c" in problem.remedy


def test_type_offered_in_some_zones(account: Account) -> None:
    _offer(account, m5_large="ab")
    [problem] = account.run(offerings, replace(PLAN, pools=_pool("m5.large")))
    assert problem.severity == "warning"
    assert "not offered in eu-central-1c" in problem.message
    assert "eu-central-1a, eu-central-1b" in problem.remedy


def test_unknown_zones_check_only_the_region(account: Account) -> None:
    _offer(account, m5_large="a")
    assert not account.run(offerings, replace(PLAN, zones=(), cidr=None))


@pytest.mark.parametrize(
    ("pool", "severity", "text"),
    [
        (_pool("m5.large", "m6g.large"), "error", "amd64: m5.large; arm64: m6g.large"),
        (_pool("mac1.metal"), "error", "no node image"),
        (_pool("m5.large", gpu=True), "error", "m5.large has no NVIDIA GPU"),
        (_pool("g4dn.xlarge"), "warning", "g4dn.xlarge has GPUs"),
    ],
)
def test_unsuitable_machine_types(account: Account, pool: list[PoolPlan], severity: str, text: str) -> None:
    problems = account.run(features, replace(PLAN, pools=pool))
    assert text in format_problems(problems)
    assert severity in {problem.severity for problem in problems}


@pytest.mark.parametrize(
    "pool", [_pool("m6g.large", "c6g.large"), _pool("g4dn.xlarge", gpu=True), _pool("m5.large", spot=True)]
)
def test_suitable_machine_types(account: Account, pool: list[PoolPlan]) -> None:
    assert not account.run(features, replace(PLAN, pools=pool))


@pytest.mark.parametrize(("sold", "spot", "count"), [("on-demand", True, 1), ("spot", False, 1), ("spot", True, 0)])
def test_usage_class(account: Account, sold: str, spot: bool, count: int) -> None:
    machine = {
        "InstanceType": "m5.large",
        "SupportedUsageClasses": [sold],
        "ProcessorInfo": {"SupportedArchitectures": ["x86_64"]},
    }
    account.respond("DescribeInstanceTypes", {"InstanceTypes": [machine]})
    problems = account.run(features, replace(PLAN, pools=_pool("m5.large", spot=spot)))
    assert len(problems) == count
    assert all(f"only as {sold}" in problem.message for problem in problems)


@pytest.mark.parametrize(("maker", "count"), [("AMD", 1), ("NVIDIA", 0)])
def test_gpu_manufacturer(account: Account, maker: str, count: int) -> None:
    machine = {
        "InstanceType": "g4ad.xlarge",
        "ProcessorInfo": {"SupportedArchitectures": ["x86_64"]},
        "GpuInfo": {"Gpus": [{"Manufacturer": maker}]},
    }
    account.respond("DescribeInstanceTypes", {"InstanceTypes": [machine]})
    problems = account.run(features, replace(PLAN, pools=_pool("g4ad.xlarge", gpu=True)))
    assert len(problems) == count

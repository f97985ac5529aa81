from dataclasses import replace
from typing import Any

import pytest
from anykube_cli.preflight import PoolPlan
from anykube_cli.preflight.azure.machines import kinds, offerings

from tests.operations.preflight.azure.subscription import PLAN, Subscription, sku
from tests.operations.preflight.problem_text import said


def _pool(size: str, **asked: Any) -> list[PoolPlan]:
    return [PoolPlan("p", [size], 1, **asked)]


def test_a_size_that_is_offered_everywhere(subscription_: Subscription) -> None:
    assert not subscription_.found(offerings, PLAN)
    assert not subscription_.found(kinds, PLAN)


def test_without_pools_nothing_is_asked(subscription_: Subscription) -> None:
    for check in (offerings, kinds):
        assert not subscription_.found(check, replace(PLAN, pools=()))
    assert not subscription_.wire.calls


def test_a_size_that_is_offered_nowhere(subscription_: Subscription) -> None:
    [problem] = subscription_.found(offerings, replace(PLAN, pools=_pool("Standard_Z1")))
    assert problem.message == "Standard_Z1 is not offered in westeurope"
    assert "az vm list-skus --location westeurope" in problem.remedy


def test_a_size_that_is_not_open_to_the_subscription(subscription_: Subscription) -> None:
    barred = {"type": "Location", "values": ["westeurope"], "reasonCode": "NotAvailableForSubscription"}
    subscription_.answer("skus", {"value": [sku("Standard_D4s_v5", restrictions=[barred])]})
    [problem] = subscription_.found(offerings, PLAN)
    assert problem.severity == "error"
    assert "not open to the subscription in westeurope (NotAvailableForSubscription)" in problem.message


def test_a_size_that_is_barred_in_a_zone(subscription_: Subscription) -> None:
    barred = {"type": "Zone", "values": ["westeurope"], "restrictionInfo": {"zones": ["2"]}}
    subscription_.answer("skus", {"value": [sku("Standard_D4s_v5", restrictions=[barred])]})
    [problem] = subscription_.found(offerings, PLAN)
    assert "not to be had in zone 2 for this subscription" in problem.message
    assert "zones of 1, 3, or choose another size" in problem.remedy
    pools = [replace(PLAN.pools[0], zones=["1", "3"])]
    assert not subscription_.found(offerings, replace(PLAN, pools=pools))


def test_a_size_without_zones(subscription_: Subscription) -> None:
    subscription_.answer("skus", {"value": [sku("Standard_D4s_v5", zones=())]})
    assert "in zones 1, 2, 3" in said(subscription_.found(offerings, PLAN))


@pytest.mark.parametrize(
    ("pool", "severity", "words"),
    [
        (_pool("Standard_D4s_v5", gpu=True), "error", "Standard_D4s_v5 has none"),
        (_pool("Standard_NC4as_T4_v3"), "warning", "has GPUs which the pool does not ask for"),
        (_pool("Standard_D4ps_v6", spot=True), "error", "is not sold as spot"),
        (_pool("Standard_A2_v2"), "error", "cannot encrypt disks"),
    ],
)
def test_kinds_that_do_not_do(subscription_: Subscription, pool: list[PoolPlan], severity: str, words: str) -> None:
    [problem] = subscription_.found(kinds, replace(PLAN, pools=pool))
    assert problem.severity == severity
    assert words in problem.message


@pytest.mark.parametrize("pool", [_pool("Standard_NC4as_T4_v3", gpu=True), _pool("Standard_D4s_v5", spot=True)])
def test_kinds_that_do(subscription_: Subscription, pool: list[PoolPlan]) -> None:
    assert not subscription_.found(kinds, replace(PLAN, pools=pool))


def test_hosts_that_cannot_encrypt_do_where_they_need_not(subscription_: Subscription) -> None:
    plan = replace(PLAN, pools=_pool("Standard_A2_v2"), host_encryption=False)
    assert not subscription_.found(kinds, plan)

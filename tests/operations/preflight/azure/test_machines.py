from dataclasses import replace
from typing import Any

import pytest
from anykube_cli.preflight import PoolPlan
from anykube_cli.preflight.azure.machines import features, offerings

from tests.operations.preflight.azure.subscription import PLAN, Subscription, sku
from tests.operations.preflight.problem_text import format_problems


def _pool(size: str, **fields: Any) -> list[PoolPlan]:
    return [PoolPlan("p", [size], 1, **fields)]


def test_size_offered_in_all_zones(fake_subscription: Subscription) -> None:
    assert not fake_subscription.run(offerings, PLAN)
    assert not fake_subscription.run(features, PLAN)


def test_without_pools_no_request_is_sent(fake_subscription: Subscription) -> None:
    for check in (offerings, features):
        assert not fake_subscription.run(check, replace(PLAN, pools=()))
    assert not fake_subscription.wire.calls


def test_size_not_offered_in_the_region(fake_subscription: Subscription) -> None:
    [problem] = fake_subscription.run(offerings, replace(PLAN, pools=_pool("Standard_Z1")))
    assert problem.message == "Standard_Z1 is not offered in westeurope"
    assert "az vm list-skus --location westeurope" in problem.remedy


def test_size_restricted_in_the_region(fake_subscription: Subscription) -> None:
    barred = {"type": "Location", "values": ["westeurope"], "reasonCode": "NotAvailableForSubscription"}
    fake_subscription.respond("skus", {"value": [sku("Standard_D4s_v5", restrictions=[barred])]})
    [problem] = fake_subscription.run(offerings, PLAN)
    assert problem.severity == "error"
    assert "not available to this subscription in westeurope (NotAvailableForSubscription)" in problem.message


def test_size_restricted_in_a_zone(fake_subscription: Subscription) -> None:
    barred = {"type": "Zone", "values": ["westeurope"], "restrictionInfo": {"zones": ["2"]}}
    fake_subscription.respond("skus", {"value": [sku("Standard_D4s_v5", restrictions=[barred])]})
    [problem] = fake_subscription.run(offerings, PLAN)
    assert "not available to this subscription in zone 2" in problem.message
    assert "zones 1, 3, choose another size" in problem.remedy
    pools = [replace(PLAN.pools[0], zones=["1", "3"])]
    assert not fake_subscription.run(offerings, replace(PLAN, pools=pools))


def test_size_without_zones(fake_subscription: Subscription) -> None:
    fake_subscription.respond("skus", {"value": [sku("Standard_D4s_v5", zones=())]})
    assert "in zones 1, 2, 3" in format_problems(fake_subscription.run(offerings, PLAN))


@pytest.mark.parametrize(
    ("pool", "severity", "text"),
    [
        (_pool("Standard_D4s_v5", gpu=True), "error", "Standard_D4s_v5 has none"),
        (_pool("Standard_NC4as_T4_v3"), "warning", "has GPUs but the pool does not request any"),
        (_pool("Standard_D4ps_v6", spot=True), "error", "is not available as spot"),
        (_pool("Standard_A2_v2"), "error", "does not support encryption at host"),
    ],
)
def test_unsuitable_machine_types(
    fake_subscription: Subscription, pool: list[PoolPlan], severity: str, text: str
) -> None:
    [problem] = fake_subscription.run(features, replace(PLAN, pools=pool))
    assert problem.severity == severity
    assert text in problem.message


@pytest.mark.parametrize("pool", [_pool("Standard_NC4as_T4_v3", gpu=True), _pool("Standard_D4s_v5", spot=True)])
def test_suitable_machine_types(fake_subscription: Subscription, pool: list[PoolPlan]) -> None:
    assert not fake_subscription.run(features, replace(PLAN, pools=pool))


def test_ignores_missing_host_encryption_if_disabled(fake_subscription: Subscription) -> None:
    plan = replace(PLAN, pools=_pool("Standard_A2_v2"), host_encryption=False)
    assert not fake_subscription.run(features, plan)

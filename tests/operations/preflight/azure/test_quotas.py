from dataclasses import replace

import pytest
from anykube_cli.preflight import Nat, PoolPlan
from anykube_cli.preflight.azure.quotas import machines, network

from tests.operations.preflight.azure.subscription import (
    FOREIGN_TAGS,
    OWN_TAGS,
    PLAN,
    REGION,
    SERVERS,
    Subscription,
    cluster,
)
from tests.operations.preflight.problem_text import format_problems


def _subjects(fake_subscription: Subscription, *pools: PoolPlan) -> list[str]:
    return [problem.subject for problem in fake_subscription.run(machines, replace(PLAN, pools=pools))]


def test_sufficient_quotas(fake_subscription: Subscription) -> None:
    fake_subscription.limits = {"StandardDSv5Family": 16, "cores": 16, "PublicIPAddresses": 3, "VirtualNetworks": 1}
    assert not fake_subscription.run(machines, PLAN)
    assert not fake_subscription.run(network, PLAN)


def test_adds_pools_to_current_usage(fake_subscription: Subscription) -> None:
    fake_subscription.limits, fake_subscription.usage = {"StandardDSv5Family": 23}, {"StandardDSv5Family": 4}
    pools = [SERVERS, PoolPlan("web", ["Standard_D4s_v5"], 1)]
    [problem] = fake_subscription.run(machines, replace(PLAN, pools=pools))
    assert problem.subject == "quota standardDSv5Family in westeurope"
    assert (
        "pools servers, web can grow to 20 vCPUs; with 4 in use that makes 24, and the limit is 23" in problem.message
    )
    assert "standardDSv5Family in westeurope" in problem.remedy


def test_own_nodes_are_not_counted_twice(fake_subscription: Subscription) -> None:
    fake_subscription.limits = {"StandardDSv5Family": 16, "cores": 16}
    fake_subscription.usage = {"StandardDSv5Family": 12, "cores": 12}
    assert len(fake_subscription.run(machines, PLAN)) == 2
    fake_subscription.respond("cluster", cluster(FOREIGN_TAGS, servers=3))
    assert len(fake_subscription.run(machines, PLAN)) == 2
    fake_subscription.respond("cluster", cluster(OWN_TAGS, servers=3))
    assert not fake_subscription.run(machines, PLAN)


@pytest.mark.parametrize(
    ("pool", "quotas"),
    [
        (PoolPlan("p", ["Standard_D4s_v5"], 1), {"standardDSv5Family", "cores"}),
        (PoolPlan("p", ["Standard_D4s_v5"], 1, spot=True), {"lowPriorityCores"}),
        (PoolPlan("p", ["Standard_NC4as_T4_v3"], 1), {"Standard NCASv3_T4 Family", "cores"}),
    ],
)
def test_quotas_of_a_pool(fake_subscription: Subscription, pool: PoolPlan, quotas: set[str]) -> None:
    fake_subscription.limits = dict.fromkeys(
        ("StandardDSv5Family", "Standard NCASv3_T4 Family", "cores", "lowPriorityCores"), 3
    )
    assert set(_subjects(fake_subscription, pool)) == {f"quota {quota} in {REGION}" for quota in quotas}


def test_counts_usable_vcpus(fake_subscription: Subscription) -> None:
    fake_subscription.limits = {"cores": 6}
    assert not _subjects(fake_subscription, PoolPlan("p", ["Standard_D8s_v5"], 1))


def test_ignores_unknown_sizes(fake_subscription: Subscription) -> None:
    assert not _subjects(fake_subscription, PoolPlan("p", ["Standard_Z1"], 1))


def test_without_pools_no_request_is_sent(fake_subscription: Subscription) -> None:
    assert not _subjects(fake_subscription)
    assert not fake_subscription.wire.calls


@pytest.mark.parametrize(("nat", "count"), [("zone", 1), ("single", 0), ("none", 0)])
def test_public_ip_quota(fake_subscription: Subscription, nat: Nat, count: int) -> None:
    fake_subscription.limits, fake_subscription.usage = {"PublicIPAddresses": 4}, {"PublicIPAddresses": 2}
    problems = fake_subscription.run(network, replace(PLAN, nat=nat))
    assert len(problems) == count
    if problems:
        assert "need 3 public IPs; with 2 in use that makes 5, and the limit is 4" in problems[0].message


def test_network_quotas(fake_subscription: Subscription) -> None:
    fake_subscription.limits = {"VirtualNetworks": 0}
    assert "the stack creates a virtual network" in format_problems(fake_subscription.run(network, PLAN))
    assert not fake_subscription.run(network, replace(PLAN, cidr=None))
    fake_subscription.respond("network", {"name": "shop"})
    assert not fake_subscription.run(network, PLAN)

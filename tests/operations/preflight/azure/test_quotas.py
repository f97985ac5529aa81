from dataclasses import replace

import pytest
from anykube_cli.preflight import Nat, PoolPlan
from anykube_cli.preflight.azure.quotas import machines, network

from tests.operations.preflight.azure.subscription import FOREIGN, OURS, PLAN, REGION, SERVERS, Subscription, cluster
from tests.operations.preflight.problem_text import said


def _subjects(subscription_: Subscription, *pools: PoolPlan) -> list[str]:
    return [problem.subject for problem in subscription_.found(machines, replace(PLAN, pools=pools))]


def test_what_fits(subscription_: Subscription) -> None:
    subscription_.limits = {"StandardDSv5Family": 16, "cores": 16, "PublicIPAddresses": 3, "VirtualNetworks": 1}
    assert not subscription_.found(machines, PLAN)
    assert not subscription_.found(network, PLAN)


def test_pools_add_up_with_what_is_used(subscription_: Subscription) -> None:
    subscription_.limits, subscription_.usage = {"StandardDSv5Family": 23}, {"StandardDSv5Family": 4}
    pools = [SERVERS, PoolPlan("web", ["Standard_D4s_v5"], 1)]
    [problem] = subscription_.found(machines, replace(PLAN, pools=pools))
    assert problem.subject == "quota standardDSv5Family in westeurope"
    assert (
        "the maximum of pools servers, web is 20 vCPUs; with 4 that are there it makes 24, and 23 are allowed"
        in problem.message
    )
    assert "standardDSv5Family in westeurope" in problem.remedy


def test_nodes_of_the_cluster_are_not_counted_twice(subscription_: Subscription) -> None:
    subscription_.limits = {"StandardDSv5Family": 16, "cores": 16}
    subscription_.usage = {"StandardDSv5Family": 12, "cores": 12}
    assert len(subscription_.found(machines, PLAN)) == 2
    subscription_.answer("cluster", cluster(FOREIGN, servers=3))
    assert len(subscription_.found(machines, PLAN)) == 2
    subscription_.answer("cluster", cluster(OURS, servers=3))
    assert not subscription_.found(machines, PLAN)


@pytest.mark.parametrize(
    ("pool", "quotas"),
    [
        (PoolPlan("p", ["Standard_D4s_v5"], 1), {"standardDSv5Family", "cores"}),
        (PoolPlan("p", ["Standard_D4s_v5"], 1, spot=True), {"lowPriorityCores"}),
        (PoolPlan("p", ["Standard_NC4as_T4_v3"], 1), {"Standard NCASv3_T4 Family", "cores"}),
    ],
)
def test_what_counts_where(subscription_: Subscription, pool: PoolPlan, quotas: set[str]) -> None:
    subscription_.limits = dict.fromkeys(
        ("StandardDSv5Family", "Standard NCASv3_T4 Family", "cores", "lowPriorityCores"), 3
    )
    assert set(_subjects(subscription_, pool)) == {f"quota {quota} in {REGION}" for quota in quotas}


def test_vcpus_that_can_be_used_count(subscription_: Subscription) -> None:
    subscription_.limits = {"cores": 6}
    assert not _subjects(subscription_, PoolPlan("p", ["Standard_D8s_v5"], 1))


def test_a_size_that_is_not_there_is_told_elsewhere(subscription_: Subscription) -> None:
    assert not _subjects(subscription_, PoolPlan("p", ["Standard_Z1"], 1))


def test_without_pools_nothing_is_asked(subscription_: Subscription) -> None:
    assert not _subjects(subscription_)
    assert not subscription_.wire.calls


@pytest.mark.parametrize(("nat", "count"), [("zone", 1), ("single", 0), ("none", 0)])
def test_public_addresses(subscription_: Subscription, nat: Nat, count: int) -> None:
    subscription_.limits, subscription_.usage = {"PublicIPAddresses": 4}, {"PublicIPAddresses": 2}
    found = subscription_.found(network, replace(PLAN, nat=nat))
    assert len(found) == count
    if found:
        assert "take 3 public IPs; with 2 that are there it makes 5, and 4 are allowed" in found[0].message


def test_networks(subscription_: Subscription) -> None:
    subscription_.limits = {"VirtualNetworks": 0}
    assert "the stack makes a virtual network" in said(subscription_.found(network, PLAN))
    assert not subscription_.found(network, replace(PLAN, cidr=None))
    subscription_.answer("network", {"name": "shop"})
    assert not subscription_.found(network, PLAN)

from dataclasses import replace

import pytest
from anykube_cli.preflight.azure.conflicts import cluster, group, node_group

from tests.operations.preflight.azure.subscription import FOREIGN, OURS, PLAN, Subscription
from tests.operations.preflight.azure.subscription import cluster as made
from tests.operations.preflight.problem_text import said

_FOREIGN = [(FOREIGN, "the stack elsewhere"), ({}, "nobody"), ({**OURS, "anykube-cluster": "x"}, "the stack prod")]


def test_an_empty_subscription_has_no_conflicts(subscription_: Subscription) -> None:
    for check in (group, node_group, cluster):
        assert not subscription_.found(check, PLAN)


@pytest.mark.parametrize(("tags", "owner"), _FOREIGN)
def test_a_group_of_somebody_else(subscription_: Subscription, tags: dict[str, str], owner: str) -> None:
    subscription_.groups(shop=tags)
    [problem] = subscription_.found(group, PLAN)
    assert (problem.severity, problem.subject) == ("error", "resource group shop")
    assert owner in problem.message


def test_a_group_that_is_being_deleted(subscription_: Subscription) -> None:
    deleting = {"location": "westeurope", "tags": OURS, "properties": {"provisioningState": "Deleting"}}
    subscription_.answer("group", deleting)
    assert "az group wait --deleted --name shop" in said(subscription_.found(group, PLAN))


@pytest.mark.parametrize(("tags", "owner"), _FOREIGN)
def test_a_cluster_of_somebody_else(subscription_: Subscription, tags: dict[str, str], owner: str) -> None:
    subscription_.answer("cluster", made(tags))
    [problem] = subscription_.found(cluster, PLAN)
    assert (problem.severity, problem.subject) == ("error", "cluster shop")
    assert owner in problem.message


@pytest.mark.parametrize(("state", "severity"), [("Deleting", "error"), ("Failed", "warning")])
def test_a_cluster_that_is_ours_and_not_well(subscription_: Subscription, state: str, severity: str) -> None:
    subscription_.answer("cluster", made(OURS, state))
    assert [problem.severity for problem in subscription_.found(cluster, PLAN)] == [severity]


def test_what_is_ours(subscription_: Subscription) -> None:
    subscription_.groups(shop=OURS, shop_nodes=OURS)
    subscription_.answer("cluster", made(OURS))
    for check in (group, node_group, cluster):
        assert not subscription_.found(check, PLAN)
    assert subscription_.found(group, replace(PLAN, stack=""))


def test_a_group_of_nodes_without_its_cluster(subscription_: Subscription) -> None:
    subscription_.groups(shop_nodes=OURS)
    [problem] = subscription_.found(node_group, PLAN)
    assert (problem.severity, problem.subject) == ("error", "resource group shop-nodes")
    subscription_.answer("cluster", made(FOREIGN))
    assert subscription_.found(node_group, PLAN)
    assert not subscription_.found(node_group, replace(PLAN, node_group=""))

from dataclasses import replace

import pytest
from anykube_cli.preflight.azure.conflicts import cluster, group, node_group

from tests.operations.preflight.azure.subscription import FOREIGN_TAGS, OWN_TAGS, PLAN, Subscription
from tests.operations.preflight.azure.subscription import cluster as cluster_json
from tests.operations.preflight.problem_text import format_problems

_FOREIGN = [
    (FOREIGN_TAGS, "the stack elsewhere"),
    ({}, "has no tag"),
    ({**OWN_TAGS, "anykube-cluster": "x"}, "the stack prod"),
]


def test_no_conflicts_in_an_empty_subscription(subscription_: Subscription) -> None:
    for check in (group, node_group, cluster):
        assert not subscription_.run(check, PLAN)


@pytest.mark.parametrize(("tags", "owner"), _FOREIGN)
def test_resource_group_of_another_owner(subscription_: Subscription, tags: dict[str, str], owner: str) -> None:
    subscription_.add_groups(shop=tags)
    [problem] = subscription_.run(group, PLAN)
    assert (problem.severity, problem.subject) == ("error", "resource group shop")
    assert owner in problem.message


def test_resource_group_being_deleted(subscription_: Subscription) -> None:
    deleting = {"location": "westeurope", "tags": OWN_TAGS, "properties": {"provisioningState": "Deleting"}}
    subscription_.respond("group", deleting)
    assert "az group wait --deleted --name shop" in format_problems(subscription_.run(group, PLAN))


@pytest.mark.parametrize(("tags", "owner"), _FOREIGN)
def test_cluster_of_another_owner(subscription_: Subscription, tags: dict[str, str], owner: str) -> None:
    subscription_.respond("cluster", cluster_json(tags))
    [problem] = subscription_.run(cluster, PLAN)
    assert (problem.severity, problem.subject) == ("error", "cluster shop")
    assert owner in problem.message


@pytest.mark.parametrize(("state", "severity"), [("Deleting", "error"), ("Failed", "warning")])
def test_own_cluster_in_a_bad_state(subscription_: Subscription, state: str, severity: str) -> None:
    subscription_.respond("cluster", cluster_json(OWN_TAGS, state))
    assert [problem.severity for problem in subscription_.run(cluster, PLAN)] == [severity]


def test_own_resources(subscription_: Subscription) -> None:
    subscription_.add_groups(shop=OWN_TAGS, shop_nodes=OWN_TAGS)
    subscription_.respond("cluster", cluster_json(OWN_TAGS))
    for check in (group, node_group, cluster):
        assert not subscription_.run(check, PLAN)
    assert subscription_.run(group, replace(PLAN, stack=""))


def test_node_resource_group_without_its_cluster(subscription_: Subscription) -> None:
    subscription_.add_groups(shop_nodes=OWN_TAGS)
    [problem] = subscription_.run(node_group, PLAN)
    assert (problem.severity, problem.subject) == ("error", "resource group shop-nodes")
    subscription_.respond("cluster", cluster_json(FOREIGN_TAGS))
    assert subscription_.run(node_group, PLAN)
    assert not subscription_.run(node_group, replace(PLAN, node_group=""))

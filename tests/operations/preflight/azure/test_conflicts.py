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


def test_no_conflicts_in_an_empty_subscription(fake_subscription: Subscription) -> None:
    for check in (group, node_group, cluster):
        assert not fake_subscription.run(check, PLAN)


@pytest.mark.parametrize(("tags", "owner"), _FOREIGN)
def test_resource_group_of_another_owner(fake_subscription: Subscription, tags: dict[str, str], owner: str) -> None:
    fake_subscription.add_groups(shop=tags)
    [problem] = fake_subscription.run(group, PLAN)
    assert (problem.severity, problem.subject) == ("error", "resource group shop")
    assert owner in problem.message


def test_resource_group_being_deleted(fake_subscription: Subscription) -> None:
    deleting = {"location": "westeurope", "tags": OWN_TAGS, "properties": {"provisioningState": "Deleting"}}
    fake_subscription.respond("group", deleting)
    assert "az group wait --deleted --name shop" in format_problems(fake_subscription.run(group, PLAN))


@pytest.mark.parametrize(("tags", "owner"), _FOREIGN)
def test_cluster_of_another_owner(fake_subscription: Subscription, tags: dict[str, str], owner: str) -> None:
    fake_subscription.respond("cluster", cluster_json(tags))
    [problem] = fake_subscription.run(cluster, PLAN)
    assert (problem.severity, problem.subject) == ("error", "cluster shop")
    assert owner in problem.message


@pytest.mark.parametrize(("state", "severity"), [("Deleting", "error"), ("Failed", "warning")])
def test_own_cluster_in_a_bad_state(fake_subscription: Subscription, state: str, severity: str) -> None:
    fake_subscription.respond("cluster", cluster_json(OWN_TAGS, state))
    assert [problem.severity for problem in fake_subscription.run(cluster, PLAN)] == [severity]


def test_own_resources(fake_subscription: Subscription) -> None:
    fake_subscription.add_groups(shop=OWN_TAGS, shop_nodes=OWN_TAGS)
    fake_subscription.respond("cluster", cluster_json(OWN_TAGS))
    for check in (group, node_group, cluster):
        assert not fake_subscription.run(check, PLAN)
    assert fake_subscription.run(group, replace(PLAN, stack=""))


def test_node_resource_group_without_its_cluster(fake_subscription: Subscription) -> None:
    fake_subscription.add_groups(shop_nodes=OWN_TAGS)
    [problem] = fake_subscription.run(node_group, PLAN)
    assert (problem.severity, problem.subject) == ("error", "resource group shop-nodes")
    fake_subscription.respond("cluster", cluster_json(FOREIGN_TAGS))
    assert fake_subscription.run(node_group, PLAN)
    assert not fake_subscription.run(node_group, replace(PLAN, node_group=""))

from dataclasses import replace

import pytest
from anykube_cli.preflight import PoolPlan
from anykube_cli.preflight.azure.permissions import actions
from anykube_cli.preflight.azure.subscriptions import host_encryption, providers, region, subscription, zones

from tests.operations.preflight.azure.subscription import ID, PLAN, Subscription, assignment
from tests.operations.preflight.azure.wire import RefusedError
from tests.operations.preflight.problem_text import said


def test_a_subscription_in_which_all_is_there(subscription_: Subscription) -> None:
    for check in (subscription, region, zones, providers, host_encryption, actions):
        assert not subscription_.found(check, PLAN)


def test_a_subscription_that_there_is_not(subscription_: Subscription) -> None:
    subscription_.answer("subscription", RefusedError(404, "SubscriptionNotFound"))
    [problem] = subscription_.found(subscription, PLAN)
    assert (problem.severity, problem.subject) == ("error", f"subscription {ID}")


def test_a_subscription_that_is_disabled(subscription_: Subscription) -> None:
    subscription_.answer("subscription", {"subscriptionId": ID, "state": "Disabled"})
    assert "it is Disabled" in said(subscription_.found(subscription, PLAN))


def test_a_region_that_there_is_not(subscription_: Subscription) -> None:
    [problem] = subscription_.found(region, replace(PLAN, region="nowhere"))
    assert problem.remedy == "name one of northeurope, westeurope"


def test_a_region_that_is_only_a_name_for_several(subscription_: Subscription) -> None:
    subscription_.answer("locations", {"value": [{"name": "europe", "metadata": {"regionType": "Logical"}}]})
    assert subscription_.found(region, replace(PLAN, region="europe"))


def test_a_zone_that_there_is_not(subscription_: Subscription) -> None:
    [problem] = subscription_.found(zones, replace(PLAN, pools=[PoolPlan("p", ["s"], 1, zones=["4"])]))
    assert (problem.subject, problem.remedy) == ("zone 4", "choose from 1, 2, 3")


def test_a_region_without_zones(subscription_: Subscription) -> None:
    found = subscription_.found(zones, replace(PLAN, region="northeurope"))
    assert [problem.subject for problem in found] == ["zone 1", "zone 2", "zone 3"]
    assert "a region with availability zones" in found[0].remedy


@pytest.mark.parametrize(
    ("state", "severity", "words"),
    [
        ("NotRegistered", "error", "az provider register"),
        ("Unregistering", "error", "az provider register"),
        ("Registering", "warning", "wait"),
    ],
)
def test_a_resource_provider(subscription_: Subscription, state: str, severity: str, words: str) -> None:
    def answer(named: dict[str, str]) -> dict[str, str]:
        here = "Registered" if named["namespace"] == "Microsoft.Network" else state
        return {"namespace": named["namespace"], "registrationState": here}

    subscription_.answer("provider", answer)
    [problem] = subscription_.found(providers, PLAN)
    assert (problem.severity, problem.subject) == (severity, "resource provider Microsoft.ContainerService")
    assert words in problem.remedy


def test_encryption_by_hosts(subscription_: Subscription) -> None:
    subscription_.answer("feature", {"properties": {"state": "NotRegistered"}})
    [problem] = subscription_.found(host_encryption, PLAN)
    assert "--namespace Microsoft.Compute --name EncryptionAtHost" in problem.remedy
    assert not subscription_.found(host_encryption, replace(PLAN, host_encryption=False))


def test_actions_that_are_missing_are_told_by_role(subscription_: Subscription) -> None:
    subscription_.not_actions = ["Microsoft.Authorization/*/Write"]
    [problem] = subscription_.found(actions, PLAN)
    assert problem.severity == "error"
    assert problem.message == "the caller has not Microsoft.Authorization/roleAssignments/write"
    assert '--role "Role Based Access Control Administrator" --scope /subscriptions/' in problem.remedy


def test_actions_are_patterns(subscription_: Subscription) -> None:
    subscription_.actions = ["microsoft.containerservice/*", "*/write"]
    assert not subscription_.found(actions, PLAN)
    subscription_.actions = ["*/read"]
    assert len(subscription_.found(actions, PLAN)) == 2


@pytest.mark.parametrize(
    ("scope", "count"),
    [
        ("/", 0),
        ("/providers/Microsoft.Management/managementGroups/acme", 0),
        (f"/subscriptions/{ID}", 0),
        (f"/subscriptions/{ID}/resourceGroups/other", 2),
    ],
)
def test_where_a_role_has_to_be_assigned(subscription_: Subscription, scope: str, count: int) -> None:
    subscription_.answer("assignments", {"value": [assignment(scope)]})
    assert len(subscription_.found(actions, PLAN)) == count

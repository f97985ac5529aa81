from dataclasses import replace

import pytest
from anykube_cli.preflight import PoolPlan
from anykube_cli.preflight.azure.permissions import actions, roles
from anykube_cli.preflight.azure.subscriptions import host_encryption, providers, region, subscription, zones

from tests.operations.preflight.azure.subscription import ID, PLAN, Subscription, assignment
from tests.operations.preflight.azure.wire import RefusedError
from tests.operations.preflight.problem_text import format_problems


def test_valid_subscription(fake_subscription: Subscription) -> None:
    for check in (subscription, region, zones, providers, host_encryption, actions):
        assert not fake_subscription.run(check, PLAN)


def test_unknown_subscription(fake_subscription: Subscription) -> None:
    fake_subscription.respond("subscription", RefusedError(404, "SubscriptionNotFound"))
    [problem] = fake_subscription.run(subscription, PLAN)
    assert (problem.severity, problem.subject) == ("error", f"subscription {ID}")


def test_disabled_subscription(fake_subscription: Subscription) -> None:
    fake_subscription.respond("subscription", {"subscriptionId": ID, "state": "Disabled"})
    assert "is Disabled" in format_problems(fake_subscription.run(subscription, PLAN))


def test_unknown_region(fake_subscription: Subscription) -> None:
    [problem] = fake_subscription.run(region, replace(PLAN, region="nowhere"))
    assert problem.remedy == "use one of northeurope, westeurope"


def test_rejects_a_logical_region(fake_subscription: Subscription) -> None:
    fake_subscription.respond("locations", {"value": [{"name": "europe", "metadata": {"regionType": "Logical"}}]})
    assert fake_subscription.run(region, replace(PLAN, region="europe"))


def test_unknown_zone(fake_subscription: Subscription) -> None:
    [problem] = fake_subscription.run(zones, replace(PLAN, pools=[PoolPlan("p", ["s"], 1, zones=["4"])]))
    assert (problem.subject, problem.remedy) == ("zone 4", "choose from 1, 2, 3")


def test_region_without_zones(fake_subscription: Subscription) -> None:
    problems = fake_subscription.run(zones, replace(PLAN, region="northeurope"))
    assert [problem.subject for problem in problems] == ["zone 1", "zone 2", "zone 3"]
    assert "a region with availability zones" in problems[0].remedy


@pytest.mark.parametrize(
    ("state", "severity", "text"),
    [
        ("NotRegistered", "error", "az provider register"),
        ("Unregistering", "error", "az provider register"),
        ("Registering", "warning", "wait"),
    ],
)
def test_resource_provider_registration(fake_subscription: Subscription, state: str, severity: str, text: str) -> None:
    def respond(names: dict[str, str]) -> dict[str, str]:
        registration = "Registered" if names["namespace"] == "Microsoft.Network" else state
        return {"namespace": names["namespace"], "registrationState": registration}

    fake_subscription.respond("provider", respond)
    [problem] = fake_subscription.run(providers, PLAN)
    assert (problem.severity, problem.subject) == (severity, "resource provider Microsoft.ContainerService")
    assert text in problem.remedy


def test_host_encryption_registration(fake_subscription: Subscription) -> None:
    fake_subscription.respond("feature", {"properties": {"state": "NotRegistered"}})
    [problem] = fake_subscription.run(host_encryption, PLAN)
    assert "--namespace Microsoft.Compute --name EncryptionAtHost" in problem.remedy
    assert not fake_subscription.run(host_encryption, replace(PLAN, host_encryption=False))


def test_reports_missing_actions_by_role(fake_subscription: Subscription) -> None:
    fake_subscription.not_actions = ["Microsoft.Authorization/*/Write"]
    [problem] = fake_subscription.run(actions, PLAN)
    assert problem.severity == "error"
    assert problem.message == "the caller lacks Microsoft.Authorization/roleAssignments/write"
    assert '--role "Role Based Access Control Administrator" --scope /subscriptions/' in problem.remedy


def test_reports_roles_that_only_an_owner_can_define(fake_subscription: Subscription) -> None:
    plan = replace(PLAN, roles={"cluster previewer": "00000000-0000-0000-0000-0000000000aa"})
    assert not fake_subscription.run(roles, plan)
    fake_subscription.respond("role", RefusedError(404, "RoleDefinitionDoesNotExist"))
    [problem] = fake_subscription.run(roles, plan)
    assert problem.message == "the subscription has no role Anykube cluster previewer, which `cluster.access` needs"
    assert f"`anykube roles --stack {plan.stack}`" in problem.remedy


def test_role_actions_are_patterns(fake_subscription: Subscription) -> None:
    fake_subscription.actions = ["microsoft.containerservice/*", "*/write"]
    assert not fake_subscription.run(actions, PLAN)
    fake_subscription.actions = ["*/read"]
    assert len(fake_subscription.run(actions, PLAN)) == 2


@pytest.mark.parametrize(
    ("scope", "count"),
    [
        ("/", 0),
        ("/providers/Microsoft.Management/managementGroups/acme", 0),
        (f"/subscriptions/{ID}", 0),
        (f"/subscriptions/{ID}/resourceGroups/other", 2),
    ],
)
def test_scope_of_role_assignments(fake_subscription: Subscription, scope: str, count: int) -> None:
    fake_subscription.respond("assignments", {"value": [assignment(scope)]})
    assert len(fake_subscription.run(actions, PLAN)) == count

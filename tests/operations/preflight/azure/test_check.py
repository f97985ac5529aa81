import sys
from dataclasses import replace

import pytest
from anykube_cli.preflight import PoolPlan
from anykube_cli.preflight.azure.check import CHECKS, PREREQUISITES, check
from anykube_cli.preflight.azure.plan import SubnetPlan
from requests import ConnectionError

from tests.operations.preflight.azure.subscription import FOREIGN_TAGS, ID, PLAN, Subscription, cluster, versions
from tests.operations.preflight.azure.wire import RefusedError, permission_denied
from tests.operations.preflight.problem_text import format_problems


def test_reports_no_problems_for_a_good_account(fake_subscription: Subscription) -> None:
    result = check(PLAN, fake_subscription.session)
    assert not format_problems(result.problems)
    assert not result.errors
    assert not result.skipped
    assert set(result.completed) == {*PREREQUISITES, *CHECKS}
    assert result.facts == {"subscription": ID, "region": "westeurope", "who": "user mo@example.com"}


_NODES = f"/subscriptions/{ID}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/shared/subnets/nodes"
_BAD_PLAN = replace(
    PLAN,
    version="1.20",
    zones=["1", "2", "4"],
    pools=[
        PoolPlan("servers", ["Standard_D4s_v5"], 400, zones=["1"]),
        PoolPlan("bought", ["Standard_Z1"], 1, zones=["1"]),
        PoolPlan("gpu", ["Standard_D4s_v5"], 1, gpu=True, zones=["1"]),
    ],
    subnets=[SubnetPlan("nodes", _NODES)],
)


def _break_everything(fake_subscription: Subscription) -> None:
    fake_subscription.limits = {"cores": 8, "VirtualNetworks": 0}
    fake_subscription.actions = ["Microsoft.Authorization/*"]
    fake_subscription.respond("provider", {"registrationState": "NotRegistered"})
    fake_subscription.respond("feature", {"properties": {"state": "NotRegistered"}})
    fake_subscription.add_groups(shop=FOREIGN_TAGS, shop_nodes={})
    fake_subscription.respond("cluster", cluster(FOREIGN_TAGS))
    office = {"name": "office", "properties": {"addressSpace": {"addressPrefixes": ["10.20.0.0/24"]}}}
    fake_subscription.respond("networks", {"value": [office]})


def test_reports_all_problems_at_once(fake_subscription: Subscription) -> None:
    _break_everything(fake_subscription)
    result = check(_BAD_PLAN, fake_subscription.session)
    assert sorted(problem.subject for problem in result.errors) == sorted(
        [
            "permissions",
            "resource provider Microsoft.ContainerService",
            "resource provider Microsoft.Network",
            "feature EncryptionAtHost",
            "zone 4",
            "version 1.20",
            "pool bought",
            "pool gpu",
            "quota cores in westeurope",
            "quota standardDSv5Family in westeurope",
            "quota VirtualNetworks in westeurope",
            "resource group shop",
            "resource group shop-nodes",
            "cluster shop",
            "subnet nodes",
        ]
    )
    assert [problem.subject for problem in result.warnings] == ["range 10.20.0.0/16 (network)"]
    assert all(problem.message and problem.remedy for problem in result.problems)
    assert result.errors
    assert not result.skipped


def test_sends_only_read_requests(fake_subscription: Subscription) -> None:
    check(_BAD_PLAN, fake_subscription.session)
    assert {verb for _, verb in fake_subscription.wire.calls} == {"GET"}


def test_requests_vm_sizes_once(fake_subscription: Subscription) -> None:
    check(PLAN, fake_subscription.session)
    assert [name for name, _ in fake_subscription.wire.calls].count("skus") == 1


def test_missing_permission_skips_only_its_check(fake_subscription: Subscription) -> None:
    fake_subscription.respond("versions", RefusedError(403, "AuthorizationFailed"))
    fake_subscription.respond("skus", permission_denied("Microsoft.Compute/skus/read"))
    fake_subscription.respond("group", {"location": "westeurope", "tags": FOREIGN_TAGS})
    result = check(PLAN, fake_subscription.session)
    assert {problem.subject for problem in result.errors} == {"resource group shop", "resource group shop-nodes"}
    assert [problem.message for problem in result.warnings] == [
        "the caller lacks the permission Microsoft.ContainerService/locations/kubernetesVersions/read, "
        "so these checks did not run: version",
        "the caller lacks the permission Microsoft.Compute/skus/read, so these checks did not run: "
        "VM size availability, VM size features, vCPU quotas",
    ]
    assert result.skipped == ["version", "VM size availability", "VM size features", "vCPU quotas"]
    assert "secret" not in format_problems(result.problems)


def test_unknown_subscription_skips_all_checks(fake_subscription: Subscription) -> None:
    fake_subscription.respond("subscription", RefusedError(404, "SubscriptionNotFound"))
    result = check(PLAN, fake_subscription.session)
    assert [problem.subject for problem in result.problems] == [f"subscription {ID}"]
    assert set(result.skipped) == {"region", *CHECKS}


def test_unreadable_subscription_does_not_stop_the_checks(fake_subscription: Subscription) -> None:
    fake_subscription.respond("subscription", RefusedError(403, "AuthorizationFailed"))
    result = check(PLAN, fake_subscription.session)
    assert not result.errors
    assert result.skipped == ["subscription"]


def test_failed_check_is_an_error(fake_subscription: Subscription) -> None:
    fake_subscription.respond("versions", RefusedError(400, "BadRequest"))
    fake_subscription.respond("networks", KeyError("secret-looking text"))
    result = check(PLAN, fake_subscription.session)
    assert [problem.message for problem in result.errors] == [
        "the check version failed: 400 BadRequest at Microsoft.ContainerService/locations/kubernetesVersions/read",
        "the check overlapping ranges failed: KeyError",
    ]
    assert "secret" not in format_problems(result.errors)


def test_missing_credentials_are_the_only_problem(capfd: pytest.CaptureFixture[str]) -> None:
    result = check(PLAN)
    assert capfd.readouterr() == ("", "")  # not even message the SDK would log
    assert [problem.message for problem in result.problems] == ["no credentials found"]
    assert "az login" in result.problems[0].remedy
    assert set(result.skipped) == {*PREREQUISITES, *CHECKS}
    assert result.errors


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (RefusedError(401, "ExpiredAuthenticationToken"), "the credentials have expired"),
        (RefusedError(401, "InvalidAuthenticationTokenTenant"), "another Entra tenant"),
        (RefusedError(401, "InvalidAuthenticationToken"), "Entra rejects the credentials"),
        (ConnectionError("secret"), "Azure cannot be reached"),
    ],
)
def test_failed_login_is_the_only_problem(fake_subscription: Subscription, error: Exception, message: str) -> None:
    fake_subscription.respond("subscription", error)
    result = check(PLAN, fake_subscription.session)
    assert len(result.problems) == 1
    assert message in format_problems(result.problems)
    assert "secret" not in format_problems(result.problems)
    assert not result.completed


def test_credentials_expiring_during_the_run_are_reported_once(fake_subscription: Subscription) -> None:
    for route in ("versions", "networks"):
        fake_subscription.respond(route, RefusedError(401, "ExpiredAuthenticationToken"))
    result = check(PLAN, fake_subscription.session)
    assert [problem.message for problem in result.problems] == ["the credentials have expired"]
    assert set(result.skipped) == {"version", "overlapping ranges"}


def test_retries_throttled_requests(fake_subscription: Subscription) -> None:
    responses = iter([RefusedError(429, "TooManyRequests"), RefusedError(503, "ServerBusy")])
    fake_subscription.respond("versions", lambda _: next(responses, {"values": versions()}))
    assert not check(PLAN, fake_subscription.session).errors


def test_missing_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    monkeypatch.delattr("azure.identity", raising=False)
    assert "uv sync --extra azure" in format_problems(check(PLAN).problems)


@pytest.mark.parametrize(
    ("route", "response"),
    [
        ("subscription", {"colour": "green"}),
        ("locations", {"value": [{"metadata": {"regionType": "Imaginary"}}]}),
        ("versions", {"values": [{"version": 1.35}]}),
        ("role", {"properties": {"permissions": [{"colours": []}]}}),
    ],
)
def test_fake_responses_are_validated_by_sdk_models(
    fake_subscription: Subscription, route: str, response: object
) -> None:
    fake_subscription.respond(route, response)
    assert "AssertionError" in format_problems(check(PLAN, fake_subscription.session).errors)


def test_token_is_sent_but_not_shown(fake_subscription: Subscription) -> None:
    result = check(_BAD_PLAN, fake_subscription.session)
    assert all(headers["Authorization"].startswith("Bearer secret.") for headers in fake_subscription.wire.headers)
    assert "secret" not in format_problems(result.problems) + str(result.facts)

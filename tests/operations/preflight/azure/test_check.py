import sys
from dataclasses import replace

import pytest
from anykube_cli.preflight import PoolPlan
from anykube_cli.preflight.azure.check import CHECKS, PREREQUISITES, check
from anykube_cli.preflight.azure.plan import SubnetPlan
from requests import ConnectionError

from tests.operations.preflight.azure.subscription import FOREIGN, ID, PLAN, Subscription, cluster, versions
from tests.operations.preflight.azure.wire import RefusedError, permission_denied
from tests.operations.preflight.problem_text import said


def test_nothing_wrong(subscription_: Subscription) -> None:
    found = check(PLAN, subscription_.session)
    assert not said(found.problems)
    assert not found.errors
    assert not found.skipped
    assert set(found.completed) == {*PREREQUISITES, *CHECKS}
    assert found.facts == {"subscription": ID, "region": "westeurope", "who": "user mo@example.com"}


_NODES = f"/subscriptions/{ID}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/shared/subnets/nodes"
_WRONG = replace(
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


def _wrong(subscription_: Subscription) -> None:
    subscription_.limits = {"cores": 8, "VirtualNetworks": 0}
    subscription_.actions = ["Microsoft.Authorization/*"]
    subscription_.answer("provider", {"registrationState": "NotRegistered"})
    subscription_.answer("feature", {"properties": {"state": "NotRegistered"}})
    subscription_.groups(shop=FOREIGN, shop_nodes={})
    subscription_.answer("cluster", cluster(FOREIGN))
    office = {"name": "office", "properties": {"addressSpace": {"addressPrefixes": ["10.20.0.0/24"]}}}
    subscription_.answer("networks", {"value": [office]})


def test_all_that_is_wrong_comes_at_once(subscription_: Subscription) -> None:
    _wrong(subscription_)
    found = check(_WRONG, subscription_.session)
    assert sorted(problem.subject for problem in found.errors) == sorted(
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
    assert [problem.subject for problem in found.warnings] == ["range of network 10.20.0.0/16"]
    assert all(problem.message and problem.remedy for problem in found.problems)
    assert found.errors
    assert not found.skipped


def test_nothing_is_changed(subscription_: Subscription) -> None:
    check(_WRONG, subscription_.session)
    assert {verb for _, verb in subscription_.wire.calls} == {"GET"}


def test_the_sizes_of_a_region_are_asked_for_once(subscription_: Subscription) -> None:
    check(PLAN, subscription_.session)
    assert [name for name, _ in subscription_.wire.calls].count("skus") == 1


def test_a_missing_permission_stops_nothing_else(subscription_: Subscription) -> None:
    subscription_.answer("versions", RefusedError(403, "AuthorizationFailed"))
    subscription_.answer("skus", permission_denied("Microsoft.Compute/skus/read"))
    subscription_.answer("group", {"location": "westeurope", "tags": FOREIGN})
    found = check(PLAN, subscription_.session)
    assert {problem.subject for problem in found.errors} == {"resource group shop", "resource group shop-nodes"}
    assert [problem.message for problem in found.warnings] == [
        "Microsoft.ContainerService/locations/kubernetesVersions/read is refused, so this is not known: version",
        "Microsoft.Compute/skus/read is refused, so this is not known: where machines are offered, kinds of machines, "
        "quotas of vCPUs",
    ]
    assert found.skipped == ["version", "where machines are offered", "kinds of machines", "quotas of vCPUs"]
    assert "secret" not in said(found.problems)


def test_a_subscription_that_there_is_not_is_all_that_is_told(subscription_: Subscription) -> None:
    subscription_.answer("subscription", RefusedError(404, "SubscriptionNotFound"))
    found = check(PLAN, subscription_.session)
    assert [problem.subject for problem in found.problems] == [f"subscription {ID}"]
    assert set(found.skipped) == {"region", *CHECKS}


def test_a_subscription_that_may_not_be_looked_at_stops_nothing(subscription_: Subscription) -> None:
    subscription_.answer("subscription", RefusedError(403, "AuthorizationFailed"))
    found = check(PLAN, subscription_.session)
    assert not found.errors
    assert found.skipped == ["subscription"]


def test_a_question_that_breaks_is_an_error(subscription_: Subscription) -> None:
    subscription_.answer("versions", RefusedError(400, "BadRequest"))
    subscription_.answer("networks", KeyError("secret-looking text"))
    found = check(PLAN, subscription_.session)
    assert [problem.message for problem in found.errors] == [
        "the question about version broke, so it is not known: "
        "400 BadRequest at Microsoft.ContainerService/locations/kubernetesVersions/read",
        "the question about overlapping ranges broke, so it is not known: KeyError",
    ]
    assert "secret" not in said(found.errors)


def test_without_credentials_only_that_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    found = check(PLAN)
    assert capfd.readouterr() == ("", "")  # not even what the SDK would log
    assert [problem.message for problem in found.problems] == ["there are no credentials"]
    assert "az login" in found.problems[0].remedy
    assert set(found.skipped) == {*PREREQUISITES, *CHECKS}
    assert found.errors


@pytest.mark.parametrize(
    ("refusal", "what"),
    [
        (RefusedError(401, "ExpiredAuthenticationToken"), "the credentials have expired"),
        (RefusedError(401, "InvalidAuthenticationTokenTenant"), "of another tenant"),
        (RefusedError(401, "InvalidAuthenticationToken"), "Entra does not take the credentials"),
        (ConnectionError("secret"), "Azure cannot be reached"),
    ],
)
def test_what_keeps_everything_from_being_known(subscription_: Subscription, refusal: Exception, what: str) -> None:
    subscription_.answer("subscription", refusal)
    found = check(PLAN, subscription_.session)
    assert len(found.problems) == 1
    assert what in said(found.problems)
    assert "secret" not in said(found.problems)
    assert not found.completed


def test_credentials_that_expire_on_the_way_are_told_once(subscription_: Subscription) -> None:
    for route in ("versions", "networks"):
        subscription_.answer(route, RefusedError(401, "ExpiredAuthenticationToken"))
    found = check(PLAN, subscription_.session)
    assert [problem.message for problem in found.problems] == ["the credentials have expired"]
    assert set(found.skipped) == {"version", "overlapping ranges"}


def test_what_is_throttled_is_asked_again(subscription_: Subscription) -> None:
    answers = iter([RefusedError(429, "TooManyRequests"), RefusedError(503, "ServerBusy")])
    subscription_.answer("versions", lambda _: next(answers, {"values": versions()}))
    assert not check(PLAN, subscription_.session).errors


def test_without_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    monkeypatch.delattr("azure.identity", raising=False)
    assert "uv sync --extra azure" in said(check(PLAN).problems)


@pytest.mark.parametrize(
    ("route", "answer"),
    [
        ("subscription", {"colour": "green"}),
        ("locations", {"value": [{"metadata": {"regionType": "Imaginary"}}]}),
        ("versions", {"values": [{"version": 1.35}]}),
        ("role", {"properties": {"permissions": [{"colours": []}]}}),
    ],
)
def test_answers_are_judged_by_models(subscription_: Subscription, route: str, answer: object) -> None:
    subscription_.answer(route, answer)
    assert "AssertionError" in said(check(PLAN, subscription_.session).errors)


def test_the_token_travels_and_is_not_shown(subscription_: Subscription) -> None:
    found = check(_WRONG, subscription_.session)
    assert all(headers["Authorization"].startswith("Bearer secret.") for headers in subscription_.wire.headers)
    assert "secret" not in said(found.problems) + str(found.facts)

"""The backend on Azure: made, made again, strengthened, and refused where it is somebody else's."""

from typing import Any

import pytest
from anykube_cli.state_backends.backend import OWNER_TAG, BackendError, BackendNames

from tests.operations.backends.azure.subscription import REGION, Subscription
from tests.operations.preflight.azure.wire import permission_denied


@pytest.fixture
def azure() -> Subscription:
    return Subscription()


def test_an_account_and_a_vault_with_all_that_is_wanted(azure: Subscription) -> None:
    assert {deed.outcome for deed in azure.run()} == {"made"}
    account = azure.one("account")["properties"]
    assert account["minimumTlsVersion"] == "TLS1_2"
    assert account["supportsHttpsTrafficOnly"] is True
    assert account["allowBlobPublicAccess"] is False
    assert account["allowSharedKeyAccess"] is False
    blobs = azure.one("blobs")["properties"]
    assert blobs["isVersioningEnabled"] is True
    assert blobs["deleteRetentionPolicy"] == {"enabled": True, "days": 90}
    assert azure.one("container")["properties"] == {"publicAccess": "None"}
    vault = azure.one("vault")["properties"]
    assert vault["enableRbacAuthorization"] is True
    assert vault["enablePurgeProtection"] is True
    (action,) = azure.one("key")["properties"]["rotationPolicy"]["lifetimeActions"]
    assert action == {"trigger": {"timeAfterCreate": "P365D"}, "action": {"type": "rotate"}}
    roles = [thing for path, thing in azure.things.items() if "/roleAssignments/" in path]
    assert len(roles) == 2
    assert {one["properties"]["principalId"] for one in roles} == {"me"}


def test_a_second_run_changes_nothing(azure: Subscription) -> None:
    azure.run()
    azure.calls.clear()
    assert {deed.outcome for deed in azure.run()} == {"as it should be"}
    assert azure.calls
    assert {verb for verb, _ in azure.calls} == {"GET"}


def test_how_pulumi_names_it(azure: Subscription) -> None:
    azure.run()
    backend = azure.account(BackendNames()).backend
    account, vault = azure.one("account")["name"], azure.one("vault")["name"]
    assert backend.url == f"azblob://state?storage_account={account}"
    assert backend.secrets == f"azurekeyvault://{vault}.vault.azure.net/keys/state"
    assert len(account) <= 24
    assert account.isalnum()
    assert len(vault) <= 24


@pytest.mark.parametrize(
    ("kind", "weaker", "what"),
    [
        ("account", {"minimumTlsVersion": "TLS1_0"}, "TLS 1.2 or newer only"),
        ("account", {"allowBlobPublicAccess": True}, "no public access to blobs"),
        ("account", {"allowSharedKeyAccess": True}, "no shared key, Entra's identities only"),
        ("blobs", {"isVersioningEnabled": False}, "versioning"),
        ("blobs", {"deleteRetentionPolicy": {"enabled": True, "days": 3}}, "deleted blobs kept"),
        ("blobs", {"containerDeleteRetentionPolicy": {"enabled": False}}, "deleted containers kept"),
        ("container", {"publicAccess": "Blob"}, "private"),
        ("vault", {"enableRbacAuthorization": False}, "access by roles"),
    ],
)
def test_what_is_weaker_is_told_and_strengthened(
    azure: Subscription, kind: str, weaker: dict[str, Any], what: str
) -> None:
    azure.run()
    azure.one(kind)["properties"].update(weaker)
    changed = [deed for deed in azure.run() if deed.outcome != "as it should be"]
    assert [(deed.what, deed.outcome) for deed in changed] == [(what, "strengthened")]
    assert {deed.outcome for deed in azure.run()} == {"as it should be"}


def test_what_is_kept_for_longer_stays(azure: Subscription) -> None:
    azure.run()
    azure.one("blobs")["properties"]["deleteRetentionPolicy"]["days"] = 365
    assert {deed.outcome for deed in azure.run()} == {"as it should be"}


def test_a_role_that_was_taken_away_is_given_again(azure: Subscription) -> None:
    azure.run()
    gone = next(path for path in azure.things if "/roleAssignments/" in path)
    del azure.things[gone]
    azure.run()
    assert gone in azure.things


def test_a_key_that_never_rotates_is_told(azure: Subscription) -> None:
    azure.run()
    del azure.one("key")["properties"]["rotationPolicy"]
    with pytest.raises(BackendError, match="az keyvault key rotation-policy update --vault-name shop-"):
        azure.run()


@pytest.mark.parametrize(("kind", "variable"), [("account", "BUCKET"), ("vault", "KEY")])
def test_a_name_that_somebody_else_has_is_refused(azure: Subscription, kind: str, variable: str) -> None:
    other = Subscription()
    other.run()
    azure.taken = {other.one(kind)["name"]}
    with pytest.raises(BackendError, match=rf"is taken in Azure.*another with {variable}=…"):
        azure.run()


def test_one_that_nobody_marked_is_taken_over_only_if_it_is_named(azure: Subscription) -> None:
    azure.run()
    account = azure.one("account")
    account["tags"] = {"team": "shop"}
    with pytest.raises(BackendError, match=f"there already without the tag {OWNER_TAG}=shop"):
        azure.run()
    azure.run(BackendNames(bucket=account["name"]))
    assert azure.one("account")["tags"] == {"team": "shop", OWNER_TAG: "shop"}


def test_a_group_of_somebody_else_is_refused(azure: Subscription) -> None:
    azure.run()
    azure.one("group")["tags"] = {}
    with pytest.raises(BackendError, match="the resource group shop-state is there already without the tag"):
        azure.run()


def test_one_of_another_region_is_refused(azure: Subscription) -> None:
    azure.run()
    azure.one("account")["location"] = "North Europe"
    with pytest.raises(BackendError, match=f"is in northeurope, and the stack in {REGION}"):
        azure.run()


def test_an_action_that_is_missing_is_named(azure: Subscription) -> None:
    azure.refused = permission_denied("Microsoft.Resources/subscriptions/resourceGroups/read")
    with pytest.raises(
        BackendError, match=r"the caller may not Microsoft\.Resources/\S+ in the subscription"
    ) as refused:
        azure.run()
    assert "secret" not in str(refused.value)

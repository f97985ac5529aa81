"""The state backend on Azure, in a fake subscription."""

from typing import Any

import pytest
from anykube_cli.state_backends.backend import OWNER_TAG, BackendError, BackendNames

from tests.operations.backends.azure.subscription import KEY_VERSION, REGION, Subscription
from tests.operations.preflight.azure.wire import permission_denied


@pytest.fixture
def azure() -> Subscription:
    return Subscription()


def test_creates_an_account_and_a_vault_with_all_settings(azure: Subscription) -> None:
    assert {result.outcome for result in azure.run()} == {"created"}
    account = azure.get("account")["properties"]
    assert account["minimumTlsVersion"] == "TLS1_2"
    assert account["supportsHttpsTrafficOnly"] is True
    assert account["allowBlobPublicAccess"] is False
    assert account["allowSharedKeyAccess"] is False
    blobs = azure.get("blobs")["properties"]
    assert blobs["isVersioningEnabled"] is True
    assert blobs["deleteRetentionPolicy"] == {"enabled": True, "days": 90}
    assert azure.get("container")["properties"] == {"publicAccess": "None"}
    vault = azure.get("vault")["properties"]
    assert vault["enableRbacAuthorization"] is True
    assert vault["enablePurgeProtection"] is True
    (action,) = azure.get("key")["properties"]["rotationPolicy"]["lifetimeActions"]
    assert action == {"trigger": {"timeAfterCreate": "P365D"}, "action": {"type": "rotate"}}
    roles = [resource for path, resource in azure.resources.items() if "/roleAssignments/" in path]
    assert len(roles) == 2
    assert {role["properties"]["principalId"] for role in roles} == {"me"}


def test_a_key_that_does_not_exist_has_no_version(azure: Subscription) -> None:
    secrets = azure.account(BackendNames()).backend.secrets
    assert secrets.startswith("azurekeyvault://shop-")
    assert secrets.endswith(".vault.azure.net/keys/state")


def test_second_run_changes_nothing(azure: Subscription) -> None:
    azure.run()
    azure.calls.clear()
    assert {result.outcome for result in azure.run()} == {"unchanged"}
    assert azure.calls
    assert {verb for verb, _ in azure.calls} == {"GET"}


def test_backend_in_pulumis_terms(azure: Subscription) -> None:
    azure.run()
    backend = azure.account(BackendNames()).backend
    account, vault = azure.get("account")["name"], azure.get("vault")["name"]
    assert backend.url == f"azblob://state?storage_account={account}"
    assert backend.secrets == f"azurekeyvault://{vault}.vault.azure.net/keys/state/{KEY_VERSION}"
    assert len(account) <= 24
    assert account.isalnum()
    assert len(vault) <= 24


@pytest.mark.parametrize(
    ("kind", "weaker", "description"),
    [
        ("account", {"minimumTlsVersion": "TLS1_0"}, "requires TLS 1.2 or newer"),
        ("account", {"allowBlobPublicAccess": True}, "no public access to blobs"),
        ("account", {"allowSharedKeyAccess": True}, "no shared keys, Entra identities only"),
        ("blobs", {"isVersioningEnabled": False}, "versioning"),
        ("blobs", {"deleteRetentionPolicy": {"enabled": True, "days": 3}}, "deleted blobs kept"),
        ("blobs", {"containerDeleteRetentionPolicy": {"enabled": False}}, "deleted containers kept"),
        ("container", {"publicAccess": "Blob"}, "private"),
        ("vault", {"enableRbacAuthorization": False}, "access control by roles"),
    ],
)
def test_fixes_and_reports_weak_settings(
    azure: Subscription, kind: str, weaker: dict[str, Any], description: str
) -> None:
    azure.run()
    azure.get(kind)["properties"].update(weaker)
    changed = [result for result in azure.run() if result.outcome != "unchanged"]
    assert [(result.description, result.outcome) for result in changed] == [(description, "updated")]
    assert {result.outcome for result in azure.run()} == {"unchanged"}


def test_keeps_longer_retention(azure: Subscription) -> None:
    azure.run()
    azure.get("blobs")["properties"]["deleteRetentionPolicy"]["days"] = 365
    assert {result.outcome for result in azure.run()} == {"unchanged"}


def test_assigns_a_removed_role_again(azure: Subscription) -> None:
    azure.run()
    removed = next(path for path in azure.resources if "/roleAssignments/" in path)
    del azure.resources[removed]
    azure.run()
    assert removed in azure.resources


def test_rejects_a_key_without_rotation(azure: Subscription) -> None:
    azure.run()
    del azure.get("key")["properties"]["rotationPolicy"]
    with pytest.raises(BackendError, match="az keyvault key rotation-policy update --vault-name shop-"):
        azure.run()


@pytest.mark.parametrize(("kind", "option"), [("account", "--bucket"), ("vault", "--key")])
def test_rejects_a_name_in_use_elsewhere(azure: Subscription, kind: str, option: str) -> None:
    other = Subscription()
    other.run()
    azure.names_in_use = {other.get(kind)["name"]}
    with pytest.raises(
        BackendError, match=rf"is already used outside of the resource group.*another name with {option}"
    ):
        azure.run()


def test_adopts_untagged_storage_only_if_it_is_named(azure: Subscription) -> None:
    azure.run()
    account = azure.get("account")
    account["tags"] = {"team": "shop"}
    with pytest.raises(BackendError, match=f"already exists without the tag {OWNER_TAG}=shop"):
        azure.run()
    azure.run(BackendNames(bucket=account["name"]))
    assert azure.get("account")["tags"] == {"team": "shop", OWNER_TAG: "shop"}


def test_rejects_an_untagged_resource_group(azure: Subscription) -> None:
    azure.run()
    azure.get("group")["tags"] = {}
    with pytest.raises(BackendError, match="The resource group shop-state already exists without the tag"):
        azure.run()


def test_rejects_an_account_in_another_region(azure: Subscription) -> None:
    azure.run()
    azure.get("account")["location"] = "North Europe"
    with pytest.raises(BackendError, match=f"is in northeurope, but the stack is in {REGION}"):
        azure.run()


def test_reports_a_missing_permission(azure: Subscription) -> None:
    azure.error = permission_denied("Microsoft.Resources/subscriptions/resourceGroups/read")
    with pytest.raises(
        BackendError, match=r"The caller lacks the permission Microsoft\.Resources/\S+ in the subscription"
    ) as refused:
        azure.run()
    assert "secret" not in str(refused.value)

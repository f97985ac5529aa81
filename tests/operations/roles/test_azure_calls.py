"""The identities on Azure, measured against what a deployment really calls."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from anykube._clusters.aks.args import AksClusterArgs
from anykube._clusters.aks.cluster import AksCluster
from anykube._clusters.aks.custom_roles import CUSTOM_ROLES, custom_role_guid
from anykube._clusters.aks.roles import ROLES as BUILT_IN
from anykube._clusters.aks.sections import AzureIdentity, AzureRole
from anykube._workloads.identity import CloudIdentity
from anykube_cli.roles.azure.grants import Grant, grants, only_roles, state_grants
from anykube_rehearsal.azure.account.__main__ import create_account
from anykube_rehearsal.azure.account.directory import DIRECTORY
from anykube_rehearsal.azure.account.names import ARM_TYPES
from anykube_rehearsal.azure.plugin.cloud import AZURE
from anykube_rehearsal.azure.plugin.facts import ASSIGNMENT
from anykube_rehearsal.cloud.account.server import Server

from tests.operations.roles.deployment import Deployment
from tests.rehearsal.azure.account.conftest import InMemoryClusters
from tests.rehearsal.cloud.engine import Engine

SUBSCRIPTION = DIRECTORY.subscription
SCOPE, CLUSTER = f"/subscriptions/{SUBSCRIPTION}", "shop"
_IMAGES = BUILT_IN["AcrPull"]
GRANTS = grants(SUBSCRIPTION, [_IMAGES])
_COMMON = {
    "cloud": "azure",
    "name": CLUSTER,
    "region": "westeurope",
    "zones": ["1", "2", "3"],
    "aks": {"subscription": SUBSCRIPTION},
}
_VARIANTS: Mapping[str, Mapping[str, object]] = {
    "standard": {
        "protect": True,
        "pools": {
            "system": {
                "count": 3,
                "machine": {"type": "Standard_D4s_v5"},
                "taints": [{"key": "CriticalAddonsOnly", "value": "true", "effect": "NoSchedule"}],
            },
            "servers": {"min": 1, "max": 3, "machine": {"type": "Standard_D4s_v5"}},
        },
    },
    "managed": {
        "mode": "managed",
        "protect": False,
        "version": "1.36",
        "network": {"nat": "single"},
    },
}
_VERBS = {"create": "write", "update": "write", "read": "read", "delete": "delete"}

_DELETED_WITH_VAULT = "Microsoft.KeyVault/vaults/keys/delete"
"""Pulumi does not delete the key, but here nothing tells that to the plugin."""

Calls = Sequence[tuple[str, str]]


class _Clusters(InMemoryClusters):
    """With the address of a cluster, for its kubeconfig."""

    def cluster(self, name: str) -> SimpleNamespace:
        assert name in self.versions
        return SimpleNamespace(server="https://127.0.0.1:6443", certificate_authority="CA")


@pytest.fixture(params=_VARIANTS)
def recorded(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mapping[str, Calls]]:
    """The actions that bring a cluster up, read it and destroy it."""
    account = create_account(tmp_path / "account")
    server = Server(account)
    account._clusters = _Clusters()  # type: ignore[assignment]
    threading.Thread(target=server.serve, daemon=True).start()
    monkeypatch.setenv("ANYKUBE_AZURE_ACCOUNT", server.url)
    monkeypatch.setenv("ANYKUBE_REHEARSAL", str(tmp_path))
    for name in ("ARM_SUBSCRIPTION_ID", "ANYKUBE_CHECKOUT"):
        monkeypatch.delenv(name, raising=False)
    # Nothing installs objects into a cluster in memory.
    monkeypatch.setattr("anykube_rehearsal.azure.account.clusters.install_gateway_api", lambda *_: None)
    engine = Engine(AZURE, {"subscriptionId": SUBSCRIPTION, "location": "westeurope"})
    engine.configure()
    deployment, calls = Deployment(engine, "azure-native:"), dict[str, Calls]()
    spec = AksClusterArgs.model_validate({**_COMMON, **_VARIANTS[request.param]})

    def create() -> None:
        cluster = AksCluster(CLUSTER, spec)
        role = AzureRole(role="AcrPull", scope=SCOPE)
        cluster.grant("shop", "web", CloudIdentity(azure=AzureIdentity(roles=(role,))))

    steps: Mapping[str, Callable[[], None]] = {
        "up": lambda: deployment.up(create),
        "read": deployment.refresh,
        "destroy": deployment.destroy,
    }
    for name, step in steps.items():
        account.calls.clear()
        step()
        actions = [(f"{ARM_TYPES[token]}/{_VERBS[verb]}", resource) for verb, token, resource in account.calls]
        calls[name] = [each for each in actions if each[0] != _DELETED_WITH_VAULT]
        if name == "up":
            roles = [str(each.inputs["roleDefinitionId"]) for each in account.store.all(ASSIGNMENT)]
            calls["assigned"] = [(role.rpartition("/")[2], "") for role in roles]
    yield calls
    server.stop()


def _allows(purpose: str, action: str, resource: str) -> bool:
    return any(grant.allows(_arm_action(action), resource) for grant in GRANTS[purpose])


def _arm_action(action: str) -> str:
    """https://learn.microsoft.com/azure/role-based-access-control/permissions/management-and-governance"""
    return action.replace("Microsoft.Resources/resourceGroups", "Microsoft.Resources/subscriptions/resourceGroups")


def test_deploy_identity_may_do_what_a_deployment_does(recorded: Mapping[str, Calls]) -> None:
    calls = [each for name in ("up", "read", "destroy") for each in recorded[name]]
    assert {"Microsoft.ContainerService/managedClusters/write", "Microsoft.Authorization/roleAssignments/write"} <= {
        action for action, _ in calls
    }
    assert [each for each in calls if not _allows("deploy", *each)] == []


def test_deploy_identity_may_assign_the_roles_that_a_deployment_assigns(recorded: Mapping[str, Calls]) -> None:
    [condition] = [each.condition for each in GRANTS["deploy"] if each.role == "assign"]
    assigned = {role for role, _ in recorded["assigned"]}
    assert _IMAGES in assigned
    assert {role for role in assigned if role not in condition} == set()


def test_preview_identity_may_read_everything_and_change_nothing(recorded: Mapping[str, Calls]) -> None:
    for action, resource in (*recorded["up"], *recorded["read"], *recorded["destroy"]):
        assert _allows("preview", action, resource) is action.endswith("/read"), action


_GROUP = f"{SCOPE}/resourceGroups/payroll/providers"
_VAULT = f"{_GROUP}/Microsoft.KeyVault/vaults/payroll"
_ACCOUNT = f"{_GROUP}/Microsoft.Storage/storageAccounts/payroll"
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers"

REFUSED: Mapping[str, tuple[str, str]] = {
    "decrypt with another key": ("Microsoft.KeyVault/vaults/keys/decrypt/action", f"{_VAULT}/keys/main"),
    "delete a key": ("Microsoft.KeyVault/vaults/keys/delete", f"{_VAULT}/keys/main"),
    "purge a key": ("Microsoft.KeyVault/vaults/keys/purge/action", f"{_VAULT}/keys/main"),
    "purge a vault": ("Microsoft.KeyVault/locations/deletedVaults/purge/action", SCOPE),
    "read another secret": ("Microsoft.KeyVault/vaults/secrets/getSecret/action", f"{_VAULT}/secrets/db"),
    "change who may use a vault": ("Microsoft.KeyVault/vaults/accessPolicies/write", _VAULT),
    "read another blob": (f"{_BLOBS}/blobs/read", f"{_ACCOUNT}/blobServices/default/containers/x"),
    "write another blob": (f"{_BLOBS}/blobs/write", f"{_ACCOUNT}/blobServices/default/containers/x"),
    "delete a container": (f"{_BLOBS}/delete", f"{_ACCOUNT}/blobServices/default/containers/x"),
    "list the keys of a storage account": ("Microsoft.Storage/storageAccounts/listKeys/action", _ACCOUNT),
    "delete a storage account": ("Microsoft.Storage/storageAccounts/delete", _ACCOUNT),
    "widen a role": ("Microsoft.Authorization/roleDefinitions/write", SCOPE),
    "remove a policy": ("Microsoft.Authorization/policyAssignments/delete", SCOPE),
    "exempt from a policy": ("Microsoft.Authorization/policyExemptions/write", SCOPE),
    "become an administrator": ("Microsoft.Authorization/elevateAccess/action", SCOPE),
    "enter a cluster as its administrator": (
        "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
        f"{_GROUP}/Microsoft.ContainerService/managedClusters/payroll",
    ),
    "run a command in a cluster": (
        "Microsoft.ContainerService/managedClusters/runcommand/action",
        f"{_GROUP}/Microsoft.ContainerService/managedClusters/payroll",
    ),
    "read a Secret of a cluster": (
        "Microsoft.ContainerService/managedClusters/secrets/read",
        "/subscriptions/other/resourceGroups/x/providers/Microsoft.ContainerService/managedClusters/x",
    ),
    "delete a machine": ("Microsoft.Compute/virtualMachines/delete", f"{_GROUP}/Microsoft.Compute/virtualMachines/x"),
    "run a script on a machine": (
        "Microsoft.Compute/virtualMachines/runCommand/action",
        f"{_GROUP}/Microsoft.Compute/virtualMachines/x",
    ),
    "delete a disk": ("Microsoft.Compute/disks/delete", f"{_GROUP}/Microsoft.Compute/disks/x"),
    "delete a database": ("Microsoft.Sql/servers/delete", f"{_GROUP}/Microsoft.Sql/servers/x"),
    "delete a zone": ("Microsoft.Network/dnsZones/delete", f"{_GROUP}/Microsoft.Network/dnsZones/x"),
    "delete a cluster of another subscription": (
        "Microsoft.ContainerService/managedClusters/delete",
        "/subscriptions/other/resourceGroups/x/providers/Microsoft.ContainerService/managedClusters/x",
    ),
    "cancel the subscription": ("Microsoft.Subscription/cancel/action", SCOPE),
}


@pytest.mark.parametrize("name", REFUSED)
def test_identities_refuse(name: str) -> None:
    state = f"{SCOPE}/resourceGroups/shop-state/providers"
    container = f"{state}/Microsoft.Storage/storageAccounts/a/blobServices/default/containers/state"
    for purpose, resources in GRANTS.items():
        key = f"{state}/Microsoft.KeyVault/vaults/v/keys/state"
        everything: Sequence[Grant] = [*resources, *state_grants(purpose, container, key, "anykube", "azure-prod")]
        assert not any(grant.allows(*REFUSED[name]) for grant in everything)


def test_a_deployment_cannot_make_anybody_an_owner() -> None:
    owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
    [condition] = [each.condition for each in GRANTS["deploy"] if each.role == "assign"]
    in_cluster = [custom_role_guid(SUBSCRIPTION, role) for role in CUSTOM_ROLES]
    assert condition == only_roles([*in_cluster, *(each for each in BUILT_IN.values() if each in condition)])
    assert owner not in condition
    assert BUILT_IN["Contributor"] not in condition

"""The lifecycle of resources in the account: nodes, upgrades, locks, resources in use, and access to clusters."""

import base64
import threading
from typing import Any

import pytest
import yaml
from anykube_rehearsal.azure import ids, token
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.access import review
from anykube_rehearsal.azure.account.catalogue import roles
from anykube_rehearsal.azure.account.clusters import kubernetes_name
from anykube_rehearsal.azure.account.faults import Faults
from anykube_rehearsal.azure.account.functions import FUNCTIONS
from anykube_rehearsal.azure.account.lookup import find
from anykube_rehearsal.azure.plugin.facts import (
    ASSIGNMENT,
    CLUSTER,
    CREDENTIAL,
    GROUP,
    IDENTITY,
    LOAD_BALANCER,
    LOCK,
    NAT,
    NETWORK,
    POOL,
    PUBLIC_IP,
    SECURITY_GROUP,
    SUBNET,
    VAULT,
)
from anykube_rehearsal.cloud.account.model import Record, RefusedError
from anykube_rehearsal.cloud.kubernetes import ADMINS, VIEWERS

from tests.rehearsal.azure.account.conftest import GROUP_NAME, Subscription, role_definition


def _assert_refused(subscription: Subscription, message: str, operation: str, *arguments: Any) -> None:
    with pytest.raises(RefusedError, match=message):
        getattr(subscription.account, operation)(*arguments)


def _with(record: Record, **overrides: Any) -> dict[str, Any]:
    return {**record.inputs, **overrides}


def test_nodes_have_the_labels_and_taints_of_aks(subscription: Subscription, cluster: Record) -> None:
    nodes = subscription.kubernetes.pool("system")
    assert [node.zone for node in nodes] == ["westeurope-1", "westeurope-2", "westeurope-3"]
    labels = nodes[0].labels
    assert labels["kubernetes.azure.com/agentpool"] == labels["agentpool"] == "system"
    assert labels["kubernetes.azure.com/mode"] == "system"
    assert labels["node.kubernetes.io/instance-type"] == "Standard_D4ds_v5"
    assert (nodes[0].cpu, nodes[0].memory, nodes[0].arch, nodes[0].pods) == (4, "16384Mi", "amd64", 250)
    assert nodes[0].taints == [{"key": "CriticalAddonsOnly", "value": "true", "effect": "NoSchedule"}]
    assert cluster.outputs["currentKubernetesVersion"] == "1.35.2"
    assert cluster.outputs["nodeResourceGroup"] == "MC_shop_shop_westeurope"
    assert cluster.outputs["oidcIssuerProfile"]["issuerURL"].startswith("https://westeurope.oic.prod-aks.azure.com/")
    assert {"managed-csi", "managed-csi-premium", "default"} <= subscription.kubernetes.names("storageclasses")


def test_nodes_of_spot_pools_have_spot_label_and_taint(subscription: Subscription, cluster: Record) -> None:
    inputs = subscription.pool(scaleSetPriority="Spot", scaleSetEvictionPolicy="Delete", spotMaxPrice=-1)
    subscription.account.create(POOL, inputs, "test")
    (node,) = subscription.kubernetes.pool("web")
    assert node.labels["kubernetes.azure.com/scalesetpriority"] == "spot"
    assert node.taints == [{"key": "kubernetes.azure.com/scalesetpriority", "value": "spot", "effect": "NoSchedule"}]
    assert node.zone == "0"


def test_pool_grows_in_place_and_is_deleted_with_its_cluster(subscription: Subscription, cluster: Record) -> None:
    pool = subscription.account.create(POOL, subscription.pool(), "test")
    subscription.account.update(POOL, pool.id, _with(pool, count=3))
    assert len(subscription.kubernetes.pool("web")) == 3
    subscription.account.delete(CLUSTER, cluster.id)
    assert subscription.account.store.all(POOL) == []
    assert (
        find(subscription.account, GROUP, str(ids.ArmId(directory.DIRECTORY.subscription, "MC_shop_shop_westeurope")))
        is None
    )


def test_updating_a_cluster_keeps_separate_pools(subscription: Subscription, cluster: Record) -> None:
    subscription.account.create(POOL, subscription.pool(), "test")
    subscription.account.update(CLUSTER, cluster.id, _with(cluster, tags={"a": "b"}))
    assert len(subscription.kubernetes.pool("web")) == 1


def test_upgrades_the_control_plane_before_pools(subscription: Subscription, cluster: Record) -> None:
    pool = subscription.account.create(POOL, subscription.pool(orchestratorVersion="1.34"), "test")
    assert subscription.kubernetes.pool("web")[0].version == "1.34"
    _assert_refused(
        subscription, "NodePoolMcVersionIncompatible", "update", POOL, pool.id, _with(pool, orchestratorVersion="1.36")
    )
    subscription.account.update(CLUSTER, cluster.id, _with(cluster, kubernetesVersion="1.36"))
    assert subscription.kubernetes.pool("system")[0].version == "1.36"
    _assert_refused(
        subscription, "cannot be downgraded", "update", CLUSTER, cluster.id, _with(cluster, kubernetesVersion="1.35")
    )
    subscription.account.update(POOL, pool.id, _with(pool, orchestratorVersion="1.36"))
    assert subscription.kubernetes.pool("web")[0].version == "1.36"


def test_rejects_skipping_a_minor_version(subscription: Subscription) -> None:
    old = subscription.account.create(CLUSTER, subscription.cluster(kubernetesVersion="1.34"), "test")
    _assert_refused(
        subscription, "Do not skip a minor version", "update", CLUSTER, old.id, _with(old, kubernetesVersion="1.36")
    )


def test_recalled_cluster_has_an_unreachable_kubeconfig(subscription: Subscription, cluster: Record) -> None:
    """A preview reads the kubeconfig of a recorded cluster, which has no control plane here."""
    arguments = {"resourceGroupName": GROUP_NAME, "resourceName": "shop", "format": "exec"}
    nodes = str(ids.ArmId(directory.DIRECTORY.subscription, "MC_shop_shop_westeurope"))
    subscription.account.store.remove(GROUP, nodes)
    subscription.account.load_known(CLUSTER, cluster.id, cluster.inputs, cluster.outputs)
    assert find(subscription.account, GROUP, nodes) is not None
    list_credentials = FUNCTIONS["azure-native:containerservice:listManagedClusterUserCredentials"]
    (kubeconfig,) = list_credentials(subscription.account, arguments)["kubeconfigs"]
    (entry,) = yaml.safe_load(base64.b64decode(kubeconfig["value"]))["clusters"]
    assert entry == {"name": "shop", "cluster": {"server": "https://127.0.0.1:443", "certificate-authority-data": ""}}
    profile = dict(cluster.inputs["agentPoolProfiles"][0], count=9)
    subscription.account.update(CLUSTER, cluster.id, _with(cluster, agentPoolProfiles=[profile]))
    assert len(subscription.kubernetes.pool("system")) == 3
    _assert_refused(
        subscription, "PropertyChangeNotAllowed", "update", CLUSTER, cluster.id, _with(cluster, dnsPrefix="other")
    )


def test_etags_do_not_depend_on_the_order_of_inputs(subscription: Subscription) -> None:
    network, account = subscription.resources["network"], subscription.account
    etag = account.update(NETWORK, network.id, _with(network, tags={"a": "1", "b": "2"})).outputs["etag"]
    reordered = account.update(NETWORK, network.id, _with(network, tags={"b": "2", "a": "1"}))
    assert etag == reordered.outputs["etag"]
    assert etag != network.outputs["etag"]


def test_rejects_changes_that_azure_cannot_make_in_place(subscription: Subscription, cluster: Record) -> None:
    pool = subscription.account.create(POOL, subscription.pool(availabilityZones=["1"]), "test")
    _assert_refused(
        subscription, "PropertyChangeNotAllowed", "update", POOL, pool.id, _with(pool, availabilityZones=["2"])
    )
    profile = dict(cluster.inputs["agentPoolProfiles"][0], vmSize="Standard_D8ds_v5")
    _assert_refused(
        subscription,
        "PropertyChangeNotAllowed",
        "update",
        CLUSTER,
        cluster.id,
        _with(cluster, agentPoolProfiles=[profile]),
    )
    assignment = subscription.resources["network_role"]
    other_role = _with(assignment, roleDefinitionId=assignment.inputs["roleDefinitionId"][:-12] + "0ab0b1a8")
    _assert_refused(subscription, "PropertyChangeNotAllowed", "update", ASSIGNMENT, assignment.id, other_role)
    nat = subscription.resources["nat"]
    _assert_refused(subscription, "PropertyChangeNotAllowed", "update", NAT, nat.id, _with(nat, zones=["1"]))


def test_trusted_launch_cannot_be_enabled_later(subscription: Subscription, cluster: Record) -> None:
    trusted = {"enableSecureBoot": True, "enableVTPM": True}
    untrusted_pool = subscription.account.create(POOL, subscription.pool(), "test")
    update = _with(untrusted_pool, securityProfile=trusted)
    _assert_refused(subscription, "PropertyChangeNotAllowed", "update", POOL, untrusted_pool.id, update)
    profile = dict(cluster.inputs["agentPoolProfiles"][0], securityProfile=trusted)
    _assert_refused(
        subscription,
        "PropertyChangeNotAllowed",
        "update",
        CLUSTER,
        cluster.id,
        _with(cluster, agentPoolProfiles=[profile]),
    )
    inputs = subscription.pool(agentPoolName="trusted", securityProfile=trusted)
    pool = subscription.account.create(POOL, inputs, "test")
    without_secure_boot = {"enableSecureBoot": False, "enableVTPM": True}
    subscription.account.update(POOL, pool.id, _with(pool, securityProfile=without_secure_boot))
    subscription.account.update(POOL, pool.id, _with(pool, securityProfile=trusted))


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"oidcIssuerProfile": {"enabled": False}, "securityProfile": {}}, "OIDCIssuerFeatureCannotBeDisabled"),
        ({"aadProfile": None, "disableLocalAccounts": False}, "Entra integration cannot be disabled"),
        ({"apiServerAccessProfile": {}}, "enableVnetIntegration: cannot be disabled"),
    ],
)
def test_rejects_disabling_cluster_features_again(
    subscription: Subscription, cluster: Record, inputs: dict[str, Any], message: str
) -> None:
    _assert_refused(subscription, message, "update", CLUSTER, cluster.id, _with(cluster, **inputs))


def test_rejects_disabling_purge_protection_again(subscription: Subscription) -> None:
    vault = subscription.create(
        VAULT,
        vaultName="shop-1",
        location="westeurope",
        properties={"enablePurgeProtection": True, "sku": {"family": "A", "name": "standard"}, "tenantId": "t"},
    )
    unprotected = _with(vault, properties={"tenantId": "t"})
    _assert_refused(subscription, "cannot be disabled again", "update", VAULT, vault.id, unprotected)


def test_rejects_deleting_or_changing_resources_in_use(subscription: Subscription, cluster: Record) -> None:
    nodes, api, network, nat, address = (
        subscription.resources[name] for name in ("nodes", "api", "network", "nat", "address")
    )
    _assert_refused(subscription, "InUseSubnetCannotBeDeleted.*shop/system", "delete", SUBNET, nodes.id)
    _assert_refused(subscription, "InUseSubnetCannotBeDeleted.*shop/apiserver", "delete", SUBNET, api.id)
    _assert_refused(subscription, "InUseSubnetCannotBeDeleted", "delete", NETWORK, network.id)
    _assert_refused(subscription, "InUseNatGatewayCannotBeDeleted", "delete", NAT, nat.id)
    _assert_refused(subscription, "PublicIPAddressCannotBeDeleted", "delete", PUBLIC_IP, address.id)
    moved = _with(nodes, addressPrefix="10.0.4.0/24")
    _assert_refused(subscription, "InUsePrefixCannotBeDeleted", "update", SUBNET, nodes.id, moved)
    undelegated = _with(api, delegations=[])
    _assert_refused(subscription, "SubnetDelegationsCannotChange", "update", SUBNET, api.id, undelegated)
    group = subscription.create(SECURITY_GROUP, networkSecurityGroupName="nodes", location="westeurope")
    subscription.account.update(SUBNET, nodes.id, _with(nodes, networkSecurityGroup={"id": group.id}))
    _assert_refused(subscription, "InUseNetworkSecurityGroupCannotBeDeleted", "delete", SECURITY_GROUP, group.id)
    smaller = _with(network, addressSpace={"addressPrefixes": ["10.0.0.0/25"]})
    _assert_refused(subscription, "addressSpace: does not contain", "update", NETWORK, network.id, smaller)


def test_rejects_deleting_the_last_system_pool(subscription: Subscription) -> None:
    cluster = subscription.account.create(CLUSTER, subscription.cluster(), "test")
    inputs = subscription.pool(agentPoolName="system", mode="System", vmSize="Standard_D4ds_v5", count=3)
    pool = subscription.account.create(POOL, inputs, "test")
    _assert_refused(subscription, "LastSystemPoolNotAllowed", "delete", POOL, pool.id)
    subscription.account.delete(CLUSTER, cluster.id)


def test_locks_apply_to_everything_in_their_scope(subscription: Subscription, cluster: Record) -> None:
    pool = subscription.account.create(POOL, subscription.pool(), "test")
    lock = subscription.account.create(LOCK, {"scope": cluster.id, "lockName": "keep", "level": "CanNotDelete"}, "test")
    for kind, identifier in ((CLUSTER, cluster.id), (POOL, pool.id), (GROUP, subscription.resources["group"].id)):
        _assert_refused(subscription, "ScopeLocked", "delete", kind, identifier)
    subscription.account.update(POOL, pool.id, _with(pool, count=2))
    subscription.account.delete(LOCK, lock.id)
    read_only = {"scope": cluster.id, "lockName": "read", "level": "ReadOnly"}
    lock = subscription.account.create(LOCK, read_only, "test")
    _assert_refused(subscription, "ScopeLocked", "update", POOL, pool.id, _with(pool, count=3))
    subscription.account.delete(LOCK, lock.id)
    subscription.account.delete(POOL, pool.id)


def test_deleting_a_group_deletes_everything_in_it(subscription: Subscription, cluster: Record) -> None:
    subscription.account.delete(GROUP, subscription.resources["group"].id)
    assert subscription.account.store.all() == []
    assert subscription.kubernetes.versions == {}


def test_name_of_a_deleted_vault_stays_reserved(subscription: Subscription) -> None:
    group_inputs = {"resourceGroupName": "keys", "location": "westeurope"}
    group = subscription.account.create(GROUP, group_inputs, "test")
    properties = {"sku": {"family": "A", "name": "standard"}, "tenantId": directory.DIRECTORY.tenant}
    vault = {**group_inputs, "vaultName": "shop-1", "properties": properties}
    subscription.account.create(VAULT, vault, "test")
    subscription.account.delete(GROUP, group.id)
    subscription.account.create(GROUP, group_inputs, "test")
    _assert_refused(subscription, "VaultAlreadyExists", "create", VAULT, vault, "test")


def test_rejects_creating_an_existing_resource(subscription: Subscription) -> None:
    with pytest.raises(RefusedError, match="already"):
        subscription.account.create(GROUP, {"resourceGroupName": "shop", "location": "westeurope"}, "another")


def _credential(identity: Record, name: str) -> dict[str, Any]:
    return {
        "resourceGroupName": "shop",
        "resourceName": identity.id.rpartition("/")[2],
        "federatedIdentityCredentialResourceName": name,
        "issuer": "https://issuer.example/",
        "subject": f"system:serviceaccount:shop:{name}",
        "audiences": ["api://AzureADTokenExchange"],
    }


def test_rejects_concurrent_writes_of_one_identitys_credentials(subscription: Subscription) -> None:
    errors: list[str] = []

    def write(identity: Record, name: str) -> None:
        try:
            subscription.account.create(CREDENTIAL, _credential(identity, name), "test")
        except RefusedError as refused:
            errors.append(str(refused))

    def write_concurrently(*credentials: tuple[Record, str]) -> None:
        threads = [threading.Thread(target=write, args=credential) for credential in credentials]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    control, kubelet = subscription.resources["control"], subscription.resources["kubelet"]
    write_concurrently((control, "one"), (kubelet, "one"))
    assert errors == []
    write_concurrently((control, "two"), (control, "three"))
    assert len(errors) == 1
    assert errors[0].startswith("ConcurrentFederatedIdentityCredentialsWrites")
    write(control, "four")
    assert len(errors) == 1
    duplicate = _credential(control, "five") | {"subject": "system:serviceaccount:shop:four"}
    _assert_refused(subscription, "already has the same issuer and subject", "create", CREDENTIAL, duplicate, "test")


def test_new_principal_is_not_found_until_entra_replicates_it(subscription: Subscription) -> None:
    subscription.account.faults = Faults(late=60)
    identity = subscription.create(IDENTITY, resourceName="new", location="westeurope")
    assignment = subscription.assignment(identity, roles.READER, subscription.resources["network"])
    without_type = {key: value for key, value in assignment.items() if key != "principalType"}
    _assert_refused(subscription, "PrincipalNotFound", "create", ASSIGNMENT, without_type, "test")
    subscription.account.create(ASSIGNMENT, assignment, "test")


def test_faults_limit_spot_capacity_and_vcpus(subscription: Subscription, cluster: Record) -> None:
    subscription.account.faults = Faults(spot_capacity=True)
    _assert_refused(
        subscription, "OverconstrainedAllocation", "create", POOL, subscription.pool(scaleSetPriority="Spot"), "test"
    )
    subscription.account.faults = Faults(vcpus=14)
    subscription.account.create(POOL, subscription.pool(), "test")
    second = subscription.pool(agentPoolName="second")
    _assert_refused(subscription, "16 are needed, but the limit is 14", "create", POOL, second, "test")


def test_leftover_load_balancer_blocks_deletion_of_the_subnet(subscription: Subscription, cluster: Record) -> None:
    subscription.account.faults = Faults(leftover_address=True)
    subscription.account.delete(CLUSTER, cluster.id)
    _assert_refused(subscription, "loadBalancers/kubernetes", "delete", SUBNET, subscription.resources["nodes"].id)
    (balancer,) = subscription.account.store.all(LOAD_BALANCER)
    (address,) = [record for record in subscription.account.store.all(PUBLIC_IP) if record.inputs.get("tags")]
    _assert_refused(subscription, "PublicIPAddressCannotBeDeleted", "delete", PUBLIC_IP, address.id)
    subscription.account.delete(LOAD_BALANCER, balancer.id)
    subscription.account.delete(PUBLIC_IP, address.id)
    subscription.account.delete(SUBNET, subscription.resources["nodes"].id)


def test_automatic_provisions_nodes_for_pods(subscription: Subscription) -> None:
    inputs = subscription.cluster(
        sku={"name": "Automatic", "tier": "Standard"}, nodeProvisioningProfile={"mode": "Auto"}
    )
    inputs["agentPoolProfiles"] = [
        {"name": "systempool", "mode": "System", "count": 3, "vnetSubnetID": subscription.resources["nodes"].id}
    ]
    subscription.account.create(CLUSTER, inputs, "test")
    assert {node.zone for node in subscription.kubernetes.pool("default")} == {
        f"westeurope-{zone}" for zone in (1, 2, 3)
    }
    assert subscription.kubernetes.pool("default")[0].labels["karpenter.sh/nodepool"] == "default"
    assert len(subscription.kubernetes.pool("systempool")) == 3


def test_role_assignments_grant_kubernetes_groups(subscription: Subscription, cluster: Record) -> None:
    principal = directory.object_id(directory.DEPLOYER)
    folder, name = subscription.account.folder, kubernetes_name(cluster.id)

    def authenticate(bearer_token: object) -> tuple[str | None, Any]:
        return review(subscription.account, name, bearer_token)

    valid_token = token.SIGNER.make(folder, token.SERVER, principal)
    assert authenticate(valid_token) == (principal, [])
    admin = {
        "scope": cluster.id,
        "principalId": principal,
        "principalType": "ServicePrincipal",
        "roleDefinitionId": role_definition(roles.CLUSTER_ADMIN),
        "roleAssignmentName": ids.guid("admin"),
    }
    subscription.account.create(ASSIGNMENT, admin, "test")
    assert authenticate(valid_token) == (principal, [ADMINS])
    reader = {
        **admin,
        "scope": subscription.resources["group"].id,
        "roleDefinitionId": role_definition(roles.READER),
        "roleAssignmentName": ids.guid("reader"),
    }
    subscription.account.create(ASSIGNMENT, reader, "test")
    assert authenticate(valid_token) == (principal, [VIEWERS, ADMINS])
    unauthenticated = (None, None)
    assert authenticate("made-up") == unauthenticated
    assert authenticate(token.SIGNER.make(folder, "another-application", principal)) == unauthenticated
    assert authenticate(token.SIGNER.make(folder, token.SERVER, principal, lifetime_seconds=-1)) == unauthenticated
    assert authenticate(token.SIGNER.make(folder, token.SERVER, ids.guid("stranger"))) == unauthenticated
    assert review(subscription.account, "another", valid_token) == unauthenticated


def test_rejects_tokens_of_another_account(subscription: Subscription, cluster: Record, tmp_path: Any) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "token.key").write_text("00" * 32)
    other_token = token.SIGNER.make(other, token.SERVER, directory.object_id(directory.DEPLOYER))
    assert review(subscription.account, kubernetes_name(cluster.id), other_token) == (None, None)


def test_no_static_credential_without_local_accounts(subscription: Subscription, cluster: Record) -> None:
    list_credentials = FUNCTIONS["azure-native:containerservice:listManagedClusterAdminCredentials"]
    with pytest.raises(RefusedError, match="set to disable local accounts"):
        list_credentials(subscription.account, {"resourceGroupName": "shop", "resourceName": "shop"})


def test_functions_return_the_client_config_and_resources(subscription: Subscription) -> None:
    config = FUNCTIONS["azure-native:authorization:getClientConfig"](subscription.account, {})
    assert config["subscriptionId"] == directory.DIRECTORY.subscription
    assert config["objectId"] == directory.object_id(config["clientId"])
    network = FUNCTIONS["azure-native:network:getVirtualNetwork"](
        subscription.account, {"resourceGroupName": "shop", "virtualNetworkName": "net"}
    )
    assert network["id"] == subscription.resources["network"].id

"""What is made, changed and removed: nodes as AKS has them, locks, what is in use, and who may come in."""

import base64
import threading
from typing import Any

import pytest
import yaml
from anykube_rehearsal.azure import ids, token
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.azure.account.access import review
from anykube_rehearsal.azure.account.catalogue import roles
from anykube_rehearsal.azure.account.clusters import kubernetes
from anykube_rehearsal.azure.account.faults import Faults
from anykube_rehearsal.azure.account.functions import FUNCTIONS
from anykube_rehearsal.azure.account.lookup import find
from anykube_rehearsal.azure.plugin.facts import (
    ADDRESS,
    ASSIGNMENT,
    BALANCER,
    CLUSTER,
    CREDENTIAL,
    GROUP,
    IDENTITY,
    LOCK,
    NAT,
    NETWORK,
    POOL,
    SECURITY,
    SUBNET,
    VAULT,
)
from anykube_rehearsal.cloud.account.model import Record, RefusedError
from anykube_rehearsal.cloud.kubernetes import ADMINS, VIEWERS

from tests.rehearsal.azure.account.conftest import GROUP_NAME, World


def _refused(world: World, said: str, operation: str, *arguments: Any) -> None:
    with pytest.raises(RefusedError, match=said):
        getattr(world.account, operation)(*arguments)


def _with(record: Record, **more: Any) -> dict[str, Any]:
    return {**record.inputs, **more}


def test_a_cluster_has_nodes_as_aks_labels_them(world: World, cluster: Record) -> None:
    nodes = world.kubernetes.pool("system")
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
    assert {"managed-csi", "managed-csi-premium", "default"} <= world.kubernetes.named("storageclasses")


def test_spot_pools_are_labelled_and_tainted(world: World, cluster: Record) -> None:
    given = world.pool(scaleSetPriority="Spot", scaleSetEvictionPolicy="Delete", spotMaxPrice=-1)
    world.account.create(POOL, given, "test")
    (node,) = world.kubernetes.pool("web")
    assert node.labels["kubernetes.azure.com/scalesetpriority"] == "spot"
    assert node.taints == [{"key": "kubernetes.azure.com/scalesetpriority", "value": "spot", "effect": "NoSchedule"}]
    assert node.zone == "0"


def test_a_pool_grows_in_place_and_goes_with_its_cluster(world: World, cluster: Record) -> None:
    pool = world.account.create(POOL, world.pool(), "test")
    world.account.update(POOL, pool.id, _with(pool, count=3))
    assert len(world.kubernetes.pool("web")) == 3
    world.account.delete(CLUSTER, cluster.id)
    assert world.account.store.all(POOL) == []
    assert find(world.account, GROUP, str(ids.ArmId(directory.HERE.subscription, "MC_shop_shop_westeurope"))) is None


def test_a_request_for_a_cluster_leaves_other_pools_alone(world: World, cluster: Record) -> None:
    world.account.create(POOL, world.pool(), "test")
    world.account.update(CLUSTER, cluster.id, _with(cluster, tags={"a": "b"}))
    assert len(world.kubernetes.pool("web")) == 1


def test_versions_go_one_by_one_and_pools_after(world: World, cluster: Record) -> None:
    pool = world.account.create(POOL, world.pool(orchestratorVersion="1.34"), "test")
    assert world.kubernetes.pool("web")[0].version == "1.34"
    _refused(world, "NodePoolMcVersionIncompatible", "update", POOL, pool.id, _with(pool, orchestratorVersion="1.36"))
    world.account.update(CLUSTER, cluster.id, _with(cluster, kubernetesVersion="1.36"))
    assert world.kubernetes.pool("system")[0].version == "1.36"
    _refused(world, "cannot be downgraded", "update", CLUSTER, cluster.id, _with(cluster, kubernetesVersion="1.35"))
    world.account.update(POOL, pool.id, _with(pool, orchestratorVersion="1.36"))
    assert world.kubernetes.pool("web")[0].version == "1.36"


def test_no_minor_version_is_skipped(world: World) -> None:
    old = world.account.create(CLUSTER, world.cluster(kubernetesVersion="1.34"), "test")
    _refused(world, "no minor version is skipped", "update", CLUSTER, old.id, _with(old, kubernetesVersion="1.36"))


def test_a_cluster_that_a_state_tells_of_answers_nowhere(world: World, cluster: Record) -> None:
    """A preview asks for the kubeconfig; no Kubernetes is below what was recorded elsewhere."""
    asked = {"resourceGroupName": GROUP_NAME, "resourceName": "shop", "format": "exec"}
    nodes = str(ids.ArmId(directory.HERE.subscription, "MC_shop_shop_westeurope"))
    world.account.store.remove(GROUP, nodes)
    world.account.load_known(CLUSTER, cluster.id, cluster.inputs, cluster.outputs)
    assert find(world.account, GROUP, nodes) is not None
    (answered,) = FUNCTIONS["azure-native:containerservice:listManagedClusterUserCredentials"](world.account, asked)[
        "kubeconfigs"
    ]
    (told,) = yaml.safe_load(base64.b64decode(answered["value"]))["clusters"]
    assert told == {"name": "shop", "cluster": {"server": "https://127.0.0.1:443", "certificate-authority-data": ""}}
    profile = dict(cluster.inputs["agentPoolProfiles"][0], count=9)
    world.account.update(CLUSTER, cluster.id, _with(cluster, agentPoolProfiles=[profile]))
    assert len(world.kubernetes.pool("system")) == 3
    _refused(world, "PropertyChangeNotAllowed", "update", CLUSTER, cluster.id, _with(cluster, dnsPrefix="other"))


def test_etags_do_not_depend_on_the_order_of_what_was_asked(world: World) -> None:
    network = world.made["network"]
    turned = {**network.inputs, "tags": {"a": "1", "b": "2"}}
    one = world.account.update(NETWORK, network.id, turned).outputs["etag"]
    assert one == world.account.update(NETWORK, network.id, {**turned, "tags": {"b": "2", "a": "1"}}).outputs["etag"]
    assert one != network.outputs["etag"]


def test_what_azure_does_not_change_in_place(world: World, cluster: Record) -> None:
    pool = world.account.create(POOL, world.pool(availabilityZones=["1"]), "test")
    _refused(world, "PropertyChangeNotAllowed", "update", POOL, pool.id, _with(pool, availabilityZones=["2"]))
    profile = dict(cluster.inputs["agentPoolProfiles"][0], vmSize="Standard_D8ds_v5")
    _refused(
        world, "PropertyChangeNotAllowed", "update", CLUSTER, cluster.id, _with(cluster, agentPoolProfiles=[profile])
    )
    joins = world.made["joins"]
    moved = _with(joins, roleDefinitionId=joins.inputs["roleDefinitionId"][:-12] + "0ab0b1a8")
    _refused(world, "PropertyChangeNotAllowed", "update", ASSIGNMENT, joins.id, moved)
    nat = world.made["nat"]
    _refused(world, "PropertyChangeNotAllowed", "update", NAT, nat.id, _with(nat, zones=["1"]))


def test_a_pool_boots_securely_from_the_start_or_never(world: World, cluster: Record) -> None:
    boots = {"enableSecureBoot": True, "enableVTPM": True}
    without = world.account.create(POOL, world.pool(), "test")
    _refused(world, "PropertyChangeNotAllowed", "update", POOL, without.id, _with(without, securityProfile=boots))
    profile = dict(cluster.inputs["agentPoolProfiles"][0], securityProfile=boots)
    _refused(
        world, "PropertyChangeNotAllowed", "update", CLUSTER, cluster.id, _with(cluster, agentPoolProfiles=[profile])
    )
    signed = world.account.create(POOL, world.pool(agentPoolName="signed", securityProfile=boots), "test")
    part = {"enableSecureBoot": False, "enableVTPM": True}
    world.account.update(POOL, signed.id, _with(signed, securityProfile=part))
    world.account.update(POOL, signed.id, _with(signed, securityProfile=boots))


def test_what_cannot_be_switched_off_again(world: World, cluster: Record) -> None:
    off: dict[str, Any] = {"oidcIssuerProfile": {"enabled": False}, "securityProfile": {}}
    _refused(world, "OIDCIssuerFeatureCannotBeDisabled", "update", CLUSTER, cluster.id, _with(cluster, **off))
    off = {"aadProfile": None, "disableLocalAccounts": False}
    _refused(world, "Entra integration cannot be", "update", CLUSTER, cluster.id, _with(cluster, **off))
    access: dict[str, Any] = {"apiServerAccessProfile": {}}
    _refused(world, "enableVnetIntegration: it cannot", "update", CLUSTER, cluster.id, _with(cluster, **access))
    vault = world.make(
        VAULT,
        vaultName="shop-1",
        location="westeurope",
        properties={"enablePurgeProtection": True, "sku": {"family": "A", "name": "standard"}, "tenantId": "t"},
    )
    _refused(
        world, "it cannot be switched off again", "update", VAULT, vault.id, _with(vault, properties={"tenantId": "t"})
    )


def test_what_is_in_use_stays(world: World, cluster: Record) -> None:
    made = world.made
    _refused(world, "InUseSubnetCannotBeDeleted.*shop/system", "delete", SUBNET, made["nodes"].id)
    _refused(world, "InUseSubnetCannotBeDeleted.*shop/apiserver", "delete", SUBNET, made["api"].id)
    _refused(world, "InUseSubnetCannotBeDeleted", "delete", NETWORK, made["network"].id)
    _refused(world, "InUseNatGatewayCannotBeDeleted", "delete", NAT, made["nat"].id)
    _refused(world, "PublicIPAddressCannotBeDeleted", "delete", ADDRESS, made["address"].id)
    _refused(
        world,
        "InUsePrefixCannotBeDeleted",
        "update",
        SUBNET,
        made["nodes"].id,
        _with(made["nodes"], addressPrefix="10.0.4.0/24"),
    )
    _refused(
        world, "SubnetDelegationsCannotChange", "update", SUBNET, made["api"].id, _with(made["api"], delegations=[])
    )
    group = world.make(SECURITY, networkSecurityGroupName="fence", location="westeurope")
    fenced = _with(made["nodes"], networkSecurityGroup={"id": group.id})
    world.account.update(SUBNET, made["nodes"].id, fenced)
    _refused(world, "InUseNetworkSecurityGroupCannotBeDeleted", "delete", SECURITY, group.id)
    shrunk = _with(made["network"], addressSpace={"addressPrefixes": ["10.0.0.0/25"]})
    _refused(world, "which would be outside", "update", NETWORK, made["network"].id, shrunk)


def test_the_last_system_pool_stays(world: World) -> None:
    inputs = world.cluster()
    cluster = world.account.create(CLUSTER, inputs, "test")
    own = world.pool(agentPoolName="system", mode="System", vmSize="Standard_D4ds_v5", count=3)
    pool = world.account.create(POOL, own, "test")
    _refused(world, "LastSystemPoolNotAllowed", "delete", POOL, pool.id)
    world.account.delete(CLUSTER, cluster.id)


def test_a_lock_holds_what_is_in_its_scope(world: World, cluster: Record) -> None:
    pool = world.account.create(POOL, world.pool(), "test")
    lock = world.account.create(LOCK, {"scope": cluster.id, "lockName": "keep", "level": "CanNotDelete"}, "test")
    for kind, identifier in ((CLUSTER, cluster.id), (POOL, pool.id), (GROUP, world.made["group"].id)):
        _refused(world, "ScopeLocked", "delete", kind, identifier)
    world.account.update(POOL, pool.id, _with(pool, count=2))
    world.account.delete(LOCK, lock.id)
    read_only = {"scope": cluster.id, "lockName": "read", "level": "ReadOnly"}
    lock = world.account.create(LOCK, read_only, "test")
    _refused(world, "ScopeLocked", "update", POOL, pool.id, _with(pool, count=3))
    world.account.delete(LOCK, lock.id)
    world.account.delete(POOL, pool.id)


def test_a_group_takes_everything_with_it(world: World, cluster: Record) -> None:
    world.account.delete(GROUP, world.made["group"].id)
    assert world.account.store.all() == []
    assert world.kubernetes.versions == {}


def test_a_vault_keeps_its_name_after_its_end(world: World) -> None:
    group = {"resourceGroupName": "keys", "location": "westeurope"}
    made = world.account.create(GROUP, group, "test")
    properties = {"sku": {"family": "A", "name": "standard"}, "tenantId": directory.HERE.tenant}
    vault = {**group, "vaultName": "shop-1", "properties": properties}
    world.account.create(VAULT, vault, "test")
    world.account.delete(GROUP, made.id)
    world.account.create(GROUP, group, "test")
    _refused(world, "VaultAlreadyExists", "create", VAULT, vault, "test")


def test_what_is_there_is_not_made_again(world: World) -> None:
    with pytest.raises(RefusedError, match="already"):
        world.account.create(GROUP, {"resourceGroupName": "shop", "location": "westeurope"}, "another")


def _credential(identity: Record, name: str) -> dict[str, Any]:
    return {
        "resourceGroupName": "shop",
        "resourceName": identity.id.rpartition("/")[2],
        "federatedIdentityCredentialResourceName": name,
        "issuer": "https://issuer.example/",
        "subject": f"system:serviceaccount:shop:{name}",
        "audiences": ["api://AzureADTokenExchange"],
    }


def test_credentials_of_one_identity_are_written_one_after_the_other(world: World) -> None:
    said: list[str] = []

    def write(identity: Record, name: str) -> None:
        try:
            world.account.create(CREDENTIAL, _credential(identity, name), "test")
        except RefusedError as refused:
            said.append(str(refused))

    def at_once(*writings: tuple[Record, str]) -> None:
        threads = [threading.Thread(target=write, args=writing) for writing in writings]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    control, kubelet = world.made["control"], world.made["kubelet"]
    at_once((control, "one"), (kubelet, "one"))
    assert said == []
    at_once((control, "two"), (control, "three"))
    assert len(said) == 1
    assert said[0].startswith("ConcurrentFederatedIdentityCredentialsWrites")
    write(control, "four")
    assert len(said) == 1
    again = _credential(control, "five") | {"subject": "system:serviceaccount:shop:four"}
    _refused(world, "is for the same issuer and subject already", "create", CREDENTIAL, again, "test")


def test_a_new_principal_is_seen_late(world: World) -> None:
    world.account.faults = Faults(late=60)
    new = world.make(IDENTITY, resourceName="newcomer", location="westeurope")
    asked = world.granting(new, roles.READER, world.made["network"])
    without = {key: value for key, value in asked.items() if key != "principalType"}
    _refused(world, "PrincipalNotFound", "create", ASSIGNMENT, without, "test")
    world.account.create(ASSIGNMENT, asked, "test")


def test_faults_of_capacity(world: World, cluster: Record) -> None:
    world.account.faults = Faults(spot_capacity=True)
    _refused(world, "OverconstrainedAllocation", "create", POOL, world.pool(scaleSetPriority="Spot"), "test")
    world.account.faults = Faults(vcpus=14)
    world.account.create(POOL, world.pool(), "test")
    _refused(world, "16 are needed, and 14 are allowed", "create", POOL, world.pool(agentPoolName="more"), "test")


def test_a_load_balancer_that_stays_behind_blocks_the_network(world: World, cluster: Record) -> None:
    world.account.faults = Faults(leftover_address=True)
    world.account.delete(CLUSTER, cluster.id)
    _refused(world, "loadBalancers/kubernetes", "delete", SUBNET, world.made["nodes"].id)
    (balancer,) = world.account.store.all(BALANCER)
    (address,) = [one for one in world.account.store.all(ADDRESS) if one.inputs.get("tags")]
    _refused(world, "PublicIPAddressCannotBeDeleted", "delete", ADDRESS, address.id)
    world.account.delete(BALANCER, balancer.id)
    world.account.delete(ADDRESS, address.id)
    world.account.delete(SUBNET, world.made["nodes"].id)


def test_automatic_comes_with_nodes_for_pods(world: World) -> None:
    inputs = world.cluster(sku={"name": "Automatic", "tier": "Standard"}, nodeProvisioningProfile={"mode": "Auto"})
    inputs["agentPoolProfiles"] = [
        {"name": "systempool", "mode": "System", "count": 3, "vnetSubnetID": world.made["nodes"].id}
    ]
    world.account.create(CLUSTER, inputs, "test")
    assert {node.zone for node in world.kubernetes.pool("default")} == {f"westeurope-{zone}" for zone in (1, 2, 3)}
    assert world.kubernetes.pool("default")[0].labels["karpenter.sh/nodepool"] == "default"
    assert len(world.kubernetes.pool("systempool")) == 3


def test_roles_let_in_and_nothing_else_does(world: World, cluster: Record) -> None:
    who = directory.object_id(directory.DEPLOYER)
    folder, name = world.account.folder, kubernetes(cluster.id)

    def seen(shown: object) -> tuple[str | None, Any]:
        return review(world.account, name, shown)

    good = token.SIGNER.make(folder, token.SERVER, who)
    assert seen(good) == (who, [])
    asked = {
        "scope": cluster.id,
        "principalId": who,
        "principalType": "ServicePrincipal",
        "roleDefinitionId": world.made["joins"].inputs["roleDefinitionId"].rpartition("/")[0]
        + f"/{roles.CLUSTER_ADMIN}",
        "roleAssignmentName": ids.guid("admin"),
    }
    world.account.create(ASSIGNMENT, asked, "test")
    assert seen(good) == (who, [ADMINS])
    reader = dict(asked, scope=world.made["group"].id, roleAssignmentName=ids.guid("reader"))
    reader["roleDefinitionId"] = reader["roleDefinitionId"].replace(roles.CLUSTER_ADMIN, roles.READER)
    world.account.create(ASSIGNMENT, reader, "test")
    assert seen(good) == (who, [VIEWERS, ADMINS])
    nobody = (None, None)
    assert seen("made-up") == nobody
    assert seen(token.SIGNER.make(folder, "another-application", who)) == nobody
    assert seen(token.SIGNER.make(folder, token.SERVER, who, lifetime_seconds=-1)) == nobody
    assert seen(token.SIGNER.make(folder, token.SERVER, ids.guid("stranger"))) == nobody
    assert review(world.account, "another", good) == nobody


def test_a_token_of_another_account_is_nobodys(world: World, cluster: Record, tmp_path: Any) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "token.key").write_text("00" * 32)
    made = token.SIGNER.make(other, token.SERVER, directory.object_id(directory.DEPLOYER))
    assert review(world.account, kubernetes(cluster.id), made) == (None, None)


def test_no_static_credential_without_local_accounts(world: World, cluster: Record) -> None:
    asked = {"resourceGroupName": "shop", "resourceName": "shop"}
    for name in ("listManagedClusterAdminCredentials",):
        with pytest.raises(RefusedError, match="set to disable local accounts"):
            FUNCTIONS[f"azure-native:containerservice:{name}"](world.account, asked)


def test_who_calls(world: World) -> None:
    found = FUNCTIONS["azure-native:authorization:getClientConfig"](world.account, {})
    assert found["subscriptionId"] == directory.HERE.subscription
    assert found["objectId"] == directory.object_id(found["clientId"])
    got = FUNCTIONS["azure-native:network:getVirtualNetwork"](
        world.account, {"resourceGroupName": "shop", "virtualNetworkName": "net"}
    )
    assert got["id"] == world.made["network"].id

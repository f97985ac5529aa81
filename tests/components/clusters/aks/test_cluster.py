"""What an AKS cluster registers: safe defaults, and an order that holds both ways."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from anykube._clusters.aks.access import principal_type
from anykube._clusters.aks.cluster import AksCluster
from anykube._clusters.aks.sections import AzureIdentity, AzureRole
from anykube._clusters.spec import NodePool
from anykube._workloads.identity import CloudIdentity, IdentityBinding

from tests.components.clusters.aks.azure import CLUSTER, DEPLOYER, ISSUER, SUBSCRIPTION, Make, Registered, spec_of, told
from tests.components.clusters.registered import after, of
from tests.components.conftest import Engine

_GROUP = "00000000-0000-0000-0000-0000000000a1"
_PERSON = "00000000-0000-0000-0000-0000000000b2"


def test_the_control_plane_is_private_and_known_to_entra_alone(standard: Registered) -> None:
    cluster = standard["ManagedCluster/prod-cluster"].inputs
    assert cluster["apiServerAccessProfile"] == {
        "enablePrivateCluster": True,
        "enablePrivateClusterPublicFQDN": False,
        "privateDNSZone": "system",
        "enableVnetIntegration": True,
        "subnetId": "prod-api-server-id",
        "disableRunCommand": True,
    }
    assert cluster["disableLocalAccounts"] is True
    assert cluster["aadProfile"] == {"managed": True, "enableAzureRBAC": True}
    assert cluster["sku"] == {"name": "Base", "tier": "Standard"}
    assert cluster["oidcIssuerProfile"] == {"enabled": True}
    assert cluster["securityProfile"]["workloadIdentity"] == {"enabled": True}
    assert cluster["autoUpgradeProfile"] == {"upgradeChannel": "stable", "nodeOSUpgradeChannel": "NodeImage"}
    network = cluster["networkProfile"]
    assert (network["networkPluginMode"], network["networkDataplane"]) == ("overlay", "cilium")
    assert (network["outboundType"], network["dnsServiceIP"]) == ("userAssignedNATGateway", "172.20.0.10")
    assert cluster["metricsProfile"] == {"costAnalysis": {"enabled": True}}


def test_the_identities_are_its_own_and_may_what_they_must(standard: Registered) -> None:
    cluster = standard["ManagedCluster/prod-cluster"].inputs
    assert cluster["identity"] == {"type": "UserAssigned", "userAssignedIdentities": ["prod-control-plane-id"]}
    assert cluster["identityProfile"]["kubeletidentity"]["resourceId"] == "prod-kubelet-id"
    given = {
        name: (found["principalId"], found["scope"], found["roleDefinitionId"].rpartition("/")[2][:8])
        for name, found in of(standard, "RoleAssignment").items()
        if name.startswith("prod-control-plane")
    }
    who = "principal-of-prod-control-plane"
    assert given == {
        "prod-control-plane-kubelet": (who, "prod-kubelet-id", "f1a07417"),
        "prod-control-plane-network": (who, "prod-network-id", "4d97b98b"),
        "prod-control-plane-secrets": (who, "prod-secrets-id", "12338af0"),
    }
    assert {found["principalType"] for found in of(standard, "RoleAssignment").values()} == {"ServicePrincipal"}
    after(standard, "ManagedCluster/prod-cluster", *(f"RoleAssignment/{name}" for name in given))


def test_assignments_are_always_called_the_same(standard: Registered) -> None:
    first = {name: found["roleAssignmentName"] for name, found in of(standard, "RoleAssignment").items()}
    assert len(set(first.values())) == len(first)
    again = Engine()
    told(again)
    again.run(lambda: AksCluster("prod", spec_of()))
    assert {name: found["roleAssignmentName"] for name, found in of(again.resources, "RoleAssignment").items()} == first


def test_secrets_are_encrypted_with_a_key_of_its_own(standard: Registered) -> None:
    vault = standard["Vault/prod-secrets"].inputs["properties"]
    assert (vault["enableRbacAuthorization"], vault["enablePurgeProtection"]) == (True, True)
    assert 3 <= len(standard["Vault/prod-secrets"].inputs["vaultName"]) <= 24
    assert standard["ManagedCluster/prod-cluster"].inputs["securityProfile"]["azureKeyVaultKms"] == {
        "enabled": True,
        "keyId": "https://vault/keys/secrets/1",
        "keyVaultNetworkAccess": "Public",
    }
    after(standard, "ManagedCluster/prod-cluster", "Key/prod-secrets", "RoleAssignment/prod-control-plane-secrets")


def test_logs_are_kept_in_a_workspace_of_its_own(standard: Registered) -> None:
    assert standard["Workspace/prod-logs"].inputs["retentionInDays"] == 90
    setting = standard["DiagnosticSetting/prod-logs"].inputs
    assert setting["resourceUri"] == "prod-cluster-id"
    assert [log["category"] for log in setting["logs"]] == ["kube-apiserver", "kube-audit-admin", "guard"]


def test_public_access_only_with_ranges(make: Make) -> None:
    access = make(api={"public": ["203.0.113.0/24"]})["ManagedCluster/prod-cluster"].inputs["apiServerAccessProfile"]
    assert (access["enablePrivateCluster"], access["authorizedIPRanges"]) == (False, ["203.0.113.0/24"])


@pytest.mark.parametrize(("nat", "gateways", "nodes"), [("single", 1, ["1"]), ("zone", 3, ["1", "2", "3"])])
def test_the_network(make: Make, nat: str, gateways: int, nodes: list[str]) -> None:
    resources = make(network={"nat": nat})
    subnets = of(resources, "Subnet")
    assert sorted(name.rpartition("-")[2] for name in subnets if "nodes" in name) == nodes
    assert len({subnet["addressPrefix"] for subnet in subnets.values()}) == len(subnets)
    assert all(subnet["defaultOutboundAccess"] is False for subnet in subnets.values())
    api_server = subnets["prod-api-server"]
    assert api_server["addressPrefix"].endswith("/28")
    assert api_server["delegations"][0]["serviceName"] == "Microsoft.ContainerService/managedClusters"
    gateway = of(resources, "NatGateway")
    assert len(gateway) == len(of(resources, "PublicIPAddress")) == gateways
    assert [gateway[name].get("zones") for name in sorted(gateway)] == (
        [None] if nat == "single" else [["1"], ["2"], ["3"]]
    )
    # Azure changes one subnet of a network at a time.
    after(resources, "Subnet/prod-load-balancers", "Subnet/prod-api-server")


def test_a_network_that_is_there_is_used_as_it_is(make: Make) -> None:
    within = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub/subnets"
    there = {part: f"{within}/{part}" for part in ("nodes", "api_server", "load_balancers")}
    resources = make(network={}, aks={"network": {**there, "outbound": "userDefinedRouting"}})
    assert not of(resources, "VirtualNetwork")
    assert not of(resources, "Subnet")
    assert not of(resources, "NatGateway")
    cluster = resources["ManagedCluster/prod-cluster"].inputs
    assert cluster["networkProfile"]["outboundType"] == "userDefinedRouting"
    assert cluster["apiServerAccessProfile"]["subnetId"] == there["api_server"]
    assert resources["AgentPool/prod-servers"].inputs["vnetSubnetID"] == there["nodes"]
    scopes = {found["scope"] for found in of(resources, "RoleAssignment").values()}
    assert {there["nodes"], there["api_server"]} <= scopes


def test_access_is_by_roles_and_the_deployers_is_explicit(make: Make) -> None:
    resources = make(access={"admins": [f"group:{_GROUP}"], "viewers": [f"user:{_PERSON}"]})
    given = {
        name: (found["principalId"], found["principalType"], found["roleDefinitionId"].rpartition("/")[2][:8])
        for name, found in of(resources, "RoleAssignment").items()
        if name.startswith(("prod-deployer", "prod-admin", "prod-viewer"))
    }
    assert given == {
        "prod-deployer": (DEPLOYER, "ServicePrincipal", "b1ff04bb"),
        f"prod-admin-{_GROUP}": (_GROUP, "Group", "b1ff04bb"),
        f"prod-admin-{_GROUP}-kubeconfig": (_GROUP, "Group", "4abbcc35"),
        f"prod-viewer-{_PERSON}": (_PERSON, "User", "7f6c6a51"),
        f"prod-viewer-{_PERSON}-kubeconfig": (_PERSON, "User", "4abbcc35"),
    }
    assert {resources[f"RoleAssignment/{name}"].inputs["scope"] for name in given} == {"prod-group-id"}
    # Heard of everywhere by the time that the cluster is there.
    after(resources, "ManagedCluster/prod-cluster", *(f"RoleAssignment/{name}" for name in given))


def test_who_deploys_from_a_command_line_is_a_person() -> None:
    assert principal_type("04b07795-8ddb-461a-bbee-02f9e1bf7b46") == "User"
    assert principal_type("00000000-0000-0000-0000-0000000000c1") == "ServicePrincipal"


def test_windows_of_both_schedules_are_the_pages(make: Make) -> None:
    resources = make(maintenance={"days": ["saturday"], "start": "22:30", "hours": 6})
    configurations = of(resources, "MaintenanceConfiguration").values()
    assert sorted(found["configName"] for found in configurations) == [
        "aksManagedAutoUpgradeSchedule",
        "aksManagedNodeOSUpgradeSchedule",
    ]
    assert {json.dumps(found["maintenanceWindow"], sort_keys=True) for found in configurations} == {
        json.dumps(
            {
                "durationHours": 6,
                "schedule": {"weekly": {"dayOfWeek": "Saturday", "intervalWeeks": 1}},
                "startTime": "22:30",
                "utcOffset": "+00:00",
            },
            sort_keys=True,
        )
    }


def test_it_is_locked_last_and_unlocked_first(standard: Registered) -> None:
    lock = standard["ManagementLockByScope/prod-lock"].inputs
    assert (lock["level"], lock["scope"]) == ("CanNotDelete", "prod-cluster-id")
    after(
        standard,
        "ManagementLockByScope/prod-lock",
        "AgentPool/prod-servers",
        "DiagnosticSetting/prod-logs",
        "MaintenanceConfiguration/prod-aksManagedAutoUpgradeSchedule",
    )


@pytest.mark.parametrize("fields", [{"protect": False}, {"aks": {"lock": False}}])
def test_a_lock_can_be_lifted(make: Make, fields: dict[str, Any]) -> None:
    assert not of(make(**fields), "ManagementLockByScope")


def test_order_both_ways(standard: Registered) -> None:
    after(standard, "AgentPool/prod-servers", "ManagedCluster/prod-cluster", "RoleAssignment/prod-deployer")
    after(
        standard, "ManagedCluster/prod-cluster", "Subnet/prod-nodes-1", "NatGateway/prod-nat", "Subnet/prod-api-server"
    )
    after(standard, "kubernetes/prod-platform", "RoleAssignment/prod-deployer", "AgentPool/prod-servers")
    chart = "Release/prod-alb-controller"
    after(
        standard, chart, "FederatedIdentityCredential/prod-alb-controller", "RoleAssignment/prod-alb-controller-subnet"
    )
    after(standard, "ApplicationLoadBalancer/prod-load-balancer", chart, "Subnet/prod-load-balancers")
    # What apps put on the cluster goes before its controller, which removes their load balancers.
    after(
        standard, "kubernetes/prod-kubernetes", "ApplicationLoadBalancer/prod-load-balancer", "AgentPool/prod-servers"
    )


def test_certificates_where_a_zone_is_named(make: Make) -> None:
    zone = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/dns/providers/Microsoft.Network/dnszones/example.com"
    resources = make(aks={"dns_zone": zone})
    solver = resources["ClusterIssuer/prod-issuer"].inputs["spec"]["acme"]["solvers"][0]["dns01"]["azureDNS"]
    assert (solver["hostedZoneName"], solver["resourceGroupName"]) == ("example.com", "dns")
    assert solver["managedIdentity"] == {"clientID": "client-of-prod-cert-manager"}
    assert resources["RoleAssignment/prod-cert-manager-zone"].inputs["scope"] == zone
    after(resources, "kubernetes/prod-kubernetes", "ClusterIssuer/prod-issuer", "Release/prod-cert-manager")


def test_no_certificates_without_one(standard: Registered) -> None:
    assert "Release/prod-cert-manager" not in standard


def test_gpus_can_be_asked_for(make: Make) -> None:
    pool = NodePool.model_validate({"min": 0, "max": 2, "machine": {"cpu": 4, "memory": "16Gi", "gpu": 1}})
    resources = make(pools={"gpu": pool})
    assert resources["AgentPool/prod-gpu"].inputs["gpuProfile"] == {"driver": "Install"}
    spec = resources["DaemonSet/prod-device-plugin"].inputs["spec"]["template"]["spec"]
    terms = spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert terms[0]["matchExpressions"][0]["values"] == ["gpu"]


def test_automatic_has_its_own_nodes_and_ways(make: Make) -> None:
    resources = make(mode="managed", version="1.36")
    cluster = resources["ManagedCluster/prod-cluster"].inputs
    assert cluster["sku"] == {"name": "Automatic", "tier": "Standard"}
    assert cluster["nodeProvisioningProfile"]["mode"] == "Auto"
    assert [pool["name"] for pool in cluster["agentPoolProfiles"]] == ["systempool"]
    assert "vmSize" not in cluster["agentPoolProfiles"][0]
    assert not {"identityProfile", "nodeResourceGroup", "autoScalerProfile"} & set(cluster)
    assert not any(key.startswith(("AgentPool/", "Release/", "Vault/")) for key in resources)


def test_everything_that_takes_tags_has_them(make: Make) -> None:
    taking = {
        "ResourceGroup",
        "VirtualNetwork",
        "NatGateway",
        "PublicIPAddress",
        "UserAssignedIdentity",
        "Vault",
        "Key",
    }
    taking |= {"Workspace", "ManagedCluster", "AgentPool"}
    found = {key.partition("/")[0]: value.inputs.get("tags") for key, value in make(tags={"team": "a"}).items()}
    assert {kind: (found[kind] or {}).get("team") for kind in taking} == dict.fromkeys(taking, "a")


def test_the_kubeconfig_is_secret_and_holds_no_credential(standard: Registered) -> None:
    provider = standard["kubernetes/prod-kubernetes"].inputs
    secret, text = provider["kubeconfig"]
    assert secret == "secret"
    config = json.loads(text)
    assert config["clusters"][0]["cluster"]["server"] == "https://prod-1.private:443"
    user = config["users"][0]["user"]
    assert list(user) == ["exec"]
    assert user["exec"]["interactiveMode"] == "Never"
    assert user["exec"]["args"][:3] == ["get-token", "--login", "azurecli"]
    assert "devicecode" not in text
    assert provider["clusterIdentifier"] == "uid-1"


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (
            {"vmSize": "Standard_D8s_v5"},
            r"Standard_D8s_v5, which AKS cannot exchange .*`machine: {type: Standard_D8s_v5}`",
        ),
        ({"availabilityZones": ["1", "2"]}, r'the zones "1", "2", which AKS cannot exchange for "1", "2", "3"; leave'),
        ({"osDiskSizeGB": 64}, r"disks of 64 GiB, which AKS cannot exchange for 128; write `disk: 64` there"),
        ({"enableEncryptionAtHost": None}, r"`host_encryption: false`, which AKS cannot exchange for true"),
        ({"securityProfile": None}, r"`secure_boot: false`, which AKS cannot exchange for true; leave that as it was"),
        ({"vnetSubnetID": "other"}, r"the subnet other, which AKS cannot exchange for prod-nodes-1-id"),
        ({"osDiskSizeGB": 64, "vmSize": "Standard_D8s_v5"}, r"Standard_D8s_v5.* Pool system .*disks of 64 GiB"),
    ],
)
def test_a_first_pool_that_cannot_be_had_is_refused(engine: Engine, there: dict[str, Any], said: str) -> None:
    told(engine)
    engine.says("azure-native:containerservice:ManagedCluster", **CLUSTER, agentPoolProfiles=_with(there))
    with pytest.raises(pulumi.RunError, match=rf"^AksCluster prod: Pool system came with the cluster and has .*{said}"):
        engine.run(lambda: AksCluster("prod", spec_of()))


@pytest.mark.parametrize(
    "there",
    [
        {"availabilityZones": ["3", "1", "2"]},
        {"vnetSubnetID": "PROD-nodes-1-id"},
        {"osSKU": "Ubuntu"},
        {"count": 5},
    ],
)
def test_what_azure_writes_otherwise_or_changes_in_place_is_not(engine: Engine, there: dict[str, Any]) -> None:
    told(engine)
    engine.says("azure-native:containerservice:ManagedCluster", **CLUSTER, agentPoolProfiles=_with(there))
    engine.run(lambda: AksCluster("prod", spec_of()))
    assert "agentPoolProfiles[0].osSKU" not in engine.resources["ManagedCluster/prod-cluster"].ignored


def _with(there: dict[str, Any]) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """A first pool as it was asked for, but for that."""
    return lambda inputs: [{**inputs["agentPoolProfiles"][0], **there}]


_DATA = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/data"


def test_an_identity_of_ones_own(engine: Engine) -> None:
    told(engine)
    granted: list[IdentityBinding] = []

    def program() -> None:
        roles = [AzureRole(role="Storage Blob Data Reader", scope=_DATA), AzureRole(role="Reader", scope=_DATA)]
        identity = CloudIdentity(azure=AzureIdentity(roles=tuple(roles)))
        granted.append(AksCluster("prod", spec_of()).grant("shop", "web", identity))

    engine.run(program)
    bound = engine.resources["FederatedIdentityCredential/prod-shop-web"].inputs
    assert (bound["subject"], bound["issuer"]) == ("system:serviceaccount:shop:web", ISSUER)
    assert bound["audiences"] == ["api://AzureADTokenExchange"]
    own = [engine.resources[f"RoleAssignment/prod-shop-web-{index}"].inputs for index in (0, 1)]
    assert [found["roleDefinitionId"].rpartition("/")[2][:8] for found in own] == ["2a2b9908", "acdd72a7"]
    assert {(found["principalId"], found["scope"]) for found in own} == {("principal-of-prod-shop-web", _DATA)}
    assert list(granted[0].annotations) == ["azure.workload.identity/client-id"]
    assert len(granted[0].ready) == 3


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        (CloudIdentity(), "says nothing of Azure"),
        (CloudIdentity(azure=AzureIdentity(roles=(AzureRole(role="Raeder", scope=_DATA),))), "did you mean Reader"),
    ],
)
def test_an_identity_that_azure_has_nothing_for(engine: Engine, identity: CloudIdentity, said: str) -> None:
    told(engine)
    with pytest.raises(pulumi.RunError, match=said):
        engine.run(lambda: AksCluster("prod", spec_of()).grant("shop", "web", identity))

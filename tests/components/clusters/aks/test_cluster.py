"""Resources of an AKS cluster: safe defaults, and dependencies in the right order."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from anykube._clusters.aks.cluster import AksCluster
from anykube._clusters.aks.custom_roles import custom_role_guid
from anykube._clusters.aks.roles import ROLES
from anykube._clusters.aks.sections import AzureIdentity, AzureRole
from anykube._clusters.aks.tokens import principal_type
from anykube._clusters.spec import NodePool
from anykube._workloads.identity import CloudIdentity, IdentityBinding

from tests.components.clusters.aks.azure import (
    CLUSTER,
    DEPLOYER,
    ISSUER,
    SUBSCRIPTION,
    Make,
    Registered,
    login_token,
    mock_azure,
    spec_of,
)
from tests.components.clusters.registered import assert_depends_on, inputs_by_name
from tests.components.conftest import Engine

_GROUP = "00000000-0000-0000-0000-0000000000a1"
_APP = "00000000-0000-0000-0000-0000000000c3"
_PERSON = "00000000-0000-0000-0000-0000000000b2"


def test_control_plane_is_private_and_uses_entra(standard: Registered) -> None:
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


def test_internal_ranges_resolve_the_private_address(make: Make) -> None:
    """Connected networks have no link to the private DNS zone."""
    resources = make(api={"internal": ["10.200.0.0/16"]})
    profile = resources["ManagedCluster/prod-cluster"].inputs["apiServerAccessProfile"]
    assert (profile["enablePrivateCluster"], profile["enablePrivateClusterPublicFQDN"]) == (True, True)
    _, kubeconfig = resources["kubernetes/prod-kubernetes"].inputs["kubeconfig"]
    assert json.loads(kubeconfig)["clusters"][0]["cluster"]["server"] == "https://prod-1.hcp.westeurope.azmk8s.io:443"


def test_identities_have_the_required_roles(standard: Registered) -> None:
    cluster = standard["ManagedCluster/prod-cluster"].inputs
    assert cluster["identity"] == {"type": "UserAssigned", "userAssignedIdentities": ["prod-control-plane-id"]}
    assert cluster["identityProfile"]["kubeletidentity"]["resourceId"] == "prod-kubelet-id"
    assignments = {
        name: (resource["principalId"], resource["scope"], resource["roleDefinitionId"].rpartition("/")[2][:8])
        for name, resource in inputs_by_name(standard, "RoleAssignment").items()
        if name.startswith("prod-control-plane")
    }
    principal = "principal-of-prod-control-plane"
    assert assignments == {
        "prod-control-plane-kubelet": (principal, "prod-kubelet-id", "f1a07417"),
        "prod-control-plane-network": (principal, "prod-network-id", "4d97b98b"),
        "prod-control-plane-secrets": (principal, "prod-secrets-id", "12338af0"),
    }
    assert {resource["principalType"] for resource in inputs_by_name(standard, "RoleAssignment").values()} == {
        "ServicePrincipal"
    }
    assert_depends_on(standard, "ManagedCluster/prod-cluster", *(f"RoleAssignment/{name}" for name in assignments))


def test_role_assignment_names_are_stable(standard: Registered) -> None:
    first = {
        name: resource["roleAssignmentName"] for name, resource in inputs_by_name(standard, "RoleAssignment").items()
    }
    assert len(set(first.values())) == len(first)
    again = Engine()
    mock_azure(again)
    again.run(lambda: AksCluster("prod", spec_of()))
    assert {
        name: resource["roleAssignmentName"]
        for name, resource in inputs_by_name(again.resources, "RoleAssignment").items()
    } == first


def test_secrets_are_encrypted_with_a_key_vault_key(standard: Registered) -> None:
    vault = standard["Vault/prod-secrets"].inputs["properties"]
    assert (vault["enableRbacAuthorization"], vault["enablePurgeProtection"]) == (True, True)
    assert 3 <= len(standard["Vault/prod-secrets"].inputs["vaultName"]) <= 24
    assert standard["ManagedCluster/prod-cluster"].inputs["securityProfile"]["azureKeyVaultKms"] == {
        "enabled": True,
        "keyId": "https://vault/keys/secrets/1",
        "keyVaultNetworkAccess": "Public",
    }
    assert_depends_on(
        standard, "ManagedCluster/prod-cluster", "Key/prod-secrets", "RoleAssignment/prod-control-plane-secrets"
    )


def test_sends_logs_to_a_workspace(standard: Registered) -> None:
    assert standard["Workspace/prod-logs"].inputs["retentionInDays"] == 90
    setting = standard["DiagnosticSetting/prod-logs"].inputs
    assert setting["resourceUri"] == "prod-cluster-id"
    assert [log["category"] for log in setting["logs"]] == ["kube-apiserver", "kube-audit-admin", "guard"]


def test_public_api_access_requires_ranges(make: Make) -> None:
    access = make(api={"public": ["203.0.113.0/24"]})["ManagedCluster/prod-cluster"].inputs["apiServerAccessProfile"]
    assert (access["enablePrivateCluster"], access["authorizedIPRanges"]) == (False, ["203.0.113.0/24"])


@pytest.mark.parametrize(("nat", "gateways", "nodes"), [("single", 1, ["1"]), ("zone", 3, ["1", "2", "3"])])
def test_creates_subnets_and_nat_gateways(make: Make, nat: str, gateways: int, nodes: list[str]) -> None:
    resources = make(network={"nat": nat})
    subnets = inputs_by_name(resources, "Subnet")
    assert sorted(name.rpartition("-")[2] for name in subnets if "nodes" in name) == nodes
    assert len({subnet["addressPrefix"] for subnet in subnets.values()}) == len(subnets)
    assert all(subnet["defaultOutboundAccess"] is False for subnet in subnets.values())
    api_server = subnets["prod-api-server"]
    assert api_server["addressPrefix"].endswith("/28")
    assert api_server["delegations"][0]["serviceName"] == "Microsoft.ContainerService/managedClusters"
    gateway = inputs_by_name(resources, "NatGateway")
    assert len(gateway) == len(inputs_by_name(resources, "PublicIPAddress")) == gateways
    assert [gateway[name].get("zones") for name in sorted(gateway)] == (
        [None] if nat == "single" else [["1"], ["2"], ["3"]]
    )
    # Azure changes one subnet of a network at a time.
    assert_depends_on(resources, "Subnet/prod-load-balancers", "Subnet/prod-api-server")


def test_uses_an_existing_network(make: Make) -> None:
    subnets = (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub/subnets"
    )
    network = {name: f"{subnets}/{name}" for name in ("nodes", "api_server", "load_balancers")}
    resources = make(network={}, aks={"network": {**network, "outbound": "userDefinedRouting"}})
    assert not inputs_by_name(resources, "VirtualNetwork")
    assert not inputs_by_name(resources, "Subnet")
    assert not inputs_by_name(resources, "NatGateway")
    cluster = resources["ManagedCluster/prod-cluster"].inputs
    assert cluster["networkProfile"]["outboundType"] == "userDefinedRouting"
    assert cluster["apiServerAccessProfile"]["subnetId"] == network["api_server"]
    assert resources["AgentPool/prod-servers"].inputs["vnetSubnetID"] == network["nodes"]
    scopes = {resource["scope"] for resource in inputs_by_name(resources, "RoleAssignment").values()}
    assert {network["nodes"], network["api_server"]} <= scopes


def test_grants_access_by_role_assignments_also_to_the_deployer(make: Make) -> None:
    resources = make(access={"admins": [f"group:{_GROUP}"], "viewers": [f"user:{_PERSON}"]})
    assignments = {
        name: (resource["principalId"], resource["principalType"], resource["roleDefinitionId"].rpartition("/")[2][:8])
        for name, resource in inputs_by_name(resources, "RoleAssignment").items()
        if name.startswith(("prod-deployer", "prod-admin", "prod-viewer"))
    }
    assert assignments == {
        "prod-deployer": (DEPLOYER, "ServicePrincipal", "b1ff04bb"),
        f"prod-admin-{_GROUP}": (_GROUP, "Group", "b1ff04bb"),
        f"prod-admin-{_GROUP}-kubeconfig": (_GROUP, "Group", "4abbcc35"),
        f"prod-viewer-{_PERSON}": (_PERSON, "User", "7f6c6a51"),
        f"prod-viewer-{_PERSON}-kubeconfig": (_PERSON, "User", "4abbcc35"),
    }
    assert {resources[f"RoleAssignment/{name}"].inputs["scope"] for name in assignments} == {"prod-group-id"}
    # Another identity that previews later changes nothing.
    assert resources["RoleAssignment/prod-deployer"].ignored == ["principalId", "principalType", "roleAssignmentName"]
    # Assignments take effect while the cluster is created.
    assert_depends_on(resources, "ManagedCluster/prod-cluster", *(f"RoleAssignment/{name}" for name in assignments))


def test_access_follows_the_settings_and_not_whoever_runs(make: Make) -> None:
    access = {"deployers": [f"app:{_APP}"], "admins": [_GROUP], "viewers": [f"group:{_GROUP}", f"app:{_APP}"]}
    resources = make(access={**access, "previewers": [f"user:{_PERSON}"]})
    assignments = {
        name: resource["roleDefinitionId"].rpartition("/")[2]
        for name, resource in inputs_by_name(resources, "RoleAssignment").items()
        if resource["scope"] == "prod-group-id"
        and not name.endswith("-kubeconfig")
        and resource["principalId"] in (_APP, _GROUP, _PERSON, DEPLOYER)
    }
    admin = ROLES["Azure Kubernetes Service RBAC Cluster Admin"]
    assert assignments == {
        f"prod-deployer-{_APP}": admin,
        f"prod-admin-{_GROUP}": admin,
        f"prod-previewer-{_PERSON}": custom_role_guid(SUBSCRIPTION, "previewer"),
    }
    # A creator's grant of an earlier version becomes that of the first deployer.
    assert "prod-deployer" in resources[f"RoleAssignment/prod-deployer-{_APP}"].former_names
    assert (
        f"prod-viewer-{_GROUP}-kubeconfig" in resources[f"RoleAssignment/prod-admin-{_GROUP}-kubeconfig"].former_names
    )


def test_reviewers_write_only_in_namespaces_of_reviews(make: Make) -> None:
    resources = make(access={"deployers": [f"app:{_APP}"], "reviewers": [f"app:{_PERSON}"]})
    policy = resources["ValidatingAdmissionPolicy/prod-reviewers-policy"].inputs["spec"]
    assert f"request.userInfo.username in ['{_PERSON}']" in policy["matchConditions"][0]["expression"]


@pytest.mark.parametrize(
    ("kind", "client", "expected"),
    [
        ("user", "00000000-0000-0000-0000-0000000000c1", "User"),
        ("app", "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "ServicePrincipal"),
    ],
)
def test_the_token_tells_people_from_programs(kind: str, client: str, expected: str) -> None:
    assert principal_type(login_token(kind), client) == expected


def test_a_token_without_a_type_is_known_by_its_application() -> None:
    assert principal_type("opaque", "04b07795-8ddb-461a-bbee-02f9e1bf7b46") == "User"
    assert principal_type("opaque", "00000000-0000-0000-0000-0000000000c1") == "ServicePrincipal"


def test_both_maintenance_schedules_have_the_same_window(make: Make) -> None:
    resources = make(maintenance={"days": ["saturday"], "start": "22:30", "hours": 6})
    configurations = inputs_by_name(resources, "MaintenanceConfiguration").values()
    assert sorted(resource["configName"] for resource in configurations) == [
        "aksManagedAutoUpgradeSchedule",
        "aksManagedNodeOSUpgradeSchedule",
    ]
    assert {json.dumps(resource["maintenanceWindow"], sort_keys=True) for resource in configurations} == {
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


def test_lock_depends_on_everything_else(standard: Registered) -> None:
    lock = standard["ManagementLockByScope/prod-lock"].inputs
    assert (lock["level"], lock["scope"]) == ("CanNotDelete", "prod-cluster-id")
    assert_depends_on(
        standard,
        "ManagementLockByScope/prod-lock",
        "AgentPool/prod-servers",
        "DiagnosticSetting/prod-logs",
        "MaintenanceConfiguration/prod-aksManagedAutoUpgradeSchedule",
    )


@pytest.mark.parametrize("fields", [{"protect": False}, {"aks": {"lock": False}}])
def test_no_lock_without_protect_or_lock(make: Make, fields: dict[str, Any]) -> None:
    assert not inputs_by_name(make(**fields), "ManagementLockByScope")


def test_dependency_order(standard: Registered) -> None:
    assert_depends_on(standard, "AgentPool/prod-servers", "ManagedCluster/prod-cluster", "RoleAssignment/prod-deployer")
    assert_depends_on(
        standard, "ManagedCluster/prod-cluster", "Subnet/prod-nodes-1", "NatGateway/prod-nat", "Subnet/prod-api-server"
    )
    assert_depends_on(standard, "kubernetes/prod-platform", "RoleAssignment/prod-deployer", "AgentPool/prod-servers")
    chart = "Release/prod-alb-controller"
    assert_depends_on(
        standard, chart, "FederatedIdentityCredential/prod-alb-controller", "RoleAssignment/prod-alb-controller-subnet"
    )
    assert_depends_on(standard, "ApplicationLoadBalancer/prod-load-balancer", chart, "Subnet/prod-load-balancers")
    # Objects of apps are deleted before the controller, which deletes their load balancers.
    assert_depends_on(
        standard, "kubernetes/prod-kubernetes", "ApplicationLoadBalancer/prod-load-balancer", "AgentPool/prod-servers"
    )


def test_installs_cert_manager_with_a_dns_zone(make: Make) -> None:
    zone = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/dns/providers/Microsoft.Network/dnszones/example.com"
    resources = make(aks={"dns_zone": zone})
    solver = resources["ClusterIssuer/prod-issuer"].inputs["spec"]["acme"]["solvers"][0]["dns01"]["azureDNS"]
    assert (solver["hostedZoneName"], solver["resourceGroupName"]) == ("example.com", "dns")
    assert solver["managedIdentity"] == {"clientID": "client-of-prod-cert-manager"}
    assert resources["RoleAssignment/prod-cert-manager-zone"].inputs["scope"] == zone
    assert_depends_on(resources, "kubernetes/prod-kubernetes", "ClusterIssuer/prod-issuer", "Release/prod-cert-manager")


def test_no_cert_manager_without_a_dns_zone(standard: Registered) -> None:
    assert "Release/prod-cert-manager" not in standard


def test_installs_the_gpu_device_plugin(make: Make) -> None:
    pool = NodePool.model_validate({"min": 0, "max": 2, "machine": {"cpu": 4, "memory": "16Gi", "gpu": 1}})
    resources = make(pools={"gpu": pool})
    assert resources["AgentPool/prod-gpu"].inputs["gpuProfile"] == {"driver": "Install"}
    spec = resources["DaemonSet/prod-device-plugin"].inputs["spec"]["template"]["spec"]
    terms = spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert terms[0]["matchExpressions"][0]["values"] == ["gpu"]


def test_automatic_chooses_its_own_settings(make: Make) -> None:
    resources = make(mode="managed", version="1.36")
    cluster = resources["ManagedCluster/prod-cluster"].inputs
    assert cluster["sku"] == {"name": "Automatic", "tier": "Standard"}
    assert cluster["nodeProvisioningProfile"]["mode"] == "Auto"
    assert [pool["name"] for pool in cluster["agentPoolProfiles"]] == ["systempool"]
    assert "vmSize" not in cluster["agentPoolProfiles"][0]
    assert not {"identityProfile", "nodeResourceGroup", "autoScalerProfile"} & set(cluster)
    assert not any(key.startswith(("AgentPool/", "Release/", "Vault/")) for key in resources)


def test_tags_all_resources_that_support_tags(make: Make) -> None:
    taggable = {
        "ResourceGroup",
        "VirtualNetwork",
        "NatGateway",
        "PublicIPAddress",
        "UserAssignedIdentity",
        "Vault",
        "Key",
    }
    taggable |= {"Workspace", "ManagedCluster", "AgentPool"}
    tags = {key.partition("/")[0]: value.inputs.get("tags") for key, value in make(tags={"team": "a"}).items()}
    assert {kind: (tags[kind] or {}).get("team") for kind in taggable} == dict.fromkeys(taggable, "a")


def test_kubeconfig_is_secret_and_has_no_credentials(standard: Registered) -> None:
    provider = standard["kubernetes/prod-kubernetes"].inputs
    secret, text = provider["kubeconfig"]
    assert secret == "secret"
    config = json.loads(text)
    assert config["clusters"][0]["cluster"]["server"] == "https://prod-1.private:443"
    user = config["users"][0]["user"]
    assert list(user) == ["exec"]
    assert user["exec"]["interactiveMode"] == "Never"
    assert user["exec"]["command"] == "anykube"
    assert user["exec"]["args"] == ["token", "azure", "--account", spec_of().aks.subscription]
    assert "devicecode" not in text
    assert provider["clusterIdentifier"] == "uid-1"


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        (
            {"vmSize": "Standard_D8s_v5"},
            r"its machine type Standard_D8s_v5 to .*Set `machine: {type: Standard_D8s_v5}` for it and add",
        ),
        ({"availabilityZones": ["1", "2"]}, r'its zones "1", "2" to "1", "2", "3"\. Restore the zones and `nat`'),
        ({"osDiskSizeGB": 64}, r"its disk size of 64 GiB to 128\. Set `disk: 64` for it"),
        ({"enableEncryptionAtHost": None}, r"`host_encryption: false` to true\. Restore `aks.host_encryption`"),
        ({"securityProfile": None}, r"`secure_boot: false` to true\. Restore `aks.secure_boot`"),
        ({"vnetSubnetID": "other"}, r"its subnet other to prod-nodes-1-id\. Restore the cluster's zones and network"),
        ({"osDiskSizeGB": 64, "vmSize": "Standard_D8s_v5"}, r"Standard_D8s_v5.* Pool system .*disk size of 64 GiB"),
    ],
)
def test_rejects_immutable_changes_of_the_first_pool(engine: Engine, profile: dict[str, Any], message: str) -> None:
    mock_azure(engine)
    engine.says("azure-native:containerservice:ManagedCluster", **CLUSTER, agentPoolProfiles=_with(profile))
    with pytest.raises(
        pulumi.RunError, match=rf"^AksCluster prod: Pool system was created with the cluster, and .*{message}"
    ):
        engine.run(lambda: AksCluster("prod", spec_of()))


@pytest.mark.parametrize(
    "profile",
    [
        {"availabilityZones": ["3", "1", "2"]},
        {"vnetSubnetID": "PROD-nodes-1-id"},
        {"osSKU": "Ubuntu"},
        {"count": 5},
    ],
)
def test_accepts_other_spelling_and_mutable_changes_of_the_first_pool(engine: Engine, profile: dict[str, Any]) -> None:
    mock_azure(engine)
    engine.says("azure-native:containerservice:ManagedCluster", **CLUSTER, agentPoolProfiles=_with(profile))
    engine.run(lambda: AksCluster("prod", spec_of()))
    assert "agentPoolProfiles[0].osSKU" not in engine.resources["ManagedCluster/prod-cluster"].ignored


def _with(profile: dict[str, Any]) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """The first pool as in settings, with some fields changed."""
    return lambda inputs: [{**inputs["agentPoolProfiles"][0], **profile}]


_DATA = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/data"


def test_creates_a_workload_identity(engine: Engine) -> None:
    mock_azure(engine)
    bindings: list[IdentityBinding] = []

    def program() -> None:
        roles = [AzureRole(role="Storage Blob Data Reader", scope=_DATA), AzureRole(role="Reader", scope=_DATA)]
        identity = CloudIdentity(azure=AzureIdentity(roles=tuple(roles)))
        bindings.append(AksCluster("prod", spec_of()).grant("shop", "web", identity))

    engine.run(program)
    credential = engine.resources["FederatedIdentityCredential/prod-shop-web"].inputs
    assert (credential["subject"], credential["issuer"]) == ("system:serviceaccount:shop:web", ISSUER)
    assert credential["audiences"] == ["api://AzureADTokenExchange"]
    assignments = [engine.resources[f"RoleAssignment/prod-shop-web-{index}"].inputs for index in (0, 1)]
    assert [resource["roleDefinitionId"].rpartition("/")[2][:8] for resource in assignments] == ["2a2b9908", "acdd72a7"]
    assert {(resource["principalId"], resource["scope"]) for resource in assignments} == {
        ("principal-of-prod-shop-web", _DATA)
    }
    assert list(bindings[0].annotations) == ["azure.workload.identity/client-id"]
    assert len(bindings[0].ready) == 3


@pytest.mark.parametrize(
    ("identity", "message"),
    [
        (CloudIdentity(), "has no section `azure`. Add `azure` with roles."),
        (CloudIdentity(azure=AzureIdentity(roles=(AzureRole(role="Raeder", scope=_DATA),))), "Did you mean Reader"),
    ],
)
def test_rejects_an_identity_without_azure_section_or_known_role(
    engine: Engine, identity: CloudIdentity, message: str
) -> None:
    mock_azure(engine)
    with pytest.raises(pulumi.RunError, match=message):
        engine.run(lambda: AksCluster("prod", spec_of()).grant("shop", "web", identity))

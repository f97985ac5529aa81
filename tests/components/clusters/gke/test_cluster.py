"""Resources of a GKE cluster: safe defaults, and dependencies in the right order."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from anykube._clusters.eks.sections import AwsIdentity
from anykube._clusters.gke.args import GkeClusterArgs
from anykube._clusters.gke.cluster import GkeCluster
from anykube._clusters.gke.machines import resolve
from anykube._clusters.gke.naming import account_id
from anykube._clusters.gke.pools import pool_name
from anykube._clusters.gke.sections import GcpGrant, GcpIdentity, GkeNodePool
from anykube._clusters.spec import Machine, NodePool
from anykube._workloads.identity import CloudIdentity

from tests.components.clusters.registered import assert_depends_on
from tests.components.conftest import Engine, Registration

_ZONES = ("europe-west1-b", "europe-west1-c", "europe-west1-d")
_AGENT = "serviceAccount:service-123456789012@container-engine-robot.iam.gserviceaccount.com"

Make = Callable[..., dict[str, Registration]]


def spec_of(**fields: Any) -> GkeClusterArgs:
    pools = {"pools": {"servers": NodePool(min=2, max=6)}} if fields.get("mode") != "managed" else {}
    options = {"project": "my-project", **fields.pop("gke", {})}
    return GkeClusterArgs.model_validate(
        {"cloud": "gcp", "name": "prod", "region": "europe-west1", "zones": _ZONES, "gke": options, **pools, **fields}
    )


@pytest.fixture
def google(engine: Engine) -> Engine:
    engine.says(
        "gcp:container/cluster:Cluster",
        endpoint="172.16.0.2",
        masterVersion="1.35.3-gke.1000",
        masterAuth={"clusterCaCertificate": "Q0E="},
        controlPlaneEndpointsConfig={"dnsEndpointConfig": {"endpoint": "gke-1.europe-west1.gke.goog"}},
    )
    engine.says("gcp:serviceaccount/account:Account", email="nodes@x", member="serviceAccount:nodes@x")
    required = {"id": "x", "folderId": "", "orgId": "", "name": "x", "labels": {}, "tags": {}, "effectiveLabels": {}}
    defaults = {"autoCreateNetwork": False, "billingAccount": "", "deletionPolicy": "", "pulumiLabels": {}}
    engine.says("gcp:organizations/getProject:getProject", number="123456789012", **required, **defaults)
    return engine


@pytest.fixture
def make(google: Engine) -> Make:
    def make_cluster(**fields: Any) -> dict[str, Registration]:
        spec = spec_of(**fields)
        google.run(lambda: GkeCluster("prod", spec))
        return google.resources

    return make_cluster


def _keys(resources: dict[str, Registration], start: str) -> list[str]:
    return sorted(key for key in resources if key.startswith(start))


def test_control_plane_is_private_encrypted_logged_and_protected(make: Make) -> None:
    cluster = make()["Cluster/prod-cluster"].inputs
    assert cluster["privateClusterConfig"] == {
        "enablePrivateNodes": True,
        "enablePrivateEndpoint": True,
        "masterIpv4CidrBlock": "172.16.0.0/28",
    }
    # Only from inside the network.
    assert cluster["masterAuthorizedNetworksConfig"] == {
        "cidrBlocks": [{"cidrBlock": "10.0.0.0/16", "displayName": "nodes"}],
        "gcpPublicCidrsAccessEnabled": False,
    }
    assert cluster["controlPlaneEndpointsConfig"] == {"dnsEndpointConfig": {"allowExternalTraffic": False}}
    assert cluster["databaseEncryption"] == {"state": "ENCRYPTED", "keyName": "prod-secrets-id"}
    assert cluster["loggingConfig"]["enableComponents"] == ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER"]
    assert cluster["monitoringConfig"]["managedPrometheus"] == {"enabled": True}
    assert cluster["rbacBindingConfig"] == {
        "enableInsecureBindingSystemUnauthenticated": False,
        "enableInsecureBindingSystemAuthenticated": False,
    }
    assert cluster["deletionProtection"] is True
    assert cluster["costManagementConfig"] == {"enabled": True}


def test_standard_cluster_settings(make: Make) -> None:
    cluster = make(tags={"team": "shop"})["Cluster/prod-cluster"].inputs
    assert (cluster["location"], cluster["nodeLocations"]) == ("europe-west1", list(_ZONES))
    assert (cluster["minMasterVersion"], cluster["releaseChannel"]) == ("1.35", {"channel": "REGULAR"})
    assert cluster["datapathProvider"] == "ADVANCED_DATAPATH"
    assert cluster["workloadIdentityConfig"] == {"workloadPool": "my-project.svc.id.goog"}
    assert cluster["enableShieldedNodes"] is True
    assert cluster["removeDefaultNodePool"] is True
    assert cluster["nodeConfig"]["shieldedInstanceConfig"]["enableSecureBoot"] is True
    assert cluster["gatewayApiConfig"] == {"channel": "CHANNEL_DISABLED"}
    assert cluster["resourceLabels"] == {"anykube-cluster": "prod", "anykube-stack": "stack", "team": "shop"}


@pytest.mark.parametrize(
    ("maintenance", "start", "end", "days"),
    [
        (None, "T00:00:00Z", "01T12:00:00Z", "SU"),
        ({"days": ["saturday", "sunday"], "start": "22:30", "hours": 6}, "T22:30:00Z", "02T04:30:00Z", "SA,SU"),
        ({"days": ["monday"], "start": "00:00", "hours": 24}, "T00:00:00Z", "02T00:00:00Z", "MO"),
    ],
)
def test_maintenance_window(make: Make, maintenance: Any, start: str, end: str, days: str) -> None:
    window = make(maintenance=maintenance)["Cluster/prod-cluster"].inputs["maintenancePolicy"]["recurringWindow"]
    assert window["startTime"].endswith(f"01{start}")
    assert window["endTime"].endswith(end)
    assert window["recurrence"] == f"FREQ=WEEKLY;BYDAY={days}"


def test_public_api_access_requires_ranges(make: Make) -> None:
    cluster = make(api={"public": ["203.0.113.0/24"]})["Cluster/prod-cluster"].inputs
    assert cluster["privateClusterConfig"]["enablePrivateEndpoint"] is False
    assert cluster["privateClusterConfig"]["enablePrivateNodes"] is True
    ranges = [resource["cidrBlock"] for resource in cluster["masterAuthorizedNetworksConfig"]["cidrBlocks"]]
    assert ranges == ["203.0.113.0/24"]


def test_internal_ranges_reach_the_private_address_from_every_region(make: Make) -> None:
    cluster = make(api={"internal": ["10.200.0.0/16"]})["Cluster/prod-cluster"].inputs
    assert cluster["privateClusterConfig"]["enablePrivateEndpoint"] is True
    assert cluster["privateClusterConfig"]["masterGlobalAccessConfig"] == {"enabled": True}
    ranges = [resource["cidrBlock"] for resource in cluster["masterAuthorizedNetworksConfig"]["cidrBlocks"]]
    assert ranges == ["10.0.0.0/16", "10.200.0.0/16"]


def test_key_rotates_and_exists_before_the_cluster(make: Make) -> None:
    resources = make()
    assert resources["CryptoKey/prod-secrets"].inputs["rotationPeriod"] == "7776000s"
    grant = resources["CryptoKeyIAMMember/prod-secrets"].inputs
    assert (grant["member"], grant["role"]) == (_AGENT, "roles/cloudkms.cryptoKeyEncrypterDecrypter")
    # Key rings cannot be deleted: a new cluster of the same name needs another key ring.
    assert "name" not in resources["KeyRing/prod-secrets"].inputs
    assert_depends_on(resources, "Cluster/prod-cluster", "CryptoKeyIAMMember/prod-secrets")


def test_apis_stay_enabled_after_deletion(make: Make) -> None:
    resources = make()
    apis = [resources[key].inputs for key in _keys(resources, "Service/")]
    assert "container.googleapis.com" in [api["service"] for api in apis]
    assert all(api["disableOnDestroy"] is False for api in apis)


@pytest.mark.parametrize(("nat", "gateways"), [("none", 0), ("zone", 1)])
def test_creates_subnetwork_and_nat(make: Make, nat: str, gateways: int) -> None:
    resources = make(network={"nat": nat})
    assert resources["Network/prod-network"].inputs["autoCreateSubnetworks"] is False
    nodes = resources["Subnetwork/prod-nodes"].inputs
    assert (nodes["ipCidrRange"], nodes["privateIpGoogleAccess"]) == ("10.0.0.0/16", True)
    assert {resource["rangeName"]: resource["ipCidrRange"] for resource in nodes["secondaryIpRanges"]} == {
        "pods": "10.4.0.0/14",
        "services": "172.20.0.0/16",
    }
    assert len(_keys(resources, "RouterNat/")) == gateways
    policy = resources["Cluster/prod-cluster"].inputs["ipAllocationPolicy"]
    assert policy == {"clusterSecondaryRangeName": "pods", "servicesSecondaryRangeName": "services"}


def test_uses_an_existing_network(make: Make) -> None:
    network = {"network": "shared", "subnetwork": "nodes", "pods": "p", "services": "s"}
    resources = make(gke={"network": network})
    assert not any(key.startswith(("Network/", "Subnetwork/", "Router")) for key in resources)
    cluster = resources["Cluster/prod-cluster"].inputs
    assert (cluster["network"], cluster["subnetwork"]) == ("shared", "nodes")
    assert cluster["ipAllocationPolicy"] == {"clusterSecondaryRangeName": "p", "servicesSecondaryRangeName": "s"}


def test_nodes_have_a_service_account_with_minimal_roles(make: Make) -> None:
    resources = make()
    members = [resource.inputs for key, resource in resources.items() if key.startswith("IAMMember/prod-nodes")]
    assert {member["role"] for member in members} == {
        "roles/container.defaultNodeServiceAccount",
        "roles/artifactregistry.reader",
    }
    assert {member["member"] for member in members} == {"serviceAccount:nodes@x"}
    assert_depends_on(resources, "NodePool/prod-servers", "IAMMember/prod-nodes-container.defaultNodeServiceAccount")


@pytest.mark.parametrize("cluster", ["dev", "anykube-prod", "a" * 40, f"{'a' * 16}-{'b' * 20}"])
def test_service_account_id_is_valid(cluster: str) -> None:
    name = account_id(cluster)
    assert 6 <= len(name) <= 30
    assert name.endswith("-nodes")
    assert "--" not in name
    assert account_id("a" * 40) != account_id("a" * 39)


def test_autoscaled_pool(make: Make) -> None:
    pool = NodePool(min=2, max=9, spot=True, surge="2", disk=200, labels={"a": "b"}, zones=("europe-west1-b",))
    inputs = make(pools={"web": pool})["NodePool/prod-web"].inputs
    assert inputs["autoscaling"] == {"totalMinNodeCount": 2, "totalMaxNodeCount": 9, "locationPolicy": "ANY"}
    assert inputs["initialNodeCount"] == 2
    assert inputs["nodeLocations"] == ["europe-west1-b"]
    assert inputs["management"] == {"autoRepair": True, "autoUpgrade": True}
    assert inputs["upgradeSettings"] == {"strategy": "SURGE", "maxSurge": 2, "maxUnavailable": 0}
    assert inputs["networkConfig"] == {"enablePrivateNodes": True}
    config = inputs["nodeConfig"]
    assert config["spot"] is True
    assert (config["machineType"], config["imageType"]) == ("n2-standard-2", "COS_CONTAINERD")
    assert (config["diskType"], config["diskSizeGb"]) == ("pd-balanced", 200)
    assert config["labels"] == {"anykube.dev/pool": "web", "a": "b"}
    assert config["shieldedInstanceConfig"] == {"enableSecureBoot": True, "enableIntegrityMonitoring": True}
    assert config["workloadMetadataConfig"] == {"mode": "GKE_METADATA"}
    assert config["metadata"] == {"disable-legacy-endpoints": "true"}
    assert config["serviceAccount"] == "nodes@x"


@pytest.mark.parametrize(
    ("count", "zones", "per_zone"), [(1, list(_ZONES[:1]), 1), (2, list(_ZONES[:2]), 1), (6, list(_ZONES), 2)]
)
def test_fixed_size_pool(make: Make, count: int, zones: list[str], per_zone: int) -> None:
    pool = make(pools={"web": NodePool(count=count)})["NodePool/prod-web"].inputs
    assert (pool["nodeLocations"], pool["nodeCount"]) == (zones, per_zone)
    assert "autoscaling" not in pool


def test_gpus_arm64_and_taints(make: Make) -> None:
    pools = {
        "gpu": {"min": 0, "max": 2, "machine": {"cpu": 4, "memory": "16Gi", "gpu": 1}},
        "arm": {
            "count": 3,
            "machine": {"arch": "arm64"},
            "taints": [{"key": "a", "value": "b", "effect": "PreferNoSchedule"}],
        },
    }
    resources = make(pools=pools)
    gpu = resources["NodePool/prod-gpu"].inputs["nodeConfig"]
    driver = {"gpuDriverVersion": "DEFAULT"}
    assert gpu["guestAccelerators"] == [{"type": "nvidia-l4", "count": 1, "gpuDriverInstallationConfig": driver}]
    arm = resources["NodePool/prod-arm"].inputs["nodeConfig"]
    assert (arm["machineType"], arm["diskType"]) == ("c4a-standard-2", "hyperdisk-balanced")
    # A pool has only the taints in its settings.
    assert arm["taints"] == [{"key": "a", "value": "b", "effect": "PREFER_NO_SCHEDULE"}]
    assert arm["taintConfig"] == {"architectureTaintBehavior": "NONE"}
    assert resources["StorageClass/prod-hyperdisk-balanced"].inputs["parameters"] == {"type": "hyperdisk-balanced"}


def test_pool_name_depends_on_immutable_values() -> None:
    def name(**fields: Any) -> str:
        pool = GkeNodePool.model_validate({"count": 1, **fields})
        return pool_name("web", resolve(pool.machine)[0], pool)

    same = name()
    assert name(machine=Machine(cpu=8)) == same, "GKE changes the size in place"
    assert name(disk=300) == same
    assert len({same, name(spot=True), name(machine=Machine(arch="arm64")), name(machine=Machine(cpu=4, gpu=1))}) == 4
    long = pool_name("a" * 63, resolve(Machine())[0], NodePool(count=1))
    assert len(long) == 40


def test_dependency_order(make: Make) -> None:
    resources = make(access={"admins": ["user:ann@example.com"]})
    pool = "NodePool/prod-servers"
    assert_depends_on(
        resources, pool, "Cluster/prod-cluster", "RouterNat/prod-nat", "Network/prod-network", "Service/prod-compute"
    )
    assert_depends_on(resources, "Network/prod-network", "Service/prod-compute")
    assert_depends_on(resources, "kubernetes/prod-platform", pool, "RouterNat/prod-nat")
    # Objects of apps are deleted before nodes and network.
    assert_depends_on(
        resources, "kubernetes/prod-kubernetes", "ClusterRoleBinding/prod-admins", pool, "Subnetwork/prod-nodes"
    )


def test_grants_access_to_this_cluster_only(make: Make) -> None:
    access = {"admins": ["user:ann@example.com", "group:ops@example.com"], "viewers": ["serviceAccount:ci@example.com"]}
    resources = make(access=access, gke={"security_group": "gke-security-groups@example.com"})
    admins = resources["ClusterRoleBinding/prod-admins"].inputs
    assert admins["roleRef"]["name"] == "cluster-admin"
    assert [(subject["kind"], subject["name"]) for subject in admins["subjects"]] == [
        ("User", "ann@example.com"),
        ("Group", "ops@example.com"),
    ]
    viewers = resources["ClusterRoleBinding/prod-viewers"].inputs
    assert viewers["roleRef"]["name"] == "view"
    assert viewers["subjects"][0]["name"] == "ci@example.com"
    lookup = resources["IAMMember/prod-finds-group-ops@example.com"].inputs
    assert lookup["role"] == "roles/container.clusterViewer"
    groups = resources["Cluster/prod-cluster"].inputs["authenticatorGroupsConfig"]
    assert groups == {"securityGroup": "gke-security-groups@example.com"}


def test_merges_principals_of_several_lists(make: Make) -> None:
    ci, ann, ops = "serviceAccount:ci@example.com", "user:ann@example.com", "user:ops@example.com"
    resources = make(access={"deployers": [ci], "reviewers": [ann], "previewers": [ops], "viewers": [ci, ann, ops]})
    bound = {
        key.rpartition("/")[2]: (resource.inputs["roleRef"]["name"], [it["name"] for it in resource.inputs["subjects"]])
        for key, resource in resources.items()
        if key.startswith("ClusterRoleBinding/")
    }
    assert bound == {
        "prod-deployers": ("cluster-admin", ["ci@example.com"]),
        "prod-previewers": ("anykube-readers", ["ops@example.com", "ann@example.com"]),
        "prod-reviewers": ("anykube-reviewers", ["ann@example.com"]),
        "prod-reviewers-admin": ("admin", ["ann@example.com"]),
    }
    assert resources["ClusterRole/prod-readers"].inputs["rules"][0]["verbs"] == ["get", "list", "watch"]
    lookups = [key for key in resources if key.startswith("IAMMember/prod-finds-")]
    assert len(lookups) == 3


def test_autopilot_has_no_unsupported_arguments(make: Make) -> None:
    resources = make(mode="managed", gateway_api=True)
    cluster = resources["Cluster/prod-cluster"].inputs
    assert cluster["enableAutopilot"] is True
    unsupported = {
        "removeDefaultNodePool",
        "initialNodeCount",
        "nodeConfig",
        "enableShieldedNodes",
        "workloadIdentityConfig",
        "addonsConfig",
        "datapathProvider",
    }
    assert not unsupported & cluster.keys()
    assert cluster["clusterAutoscaling"]["autoProvisioningDefaults"]["serviceAccount"] == "nodes@x"
    assert cluster["gatewayApiConfig"] == {"channel": "CHANNEL_STANDARD"}
    assert cluster["databaseEncryption"]["state"] == "ENCRYPTED"
    assert _keys(resources, "NodePool/") == []


@pytest.mark.parametrize(
    ("dns", "server", "authority"),
    [(False, "https://172.16.0.2", "Q0E="), (True, "https://gke-1.europe-west1.gke.goog", None)],
)
def test_kubeconfig_is_secret_and_has_no_credentials(make: Make, dns: bool, server: str, authority: str | None) -> None:
    resources = make(gke={"dns_endpoint": dns})
    secret, text = resources["kubernetes/prod-kubernetes"].inputs["kubeconfig"]
    assert secret == "secret"
    config = json.loads(text)
    assert config["clusters"][0]["cluster"].get("certificate-authority-data") == authority
    assert config["clusters"][0]["cluster"]["server"] == server
    # Otherwise switching the endpoint on or off would replace all objects.
    assert resources["kubernetes/prod-kubernetes"].inputs["clusterIdentifier"] == "https://172.16.0.2"
    user = config["users"][0]["user"]
    assert list(user) == ["exec"]
    assert (user["exec"]["command"], user["exec"]["args"]) == ("anykube", ["token", "gcp"])
    assert user["exec"]["interactiveMode"] == "Never"


def test_grants_roles_to_the_service_account(google: Engine) -> None:
    def program() -> None:
        cluster = GkeCluster("dev", spec_of(name="dev"))
        grants = (GcpGrant(role="roles/storage.objectViewer", resource="projects/_/buckets/mail"),)
        identity = GcpIdentity(roles=("roles/pubsub.publisher",), grants=grants)
        binding = cluster.grant("shop", "web", CloudIdentity(gcp=identity))
        assert len(binding.ready) == 2
        assert binding.annotations == {}
        with pytest.raises(pulumi.RunError, match=r"shop/api has no section `gcp`\. Add `gcp`"):
            cluster.grant("shop", "api", CloudIdentity(aws=AwsIdentity()))

    google.run(program)
    member = google.resources["IAMMember/dev-shop-web-pubsub.publisher"].inputs
    pool = "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/"
    assert member["member"] == f"{pool}my-project.svc.id.goog/subject/ns/shop/sa/web"
    assert "condition" not in member
    [key] = _keys(google.resources, "IAMMember/dev-shop-web-storage.objectViewer-")
    condition = google.resources[key].inputs["condition"]["expression"]
    assert condition == (
        'resource.name == "projects/_/buckets/mail" || resource.name.startsWith("projects/_/buckets/mail/")'
    )
    assert_depends_on(google.resources, key, "Cluster/dev-cluster")
    assert not _keys(google.resources, "Key/"), "there is no service account key"

"""Violates each of Google's rules: the account names the rule and cites its documentation."""

import re
from typing import Any

import pytest
from anykube_rehearsal.cloud.account.model import RefusedError
from anykube_rehearsal.gcp.account import types
from anykube_rehearsal.gcp.account.model import Faults
from anykube_rehearsal.gcp.account.rules import RULES
from anykube_rehearsal.gcp.account.rules.discovery_schema import SCHEMAS
from anykube_rehearsal.gcp.plugin.cloud import GCP

CLUSTER, SUBNETWORK = "gcp:container/cluster:Cluster", "gcp:compute/subnetwork:Subnetwork"

CLUSTERS: dict[str, tuple[dict[str, Any], str]] = {
    "name starts with a digit": ({"name": "1prod"}, "name: '1prod' is not a valid name"),
    "name too long": ({"name": "a" * 41}, "at most 40 lowercase letters"),
    "version not in the channel": ({"minMasterVersion": "1.34"}, "'1.34' is unsupported in channel"),
    "version not yet in STABLE": (
        {"minMasterVersion": "1.36", "releaseChannel": {"channel": "STABLE"}},
        "unsupported in channel STABLE",
    ),
    "zone of another region": (
        {"nodeLocations": ["us-east1-b"]},
        "nodeLocations: no zone us-east1-b. The zones of europe-west1 are",
    ),
    "unknown zone": ({"nodeLocations": ["europe-west1-a"]}, "are europe-west1-b, europe-west1-c"),
    "unknown network": ({"network": "nowhere"}, "there is no network 'nowhere'"),
    "unknown range for pods": (
        {"ipAllocationPolicy": {"clusterSecondaryRangeName": "pod"}},
        "has no secondary range pod for pods. Its secondary ranges: pods, services",
    ),
    "same range for pods and Services": (
        {"ipAllocationPolicy": {"clusterSecondaryRangeName": "pods", "servicesSecondaryRangeName": "pods"}},
        "must have different secondary ranges",
    ),
    "control plane in a /27": (
        {"privateClusterConfig": {"enablePrivateNodes": True, "masterIpv4CidrBlock": "172.16.0.0/27"}},
        "172.16.0.0/27 must be a /28",
    ),
    "control plane overlaps nodes": (
        {"privateClusterConfig": {"enablePrivateNodes": True, "masterIpv4CidrBlock": "10.0.1.0/28"}},
        "10.0.1.0/28 overlaps 10.0.0.0/20",
    ),
    "private endpoint without authorized networks": (
        {"privateClusterConfig": {"enablePrivateNodes": True, "enablePrivateEndpoint": True}},
        "masterAuthorizedNetworksConfig: must be set",
    ),
    "no nodes": ({"initialNodeCount": None}, "initialNodeCount: must be at least 1"),
    "zonal Autopilot cluster": (
        {
            "enableAutopilot": True,
            "removeDefaultNodePool": None,
            "initialNodeCount": None,
            "location": "europe-west1-b",
        },
        "location: Autopilot clusters must be regional",
    ),
    "unknown key": (
        {"databaseEncryption": {"state": "ENCRYPTED", "keyName": "projects/a/locations/b/keyRings/c/cryptoKeys/d"}},
        "there is no key",
    ),
    "identity pool of another project": (
        {"workloadIdentityConfig": {"workloadPool": "other.svc.id.goog"}},
        "must be shop-dev.svc.id.goog",
    ),
    "maintenance window too short": (
        {
            "maintenancePolicy": {
                "recurringWindow": {
                    "startTime": "2026-01-01T00:00:00Z",
                    "endTime": "2026-01-01T03:00:00Z",
                    "recurrence": "FREQ=DAILY",
                }
            }
        },
        "is shorter than 4 hours",
    ),
    "maintenance windows too rare": (
        {
            "maintenancePolicy": {
                "recurringWindow": {
                    "startTime": "2026-01-01T22:00:00Z",
                    "endTime": "2026-01-02T04:00:00Z",
                    "recurrence": "FREQ=WEEKLY;BYDAY=SU",
                }
            }
        },
        "less than 48 hours of maintenance in 32 days",
    ),
    "value not in the API's enumeration": (
        {"privateIpv6GoogleAccess": "INHERIT"},
        "'INHERIT' is not a valid value. Valid values: PRIVATE_IPV6_GOOGLE_ACCESS_UNSPECIFIED",
    ),
}

POOLS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown cluster": ({"cluster": "staging"}, "there is no cluster 'staging'"),
    "cluster in another location": ({"location": "us-east1"}, "there is no cluster prod in us-east1"),
    "uppercase name": ({"name": "Web"}, "name: 'Web' is not a valid name"),
    "unknown machine type": (
        {"nodeConfig": {"machineType": "e2-standard-3"}},
        "the machine type 'e2-standard-3' does not exist",
    ),
    "GPUs on a machine type without GPU support": (
        {"nodeConfig": {"machineType": "e2-standard-4", "guestAccelerators": [{"type": "nvidia-l4", "count": 1}]}},
        "e2-standard-4 does not support GPUs",
    ),
    "missing GPUs": ({"nodeConfig": {"machineType": "g2-standard-4"}}, "requires type nvidia-l4 and count 1"),
    "unsupported boot disk": (
        {"nodeConfig": {"machineType": "c4a-standard-4", "diskType": "pd-balanced"}},
        "cannot boot from pd-balanced. Use hyperdisk-balanced",
    ),
    "spot and preemptible": (
        {"nodeConfig": {"machineType": "e2-standard-4", "spot": True, "preemptible": True}},
        "cannot be combined with preemptible",
    ),
    "unknown zone": ({"nodeLocations": ["europe-west1-a"]}, "no zone europe-west1-a"),
    "unknown service account": (
        {"nodeConfig": {"serviceAccount": "nobody@shop-dev.iam.gserviceaccount.com"}},
        "there is no service account 'nobody@",
    ),
    "minimum greater than maximum": (
        {"autoscaling": {"totalMinNodeCount": 3, "totalMaxNodeCount": 2}},
        "totalMinNodeCount: 3 is greater than totalMaxNodeCount",
    ),
    "no surge and no unavailable nodes": (
        {"upgradeSettings": {"maxSurge": 0, "maxUnavailable": 0}},
        "cannot both be 0",
    ),
    "too many nodes upgraded at once": (
        {"upgradeSettings": {"maxSurge": 20, "maxUnavailable": 1}},
        "must be at most 20",
    ),
    "nodes newer than the control plane": ({"version": "1.36"}, "newer than the control plane"),
    "no automatic upgrades in a channel": (
        {"management": {"autoUpgrade": False, "autoRepair": True}},
        "cannot be false in a cluster in channel REGULAR",
    ),
    "value not in the API's enumeration": (
        {"placementPolicy": {"type": "SPREAD"}},
        "placementPolicy.type: 'SPREAD' is not a valid value. Valid values: TYPE_UNSPECIFIED, COMPACT",
    ),
}


@pytest.mark.parametrize("name", CLUSTERS)
def test_rejects_invalid_clusters(stack: Any, name: str) -> None:
    overrides, expected = CLUSTERS[name]
    message = stack.refusal(**overrides)
    assert expected in message
    assert "https://" in message
    assert stack.kubernetes.versions == {}


@pytest.mark.parametrize("name", POOLS)
def test_rejects_invalid_pools(stack: Any, name: str) -> None:
    stack.cluster()
    overrides, expected = POOLS[name]
    assert expected in stack.pool_refusal(**overrides)
    assert set(stack.kubernetes.nodes) == set()


def _refusal(stack: Any, token: str, **inputs: Any) -> str:
    with pytest.raises(Exception) as error:  # noqa: PT011
        stack.engine.create(token, "one", **inputs)
    return str(error.value)


def test_plugin_rejects_inputs_that_do_not_match_the_schema(stack: Any) -> None:
    failures = stack.engine.failures(CLUSTER, naem="prod", location="europe-west1", enableAutopilot="yes")
    assert "did you mean name?" in failures["naem"]
    assert "must be true or false, not 'yes'" in failures["enableAutopilot"]


def test_requires_enabled_apis(project: Any) -> None:
    project.enable("iam")
    message = _refusal(project, "gcp:compute/network:Network", name="shop")
    assert "compute.googleapis.com is not enabled in project shop-dev" in message
    assert "https://cloud.google.com/service-usage/docs/enable-disable" in message


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"ipCidrRange": "10.0.8.0/24"}, "10.0.8.0/24 conflicts with range 10.0.0.0/20"),
        ({"ipCidrRange": "10.1.0.0/30"}, "10.1.0.0/30 is too small"),
        (
            {
                "ipCidrRange": "10.1.0.0/24",
                "secondaryIpRanges": [{"rangeName": "pods", "ipCidrRange": "10.1.0.0/16"}],
            },
            "overlaps 10.1.0.0/24",
        ),
        (
            {
                "ipCidrRange": "10.1.0.0/24",
                "secondaryIpRanges": [{"rangeName": "pods", "ipCidrRange": "10.5.0.0/16"}],
            },
            "conflicts with range 10.4.0.0/14 of subnetwork pods of",
        ),
        ({"ipCidrRange": "10.1.0.0/24", "network": "nowhere"}, "there is no network 'nowhere'"),
    ],
)
def test_rejects_invalid_subnetworks(stack: Any, inputs: dict[str, Any], expected: str) -> None:
    defaults = {"name": "other", "network": stack.resources["network"].identifier}
    assert expected in _refusal(stack, SUBNETWORK, **{**defaults, **inputs})


@pytest.mark.parametrize(
    ("kind", "inputs", "expected"),
    [
        ("network:Network", {"routingMode": "ZONAL"}, "'ZONAL' is not a valid value. Valid values: GLOBAL, REGIONAL"),
        ("network:Network", {"mtu": "large"}, "mtu: must be of type int32"),
        (
            "subnetwork:Subnetwork",
            {"ipCidrRange": "10.9.0.0/24", "logConfig": {"metadata": "SOME"}},
            "logConfig.metadata: 'SOME' is not a valid value",
        ),
        ("router:Router", {"bgp": {"asn": "x"}}, "bgp.asn: must be of type uint32"),
        ("router:Router", {"bgp": {"advertisedGroups": ["NONE"]}}, "bgp.advertisedGroups[0]: 'NONE' is not a valid"),
        (
            "routerNat:RouterNat",
            {"router": "out", "subnetworks": [{"name": "nodes", "sourceIpRangesToNats": ["SOME"]}]},
            "subnetworks[0].sourceIpRangesToNats[0]: 'SOME' is not a valid value",
        ),
        ("address:Address", {"networkTier": "GOLD"}, "networkTier: 'GOLD' is not a valid value"),
        ("globalAddress:GlobalAddress", {"purpose": "MINE"}, "purpose: 'MINE' is not a valid value"),
        ("firewall:Firewall", {"direction": "IN"}, "'IN' is not a valid value. Valid values: EGRESS, INGRESS"),
        ("firewall:Firewall", {"enableLogging": "yes"}, "enableLogging: must be of type boolean"),
        (
            "managedSslCertificate:ManagedSslCertificate",
            {"type": "MINE"},
            "type: 'MINE' is not a valid value. Valid values: MANAGED",
        ),
    ],
)
def test_rejects_values_outside_the_compute_schema(
    stack: Any, kind: str, inputs: dict[str, Any], expected: str
) -> None:
    """Calls the account directly, because the plugin's own table rejects most of these values first."""
    token = f"gcp:compute/{kind}"
    defaults = {"project": "shop-dev", "region": "europe-west1", "name": "one"}
    with pytest.raises(RefusedError, match=re.escape(expected)) as error:
        stack.account.create(token, {**defaults, "network": stack.resources["network"].identifier, **inputs}, "mark")
    assert "https://cloud.google.com/compute/docs/reference/rest/v1/" in error.value.document


def test_every_compute_and_gke_type_has_a_schema() -> None:
    services = ("compute", "container")
    tokens = {token for token in GCP.tables.types() if token.split(":")[1].partition("/")[0] in services}
    assert tokens <= set(SCHEMAS)


def test_rejects_shrinking_a_subnetwork(stack: Any) -> None:
    # The provider replaces a subnetwork that shrinks, so this updates the account directly.
    old = stack.account.read(SUBNETWORK, stack.resources["subnetwork"].identifier)
    same = {"name": "nodes", "network": stack.resources["network"].identifier}
    with pytest.raises(Exception, match=r"10\.0\.0\.0/20 cannot change to 10\.0\.0\.0/24"):
        stack.account.update(SUBNETWORK, old.id, {**old.inputs, **same, "ipCidrRange": "10.0.0.0/24"})


def test_nat_requires_subnetworks_and_is_deleted_with_its_router(stack: Any) -> None:
    network = stack.resources["network"].identifier
    stack.create("router", "gcp:compute/router:Router", name="out", network=network)
    nat = {"name": "nat", "router": "out", "natIpAllocateOption": "AUTO_ONLY"}
    token = "gcp:compute/routerNat:RouterNat"
    message = _refusal(stack, token, **nat, sourceSubnetworkIpRangesToNat="LIST_OF_SUBNETWORKS")
    assert "subnetworks: LIST_OF_SUBNETWORKS requires at least one" in message
    stack.create("nat", token, **nat, sourceSubnetworkIpRangesToNat="ALL_SUBNETWORKS_ALL_IP_RANGES")
    stack.engine.delete(stack.resources["router"])
    assert stack.engine.read(stack.resources["nat"]).resource_id == ""


def test_rejects_invalid_names(stack: Any) -> None:
    assert "must match" in stack.engine.failures("gcp:compute/network:Network", name="Shop")["name"]
    balancer = {"name": "Balancer", "network": "shop"}
    assert "'Balancer' is not a valid name" in _refusal(stack, "gcp:compute/globalAddress:GlobalAddress", **balancer)


@pytest.mark.parametrize(
    ("token", "inputs", "expected"),
    [
        (
            "gcp:projects/iAMMember:IAMMember",
            {"project": "shop-dev", "role": "owner", "member": "user:ann@example.com"},
            "'owner' is not a valid role",
        ),
        (
            "gcp:projects/iAMMember:IAMMember",
            {"project": "shop-dev", "role": "roles/viewer", "member": "ann"},
            "'ann' is not a valid principal",
        ),
        (
            "gcp:projects/iAMMember:IAMMember",
            {"project": "shop-dev", "role": "roles/viewer", "member": "serviceAccount:shop-dev.svc.id.goog[demo/api]"},
            "the identity pool shop-dev.svc.id.goog does not exist",
        ),
        ("gcp:serviceaccount/account:Account", {"accountId": "a"}, "accountId"),
        (
            "gcp:kms/cryptoKey:CryptoKey",
            {"name": "k", "keyRing": "projects/shop-dev/locations/a/keyRings/b", "rotationPeriod": "90d"},
            "there is no key ring",
        ),
    ],
)
def test_rejects_invalid_identities(stack: Any, token: str, inputs: dict[str, Any], expected: str) -> None:
    failures = stack.engine.failures(token, **inputs)
    assert expected in (str(failures) if failures else _refusal(stack, token, **inputs))


def test_rejects_members_that_do_not_exist(stack: Any) -> None:
    stack.create("nodes", "gcp:serviceaccount/account:Account", accountId="prod-nodes")
    member = {
        "project": "shop-dev",
        "role": "roles/viewer",
        "member": "serviceAccount:other@shop-dev.iam.gserviceaccount.com",
    }
    message = _refusal(stack, "gcp:projects/iAMMember:IAMMember", **member)
    assert "the service account other@shop-dev.iam.gserviceaccount.com does not exist" in message
    existing = {**member, "member": stack.resources["nodes"]["member"]}
    assert stack.create("role", "gcp:projects/iAMMember:IAMMember", **existing).identifier


def test_identities_of_pods_exist_once_their_cluster_does(stack: Any) -> None:
    stack.cluster()
    pods = "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools"
    for member in (
        "serviceAccount:shop-dev.svc.id.goog[demo/api]",
        f"{pods}/shop-dev.svc.id.goog/subject/ns/demo/sa/api",
    ):
        binding = {"project": "shop-dev", "role": "roles/viewer", "member": member}
        assert stack.create("pods", "gcp:projects/iAMMember:IAMMember", **binding).identifier


def test_gke_service_agent_needs_a_role_on_the_key(stack: Any) -> None:
    encryption = {"state": "ENCRYPTED", "keyName": stack.key(grant=False)}
    message = stack.refusal(databaseEncryption=encryption)
    assert "does not have roles/cloudkms.cryptoKeyEncrypterDecrypter on" in message


def test_rejects_skipping_a_minor_version(stack: Any) -> None:
    cluster = stack.cluster(releaseChannel={"channel": "EXTENDED"}, minMasterVersion="1.33")
    assert cluster["masterVersion"].startswith("1.33.")
    with pytest.raises(Exception, match=r"cannot upgrade from 1\.33\.9-gke\.1120000 to 1\.35"):
        stack.engine.update(cluster, **stack.inputs(releaseChannel={"channel": "EXTENDED"}, minMasterVersion="1.35"))


def test_rejects_control_planes_with_the_same_range(stack: Any) -> None:
    stack.cluster()
    with pytest.raises(Exception, match=r"172\.16\.0\.0/28 is already used by \S+prod"):
        stack.engine.create(CLUSTER, "second", **stack.inputs(name="second"))


def test_deletion_policy_prevent_blocks_deletion(stack: Any) -> None:
    network = stack.create("protected", "gcp:compute/network:Network", name="protected", deletionPolicy="PREVENT")
    with pytest.raises(Exception, match="deletionPolicy is PREVENT"):
        stack.engine.delete(network)


def test_every_rule_cites_its_documentation() -> None:
    assert all(rule.document.startswith("https://") and rule.tokens for rule in RULES)
    assert len(CLUSTERS) + len(POOLS) >= 20


def test_every_reference_cites_its_documentation() -> None:
    for kind in types.TYPES:
        for reference in kind.references:
            assert reference.document.startswith("https://"), (kind.token, reference.path)


def test_rejects_unknown_faults() -> None:
    assert Faults.model_validate({"leftovers": "true", "throttling": "3"}).throttling == 3
    with pytest.raises(ValueError, match="leftover"):
        Faults.model_validate({"leftover": True})

"""Each of Google's rules, broken: the account says which, and where that is written."""

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
    "a name that begins with a digit": ({"name": "1prod"}, "name: '1prod' is none"),
    "a name that is too long": ({"name": "a" * 41}, "40 characters at most"),
    "a version that the channel does not offer": ({"minMasterVersion": "1.34"}, "'1.34' is unsupported in the channel"),
    "a version that STABLE does not have yet": (
        {"minMasterVersion": "1.36", "releaseChannel": {"channel": "STABLE"}},
        "unsupported in the channel STABLE",
    ),
    "a zone of another region": (
        {"nodeLocations": ["us-east1-b"]},
        "nodeLocations: us-east1-b is no zone of europe-west1",
    ),
    "a zone that there is not": ({"nodeLocations": ["europe-west1-a"]}, "has europe-west1-b, europe-west1-c"),
    "a network that there is not": ({"network": "nowhere"}, "there is no network 'nowhere'"),
    "a range for pods that there is not": (
        {"ipAllocationPolicy": {"clusterSecondaryRangeName": "pod"}},
        "has no secondary range pod for pods; it has pods, services",
    ),
    "one range for pods and Services": (
        {"ipAllocationPolicy": {"clusterSecondaryRangeName": "pods", "servicesSecondaryRangeName": "pods"}},
        "a secondary range each",
    ),
    "a control plane in a /27": (
        {"privateClusterConfig": {"enablePrivateNodes": True, "masterIpv4CidrBlock": "172.16.0.0/27"}},
        "172.16.0.0/27 is no /28",
    ),
    "a control plane among the nodes": (
        {"privateClusterConfig": {"enablePrivateNodes": True, "masterIpv4CidrBlock": "10.0.1.0/28"}},
        "10.0.1.0/28 overlaps 10.0.0.0/20",
    ),
    "a private endpoint that nobody may reach": (
        {"privateClusterConfig": {"enablePrivateNodes": True, "enablePrivateEndpoint": True}},
        "masterAuthorizedNetworksConfig: has to be there",
    ),
    "no node at all": ({"initialNodeCount": None}, "initialNodeCount: is 1 at least"),
    "Autopilot in a zone": (
        {
            "enableAutopilot": True,
            "removeDefaultNodePool": None,
            "initialNodeCount": None,
            "location": "europe-west1-b",
        },
        "location: a cluster in Autopilot is regional",
    ),
    "a key that there is not": (
        {"databaseEncryption": {"state": "ENCRYPTED", "keyName": "projects/a/locations/b/keyRings/c/cryptoKeys/d"}},
        "there is no key",
    ),
    "a pool of identities of another project": (
        {"workloadIdentityConfig": {"workloadPool": "other.svc.id.goog"}},
        "can be shop-dev.svc.id.goog only",
    ),
    "a window that is too short": (
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
    "windows that are too rare": (
        {
            "maintenancePolicy": {
                "recurringWindow": {
                    "startTime": "2026-01-01T22:00:00Z",
                    "endTime": "2026-01-02T04:00:00Z",
                    "recurrence": "FREQ=WEEKLY;BYDAY=SU",
                }
            }
        },
        "less than 48 hours in 32 days",
    ),
    "a value that the API's description has not": (
        {"privateIpv6GoogleAccess": "INHERIT"},
        "privateIpv6GoogleAccess: 'INHERIT' is none of PRIVATE_IPV6_GOOGLE_ACCESS_UNSPECIFIED",
    ),
}

POOLS: dict[str, tuple[dict[str, Any], str]] = {
    "a cluster that there is not": ({"cluster": "staging"}, "there is no cluster 'staging'"),
    "a cluster in another place": ({"location": "us-east1"}, "there is no cluster prod in us-east1"),
    "a name with capitals": ({"name": "Web"}, "name: 'Web' is none"),
    "a machine that there is not": (
        {"nodeConfig": {"machineType": "e2-standard-3"}},
        "the machine type 'e2-standard-3' does not exist",
    ),
    "GPUs on a machine that takes none": (
        {"nodeConfig": {"machineType": "e2-standard-4", "guestAccelerators": [{"type": "nvidia-l4", "count": 1}]}},
        "e2-standard-4 takes none",
    ),
    "GPUs that are not said": ({"nodeConfig": {"machineType": "g2-standard-4"}}, "say 1 of nvidia-l4"),
    "a disk that the machine does not boot from": (
        {"nodeConfig": {"machineType": "c4a-standard-4", "diskType": "pd-balanced"}},
        "boots from hyperdisk-balanced only",
    ),
    "spot and preemptible": (
        {"nodeConfig": {"machineType": "e2-standard-4", "spot": True, "preemptible": True}},
        "cannot be given together with preemptible",
    ),
    "a zone that there is not": ({"nodeLocations": ["europe-west1-a"]}, "europe-west1-a is no zone"),
    "a service account that there is not": (
        {"nodeConfig": {"serviceAccount": "nobody@shop-dev.iam.gserviceaccount.com"}},
        "there is no service account 'nobody@",
    ),
    "least above most": (
        {"autoscaling": {"totalMinNodeCount": 3, "totalMaxNodeCount": 2}},
        "totalMinNodeCount: 3 is above totalMaxNodeCount",
    ),
    "nothing exchanged at once": ({"upgradeSettings": {"maxSurge": 0, "maxUnavailable": 0}}, "cannot both be 0"),
    "too many exchanged at once": (
        {"upgradeSettings": {"maxSurge": 20, "maxUnavailable": 1}},
        "together are 20 at most",
    ),
    "nodes newer than the control plane": ({"version": "1.36"}, "newer than the control plane"),
    "no upgrades in a channel": (
        {"management": {"autoUpgrade": False, "autoRepair": True}},
        "cannot be false in a cluster of the channel REGULAR",
    ),
    "a value that the API's description has not": (
        {"placementPolicy": {"type": "SPREAD"}},
        "placementPolicy.type: 'SPREAD' is none of TYPE_UNSPECIFIED, COMPACT",
    ),
}


@pytest.mark.parametrize("name", CLUSTERS)
def test_clusters(stack: Any, name: str) -> None:
    wrong, said = CLUSTERS[name]
    told = stack.refused(**wrong)
    assert said in told
    assert "https://" in told
    assert stack.kubernetes.there == {}


@pytest.mark.parametrize("name", POOLS)
def test_pools(stack: Any, name: str) -> None:
    stack.cluster()
    wrong, said = POOLS[name]
    told = stack.refused_pool(**wrong)
    assert said in told
    assert set(stack.kubernetes.nodes) == set()


def _refused(stack: Any, token: str, **inputs: Any) -> str:
    with pytest.raises(Exception) as refused:  # noqa: PT011
        stack.engine.create(token, "one", **inputs)
    return str(refused.value)


def test_the_provider_itself_refuses_what_its_schema_does(stack: Any) -> None:
    found = stack.engine.failures(CLUSTER, naem="prod", location="europe-west1", enableAutopilot="yes")
    assert "did you mean name?" in found["naem"]
    assert "must be true or false, not 'yes'" in found["enableAutopilot"]


def test_apis_are_enabled_first(world: Any) -> None:
    world.enable("iam")
    said = _refused(world, "gcp:compute/network:Network", name="shop")
    assert "compute.googleapis.com is not enabled in project shop-dev" in said
    assert "https://cloud.google.com/service-usage/docs/enable-disable" in said


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"ipCidrRange": "10.0.8.0/24"}, "10.0.8.0/24 conflicts with the range 10.0.0.0/20"),
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
            "conflicts with the range 10.4.0.0/14 of the subnetwork pods of",
        ),
        ({"ipCidrRange": "10.1.0.0/24", "network": "nowhere"}, "there is no network 'nowhere'"),
    ],
)
def test_subnetworks(stack: Any, inputs: dict[str, Any], said: str) -> None:
    given = {"name": "other", "network": stack.made["network"].identifier, **inputs}
    assert said in _refused(stack, SUBNETWORK, **given)


@pytest.mark.parametrize(
    ("kind", "inputs", "said"),
    [
        ("network:Network", {"routingMode": "ZONAL"}, "routingMode: 'ZONAL' is none of GLOBAL, REGIONAL"),
        ("network:Network", {"mtu": "large"}, "mtu: the API takes a value of the kind int32"),
        (
            "subnetwork:Subnetwork",
            {"ipCidrRange": "10.9.0.0/24", "logConfig": {"metadata": "SOME"}},
            "logConfig.metadata: 'SOME' is none of",
        ),
        ("router:Router", {"bgp": {"asn": "x"}}, "bgp.asn: the API takes a value of the kind uint32"),
        ("router:Router", {"bgp": {"advertisedGroups": ["NONE"]}}, "bgp.advertisedGroups[0]: 'NONE' is none of"),
        (
            "routerNat:RouterNat",
            {"router": "out", "subnetworks": [{"name": "nodes", "sourceIpRangesToNats": ["SOME"]}]},
            "subnetworks[0].sourceIpRangesToNats[0]: 'SOME' is none of",
        ),
        ("address:Address", {"networkTier": "GOLD"}, "networkTier: 'GOLD' is none of"),
        ("globalAddress:GlobalAddress", {"purpose": "MINE"}, "purpose: 'MINE' is none of"),
        ("firewall:Firewall", {"direction": "IN"}, "direction: 'IN' is none of EGRESS, INGRESS"),
        ("firewall:Firewall", {"enableLogging": "yes"}, "enableLogging: the API takes a value of the kind boolean"),
        ("managedSslCertificate:ManagedSslCertificate", {"type": "MINE"}, "type: 'MINE' is none of MANAGED"),
    ],
)
def test_what_the_description_of_compute_engine_has_not(
    stack: Any, kind: str, inputs: dict[str, Any], said: str
) -> None:
    """Past the provider, which has most of it in its own table."""
    token = f"gcp:compute/{kind}"
    usual = {"project": "shop-dev", "region": "europe-west1", "name": "one"}
    with pytest.raises(RefusedError, match=re.escape(said)) as refused:
        stack.account.create(token, {**usual, "network": stack.made["network"].identifier, **inputs}, "mark")
    assert "https://cloud.google.com/compute/docs/reference/rest/v1/" in refused.value.document


def test_every_type_of_compute_engine_and_gke_is_judged() -> None:
    told = {token for token in GCP.tables.types() if token.split(":")[1].partition("/")[0] in ("compute", "container")}
    assert told <= set(SCHEMAS)


def test_a_subnetwork_only_grows(stack: Any) -> None:
    kept = {"name": "nodes", "network": stack.made["network"].identifier}
    # The provider replaces what shrinks, and the account refuses what comes past it.
    old = stack.account.read(SUBNETWORK, stack.made["subnetwork"].identifier)
    with pytest.raises(Exception, match=r"10\.0\.0\.0/20 can become a larger range"):
        stack.account.update(SUBNETWORK, old.id, {**old.inputs, **kept, "ipCidrRange": "10.0.0.0/24"})


def test_nat(stack: Any) -> None:
    network = stack.made["network"].identifier
    stack.create("router", "gcp:compute/router:Router", name="out", network=network)
    nat = {"name": "nat", "router": "out", "natIpAllocateOption": "AUTO_ONLY"}
    token = "gcp:compute/routerNat:RouterNat"
    said = _refused(stack, token, **nat, sourceSubnetworkIpRangesToNat="LIST_OF_SUBNETWORKS")
    assert "subnetworks: LIST_OF_SUBNETWORKS needs at least one" in said
    stack.create("nat", token, **nat, sourceSubnetworkIpRangesToNat="ALL_SUBNETWORKS_ALL_IP_RANGES")
    stack.engine.delete(stack.made["router"])
    assert stack.engine.read(stack.made["nat"]).resource_id == ""


def test_names(stack: Any) -> None:
    assert "must match" in stack.engine.failures("gcp:compute/network:Network", name="Shop")["name"]
    balancer = {"name": "Balancer", "network": "shop"}
    assert "'Balancer' is none" in _refused(stack, "gcp:compute/globalAddress:GlobalAddress", **balancer)


@pytest.mark.parametrize(
    ("token", "inputs", "said"),
    [
        (
            "gcp:projects/iAMMember:IAMMember",
            {"project": "shop-dev", "role": "owner", "member": "user:ann@example.com"},
            "'owner' is no role",
        ),
        (
            "gcp:projects/iAMMember:IAMMember",
            {"project": "shop-dev", "role": "roles/viewer", "member": "ann"},
            "'ann' is no principal",
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
def test_identity(stack: Any, token: str, inputs: dict[str, Any], said: str) -> None:
    answer = stack.engine.failures(token, **inputs)
    assert said in (str(answer) if answer else _refused(stack, token, **inputs))


def test_members_that_do_not_exist(stack: Any) -> None:
    stack.create("nodes", "gcp:serviceaccount/account:Account", accountId="prod-nodes")
    member = {
        "project": "shop-dev",
        "role": "roles/viewer",
        "member": "serviceAccount:other@shop-dev.iam.gserviceaccount.com",
    }
    said = _refused(stack, "gcp:projects/iAMMember:IAMMember", **member)
    assert "the service account other@shop-dev.iam.gserviceaccount.com does not exist" in said
    right = {**member, "member": stack.made["nodes"]["member"]}
    assert stack.create("role", "gcp:projects/iAMMember:IAMMember", **right).identifier


def test_identities_of_pods_are_there_with_their_cluster(stack: Any) -> None:
    stack.cluster()
    pods = "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools"
    for member in (
        "serviceAccount:shop-dev.svc.id.goog[demo/api]",
        f"{pods}/shop-dev.svc.id.goog/subject/ns/demo/sa/api",
    ):
        granted = {"project": "shop-dev", "role": "roles/viewer", "member": member}
        assert stack.create("pods", "gcp:projects/iAMMember:IAMMember", **granted).identifier


def test_the_agent_of_gke_needs_the_key(stack: Any) -> None:
    wanted = {"state": "ENCRYPTED", "keyName": stack.key(grant=False)}
    said = stack.refused(databaseEncryption=wanted)
    assert "has not roles/cloudkms.cryptoKeyEncrypterDecrypter on" in said


def test_one_minor_version_after_the_other(stack: Any) -> None:
    cluster = stack.cluster(releaseChannel={"channel": "EXTENDED"}, minMasterVersion="1.33")
    assert cluster["masterVersion"].startswith("1.33.")
    with pytest.raises(Exception, match=r"from 1\.33\.9-gke\.1120000 only the next minor version"):
        stack.engine.update(cluster, **stack.inputs(releaseChannel={"channel": "EXTENDED"}, minMasterVersion="1.35"))


def test_two_clusters_do_not_share_a_range(stack: Any) -> None:
    stack.cluster()
    with pytest.raises(Exception, match=r"172\.16\.0\.0/28 is that of \S+prod already"):
        stack.engine.create(CLUSTER, "second", **stack.inputs(name="second"))


def test_what_may_not_be_deleted(stack: Any) -> None:
    network = stack.create("kept", "gcp:compute/network:Network", name="kept", deletionPolicy="PREVENT")
    with pytest.raises(Exception, match="deletionPolicy is PREVENT"):
        stack.engine.delete(network)


def test_every_rule_names_its_document() -> None:
    assert all(rule.document.startswith("https://") and rule.tokens for rule in RULES)
    assert len(CLUSTERS) + len(POOLS) >= 20


def test_every_reference_names_its_document() -> None:
    for kind in types.TYPES:
        for reference in kind.references:
            assert reference.document.startswith("https://"), (kind.token, reference.path)


def test_faults_are_known_by_name() -> None:
    assert Faults.model_validate({"leftovers": "true", "throttling": "3"}).throttling == 3
    with pytest.raises(ValueError, match="leftover"):
        Faults.model_validate({"leftover": True})

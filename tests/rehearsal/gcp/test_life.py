"""The lifecycle of a GKE stack's resources in the account, through the plugin."""

from dataclasses import replace
from typing import Any

import pytest

from tests.rehearsal.gcp.conftest import pool_inputs

CLUSTER, POOL = "europe-west1.prod", ("europe-west1.prod", "web")


def test_creates_and_deletes_a_cluster_with_a_pool(stack: Any) -> None:
    key = stack.key()
    cluster = stack.cluster(databaseEncryption={"state": "ENCRYPTED", "keyName": key}, resourceLabels={"team": "shop"})
    assert cluster.identifier == "projects/shop-dev/locations/europe-west1/clusters/prod"
    assert cluster["endpoint"] == "127.0.0.1:6443"
    assert cluster["masterAuth"]["clusterCaCertificate"] == "Q0E="
    assert cluster["masterVersion"] == "1.35.5-gke.1241000"
    assert cluster["privateClusterConfig"]["masterIpv4CidrBlock"] == "172.16.0.0/28"
    assert cluster["nodeLocations"] == ["europe-west1-b", "europe-west1-c", "europe-west1-d"]
    assert cluster["resourceLabels"] == {"team": "shop"}
    assert cluster["effectiveLabels"] == {"team": "shop", "goog-pulumi-provisioned": "true"}
    assert stack.kubernetes.versions == {CLUSTER: "1.35"}
    pool = stack.pool(nodeConfig={"machineType": "e2-standard-4", "labels": {"a": "b"}, "spot": True})
    assert pool["version"] == cluster["masterVersion"]
    nodes = stack.kubernetes.nodes[POOL]
    assert [node.zone for node in nodes] == ["europe-west1-b", "europe-west1-c", "europe-west1-d"]
    assert (nodes[0].cpu, nodes[0].memory, nodes[0].arch) == (4, "16384Mi", "amd64")
    labels = nodes[0].labels
    assert labels["cloud.google.com/gke-nodepool"] == "web"
    assert labels["cloud.google.com/gke-spot"] == "true"
    assert labels["node.kubernetes.io/instance-type"] == "e2-standard-4"
    assert labels["a"] == "b"
    for name in ("pool", "cluster", "subnetwork", "network"):
        stack.engine.delete(stack.resources[name])
    assert stack.kubernetes.versions == {}


def test_rejects_deletion_of_resources_in_use(stack: Any) -> None:
    stack.cluster()
    with pytest.raises(Exception, match=r"the network '\S+' is used by the (sub|cluster)"):
        stack.engine.delete(stack.resources["network"])
    with pytest.raises(Exception, match=r"the subnetwork '\S+' is used by the cluster"):
        stack.engine.delete(stack.resources["subnetwork"])


def test_deletes_pools_with_their_cluster(stack: Any) -> None:
    stack.cluster()
    stack.pool()
    stack.engine.delete(stack.resources["cluster"])
    assert stack.kubernetes.nodes == {}
    assert stack.engine.read(stack.resources["pool"]).resource_id == ""


def test_deletion_protection_blocks_deletion_until_disabled(stack: Any) -> None:
    cluster = stack.cluster(deletionProtection=None)
    with pytest.raises(Exception, match="deletion_protection is set to true"):
        stack.engine.delete(cluster)
    stack.engine.delete(stack.engine.update(cluster, **stack.inputs(deletionProtection=False)))


def test_upgrades_the_control_plane_then_a_pool(stack: Any) -> None:
    cluster = stack.cluster()
    pool = stack.pool(version="1.35")
    cluster = stack.engine.update(cluster, **stack.inputs(minMasterVersion="1.36"))
    assert cluster["masterVersion"].startswith("1.36.")
    old_nodes = {node.name for node in stack.kubernetes.nodes[POOL]}
    pool = stack.engine.update(pool, **pool_inputs(version="1.36"))
    assert pool["version"] == cluster["masterVersion"]
    assert not old_nodes & {node.name for node in stack.kubernetes.nodes[POOL]}


def test_node_counts_are_per_zone_and_total_limits_apply_to_all_zones(stack: Any) -> None:
    stack.cluster()
    pool = stack.pool(initialNodeCount=2, nodeLocations=["europe-west1-b", "europe-west1-c"])
    assert len(stack.kubernetes.nodes[POOL]) == 4
    stack.engine.delete(pool)
    bounds = {"totalMinNodeCount": 2, "totalMaxNodeCount": 5}
    pool = stack.pool(autoscaling=bounds)
    assert len(stack.kubernetes.nodes[POOL]) == 3
    pool = stack.engine.update(pool, **pool_inputs(autoscaling={**bounds, "totalMinNodeCount": 4}))
    assert len(stack.kubernetes.nodes[POOL]) == 4
    stack.engine.update(pool, **pool_inputs(autoscaling={**bounds, "totalMinNodeCount": 1}))
    assert len(stack.kubernetes.nodes[POOL]) == 4, "the autoscaler keeps the current size"


def test_taints_nodes_with_gpus_and_arm_nodes(stack: Any) -> None:
    stack.cluster()
    gpus = [{"type": "nvidia-l4", "count": 1}]
    gpu = stack.pool(nodeConfig={"machineType": "g2-standard-4", "guestAccelerators": gpus})
    (node, *_) = stack.kubernetes.nodes[POOL]
    assert node.taints == [{"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}]
    assert node.extended_resources == {"nvidia.com/gpu": "1"}
    assert node.labels["cloud.google.com/gke-accelerator"] == "nvidia-l4"
    stack.engine.delete(gpu)
    arm = {"machineType": "t2a-standard-4", "taints": [{"key": "a", "value": "b", "effect": "NO_EXECUTE"}]}
    pool = stack.pool(nodeConfig=arm)
    assert stack.kubernetes.nodes[POOL][0].taints == [
        {"key": "a", "value": "b", "effect": "NoExecute"},
        {"key": "kubernetes.io/arch", "value": "arm64", "effect": "NoSchedule"},
    ]
    stack.engine.delete(pool)
    stack.pool(nodeConfig={"machineType": "t2a-standard-4", "taintConfig": {"architectureTaintBehavior": "NONE"}})
    assert stack.kubernetes.nodes[POOL][0].taints == []


def test_autopilot_creates_nodes_and_rejects_pools(stack: Any) -> None:
    stack.cluster(enableAutopilot=True, removeDefaultNodePool=None, initialNodeCount=None)
    assert {key[1] for key in stack.kubernetes.nodes} == {"pool-1"}
    assert "Autopilot" in stack.pool_refusal()


def test_adopts_a_cluster_whose_creation_was_interrupted(stack: Any) -> None:
    cluster = stack.cluster()
    engine = stack.engine.restart()
    engine.configure()
    assert engine.create("gcp:container/cluster:Cluster", "cluster", **stack.inputs()).identifier == cluster.identifier
    with pytest.raises(Exception, match="already exists"):
        engine.create("gcp:container/cluster:Cluster", "other", **stack.inputs())


def test_refresh_detects_drift(stack: Any) -> None:
    cluster = stack.cluster(description="a")
    record = stack.account.read("gcp:container/cluster:Cluster", cluster.identifier)
    stack.account.store.put(replace(record, inputs={**record.inputs, "description": "b"}))
    assert stack.engine.read(cluster).inputs["description"].value == "b"


def test_leftover_load_balancers_block_deletion_of_the_network(stack: Any) -> None:
    stack.account.faults = stack.account.faults.model_copy(update={"leftovers": True})
    stack.engine.delete(stack.cluster())
    stack.engine.delete(stack.resources["subnetwork"])
    with pytest.raises(Exception, match=r"is used by the (firewall rule|network endpoint group)"):
        stack.engine.delete(stack.resources["network"])


def test_fault_spot_capacity_fails_spot_pools(stack: Any) -> None:
    stack.account.faults = stack.account.faults.model_copy(update={"spot_capacity": True})
    stack.cluster()
    assert "GCE_STOCKOUT" in stack.pool_refusal(nodeConfig={"machineType": "e2-standard-4", "spot": True})
    stack.pool()


def test_names_of_deleted_key_rings_stay_reserved(stack: Any) -> None:
    stack.key()
    for name in ("grant", "key", "ring"):
        stack.engine.delete(stack.resources[name])
    with pytest.raises(Exception, match="already exists"):
        stack.engine.restart().configure() or stack.create(
            "new", "gcp:kms/keyRing:KeyRing", name="shop", location="europe-west1"
        )


def test_disable_on_destroy_false_keeps_the_api_enabled(project: Any) -> None:
    project.enable("compute")
    project.engine.delete(project.resources["compute"])
    assert [record.id for record in project.account.store.all()] == ["shop-dev/compute.googleapis.com"]

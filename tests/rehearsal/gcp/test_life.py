"""The life of a GKE stack in the account, by the plugin: made, changed, and removed in order."""

from dataclasses import replace
from typing import Any

import pytest

from tests.rehearsal.gcp.conftest import pool_inputs

CLUSTER, POOL = "europe-west1.prod", ("europe-west1.prod", "web")


def test_a_cluster_and_its_pool(stack: Any) -> None:
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
    assert stack.kubernetes.there == {CLUSTER: "1.35"}
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
        stack.engine.delete(stack.made[name])
    assert stack.kubernetes.there == {}


def test_what_is_used_stays(stack: Any) -> None:
    stack.cluster()
    with pytest.raises(Exception, match=r"the network '\S+' is used by the (sub|cluster)"):
        stack.engine.delete(stack.made["network"])
    with pytest.raises(Exception, match=r"the subnetwork '\S+' is used by the cluster"):
        stack.engine.delete(stack.made["subnetwork"])


def test_pools_go_with_their_cluster(stack: Any) -> None:
    stack.cluster()
    stack.pool()
    stack.engine.delete(stack.made["cluster"])
    assert stack.kubernetes.nodes == {}
    assert stack.engine.read(stack.made["pool"]).resource_id == ""


def test_protection_is_lifted_first(stack: Any) -> None:
    cluster = stack.cluster(deletionProtection=None)
    with pytest.raises(Exception, match="deletion_protection is set to true"):
        stack.engine.delete(cluster)
    stack.engine.delete(stack.engine.update(cluster, **stack.inputs(deletionProtection=False)))


def test_an_upgrade_of_the_control_plane_then_of_a_pool(stack: Any) -> None:
    cluster = stack.cluster()
    pool = stack.pool(version="1.35")
    cluster = stack.engine.update(cluster, **stack.inputs(minMasterVersion="1.36"))
    assert cluster["masterVersion"].startswith("1.36.")
    before = {node.name for node in stack.kubernetes.nodes[POOL]}
    pool = stack.engine.update(pool, **pool_inputs(version="1.36"))
    assert pool["version"] == cluster["masterVersion"]
    assert not before & {node.name for node in stack.kubernetes.nodes[POOL]}


def test_sizes_are_for_each_zone_and_bounds_in_total(stack: Any) -> None:
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
    assert len(stack.kubernetes.nodes[POOL]) == 4, "the autoscaler keeps what there is"


def test_taints_of_gpus_and_of_arm(stack: Any) -> None:
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


def test_autopilot_makes_its_nodes_itself(stack: Any) -> None:
    stack.cluster(enableAutopilot=True, removeDefaultNodePool=None, initialNodeCount=None)
    assert {key[1] for key in stack.kubernetes.nodes} == {"pool-1"}
    assert "Autopilot" in stack.refused_pool()


def test_a_making_that_was_cut_short_is_taken_over(stack: Any) -> None:
    cluster = stack.cluster()
    again = stack.engine.restart()
    again.configure()
    assert again.create("gcp:container/cluster:Cluster", "cluster", **stack.inputs()).identifier == cluster.identifier
    with pytest.raises(Exception, match="already exists"):
        again.create("gcp:container/cluster:Cluster", "other", **stack.inputs())


def test_drift_is_seen(stack: Any) -> None:
    pool_of = stack.cluster(description="a")
    record = stack.account.read("gcp:container/cluster:Cluster", pool_of.identifier)
    stack.account.store.put(replace(record, inputs={**record.inputs, "description": "b"}))
    assert stack.engine.read(pool_of).inputs["description"].value == "b"


def test_leftovers_of_load_balancers_hold_the_network(stack: Any) -> None:
    stack.account.faults = stack.account.faults.model_copy(update={"leftovers": True})
    stack.engine.delete(stack.cluster())
    stack.engine.delete(stack.made["subnetwork"])
    with pytest.raises(Exception, match=r"is used by the (firewall rule|network endpoint group)"):
        stack.engine.delete(stack.made["network"])


def test_no_spot_capacity(stack: Any) -> None:
    stack.account.faults = stack.account.faults.model_copy(update={"spot_capacity": True})
    stack.cluster()
    assert "GCE_STOCKOUT" in stack.refused_pool(nodeConfig={"machineType": "e2-standard-4", "spot": True})
    stack.pool()


def test_names_of_keys_stay_taken(stack: Any) -> None:
    stack.key()
    for name in ("grant", "key", "ring"):
        stack.engine.delete(stack.made[name])
    with pytest.raises(Exception, match="already exists"):
        stack.engine.restart().configure() or stack.create(
            "new", "gcp:kms/keyRing:KeyRing", name="shop", location="europe-west1"
        )


def test_an_api_stays_enabled_where_that_is_asked_for(world: Any) -> None:
    world.enable("compute")
    world.engine.delete(world.made["compute"])
    assert [one.id for one in world.account.store.all()] == ["shop-dev/compute.googleapis.com"]

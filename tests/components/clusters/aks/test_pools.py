"""Agent pools: sizes, names and what of them an upgrade, spare capacity and a zone ask for."""

import re
from typing import Any

import pytest
from anykube._clusters.aks.immutable_pool import first_pool
from anykube._clusters.aks.naming import assignment_name, pool_name, vault_name
from anykube._clusters.aks.placement import placements, split_evenly
from anykube._clusters.aks.pools import immutable_values, node_taints
from anykube._clusters.spec import NodePool
from anykube._names import shortened

from tests.components.clusters.aks.azure import Make, Registered, spec_of


def _pools(resources: Registered) -> dict[str, dict[str, Any]]:
    return {key.partition("/")[2]: found.inputs for key, found in resources.items() if key.startswith("AgentPool/")}


def test_the_first_comes_with_the_cluster(standard: Registered) -> None:
    cluster = standard["ManagedCluster/prod-cluster"]
    [first] = cluster.inputs["agentPoolProfiles"]
    assert first["name"] == "system"
    assert {"agentPoolProfiles[0].count", "agentPoolProfiles[0].vmSize"} <= set(cluster.ignored)
    assert (first["mode"], first["nodeTaints"]) == ("System", ["CriticalAddonsOnly=true:NoSchedule"])
    assert (first["minCount"], first["count"], first["maxCount"]) == (3, 3, 6)
    assert first["availabilityZones"] == ["1", "2", "3"]
    assert first["upgradeSettings"] == {"maxSurge": "10%", "maxUnavailable": "0"}
    assert (first["osSKU"], first["enableEncryptionAtHost"]) == ("AzureLinux", True)
    assert first["nodeLabels"] == {"anykube.dev/pool": "system"}


def test_a_pool(make: Make) -> None:
    asked = {
        "min": 1,
        "max": 9,
        "surge": "2",
        "disk": 100,
        "labels": {"a": "b"},
        "zones": ["2"],
        "machine": {"arch": "arm64"},
    }
    resources = make(pools={"web": NodePool.model_validate(asked)})
    pool = _pools(resources)["prod-web"]
    assert resources["AgentPool/prod-web"].ignored == ["count"]
    assert (pool["minCount"], pool["count"], pool["maxCount"], pool["enableAutoScaling"]) == (1, 1, 9, True)
    assert pool["upgradeSettings"] == {"maxSurge": "2", "maxUnavailable": "0"}
    assert (pool["vmSize"], pool["osDiskSizeGB"], pool["availabilityZones"]) == ("Standard_D2ps_v6", 100, ["2"])
    assert pool["nodeLabels"] == {"anykube.dev/pool": "web", "a": "b"}
    assert (pool["mode"], pool["orchestratorVersion"]) == ("User", "1.35")


@pytest.mark.parametrize(
    ("machine", "secure_boot", "boots"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"arch": "arm64"}, True, False),
        # Drivers that AKS installs are not signed.
        ({"cpu": 4, "memory": "16Gi", "gpu": 1}, True, False),
    ],
)
def test_nodes_boot_securely_where_they_can(
    make: Make, machine: dict[str, Any], secure_boot: bool, boots: bool
) -> None:
    pool = NodePool.model_validate({"count": 1, "machine": machine})
    resources = make(pools={"web": pool}, aks={"secure_boot": secure_boot})
    profile = {"enableSecureBoot": True, "enableVTPM": True}
    assert _pools(resources)["prod-web"].get("securityProfile") == (profile if boots else None)
    [first] = resources["ManagedCluster/prod-cluster"].inputs["agentPoolProfiles"]
    assert first.get("securityProfile") == (profile if secure_boot else None)


def test_a_pool_that_boots_otherwise_is_another() -> None:
    def named(secure_boot: bool, **machine: str) -> object:
        spec = spec_of(aks={"secure_boot": secure_boot})
        pool = NodePool.model_validate({"count": 1, "machine": machine})
        return immutable_values(pool, placements(pool, spec)[0], spec)

    assert named(True) != named(False)
    assert named(True, arch="arm64") == named(False, arch="arm64")


def test_a_fixed_size_stays_the_pages(make: Make) -> None:
    resources = make(pools={"web": NodePool(count=2)})
    pool = _pools(resources)["prod-web"]
    assert resources["AgentPool/prod-web"].ignored == []
    assert (pool["enableAutoScaling"], pool["count"]) == (False, 2)
    assert "minCount" not in pool


def test_spare_capacity_says_what_azure_adds_itself(make: Make) -> None:
    pool = _pools(make(pools={"web": NodePool(min=1, max=3, spot=True)}))["prod-web"]
    assert (pool["scaleSetPriority"], pool["scaleSetEvictionPolicy"], pool["spotMaxPrice"]) == ("Spot", "Delete", -1)
    assert pool["nodeTaints"] == ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"]
    assert pool["nodeLabels"]["kubernetes.azure.com/scalesetpriority"] == "spot"
    assert "upgradeSettings" not in pool


def test_a_way_out_for_each_zone_has_a_pool_for_each(make: Make) -> None:
    resources = make(network={"nat": "zone"}, pools={"web": NodePool(min=2, max=7), "gpu": NodePool(min=0, max=2)})
    pools = _pools(resources)
    sizes = {name: (pool["minCount"], pool["maxCount"]) for name, pool in pools.items()}
    assert sizes == {
        "prod-system-2": (1, 2),
        "prod-system-3": (1, 2),
        "prod-web-1": (1, 3),
        "prod-web-2": (1, 2),
        "prod-web-3": (0, 2),
        "prod-gpu-1": (0, 1),
        "prod-gpu-2": (0, 1),
    }
    assert pools["prod-web-2"]["availabilityZones"] == ["2"]
    assert pools["prod-web-2"]["vnetSubnetID"] == "prod-nodes-2-id"
    [first] = resources["ManagedCluster/prod-cluster"].inputs["agentPoolProfiles"]
    assert (first["availabilityZones"], first["minCount"], first["maxCount"]) == (["1"], 1, 2)
    assert len({pool["agentPoolName"] for pool in pools.values()} | {first["name"]}) == len(pools) + 1


@pytest.mark.parametrize(("total", "parts"), [(0, 3), (1, 3), (7, 3), (6, 3), (1000, 2)])
def test_shares_are_the_total_and_even(total: int, parts: int) -> None:
    shares = split_evenly(total, parts)
    assert sum(shares) == total
    assert max(shares) - min(shares) <= 1


def test_one_pool_over_all_zones_where_they_share_a_way_out() -> None:
    [placement] = placements(NodePool(min=2, max=4), spec_of())
    assert (placement.zones, placement.min, placement.max) == (("1", "2", "3"), 2, 4)


@pytest.mark.parametrize("name", ["web", "a-very-long-name-of-a-pool", "3d", "gpu-a100", "x"])
def test_pools_have_names_that_azure_takes(name: str) -> None:
    made = pool_name(name, "1", ["Standard_D2s_v5"])
    assert made.isalnum()
    assert made == made.lower()
    assert made[0].isalpha()
    assert len(made) <= 12


def test_another_machine_is_another_name_and_the_same_is_the_same() -> None:
    assert pool_name("web", "", ["Standard_D2s_v5"]) == pool_name("web", "", ["Standard_D2s_v5"])
    assert pool_name("web", "", ["Standard_D2s_v5"]) != pool_name("web", "", ["Standard_D4s_v5"])
    assert pool_name("web-a", "", []) != pool_name("weba", "", [])


def test_a_machine_changes_the_name_and_a_size_does_not() -> None:
    pools = {
        "a": NodePool(min=1, max=3),
        "b": NodePool(min=2, max=4, labels={"x": "y"}),
    }
    fixed = [immutable_values(pool, placements(pool, spec_of())[0], spec_of()) for pool in pools.values()]
    assert fixed[0] == fixed[1]
    other = NodePool.model_validate({"min": 1, "max": 3, "machine": {"cpu": 4, "memory": "16Gi"}})
    assert immutable_values(other, placements(other, spec_of())[0], spec_of()) != fixed[0]


def test_assignments_of_other_things_have_other_names() -> None:
    names = {assignment_name(scope, who, role) for scope in "ab" for who in "cd" for role in "ef"}
    assert len(names) == 8
    assert assignment_name("/A", "B", "C") == assignment_name("/a", "b", "c")


@pytest.mark.parametrize("cluster", ["a", "prod", "9lives", "a--b", "a-very-long-name-of-a-cluster-that-goes-on"])
def test_vaults_have_names_that_azure_takes_and_new_clusters_new_ones(cluster: str) -> None:
    assert re.fullmatch(r"[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]", vault_name(cluster, "p"))
    assert vault_name(cluster, "p") != vault_name(cluster, "q")


def test_taints_in_azures_words() -> None:
    pool = NodePool.model_validate(
        {
            "count": 1,
            "taints": [{"key": "a", "value": "b", "effect": "NoExecute"}, {"key": "c", "effect": "NoSchedule"}],
        }
    )
    assert node_taints(pool) == ["a=b:NoExecute", "c:NoSchedule"]


def test_the_first_is_the_one_that_only_azures_own_pods_go_to() -> None:
    assert first_pool(spec_of())[0] == "system"


@pytest.mark.parametrize("length", [1, 54, 55, 63])
def test_long_names_are_shortened_and_stay_apart(length: int) -> None:
    assert len(shortened("a" * length, 54)) <= 54
    assert shortened("a" * 60 + "b", 54) != shortened("a" * 60 + "c", 54)

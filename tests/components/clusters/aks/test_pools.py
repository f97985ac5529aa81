"""AKS agent pools."""

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
    return {key.partition("/")[2]: pool.inputs for key, pool in resources.items() if key.startswith("AgentPool/")}


def test_first_pool_is_a_field_of_the_cluster(standard: Registered) -> None:
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


def test_autoscaled_pool(make: Make) -> None:
    settings = {
        "min": 1,
        "max": 9,
        "surge": "2",
        "disk": 100,
        "labels": {"a": "b"},
        "zones": ["2"],
        "machine": {"arch": "arm64"},
    }
    resources = make(pools={"web": NodePool.model_validate(settings)})
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
        # The GPU drivers that AKS installs are not signed.
        ({"cpu": 4, "memory": "16Gi", "gpu": 1}, True, False),
    ],
)
def test_secure_boot_where_supported(make: Make, machine: dict[str, Any], secure_boot: bool, boots: bool) -> None:
    pool = NodePool.model_validate({"count": 1, "machine": machine})
    resources = make(pools={"web": pool}, aks={"secure_boot": secure_boot})
    profile = {"enableSecureBoot": True, "enableVTPM": True}
    assert _pools(resources)["prod-web"].get("securityProfile") == (profile if boots else None)
    [first] = resources["ManagedCluster/prod-cluster"].inputs["agentPoolProfiles"]
    assert first.get("securityProfile") == (profile if secure_boot else None)


def test_secure_boot_is_immutable() -> None:
    def values(secure_boot: bool, **machine: str) -> object:
        spec = spec_of(aks={"secure_boot": secure_boot})
        pool = NodePool.model_validate({"count": 1, "machine": machine})
        return immutable_values(pool, placements(pool, spec)[0], spec)

    assert values(True) != values(False)
    assert values(True, arch="arm64") == values(False, arch="arm64")


def test_fixed_size_pool(make: Make) -> None:
    resources = make(pools={"web": NodePool(count=2)})
    pool = _pools(resources)["prod-web"]
    assert resources["AgentPool/prod-web"].ignored == []
    assert (pool["enableAutoScaling"], pool["count"]) == (False, 2)
    assert "minCount" not in pool


def test_spot_pool_declares_azures_label_and_taint(make: Make) -> None:
    pool = _pools(make(pools={"web": NodePool(min=1, max=3, spot=True)}))["prod-web"]
    assert (pool["scaleSetPriority"], pool["scaleSetEvictionPolicy"], pool["spotMaxPrice"]) == ("Spot", "Delete", -1)
    assert pool["nodeTaints"] == ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"]
    assert pool["nodeLabels"]["kubernetes.azure.com/scalesetpriority"] == "spot"
    assert "upgradeSettings" not in pool


def test_zonal_nat_creates_an_agent_pool_for_each_zone(make: Make) -> None:
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
def test_split_evenly(total: int, parts: int) -> None:
    shares = split_evenly(total, parts)
    assert sum(shares) == total
    assert max(shares) - min(shares) <= 1


def test_single_nat_gateway_has_one_agent_pool() -> None:
    [placement] = placements(NodePool(min=2, max=4), spec_of())
    assert (placement.zones, placement.min, placement.max) == (("1", "2", "3"), 2, 4)


@pytest.mark.parametrize("name", ["web", "a-very-long-name-of-a-pool", "3d", "gpu-a100", "x"])
def test_pool_names_are_valid(name: str) -> None:
    agent_pool = pool_name(name, "1", ["Standard_D2s_v5"])
    assert agent_pool.isalnum()
    assert agent_pool == agent_pool.lower()
    assert agent_pool[0].isalpha()
    assert len(agent_pool) <= 12


def test_pool_name_depends_on_immutable_values() -> None:
    assert pool_name("web", "", ["Standard_D2s_v5"]) == pool_name("web", "", ["Standard_D2s_v5"])
    assert pool_name("web", "", ["Standard_D2s_v5"]) != pool_name("web", "", ["Standard_D4s_v5"])
    assert pool_name("web-a", "", []) != pool_name("weba", "", [])


def test_machine_is_immutable_and_size_is_not() -> None:
    pools = {
        "a": NodePool(min=1, max=3),
        "b": NodePool(min=2, max=4, labels={"x": "y"}),
    }
    values = [immutable_values(pool, placements(pool, spec_of())[0], spec_of()) for pool in pools.values()]
    assert values[0] == values[1]
    other = NodePool.model_validate({"min": 1, "max": 3, "machine": {"cpu": 4, "memory": "16Gi"}})
    assert immutable_values(other, placements(other, spec_of())[0], spec_of()) != values[0]


def test_assignment_names_are_unique_and_ignore_case() -> None:
    names = {assignment_name(scope, principal, role) for scope in "ab" for principal in "cd" for role in "ef"}
    assert len(names) == 8
    assert assignment_name("/A", "B", "C") == assignment_name("/a", "b", "c")


@pytest.mark.parametrize("cluster", ["a", "prod", "9lives", "a--b", "a-very-long-name-of-a-cluster-that-goes-on"])
def test_vault_names_are_valid_and_new_for_each_cluster(cluster: str) -> None:
    assert re.fullmatch(r"[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]", vault_name(cluster, "p"))
    assert vault_name(cluster, "p") != vault_name(cluster, "q")


def test_node_taints() -> None:
    pool = NodePool.model_validate(
        {
            "count": 1,
            "taints": [{"key": "a", "value": "b", "effect": "NoExecute"}, {"key": "c", "effect": "NoSchedule"}],
        }
    )
    assert node_taints(pool) == ["a=b:NoExecute", "c:NoSchedule"]


def test_first_pool_is_the_system_pool() -> None:
    assert first_pool(spec_of())[0] == "system"


@pytest.mark.parametrize("length", [1, 54, 55, 63])
def test_shortened_names_stay_unique(length: int) -> None:
    assert len(shortened("a" * length, 54)) <= 54
    assert shortened("a" * 60 + "b", 54) != shortened("a" * 60 + "c", 54)

from dataclasses import replace

from anykube_cli.localkube.pool import Pool

_POOL = Pool(
    cluster="local",
    name="servers",
    version="1.36",
    cpu=4,
    memory="8Gi",
    arch="arm64",
    labels={"team": "a", "kubernetes.io/arch": "wrong"},
    taints=({"key": "k", "value": "v", "effect": "NoSchedule"},),
    zones=("a", "b"),
)


def test_group_changes_with_immutable_properties() -> None:
    assert _POOL.group == replace(_POOL, labels={}, taints=(), version="1.37").group
    changed = [replace(_POOL, cpu=8), replace(_POOL, memory="16Gi"), replace(_POOL, arch="amd64")]
    changed.append(replace(_POOL, zones=("a",)))
    assert len({pool.group for pool in (_POOL, *changed)}) == 5
    assert _POOL.group.startswith("servers-")


def test_nodes_have_machine_capacity_and_rotate_zones() -> None:
    nodes = [_POOL.node(index).manifest() for index in range(3)]
    metadata = [node["metadata"] for node in nodes]
    assert all(isinstance(item, dict) for item in metadata)
    labels = [item["labels"] for item in metadata if isinstance(item, dict)]
    assert [node_labels["topology.kubernetes.io/zone"] for node_labels in labels] == ["a", "b", "a"]
    assert {node_labels["team"] for node_labels in labels} == {"a"}
    assert {node_labels["kubernetes.io/arch"] for node_labels in labels} == {"arm64"}
    assert nodes[0]["spec"] == {"taints": list(_POOL.taints)}
    status = nodes[0]["status"]
    assert isinstance(status, dict)
    assert status["capacity"] == status["allocatable"]
    assert (status["capacity"]["cpu"], status["capacity"]["memory"]) == ("4", "8Gi")

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


def test_the_group_follows_what_cannot_change_in_place() -> None:
    assert _POOL.group == replace(_POOL, labels={}, taints=(), version="1.37").group
    changed = [replace(_POOL, cpu=8), replace(_POOL, memory="16Gi"), replace(_POOL, arch="amd64")]
    changed.append(replace(_POOL, zones=("a",)))
    assert len({pool.group for pool in (_POOL, *changed)}) == 5
    assert _POOL.group.startswith("servers-")


def test_a_node_has_the_machine_and_takes_the_zones_in_turn() -> None:
    nodes = [_POOL.node(index).manifest() for index in range(3)]
    metadata = [node["metadata"] for node in nodes]
    assert all(isinstance(one, dict) for one in metadata)
    labels = [one["labels"] for one in metadata if isinstance(one, dict)]
    assert [one["topology.kubernetes.io/zone"] for one in labels] == ["a", "b", "a"]
    assert {one["team"] for one in labels} == {"a"}
    assert {one["kubernetes.io/arch"] for one in labels} == {"arm64"}
    assert nodes[0]["spec"] == {"taints": list(_POOL.taints)}
    status = nodes[0]["status"]
    assert isinstance(status, dict)
    assert status["capacity"] == status["allocatable"]
    assert (status["capacity"]["cpu"], status["capacity"]["memory"]) == ("4", "8Gi")

"""A session proves each resource again before its deletion, and learns only once while the cluster exists."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from anykube_cli.sweep.aws_ownership import AwsResource, judge
from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.memory import Memory
from anykube_cli.sweep.session import Session
from anykube_cli.sweep.sweep import Kept, Sweep

_FACTS = Facts(networks=frozenset({"vpc-1"}), used_networks=frozenset({"vpc-1"}))
_GROUP = AwsResource("security group", "sg-1", "vpc-1", {"elbv2.k8s.aws/cluster": "prod"})


class Inventory:
    """An account with one security group, which somebody changes after it was listed."""

    def __init__(self, listed: AwsResource, current: AwsResource | None) -> None:
        self.listed, self.current = listed, current
        self.exists, self.lists = False, 0
        self.deleted: list[AwsResource] = []

    def cluster_exists(self) -> bool:
        return self.exists

    def facts(self) -> Facts:
        return Facts()

    def resources(self) -> Sequence[AwsResource]:
        self.lists += 1
        return [] if self.deleted else [self.listed]

    def read(self, resource: AwsResource) -> AwsResource | None:
        return self.current

    def delete(self, resource: AwsResource) -> None:
        self.deleted.append(resource)

    def removal_command(self, resource: AwsResource) -> str:
        return f"delete {resource.id}"

    def kept(self) -> Iterable[Kept]:
        return [Kept("volume v", "GiB a month", "delete v")]

    def summarize_error(self, error: BaseException) -> str:
        raise error


def _session(inventory: Inventory) -> Session[AwsResource]:
    return Session(inventory, partial(judge, "aws-prod", "prod"), _FACTS)


def _sweep(inventory: Inventory) -> Sweep:
    session = _session(inventory)
    sweep = Sweep(lambda: session, lambda _: None)
    sweep.search()
    return sweep


def test_deletes_a_proven_resource() -> None:
    inventory = Inventory(_GROUP, _GROUP)
    assert _sweep(inventory).removed == {"security group sg-1"}
    assert inventory.deleted == [_GROUP]


def test_keeps_a_resource_that_changed_after_it_was_listed() -> None:
    inventory = Inventory(_GROUP, replace(_GROUP, tags={"elbv2.k8s.aws/cluster": "dev"}))
    sweep = _sweep(inventory)
    assert inventory.deleted == []
    assert sweep.failed == {
        "security group sg-1": "it has changed since it was listed, and nothing links it to the cluster"
    }


def test_deletes_a_changed_resource_that_is_still_proven() -> None:
    current = replace(_GROUP, tags={**_GROUP.tags, "team": "web"})
    inventory = Inventory(_GROUP, current)
    _sweep(inventory)
    assert inventory.deleted == [current]


def test_ignores_a_resource_that_is_gone() -> None:
    inventory = Inventory(_GROUP, None)
    assert _sweep(inventory).failed == {}
    assert inventory.deleted == []


def test_lists_once_while_the_cluster_exists_and_deletes_nothing() -> None:
    inventory = Inventory(_GROUP, _GROUP)
    inventory.exists = True
    session = _session(inventory)
    assert [list(session.leftovers()) for _ in range(3)] == [[], [], []]
    assert inventory.lists == 1
    assert list(session.kept()) == []
    inventory.exists = False
    assert [leftover.description for leftover in session.leftovers()] == ["security group sg-1"]


def test_memory_keeps_what_identifies_the_cluster(tmp_path: Path) -> None:
    memory = Memory(tmp_path, "aws-dev")
    assert memory.load() == Facts()
    facts = _FACTS.model_copy(update={"keys": frozenset({"hash:0a1b2c3d"}), "proven": frozenset({"x"})})
    memory.save(facts)
    assert memory.load() == facts.model_copy(update={"proven": frozenset()})


def test_memory_forgets_ids_that_consist_of_names(tmp_path: Path) -> None:
    """Somebody else may create a group, network and cluster of these names after the destroy."""
    memory = Memory(tmp_path, "azure-dev")
    memory.save(Facts(networks=frozenset({"/subscriptions/s/resourcegroups/shop"})))
    assert memory.load() == Facts()

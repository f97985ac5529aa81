"""An account in memory for the sweep's session. Like a cloud, it refuses to delete what something else uses."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Generic

from anykube_cli.sweep.facts import Facts, Judge, R
from anykube_cli.sweep.session import Session
from anykube_cli.sweep.sweep import Kept, Sweep

_SEARCHES = 12


class InUseError(Exception):
    """Another resource uses the resource."""


@dataclass
class Planned(Generic[R]):
    """Resources of the cluster and of others, and what is known about the cluster."""

    random: Random
    facts: Facts
    """The facts in the stack's state."""
    live: Facts = field(default_factory=Facts)
    """The facts in the account."""
    mine: list[R] = field(default_factory=list)
    foreign: list[R] = field(default_factory=list)

    def text(self, length: int, characters: str = "0123456789abcdef") -> str:
        """A random text."""
        return "".join(self.random.choices(characters, k=length))

    def some(self, *plans: Callable[[], object]) -> None:
        """Adds resources by some of the functions, each up to twice."""
        for plan in plans:
            for _ in range(self.random.choice((0, 0, 1, 1, 2))):
                plan()


class Account(Generic[R]):
    """The inventory. `references`: the ids that a resource uses. `kinds`: the order in which to delete."""

    def __init__(self, planned: Planned[R], kinds: Sequence[str], references: Callable[[R], Iterable[str]]) -> None:
        resources = [*planned.mine, *planned.foreign]
        planned.random.shuffle(resources)
        self.items = {resource.id: resource for resource in resources}
        assert len(self.items) == len(resources), "two resources with one id"
        self.deleted: list[str] = []
        self._live, self._kinds, self._references = planned.live, kinds, references

    def cluster_exists(self) -> bool:
        return False

    def facts(self) -> Facts:
        return self._live

    def resources(self) -> Sequence[R]:
        return sorted(self.items.values(), key=lambda it: self._kinds.index(it.kind))  # type: ignore[attr-defined]

    def read(self, resource: R) -> R | None:
        return self.items.get(resource.id)

    def delete(self, resource: R) -> None:
        if any(resource.id in self._references(it) for it in self.items.values() if it.id != resource.id):
            raise InUseError(resource.id)
        del self.items[resource.id]
        self.deleted.append(resource.id)

    def removal_command(self, resource: R) -> str:
        return f"delete {resource.id}"

    def kept(self) -> Iterable[Kept]:
        return ()

    def summarize_error(self, error: BaseException) -> str:
        raise error


def assert_only_mine_deleted(
    planned: Planned[R], kinds: Sequence[str], references: Callable[[R], Iterable[str]], judge: Judge[R]
) -> None:
    """Sweeps the account. Nothing foreign may be deleted; everything of the cluster must be, unless others use it."""
    account = Account(planned, kinds, references)
    session = Session(account, judge, planned.facts)
    sweep = Sweep(lambda: session, lambda _: None)
    searches = 0
    while not sweep.search() and searches < _SEARCHES:
        searches += 1
        assert sweep.search_error is None
    mine = {resource.id for resource in planned.mine}
    assert not set(account.deleted) - mine, "deleted what is not the cluster's"
    expected = mine - _used_by(planned.foreign, account, references, mine)
    assert expected <= set(account.deleted), f"did not find {expected - set(account.deleted)}"


def _used_by(
    foreign: Sequence[R], account: Account[R], references: Callable[[R], Iterable[str]], mine: set[str]
) -> set[str]:
    """The cluster's resources that those of others use, directly or through other resources of the cluster."""
    used: set[str] = set()
    todo = [id for resource in foreign for id in references(resource)]
    while todo:
        id = todo.pop()
        if id in mine and id not in used:
            used.add(id)
            todo += references(account.items[id]) if id in account.items else []
    return used

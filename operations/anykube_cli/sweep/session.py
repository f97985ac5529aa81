"""A sweep's session with one account: lists resources, judges them, and proves each again before its deletion."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Generic, Protocol

from anykube_cli.sweep.facts import Facts, Judge, Judged, Judgement, R, Verdict
from anykube_cli.sweep.sweep import Kept, Leftover, Unproven


class ChangedError(Exception):
    """A resource changed after it was listed, and is not proven to be the cluster's any more."""


class Inventory(Protocol[R]):
    """The resources of an account that may be leftovers. Its methods raise errors of the cloud's SDK."""

    def cluster_exists(self) -> bool:
        """Whether the stack's cluster exists. True also if it is unknown."""
        ...

    def facts(self) -> Facts:
        """Facts in the account, such as the ids of other clusters. Called after `cluster_exists`."""
        ...

    def resources(self) -> Sequence[R]:
        """The resources, in an order in which they can be removed."""
        ...

    def read(self, resource: R) -> R | None:
        """The present state of a resource; None if it is gone."""
        ...

    def delete(self, resource: R) -> None:
        """Requests the deletion of a resource."""
        ...

    def removal_command(self, resource: R) -> str:
        """The command of the cloud's CLI that deletes a resource."""
        ...

    def kept(self) -> Iterable[Kept]:
        """What outlives the cluster on purpose and is billed."""
        ...

    def summarize_error(self, error: BaseException) -> str:
        """An error of the SDK in one line, without private data."""
        ...


class Session(Generic[R]):
    """The account of one cluster, for `sweep.Sweep`."""

    def __init__(
        self, inventory: Inventory[R], judge: Judge[R], facts: Facts, remember: Callable[[Facts], object] | None = None
    ) -> None:
        """`remember` gets the facts whenever a search learned new ones."""
        self._inventory, self._judge, self._facts = inventory, judge, facts
        self._remember = remember or (lambda _: None)
        self._judged, self._resources = Judged({}, facts), list[R]()
        self._has_learned = False
        self.cluster_exists = True
        """Whether the cluster existed at the last search."""

    def summarize_error(self, error: BaseException) -> str:
        """The error in one line."""
        return str(error) if isinstance(error, ChangedError) else self._inventory.summarize_error(error)

    def search(self) -> None:
        """Lists and judges the resources. While the cluster exists, only once: to learn what proves others later."""
        self.cluster_exists = self._inventory.cluster_exists()
        if self.cluster_exists and self._has_learned:
            self._resources = []
            return
        self._resources = list(self._inventory.resources())
        self._judged = self._judge(self._facts.union(self._inventory.facts()), self._resources)
        self._has_learned = True
        if self._judged.facts != self._facts:
            self._facts = self._judged.facts
            self._remember(self._facts)

    def leftovers(self) -> Iterator[Leftover]:
        """The resources proven to be the cluster's. None while it exists."""
        self.search()
        if not self.cluster_exists:
            for resource, judgement in self._with(Verdict.PROVEN):
                remove = partial(self._remove, resource)
                yield Leftover(resource.description, remove, judgement.reason)

    def unproven(self) -> Iterator[Unproven]:
        """The resources of the last search that are perhaps the cluster's."""
        if not self.cluster_exists:
            for resource, judgement in self._with(Verdict.DOUBTFUL):
                command = self._inventory.removal_command(resource)
                yield Unproven(resource.description, judgement.reason, command)

    def kept(self) -> Iterable[Kept]:
        """What outlives the cluster on purpose and is billed."""
        return () if self.cluster_exists else self._inventory.kept()

    def _with(self, verdict: Verdict) -> Iterator[tuple[R, Judgement]]:
        for resource in self._resources:
            judgement = self._judged.judgements[resource.id]
            if judgement.verdict is verdict:
                yield resource, judgement

    def _remove(self, resource: R) -> None:
        """Reads the resource again, and deletes it if it is still proven."""
        current = self._inventory.read(resource)
        if current is None:
            return
        # The verdict on an unchanged resource is the same.
        if current != resource:
            self._prove_again(current)
        self._inventory.delete(current)

    def _prove_again(self, current: R) -> None:
        """Raises ChangedError if a changed resource is not proven any more, not even by an earlier search."""
        resources = [current if it.id == current.id else it for it in self._resources]
        facts = self._facts.model_copy(update={"proven": self._facts.proven - {current.id}})
        judgement = self._judge(facts, resources).judgements[current.id]
        if judgement.verdict is not Verdict.PROVEN:
            raise ChangedError(f"it has changed since it was listed, and {judgement.reason}")

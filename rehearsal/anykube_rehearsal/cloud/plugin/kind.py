"""What a type is that is really made in a simulated account."""

import hashlib
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from anykube_rehearsal.cloud.plugin.names import from_prefix

Json = dict[str, Any]
Inputs = Mapping[str, Any]
A = TypeVar("A")

LABELS = "__labels"
"""Where `read` puts all tags or labels; the frame makes the outputs of the cloud's names of them."""


@dataclass(frozen=True)
class Making(Generic[A]):
    """One resource that is to be made."""

    account: A
    urn: str
    inputs: Inputs
    known: Collection[str] = ()
    """Ids of this URN that the engine has in its state: one of them is about to be replaced, not taken over."""
    replacement: bool = False
    """Whether the engine has one in its state whose id it did not tell: then nothing at all is taken over."""

    @property
    def mark(self) -> str:
        """The same for the same resource with the same inputs, so that what a killed engine left is found again."""
        made_from = json.dumps([self.urn, dict(self.inputs)], sort_keys=True)
        return hashlib.sha256(made_from.encode()).hexdigest()[:32]

    def name(self, wire: str = "name") -> str:
        """Its name, given or made from its prefix."""
        given = self.inputs.get(wire)
        return str(given) if given else from_prefix(str(self.inputs.get(f"{wire}Prefix", "terraform-")), self.mark)


class Kind(ABC, Generic[A]):
    """One type of resource. Every method blocks."""

    token: ClassVar[str]
    volatile: ClassVar[frozenset[str]] = frozenset()
    """Outputs that an update may change: unknown in its preview."""

    @abstractmethod
    def create(self, making: Making[A]) -> str:
        """Makes it, or takes over what an earlier try made, and returns its id."""

    @abstractmethod
    def read(self, account: A, identifier: str, state: Inputs) -> Json | None:
        """Its outputs as they are now, with all its tags under LABELS; None where it is gone."""

    def update(self, account: A, identifier: str, old: Inputs, new: Inputs) -> None:
        """Changes in place what differs, tags apart."""
        del account, identifier, old, new

    def foresee(self, account: A, identifier: str, new: Inputs) -> str | None:
        """What the account refuses of an update, where it knows the resource from a state alone: empty for nothing, and
        `read` then tells it as updated. None where the resource is there."""
        del account, identifier, new
        return None

    @abstractmethod
    def delete(self, account: A, identifier: str, state: Inputs) -> None:
        """Removes it and waits until it is gone; one that is gone already is well."""

    def tag(self, account: A, identifier: str, state: Inputs, tags: Mapping[str, str], gone: list[str]) -> None:
        """Sets and removes tags."""
        raise NotImplementedError(f"{self.token} has no tags")


def wait(done: Callable[[], bool], what: str, seconds: float = 3600.0) -> None:
    """Asks again until it is so: often at first, since a simulated cloud is quick."""
    end, pause = time.monotonic() + seconds, 0.1
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} is not ready after {seconds:.0f} s")
        time.sleep(pause)
        pause = min(pause * 1.3, 2.0)


def changed(old: Inputs, new: Inputs, *names: str) -> bool:
    """Whether one of these inputs differs."""
    return any(old.get(name) != new.get(name) for name in names)

"""Base class of the resource types that exist in a simulated account."""

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
"""The key under which `read` returns all tags or labels; `state.py` renames it to the cloud's outputs."""


@dataclass(frozen=True)
class CreateRequest(Generic[A]):
    """A resource to create."""

    account: A
    urn: str
    inputs: Inputs
    known_ids: Collection[str] = ()
    """Ids of this URN in the engine's state. They are about to be replaced, so they are not adopted."""
    replacement: bool = False
    """Whether the engine's state has a resource whose id is not in `known_ids`: then nothing is adopted."""

    @property
    def mark(self) -> str:
        """Idempotency token of this resource with these inputs. Finds what a killed engine left."""
        content = json.dumps([self.urn, dict(self.inputs)], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:32]

    def name(self, wire: str = "name") -> str:
        """The name: the input, or generated from the prefix input."""
        name = self.inputs.get(wire)
        return str(name) if name else from_prefix(str(self.inputs.get(f"{wire}Prefix", "terraform-")), self.mark)


class Kind(ABC, Generic[A]):
    """Creates, reads, updates and deletes resources of one type. Every method blocks."""

    token: ClassVar[str]
    volatile: ClassVar[frozenset[str]] = frozenset()
    """Outputs that an update may change, and so are unknown in its preview."""

    @abstractmethod
    def create(self, request: CreateRequest[A]) -> str:
        """Creates the resource, or adopts what an earlier attempt created, and returns its id."""

    @abstractmethod
    def read(self, account: A, identifier: str, state: Inputs) -> Json | None:
        """The current outputs, with all tags under LABELS; None if the resource does not exist."""

    def update(self, account: A, identifier: str, old: Inputs, new: Inputs) -> None:
        """Updates in place what differs, except tags."""
        del account, identifier, old, new

    def validate_update(self, account: A, identifier: str, new: Inputs) -> str | None:
        """Why the account would refuse an update of a resource loaded from a state, or "", after which `read` returns
        the updated resource. None if the resource was not loaded from a state."""
        del account, identifier, new
        return None

    @abstractmethod
    def delete(self, account: A, identifier: str, state: Inputs) -> None:
        """Deletes the resource and waits until it is gone. Does nothing if it does not exist."""

    def tag(self, account: A, identifier: str, state: Inputs, tags: Mapping[str, str], removed: list[str]) -> None:
        """Sets `tags`, and removes the keys in `removed`."""
        raise NotImplementedError(f"{self.token} has no tags")


def wait(done: Callable[[], bool], description: str, timeout_seconds: float = 3600.0) -> None:
    """Polls until done, at first often, since a simulated cloud is quick. Raises TimeoutError."""
    deadline, pause = time.monotonic() + timeout_seconds, 0.1
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{description} did not finish within {timeout_seconds:.0f} s")
        time.sleep(pause)
        pause = min(pause * 1.3, 2.0)


def changed(old: Inputs, new: Inputs, *names: str) -> bool:
    """Whether any of these inputs differs."""
    return any(old.get(name) != new.get(name) for name in names)

"""The base class of the resources of Anykube's plugins."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from anykube_cli.plugin.values import Properties


class Inputs(BaseModel):
    """The inputs of a resource: snake_case in Python, camelCase for the engine. Rejects unknown properties."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


@dataclass(frozen=True)
class Diff:
    """The changes of an update. If both sets are empty, nothing changes."""

    update: frozenset[str] = frozenset()
    """Properties that change in place."""
    replace: frozenset[str] = frozenset()
    """Properties whose change replaces the resource."""
    delete_before_replace: bool = False
    """Whether the old resource must be deleted before the new one is created."""


I = TypeVar("I", bound=Inputs)  # noqa: E741


class Resource(ABC, Generic[I]):
    """A resource type. Its methods block; the provider runs each in another thread.

    Outputs always include the inputs. The engine stores the outputs in the state.
    """

    token: ClassVar[str]
    """The type token, such as `localkube:index:Cluster`."""
    inputs: type[I]
    replaces: ClassVar[frozenset[str]] = frozenset()
    """Inputs (camelCase) that cannot change in place."""
    secrets: ClassVar[frozenset[str]] = frozenset()
    """Outputs (camelCase) that are encrypted in the state and hidden in all output."""
    volatile: ClassVar[frozenset[str]] = frozenset()
    """Outputs that an update may change, and that are therefore unknown in a preview."""

    @abstractmethod
    def create(self, inputs: I) -> tuple[str, Properties]:
        """Creates the resource, or adopts an existing one with this name. Returns its id and outputs."""

    @abstractmethod
    def read(self, resource_id: str) -> Properties | None:
        """Returns the current outputs, including the inputs, or None if the resource does not exist."""

    @abstractmethod
    def update(self, resource_id: str, old: Properties, inputs: I) -> Properties:
        """Changes the resource in place and returns its outputs."""

    @abstractmethod
    def delete(self, resource_id: str, old: Properties) -> None:
        """Deletes the resource, if it exists."""

    def drift(self, resource_id: str, old: Properties) -> Diff:
        """Returns what must change although the inputs did not. Must be quick, because it runs at every preview."""
        del resource_id, old
        return Diff()

    def diff(self, resource_id: str, old: Properties, new: Properties) -> Diff:
        """Returns all changes: inputs that differ, and drift."""
        changed = frozenset(key for key, value in new.items() if old.get(key) != value)
        drift = self.drift(resource_id, old)
        return Diff(
            update=changed - self.replaces | drift.update,
            replace=changed & self.replaces | drift.replace,
            delete_before_replace=drift.delete_before_replace,
        )

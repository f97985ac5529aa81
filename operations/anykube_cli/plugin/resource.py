"""What a resource of one of our plugins is."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from anykube_cli.plugin.values import Properties


class Inputs(BaseModel):
    """The inputs of a resource: snake_case here, camelCase on the wire, closed to unknown properties."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


@dataclass(frozen=True)
class Diff:
    """What an update would do. Both empty: nothing."""

    update: frozenset[str] = frozenset()
    """Properties that change in place."""
    replace: frozenset[str] = frozenset()
    """Properties whose change makes a new resource."""
    delete_before_replace: bool = False
    """Whether the old one has to go before the new one comes."""


I = TypeVar("I", bound=Inputs)  # noqa: E741


class Resource(ABC, Generic[I]):
    """One type of resource. Methods block: the frame runs each in a thread of its own.

    Outputs always hold the inputs too, and are what the engine keeps as state.
    """

    token: ClassVar[str]
    """Such as `localkube:index:Cluster`."""
    inputs: type[I]
    replaces: ClassVar[frozenset[str]] = frozenset()
    """Inputs (camelCase) that cannot change in place."""
    secrets: ClassVar[frozenset[str]] = frozenset()
    """Outputs (camelCase) that are encrypted in the state and hidden in every display."""
    volatile: ClassVar[frozenset[str]] = frozenset()
    """Outputs that an update may change: unknown in its preview."""

    @abstractmethod
    def create(self, inputs: I) -> tuple[str, Properties]:
        """Makes it and returns id and outputs; what is there already under that name is taken over."""

    @abstractmethod
    def read(self, resource_id: str) -> Properties | None:
        """Its outputs as they are now, inputs included; None where it is gone."""

    @abstractmethod
    def update(self, resource_id: str, old: Properties, inputs: I) -> Properties:
        """Changes it in place and returns its outputs."""

    @abstractmethod
    def delete(self, resource_id: str, old: Properties) -> None:
        """Removes it; one that is gone already is well."""

    def drift(self, resource_id: str, old: Properties) -> Diff:
        """What is wrong with it although its inputs did not change, found quickly: this runs at every preview."""
        del resource_id, old
        return Diff()

    def diff(self, resource_id: str, old: Properties, new: Properties) -> Diff:
        """What changes: inputs that differ, then drift."""
        changed = frozenset(key for key, value in new.items() if old.get(key) != value)
        found = self.drift(resource_id, old)
        return Diff(
            update=changed - self.replaces | found.update,
            replace=changed & self.replaces | found.replace,
            delete_before_replace=found.delete_before_replace,
        )

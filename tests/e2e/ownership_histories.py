"""Random histories of two stacks and a person with kubectl, who make, move and delete Services in two namespaces.

A history has its own namespaces and names, so that one run of a stack is a step of all histories. The model says who
must have each Service afterwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

STACKS = ("local-a", "local-b")
PERSON = "kubectl"


class Key(NamedTuple):
    """A Service."""

    namespace: str
    name: str


@dataclass
class History:
    """The settings of both stacks for two apps in two namespaces, and who has each Service in the cluster."""

    number: int
    random: Random
    apps: dict[str, dict[str, str]] = field(default_factory=lambda: {stack: {} for stack in STACKS})
    """The namespace of each app, by stack."""
    holders: dict[Key, str] = field(default_factory=dict)
    states: dict[str, set[Key]] = field(default_factory=lambda: {stack: set() for stack in STACKS})
    """The Services that each stack remembers."""
    adopted: set[Key] = field(default_factory=set)
    foreign_namespaces: set[str] = field(default_factory=set)
    """Namespaces that the person created."""
    declared: dict[str, set[str]] = field(default_factory=lambda: {stack: set() for stack in STACKS})
    """Namespaces that the settings of a stack declare as existing."""

    @property
    def namespaces(self) -> tuple[str, str]:
        return f"h{self.number}-x", f"h{self.number}-y"

    @property
    def names(self) -> tuple[str, str]:
        return f"h{self.number}-web", f"h{self.number}-api"

    def keys(self, stack: str) -> set[Key]:
        """The Services in a stack's settings."""
        return {Key(namespace, name) for name, namespace in self.apps[stack].items()}

    def edit(self, stack: str) -> None:
        """A random change of a stack's settings."""
        (other,) = {*STACKS} - {stack}
        apps, name = self.apps[stack], self.random.choice(self.names)
        match self.random.choice(("add", "add", "remove", "take", "copy", "none")):
            case "add":  # or move to the other namespace
                apps[name] = self.random.choice(self.namespaces)
            case "remove":
                apps.pop(name, None)
            case "take" if name in self.apps[other]:
                apps[name] = self.apps[other].pop(name)
            case "copy" if name in self.apps[other]:
                apps[name] = self.apps[other][name]

    def conflicts(self, stack: str) -> Iterator[str]:
        """What `anykube up` must refuse."""
        for key in sorted(self.keys(stack)):
            if self._is_others(stack, key):
                yield f"Service {key.namespace}/{key.name}"
        for namespace in sorted({*self.apps[stack].values()} & self.foreign_namespaces - self.declared[stack]):
            yield f"Namespace {namespace}"

    def _is_others(self, stack: str, key: Key) -> bool:
        holder = self.holders.get(key)
        if holder in (None, stack):
            return False
        return holder == PERSON or key in self.keys(holder)

    def resolve(self, stack: str) -> None:
        """Adopts the Services of others, or gives up the names; declares namespaces."""
        for key in sorted(self.keys(stack)):
            if self._is_others(stack, key):
                if self.random.random() < 0.5:
                    self.adopted.add(key)
                else:
                    del self.apps[stack][key.name]
        self.declared[stack] = {*self.apps[stack].values()} & self.foreign_namespaces

    def run(self, stack: str) -> None:
        """A successful run of a stack."""
        (other,) = {*STACKS} - {stack}
        for key in self.states[stack] - self.keys(stack):
            if self.holders.get(key) == stack and key not in self.keys(other):  # else it was moved or taken over
                del self.holders[key]
        self.states[stack] = self.keys(stack)
        self.holders |= dict.fromkeys(self.keys(stack), stack)
        self.adopted.clear()

    def sections(self, stack: str) -> dict[str, Any]:
        """The history's part of the settings of a stack."""
        host = f"{stack}.example"
        return {
            "apps": {
                name: {"kind": "external", "host": host, "namespace": namespace}
                for name, namespace in self.apps[stack].items()
            },
            "namespaces": {name: {"existing": True} for name in self.declared[stack] & {*self.apps[stack].values()}},
            "adopt": [f"Service {key.namespace}/{key.name}" for key in sorted(self.adopted)],
        }

    def person(self, namespaces: set[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """What the person deletes and creates with kubectl. `namespaces`: those that exist."""
        deleted, created = list[dict[str, Any]](), list[dict[str, Any]]()
        namespace = self.random.choice(self.namespaces)
        key = Key(namespace, self.random.choice(self.names))
        if namespace not in namespaces:
            if self.random.random() < 0.5:
                self.foreign_namespaces.add(namespace)
                created.append({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
            return deleted, created
        if key in self.holders and self.random.random() < 0.5:
            deleted.append(service(key))
            del self.holders[key]
        if key not in self.holders and self.random.random() < 0.8:
            created.append(service(key))
            self.holders[key] = PERSON
        return deleted, created


def service(key: Key) -> dict[str, Any]:
    """A Service that the person creates."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"namespace": key.namespace, "name": key.name},
        "spec": {"type": "ExternalName", "externalName": "person.example"},
    }

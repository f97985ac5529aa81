"""`ConfigNode`: settings as rules read them: typed, without values that are already known to be invalid."""

from collections.abc import Iterator
from dataclasses import dataclass

from anykube._rules.findings import ValuePath
from anykube._rules.source import SourceNode

_NOTHING = SourceNode(None)


@dataclass(frozen=True, slots=True)
class ConfigNode:
    """A value of the settings. A value that is invalid, or not of the requested type, reads as None or empty.

    So rules run whatever else is wrong, and each mistake is reported once.
    """

    node: SourceNode
    path: ValuePath = ()
    invalid: frozenset[ValuePath] = frozenset()
    """Paths of the values that validation rejected."""

    def __getitem__(self, step: str) -> "ConfigNode":
        child = self.node.value.get(step, _NOTHING) if isinstance(self.node.value, dict) else _NOTHING
        return ConfigNode(child, (*self.path, step), self.invalid)

    def at(self, path: str) -> "ConfigNode":
        """The value at a dotted path below this one."""
        node = self
        for step in path.split("."):
            node = node[step]
        return node

    @property
    def is_set(self) -> bool:
        """Whether there is a value, valid or not."""
        return self.node.value is not None or self.path in self.invalid

    @property
    def is_invalid(self) -> bool:
        """Whether validation rejected the value, or a part of it."""
        return any(path[: len(self.path)] == self.path for path in self.invalid)

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node.value, dict) and self.path not in self.invalid

    @property
    def text(self) -> str | None:
        return self.node.value if isinstance(self.node.value, str) and self.path not in self.invalid else None

    @property
    def number(self) -> int | None:
        value = self.node.value
        if isinstance(value, int) and not isinstance(value, bool) and self.path not in self.invalid:
            return value
        return None

    def text_or(self, default: str) -> str | None:
        """The text; `default` if the value is not set; None if it is invalid."""
        return self.text if self.is_set else default

    def number_or(self, default: int) -> int | None:
        """The number; `default` if the value is not set; None if it is invalid."""
        return self.number if self.is_set else default

    def items(self) -> Iterator[tuple[str, "ConfigNode"]]:
        """The entries of a mapping."""
        if isinstance(self.node.value, dict) and self.path not in self.invalid:
            for key in self.node.value:
                yield key, self[key]

    def elements(self) -> Iterator["ConfigNode"]:
        """The elements of a list."""
        if isinstance(self.node.value, list) and self.path not in self.invalid:
            for index, child in enumerate(self.node.value):
                yield ConfigNode(child, (*self.path, index), self.invalid)

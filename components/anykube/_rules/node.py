"""`ConfigNode`: how rules look at settings: typed, and blind to what is already known to be wrong."""

from collections.abc import Iterator
from dataclasses import dataclass

from anykube._rules.findings import ValuePath
from anykube._rules.source import SourceNode

_NOTHING = SourceNode(None)


@dataclass(frozen=True, slots=True)
class ConfigNode:
    """A value of the settings. What has another type than asked for, or was refused by validation, is None or empty.

    So a rule runs whatever else is wrong, and no mistake is reported twice.
    """

    node: SourceNode
    path: ValuePath = ()
    refused: frozenset[ValuePath] = frozenset()

    def __getitem__(self, step: str) -> "ConfigNode":
        child = self.node.value.get(step, _NOTHING) if isinstance(self.node.value, dict) else _NOTHING
        return ConfigNode(child, (*self.path, step), self.refused)

    @property
    def given(self) -> bool:
        """Whether something is there, right or wrong."""
        return self.node.value is not None or self.path in self.refused

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node.value, dict) and self.path not in self.refused

    @property
    def text(self) -> str | None:
        return self.node.value if isinstance(self.node.value, str) and self.path not in self.refused else None

    @property
    def number(self) -> int | None:
        value = self.node.value
        if isinstance(value, int) and not isinstance(value, bool) and self.path not in self.refused:
            return value
        return None

    def text_or(self, default: str) -> str | None:
        """The text; the default where nothing is given; None where something wrong is."""
        return self.text if self.given else default

    def number_or(self, default: int) -> int | None:
        """The number; the default where nothing is given; None where something wrong is."""
        return self.number if self.given else default

    def items(self) -> Iterator[tuple[str, "ConfigNode"]]:
        """The entries of a mapping."""
        if isinstance(self.node.value, dict) and self.path not in self.refused:
            for key in self.node.value:
                yield key, self[key]

    def elements(self) -> Iterator["ConfigNode"]:
        """The elements of a list."""
        if isinstance(self.node.value, list) and self.path not in self.refused:
            for index, child in enumerate(self.node.value):
                yield ConfigNode(child, (*self.path, index), self.refused)

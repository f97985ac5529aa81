"""Access to resource inputs for rules: by name, typed, and aware of values that are not known yet."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

S = TypeVar("S")
T = TypeVar("T")


class _Unknown:
    def __repr__(self) -> str:
        return "unknown"


UNKNOWN: Final = _Unknown()
"""Stands for a value that is only known during the update."""


class UnknownError(Exception):
    """A rule needs a value that is only known during the update. `path` is the path of the value."""

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__(".".join(path))
        self.path = path


@dataclass(frozen=True, slots=True)
class Fields:
    """A value and the fields in it. A missing value reads as null, and so does a value of an unexpected type.

    `is_set` also works for an unknown value. Reading an unknown value raises UnknownError.

    Example: `Fields({"spec": {"replicas": 2}}).get("spec.replicas").number == 2`
    """

    value: object = None
    path: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> "Fields":
        value = self._known
        return Fields(value.get(name) if isinstance(value, Mapping) else None, (*self.path, name))

    def get(self, dotted: str) -> "Fields":
        """The value at a dotted path such as `metadata.labels`. Use `[]` for a name that contains a dot."""
        value = self
        for name in dotted.split("."):
            value = value[name]
        return value

    @property
    def is_set(self) -> bool:
        """Whether the value is not null. True for an unknown value."""
        return self.value is not None

    @property
    def text(self) -> str | None:
        value = self._known
        return value if isinstance(value, str) else None

    @property
    def flag(self) -> bool | None:
        value = self._known
        return value if isinstance(value, bool) else None

    @property
    def number(self) -> float | None:
        value = self._known
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    @property
    def elements(self) -> list["Fields"]:
        """The elements of a list; empty for any other value."""
        value = self._known
        if not isinstance(value, list):
            return []
        return [Fields(element, (*self.path, str(index))) for index, element in enumerate(value)]

    @property
    def strings(self) -> list[str]:
        """The elements of a list that are strings."""
        return [text for element in self.elements if (text := element.text) is not None]

    def has(self, text: str) -> bool:
        """Whether a list contains this string. Raises UnknownError only if no known element is equal to it."""
        elements = self.elements
        if any(element.value == text for element in elements):
            return True
        return any(element.text == text for element in elements)

    def items(self) -> Iterator[tuple[str, "Fields"]]:
        """The entries of a mapping; empty for any other value."""
        value = self._known
        if isinstance(value, Mapping):
            for name in value:
                yield str(name), self[str(name)]

    @property
    def _known(self) -> object:
        if self.value is UNKNOWN:
            raise UnknownError(self.path)
        return self.value


def find_all(check: Callable[[S], T | None], subjects: Iterable[S]) -> list[T]:
    """The truthy results of `check` for the subjects.

    Raises UnknownError if there are none and a subject has an unknown value.
    """
    results: list[T] = []
    unknown: UnknownError | None = None
    for subject in subjects:
        try:
            if result := check(subject):
                results.append(result)
        except UnknownError as error:
            unknown = unknown or error
    if unknown and not results:
        raise unknown
    return results


def all_hold(*conditions: Callable[[], bool]) -> bool:
    """Whether all conditions are true. Raises UnknownError if one is unknown and no other is false."""
    return not find_all(lambda condition: not condition(), conditions)

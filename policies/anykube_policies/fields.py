"""Plain values as rules read them: by name, without a type that surprises, and knowing what is not known yet."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

S = TypeVar("S")
T = TypeVar("T")


class _Unknown:
    def __repr__(self) -> str:
        return "unknown"


UNKNOWN: Final = _Unknown()
"""Stands for a value that is first known during the update."""


class UnknownError(Exception):
    """A rule had to know a value that is first known during the update; `path` is where it stands."""

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__(".".join(path))
        self.path = path


@dataclass(frozen=True, slots=True)
class Fields:
    """A value, and what is in it. Something missing is as good as null; something of another type is taken for missing.

    Whether a thing is given can be said also where its value is unknown; to read an unknown value raises UnknownError.
    """

    value: object = None
    path: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> "Fields":
        value = self._known
        return Fields(value.get(name) if isinstance(value, Mapping) else None, (*self.path, name))

    def at(self, dotted: str) -> "Fields":
        """The value at a path such as `metadata.labels`; a name with a dot in it needs `[]`."""
        found = self
        for name in dotted.split("."):
            found = found[name]
        return found

    @property
    def given(self) -> bool:
        """Whether there is anything but null, known or not."""
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
        """The elements of a list; none of anything else."""
        value = self._known
        if not isinstance(value, list):
            return []
        return [Fields(element, (*self.path, str(index))) for index, element in enumerate(value)]

    @property
    def texts(self) -> list[str]:
        """The elements of a list that are text."""
        return [found for element in self.elements if (found := element.text) is not None]

    def has(self, text: str) -> bool:
        """Whether a list has this text among its elements. Unknown ones matter only where no known one is it."""
        elements = self.elements
        if any(element.value == text for element in elements):
            return True
        return any(element.text == text for element in elements)

    def items(self) -> Iterator[tuple[str, "Fields"]]:
        """The entries of a mapping; none of anything else."""
        value = self._known
        if isinstance(value, Mapping):
            for name in value:
                yield str(name), self[str(name)]

    @property
    def _known(self) -> object:
        if self.value is UNKNOWN:
            raise UnknownError(self.path)
        return self.value


def finds(check: Callable[[S], T | None], subjects: Iterable[S]) -> list[T]:
    """All that a check finds in the subjects. That one could not be looked at matters only where none had anything.

    Raises UnknownError then.
    """
    found: list[T] = []
    unknown: UnknownError | None = None
    for subject in subjects:
        try:
            if one := check(subject):
                found.append(one)
        except UnknownError as error:
            unknown = unknown or error
    if unknown and not found:
        raise unknown
    return found


def holds(*conditions: Callable[[], bool]) -> bool:
    """Whether all conditions hold. That one cannot be known matters only where no other fails; raises UnknownError."""
    return not finds(lambda condition: not condition(), conditions)

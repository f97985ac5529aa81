"""Paths of values in manifests and settings."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Path = tuple[str | int, ...]
"""Keys and indices from the top of a document to a value."""


class _Missing:
    def __repr__(self) -> str:
        return "(nothing)"


MISSING = _Missing()
"""The value of a path that does not exist."""


def get(value: Any, path: Path | str) -> Any:
    """The value at a path, given as a tuple or with dots. MISSING: there is none."""
    steps: Sequence[Any] = path.split(".") if isinstance(path, str) and path else path
    for step in steps:
        is_key = isinstance(value, Mapping) and step in value
        is_index = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if not (is_key or is_index):
            return MISSING
        value = value[step]
    return value


def mapping(value: Any, path: Path | str) -> Mapping[str, Any]:
    """The mapping at a path; empty if there is none."""
    result = get(value, path)
    return result if isinstance(result, Mapping) else {}


def elements(value: Any, path: Path | str) -> list[Any]:
    """The elements of the list at a path; empty if there is none."""
    result = get(value, path)
    return list(result) if isinstance(result, Sequence) and not isinstance(result, str) else []


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The values without children, and lists of them. null is left out: it is the same as no field."""
    if isinstance(value, Mapping) and value:
        for key, child in value.items():
            yield from leaves(child, (*path, key))
    elif isinstance(value, list) and any(isinstance(item, (Mapping, list)) for item in value):
        for index, child in enumerate(value):
            yield from leaves(child, (*path, index))
    elif value is not None:
        yield path, value


def matches(pattern: str, path: Path) -> bool:
    """Whether a path matches a pattern with dots: `*` is one step, `**` any number of steps."""
    return _expression(pattern).fullmatch(_text(path)) is not None


@functools.cache
def _expression(pattern: str) -> re.Pattern[str]:
    """A dot of the pattern is also a dot in a step, such as in `labels.app.kubernetes.io/name`."""
    expression = re.escape(pattern).replace(r"\*\*\.", "(.*\0)?").replace(r"\.\*\*", "(\0.*)?")
    return re.compile(expression.replace(r"\*", "[^\0]*").replace(r"\.", "[.\0]"), re.DOTALL)


@functools.lru_cache(maxsize=10_000)
def _text(path: Path) -> str:
    return "\0".join(map(str, path))


def put(target: dict[str, Any], path: Path, value: Any) -> None:
    """Sets the value at a path of keys, and creates the mappings on the way."""
    for step in path[:-1]:
        target = target.setdefault(str(step), {})
    target[str(path[-1])] = value

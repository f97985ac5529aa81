"""Finds the clouds: the entry points of the group `anykube.clouds`, of every distribution that is installed."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import Distribution, EntryPoint, distributions

from anykube._clouds.definition import CloudDefinition

GROUP = "anykube.clouds"


@cache
def definitions() -> Mapping[str, CloudDefinition]:
    """Every cloud's definition, by its name. Looked up once in a process.

    Raises ValueError where an entry point has another name than its definition.
    """
    known = [_loaded(entry_point) for entry_point in _entry_points()]
    ordered = sorted(known, key=lambda definition: (definition.order, definition.name))
    return {definition.name: definition for definition in ordered}


def distribution(name: str) -> Distribution:
    """The distribution that brings a cloud. Raises KeyError if none does.

    >>> distribution("aws").name
    'anykube'
    """
    for entry_point in _entry_points():
        if entry_point.name == name and entry_point.dist:
            return entry_point.dist
    raise KeyError(name)


def _loaded(entry_point: EntryPoint) -> CloudDefinition:
    definition: CloudDefinition = entry_point.load()
    if definition.name != entry_point.name:
        raise ValueError(f"the entry point {entry_point.name} of {GROUP} is the cloud {definition.name}")
    return definition


def _entry_points() -> Iterator[EntryPoint]:
    """The first one of each name, as Python itself imports the first module of a name.

    `importlib.metadata.entry_points` parses the entry points of every distribution, which takes each run 25 ms; here
    only those that name the group are parsed.
    """
    seen: set[str] = set()
    for distribution in distributions():
        if GROUP not in (distribution.read_text("entry_points.txt") or ""):
            continue
        for entry_point in distribution.entry_points.select(group=GROUP):
            if entry_point.name not in seen:
                seen.add(entry_point.name)
                yield entry_point

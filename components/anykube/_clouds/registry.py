"""Finds clouds by the entry points `anykube.clouds` of all installed distributions."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import Distribution, EntryPoint, distributions

from anykube._clouds.definition import CloudDefinition

GROUP = "anykube.clouds"


@cache
def definitions() -> Mapping[str, CloudDefinition]:
    """The definition of each installed cloud, by name. Cached for the process.

    Raises ValueError if the name of an entry point is not the name of its definition.
    """
    loaded = [_load(entry_point) for entry_point in _entry_points()]
    ordered = sorted(loaded, key=lambda definition: (definition.order, definition.name))
    return {definition.name: definition for definition in ordered}


def distribution(name: str) -> Distribution:
    """The distribution that provides a cloud. Raises KeyError if there is none.

    >>> distribution("aws").name
    'anykube'
    """
    for entry_point in _entry_points():
        if entry_point.name == name and entry_point.dist:
            return entry_point.dist
    raise KeyError(name)


def _load(entry_point: EntryPoint) -> CloudDefinition:
    definition: CloudDefinition = entry_point.load()
    if definition.name != entry_point.name:
        raise ValueError(
            f"entry point {entry_point.name} of {GROUP} defines the cloud {definition.name}; the names must be equal"
        )
    return definition


def _entry_points() -> Iterator[EntryPoint]:
    """The first entry point of each name, as Python imports the first module of a name on its path.

    `importlib.metadata.entry_points` would parse the entry points of every distribution, which takes 25 ms in each run.
    This parses only files that mention the group.
    """
    names: set[str] = set()
    for distribution in distributions():
        if GROUP not in (distribution.read_text("entry_points.txt") or ""):
            continue
        for entry_point in distribution.entry_points.select(group=GROUP):
            if entry_point.name not in names:
                names.add(entry_point.name)
                yield entry_point

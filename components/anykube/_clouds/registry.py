"""Finds clouds by the entry points `anykube.clouds` of all installed distributions."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint

from anykube._clouds.definition import CloudDefinition
from anykube._clouds.entry_points import GROUP, entry_points


@cache
def definitions() -> Mapping[str, CloudDefinition]:
    """The definition of each installed cloud, by name. Cached for the process.

    Raises ValueError if the name of an entry point is not the name of its definition.
    """
    loaded = [_load(entry_point) for entry_point in entry_points()]
    ordered = sorted(loaded, key=lambda definition: (definition.order, definition.name))
    return {definition.name: definition for definition in ordered}


def _load(entry_point: EntryPoint) -> CloudDefinition:
    definition: CloudDefinition = entry_point.load()
    if definition.name != entry_point.name:
        raise ValueError(
            f"entry point {entry_point.name} of {GROUP} defines the cloud {definition.name}; the names must be equal"
        )
    return definition

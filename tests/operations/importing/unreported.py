"""Fields of an input that a report leaves out, which must be none."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from anykube_cli.importing.comparison import Entry
from anykube_cli.importing.paths import MISSING, Path, leaves


def unreported(objects: Sequence[Mapping[str, Any]], entries: Iterable[Entry]) -> list[str]:
    """The fields of the objects without an entry. An object that is reported as a whole has one for all its fields."""
    reported: dict[int, set[Path]] = {}
    for entry in entries:
        if entry.value is not MISSING:
            reported.setdefault(entry.item.document.number, set()).add(entry.path)
    return [
        f"{data['kind']} {path}"
        for number, data in enumerate(objects, 1)
        for path, _ in leaves(data)
        if path != ("kind",) and not reported.get(number, set()) & {path, ()}
    ]

"""The capability table: what each kind of cluster supports, from the tables that the rules use."""

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from anykube import project
from anykube._clouds.registry import definitions
from anykube._clusters.cloud import UnsupportedField
from anykube._clusters.clouds import CLOUDS
from anykube._clusters.local.facts import POOL as LOCAL_POOL
from anykube._clusters.spec import LocalClusterSpec, NodePool
from anykube._rules.capabilities import foreign_sections, pools_not_allowed
from anykube.settings import combinations
from anykube.settings.combinations import ALL, COLUMNS, COMBINATIONS, Column, Combination

MATRIX = project.root() / "docs" / "reference" / "capabilities.md"

SPECS: Mapping[str, type[BaseModel]] = {
    **{name: cloud.model for name, cloud in definitions().items()},
    "local": LocalClusterSpec,
}
_UNKNOWN = "unknown field"
_FIRST_WORD = re.compile(r"^[a-z]+(?= )")
_INTRODUCTION = """# What each kind of cluster supports

<!-- Generated from the models and rules. Do not edit. -->

`tests/stacks/settings/test_matrix.py` tests every cell.

`yes` with a note: some values are not supported. `no` with a note: the field is an error, and the note says why. `—`:
the field does not exist for this kind of cluster. Fields that a cluster does not support are reported, never ignored.
"""
_COMBINATIONS = """
## Combinations of fields

Some fields are supported each by itself, but not together. `—`: the kind of cluster does not have the fields.
"""


@dataclass(frozen=True)
class Cell:
    """How a kind of cluster supports a field."""

    supported: bool
    """False: no value is supported."""
    unsupported: Sequence[UnsupportedField] = ()
    """The messages for the field, or for some of its values."""

    def render(self, notes: "Notes") -> str:
        """The text of a table cell: a word, and the numbers of its notes."""
        problems = [entry.problem for entry in self.unsupported]
        if problems == [_UNKNOWN]:
            return "—"
        return ("yes" if self.supported else "no") + notes.references(problems)


class Notes:
    """Numbered notes below a table. The same text has one number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def references(self, texts: Sequence[str]) -> str:
        """The references to these notes, such as `[^1][^2]`."""
        return "".join(f"[^{self._numbers.setdefault(text, len(self._numbers) + 1)}]" for text in texts)

    def render(self) -> Iterator[str]:
        """The notes, in the order of their numbers."""
        for text, number in self._numbers.items():
            yield f"[^{number}]: {_FIRST_WORD.sub(lambda word: word[0].capitalize(), text)}."


def fields() -> list[str]:
    """The paths of all fields below `cluster`. Those of a pool begin with `pools.`."""
    cluster = [path for spec in SPECS.values() for path in _leaves(spec) if not path.startswith("pools")]
    models: list[type[BaseModel]] = [NodePool, *(cloud.pool for cloud in definitions().values())]
    pool = [f"pools.{path}" for model in models for path in _leaves(model)]
    return list(dict.fromkeys((*cluster, *pool)))


def cell(column: Column, field: str) -> Cell:
    """How a kind of cluster supports a field."""
    cloud = CLOUDS.get(column.cloud)
    is_pool = field.startswith("pools.")
    if is_pool and cloud and column.mode == "managed":
        return Cell(False, [UnsupportedField(field, pools_not_allowed(cloud), "", None)])
    if not is_pool and field not in _leaves(SPECS[column.cloud]):
        return Cell(False, [UnsupportedField(field, _UNKNOWN, "", None)])
    pool_table = [*(cloud.unsupported_pool_fields if cloud else LOCAL_POOL), *foreign_sections(column.cloud)]
    table = pool_table if is_pool else cloud.unsupported_cluster_fields if cloud else ()
    path = field.removeprefix("pools.")
    entries = [
        entry for entry in table if entry.mode in (None, column.mode) and f"{path}.".startswith(f"{entry.field}.")
    ]
    always = [entry for entry in entries if entry.always]
    return Cell(False, always[:1]) if always else Cell(True, entries)


def matrix() -> str:
    """The capability table as a Markdown page."""
    notes = Notes()
    heading = ["field", *(column.title for column in COLUMNS)]
    lines = [_INTRODUCTION, _row(heading), _row(["---"] * len(heading))]
    lines += [_row([f"`{field}`", *(cell(column, field).render(notes) for column in COLUMNS)]) for field in fields()]
    lines += [_COMBINATIONS, _row(["combination", *(column.title for column in ALL)]), _row(["---"] * (len(ALL) + 1))]
    for combination in COMBINATIONS:
        lines.append(_row([combination.label, *(_combination(column, combination, notes) for column in ALL)]))
    return "\n".join([*lines, "", "## Notes", "", *notes.render()]) + "\n"


def _combination(column: Column, combination: Combination, notes: Notes) -> str:
    texts = combinations.messages(column, combination)
    if texts is None:
        return "—"
    # Shortens long names, and drops the path: the row names the fields.
    problems = [re.sub(r"(\w)\1{9,}", r"\1…", text).partition(": ")[2] for text in texts]
    return ("no" if problems else "yes") + notes.references(list(dict.fromkeys(problems)))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(text.replace('|', '/') for text in cells)} |"


def _leaves(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        nested = _model(field.annotation)
        if nested:
            yield from _leaves(nested, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _model(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation is, or is optionally."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        arms = [arm for arm in get_args(annotation) if arm is not type(None)]
        return _model(arms[0]) if len(arms) == 1 else None
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None

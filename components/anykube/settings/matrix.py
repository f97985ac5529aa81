"""What each kind of cluster can do, field by field, out of the tables that the rules refuse by."""

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
from anykube._rules.capabilities import foreign, own_nodes
from anykube.settings import combinations
from anykube.settings.combinations import ALL, COLUMNS, TOGETHER, Column

MATRIX = project.root() / "docs" / "reference" / "capabilities.md"

SPECS: Mapping[str, type[BaseModel]] = {
    **{name: cloud.model for name, cloud in definitions().items()},
    "local": LocalClusterSpec,
}
_UNKNOWN = "is not a known field"
_INTRODUCTION = """# What each kind of cluster can do

Made by `anykube settings capabilities` from the specs and from the tables that the rules refuse by; `make
check` fails where it is stale, and `tests/stacks/settings/test_matrix.py` tries every cell. A cell is `yes`, or what is
said of the field; `yes, but` is followed by what is said of some of its values. A field that a cloud has nothing for is
never dropped.
"""
_TOGETHER = """
## What fields together cannot be, or the cloud does not write so

The least page of each kind of cluster with these fields (`components/anykube/settings/combinations.py`), and all that
is said of it: `yes` is nothing, `–` stands where a kind of cluster has no such fields.
"""


@dataclass(frozen=True)
class Cell:
    """What is said of a field. Refused where it is not supported at all."""

    supported: bool
    refusals: Sequence[UnsupportedField] = ()
    """With what is said of it, or of some of its values."""

    def __str__(self) -> str:
        said = "; ".join(refusal.problem for refusal in self.refusals)
        return (f"yes, but: {said}" if said else "yes") if self.supported else said


def fields() -> list[str]:
    """The paths of all fields, below `cluster`; those of a pool begin with `pools.`."""
    whole = [path for spec in SPECS.values() for path in _leaves(spec) if not path.startswith("pools")]
    models: list[type[BaseModel]] = [NodePool, *(cloud.pool for cloud in definitions().values())]
    pool = [f"pools.{path}" for model in models for path in _leaves(model)]
    return list(dict.fromkeys((*whole, *pool)))


def cell(column: Column, field: str) -> Cell:
    """What a kind of cluster says of a field."""
    cloud = CLOUDS.get(column.cloud)
    pool = field.startswith("pools.")
    if pool and cloud and column.mode == "managed":
        return Cell(False, [UnsupportedField(field, own_nodes(cloud), "", None)])
    if not pool and field not in _leaves(SPECS[column.cloud]):
        return Cell(False, [UnsupportedField(field, _UNKNOWN, "", None)])
    table = (
        [*(cloud.unsupported_pool_fields if cloud else LOCAL_POOL), *foreign(column.cloud)]
        if pool
        else cloud.unsupported_cluster_fields
        if cloud
        else ()
    )
    below = field.removeprefix("pools.")
    found = [
        refusal
        for refusal in table
        if refusal.mode in (None, column.mode) and f"{below}.".startswith(f"{refusal.field}.")
    ]
    whole = [refusal for refusal in found if refusal.always]
    return Cell(False, whole[:1]) if whole else Cell(True, found)


def matrix() -> str:
    """The page."""
    heading = ["field", *(column.title for column in COLUMNS)]
    lines = [_INTRODUCTION, _row(heading), _row(["---"] * len(heading))]
    lines += [_row([f"`{field}`", *(str(cell(column, field)) for column in COLUMNS)]) for field in fields()]
    lines += [_TOGETHER, _row(["asked for", *(column.title for column in ALL)]), _row(["---"] * (len(ALL) + 1))]
    lines += [_row([asked.words, *(combinations.cell(column, asked) for column in ALL)]) for asked in TOGETHER]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(text.replace('|', '/') for text in cells)} |"


def _leaves(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = _model(field.annotation)
        if inner:
            yield from _leaves(inner, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def _model(annotation: Any) -> type[BaseModel] | None:
    """The model that a field is, where it is one."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        arms = [arm for arm in get_args(annotation) if arm is not type(None)]
        return _model(arms[0]) if len(arms) == 1 else None
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None

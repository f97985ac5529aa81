"""The steps of a preview, resource by resource, with the cause of each replacement."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_SIGNS = {
    "create": "+",
    "import": "+",
    "update": "~",
    "replace": "±",
    "create-replacement": "±",
    "import-replacement": "±",
    "delete": "−",
    "discard": "−",
}
"""The steps of Pulumi that a plan shows. The others are parts of these, or change nothing."""
_ACTIONS = {"+": "to create", "~": "to change", "±": "to replace", "−": "to delete"}
_COMPONENTS = "anykube:index:"


@dataclass(frozen=True)
class Step:
    """The planned change of one resource."""

    sign: str
    """+ ~ ± −"""
    type: str
    name: str
    fields: tuple[str, ...]
    """The properties that change it, in the provider's terms."""

    def __str__(self) -> str:
        causes = f": {', '.join(self.fields)}" if self.fields else ""
        return f"{self.sign} {self.type} {self.name}{causes}"


def plan(steps: Iterable[Mapping[str, Any]]) -> list[Step]:
    """The steps of a preview in Pulumi's order, one for each resource."""
    result: dict[str, Step] = {}
    for metadata in steps:
        sign, urn = _SIGNS.get(metadata["op"]), metadata["urn"]
        token = urn.split("::")[2].rpartition("$")[2]
        if sign is None or token.startswith(("pulumi:", _COMPONENTS)):
            continue
        step = Step(sign, token, urn.rpartition("::")[2], tuple(_fields(metadata, replaced=sign == "±")))
        if urn not in result or sign == "±":
            result[urn] = step
    return list(result.values())


def counted(steps: Iterable[Step]) -> str:
    """A summary, such as `2 to create, 1 to replace`."""
    counts = Counter(step.sign for step in steps)
    return ", ".join(f"{counts[sign]} {action}" for sign, action in _ACTIONS.items() if counts[sign]) or "no changes"


def _fields(metadata: Mapping[str, Any], *, replaced: bool) -> Iterator[str]:
    details: Mapping[str, Any] = metadata.get("detailedDiff") or {}
    causes = [path for path, detail in details.items() if str(detail.get("diffKind", "")).endswith("-replace")]
    if replaced:
        yield from sorted(causes or metadata.get("keys") or metadata.get("diffs") or ())
    elif _SIGNS[metadata["op"]] == "~":
        yield from sorted(details or metadata.get("diffs") or ())

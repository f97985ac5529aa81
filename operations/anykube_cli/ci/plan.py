"""What a preview would do, resource by resource, and what causes each replacement or deletion."""

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
"""Steps of the engine that a person is told of. The others are halves of these, or change nothing."""
_WORDS = {"+": "to create", "~": "to change", "±": "to replace", "−": "to delete"}
_OURS = "anykube:index:"


@dataclass(frozen=True)
class Step:
    """What happens to one resource."""

    sign: str
    """+ ~ ± −"""
    type: str
    name: str
    fields: tuple[str, ...]
    """What changes it, as its provider calls these."""

    def __str__(self) -> str:
        causes = f": {', '.join(self.fields)}" if self.fields else ""
        return f"{self.sign} {self.type} {self.name}{causes}"


def plan(steps: Iterable[Mapping[str, Any]]) -> list[Step]:
    """The steps that a preview told of, in the engine's order; a resource is there once."""
    found: dict[str, Step] = {}
    for metadata in steps:
        sign, urn = _SIGNS.get(metadata["op"]), metadata["urn"]
        token = urn.split("::")[2].rpartition("$")[2]
        if sign is None or token.startswith(("pulumi:", _OURS)):
            continue
        step = Step(sign, token, urn.rpartition("::")[2], tuple(_fields(metadata, replaced=sign == "±")))
        if urn not in found or sign == "±":
            found[urn] = step
    return list(found.values())


def counted(steps: Iterable[Step]) -> str:
    """Such as `2 to create, 1 to replace`."""
    counts = Counter(step.sign for step in steps)
    return ", ".join(f"{counts[sign]} {word}" for sign, word in _WORDS.items() if counts[sign]) or "no change"


def _fields(metadata: Mapping[str, Any], *, replaced: bool) -> Iterator[str]:
    details: Mapping[str, Any] = metadata.get("detailedDiff") or {}
    causes = [path for path, how in details.items() if str(how.get("diffKind", "")).endswith("-replace")]
    if replaced:
        yield from sorted(causes or metadata.get("keys") or metadata.get("diffs") or ())
    elif _SIGNS[metadata["op"]] == "~":
        yield from sorted(details or metadata.get("diffs") or ())

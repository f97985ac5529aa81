"""Judges a preview of the present program on a recorded state."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from anykube_cli.guards import EFFECTS

from tests.golden.kept import Golden


@dataclass(frozen=True)
class Loss:
    """Something that users of the stack would lose, or could."""

    urn: str
    end: str
    """replaced, deleted, or changed with an effect that nobody knows, or that the cloud refuses."""
    properties: tuple[str, ...] = ()
    """What causes it, where the engine says so."""

    def __str__(self) -> str:
        cause = f" by {', '.join(self.properties)}" if self.properties else ""
        if self.end == "replaced" and not cause:
            cause = " with what it depends on"
        return f"{self.urn}\n    would be {self.end}{cause}"


def losses(
    golden: Golden,
    preview: Mapping[str, Any],
    unknown: Sequence[Mapping[str, Any]],
    refused: Mapping[str, str] = MappingProxyType({}),
) -> list[Loss]:
    """What the preview would replace or delete of what is to be kept; every change with an effect that is not known, or
    that the cloud would refuse.

    `preview` is what `pulumi preview --json` says, `unknown` and `refused` what the plugin reported beside it: the
    latter is what the account says, by URN.
    """
    found: dict[str, Loss] = {}
    for loss in _ended(golden, preview):
        # A replacement takes several steps; not each of them has the reasons.
        if loss.urn not in found or loss.properties:
            found[loss.urn] = loss
    said = {(one["urn"], tuple(one["properties"])) for one in unknown}
    strange = [Loss(urn, "changed with an effect that no table knows", names) for urn, names in sorted(said)]
    stuck = [Loss(urn, f"changed, and the cloud refuses that: {said}") for urn, said in sorted(refused.items())]
    return [*found.values(), *strange, *stuck]


def _ended(golden: Golden, preview: Mapping[str, Any]) -> Iterator[Loss]:
    for step in preview.get("steps", []):
        token = step["urn"].split("::")[2].rpartition("$")[2]
        if step["op"] in EFFECTS and token in golden.kept:
            details = step.get("detailedDiff") or {}
            exact = [path for path, how in details.items() if str(how.get("kind", "")).endswith("-replace")]
            yield Loss(step["urn"], EFFECTS[step["op"]], tuple(sorted(exact or step.get("replaceReasons") or [])))


def advice(golden: Golden, found: Sequence[Loss]) -> str:
    """What is lost, and what to do."""
    lost = "\n".join(f"  {loss}" for loss in found)
    return (
        f"The present program would not keep what {golden.stack} has:\n{lost}\n"
        "Whoever runs this stack would lose it with the next update, or be stopped there. In this order:\n"
        "  - renamed or moved: register it with `aliases` of its old name;\n"
        "  - a value that may stay as it was: `ignore_changes`, or leave the old value for stacks that have it;\n"
        "  - no table knows the effect: find it in the provider's documents and add the row with its source;\n"
        f"  - it has to be: write down in CHANGELOG.md how users get over it, then\n"
        f"    `.anykube/venv/bin/python -m tests.golden record {golden.stack}`: from there on nobody watches over\n"
        "    stacks that were made before."
    )

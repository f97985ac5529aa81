"""Finds resources that a preview of the current program would lose."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from anykube_cli.guards import EFFECTS

from tests.golden.files import Golden


@dataclass(frozen=True)
class Loss:
    """A resource that an update would or could lose."""

    urn: str
    outcome: str
    """What would happen: replaced, deleted, or changed with an unknown effect or an error."""
    properties: tuple[str, ...] = ()
    """Properties that cause it, if the engine reports them."""

    def __str__(self) -> str:
        cause = f" by {', '.join(self.properties)}" if self.properties else ""
        if self.outcome == "replaced" and not cause:
            cause = " because a dependency is replaced"
        return f"{self.urn}\n    would be {self.outcome}{cause}"


def losses(
    golden: Golden,
    preview: Mapping[str, Any],
    unknown: Sequence[Mapping[str, Any]],
    refused: Mapping[str, str] = MappingProxyType({}),
) -> list[Loss]:
    """Guarded resources that would be replaced or deleted, and changes with an unknown effect or an error of the cloud.

    :param preview: the output of `pulumi preview --json`.
    :param unknown: changes with an unknown effect, as the plugin reported them.
    :param refused: errors of the simulated cloud for changes, by URN.
    """
    ended: dict[str, Loss] = {}
    for loss in _replaced_or_deleted(golden, preview):
        # A replacement has several steps, and not all contain the reasons.
        if loss.urn not in ended or loss.properties:
            ended[loss.urn] = loss
    changes = {(change["urn"], tuple(change["properties"])) for change in unknown}
    uncertain = [Loss(urn, "changed with an unknown effect", names) for urn, names in sorted(changes)]
    failing = [Loss(urn, f"changed, but the cloud rejects the change: {text}") for urn, text in sorted(refused.items())]
    return [*ended.values(), *uncertain, *failing]


def _replaced_or_deleted(golden: Golden, preview: Mapping[str, Any]) -> Iterator[Loss]:
    for step in preview.get("steps", []):
        token = step["urn"].split("::")[2].rpartition("$")[2]
        if step["op"] in EFFECTS and token in golden.guarded_types:
            details = step.get("detailedDiff") or {}
            paths = [path for path, detail in details.items() if str(detail.get("kind", "")).endswith("-replace")]
            yield Loss(step["urn"], EFFECTS[step["op"]], tuple(sorted(paths or step.get("replaceReasons") or [])))


def advice(golden: Golden, lost: Sequence[Loss]) -> str:
    """An error message that lists losses and how to fix them."""
    lines = "\n".join(f"  {loss}" for loss in lost)
    return (
        f"An update of {golden.stack} with the current program would lose resources or fail:\n{lines}\n"
        "Fix it by the first of these ways that applies:\n"
        "  - If a resource was renamed or moved, add its old name to `aliases`.\n"
        "  - If a property can keep its old value, use `ignore_changes`, or keep the value for existing stacks.\n"
        "  - If the effect of a change is unknown, add it to the table of the simulated cloud, with its source.\n"
        "  - If the loss is necessary, describe the migration in CHANGELOG.md, then record the state again:\n"
        f"    .anykube/venv/bin/python -m tests.golden record {golden.stack}\n"
        "    After that, no test covers updates of older stacks."
    )

"""A preview together with the guard's verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anykube_cli.engine import Engine
from anykube_cli.guards import GuardedChange, Verdict, evaluate, find_guarded_changes
from anykube_cli.previews import preview


@dataclass(frozen=True)
class Assessment:
    """What `up` would do, as far as a preview shows it."""

    code: int
    """Pulumi's exit code: not 0 if the preview failed or a policy stops it."""
    steps: Sequence[Mapping[str, Any]]
    """Pulumi's steps, in its order: see previews.Preview.steps."""
    events: Sequence[str]
    """Pulumi's event log. Contains secrets: do not print it."""
    guarded_changes: Sequence[GuardedChange]
    verdict: Verdict
    error: str = ""
    """The output of a failed preview that was not shown on the terminal."""


def assess(engine: Engine, allowed: Sequence[str], say: Callable[[str], object], *, show: bool = True) -> Assessment:
    """Previews the stack and evaluates the guard. `show`: show the preview on this terminal."""
    result = preview(engine, show=show)
    changes = find_guarded_changes(result)
    verdict = evaluate(changes, allowed)
    rejected = [change.urn for change in changes if change.fails_preview]
    if result.code and verdict.passes and rejected:
        # The preview ended at these resources. They are allowed, so leave them out to see the rest of the plan.
        say("Kubernetes cannot preview the replacement of an object. Previewing again without it.")
        result = preview(engine, without=rejected, show=show)
        changes = [*{change.urn: change for change in (*changes, *find_guarded_changes(result))}.values()]
        verdict = evaluate(changes, allowed)
    return Assessment(result.code, list(result.steps()), result.events, changes, verdict, result.error)

"""A preview, and what the guard says of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anykube_cli.engine import Engine
from anykube_cli.guards import Danger, Judgement, dangers, judge
from anykube_cli.previews import preview


@dataclass(frozen=True)
class Assessment:
    """What `up` would do, as far as a preview shows it."""

    code: int
    """The engine's exit code: not 0 where the preview failed or a policy stops it."""
    steps: Sequence[Mapping[str, Any]]
    """The engine's steps, in its order: see previews.Preview.steps."""
    events: Sequence[str]
    """The engine's log. Not to be shown: it has secrets in it."""
    dangers: Sequence[Danger]
    judgement: Judgement
    said: str = ""
    """What a preview in silence printed when it failed."""


def assess(engine: Engine, allowed: Sequence[str], say: Callable[[str], object], *, shown: bool = True) -> Assessment:
    """Previews the stack, and has the guard judge it. `shown`: on this terminal."""
    previewed = preview(engine, shown=shown)
    found = dangers(previewed)
    judgement = judge(found, allowed)
    refused = [one.urn for one in found if one.is_refused_in_previews]
    if previewed.code and judgement.passes and refused:
        # The engine ended there, and has not said all: what is named is known, and the rest is to be seen.
        say("a replacement in Kubernetes cannot be previewed: once more, without it")
        previewed = preview(engine, without=refused, shown=shown)
        found = [*{one.urn: one for one in (*found, *dangers(previewed))}.values()]
        judgement = judge(found, allowed)
    return Assessment(previewed.code, list(previewed.steps()), previewed.events, found, judgement, previewed.said)

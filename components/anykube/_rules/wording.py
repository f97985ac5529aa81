"""Phrases that several messages share."""

import json
from collections.abc import Iterable
from difflib import get_close_matches

from anykube._rules.source import SourceNode

_LONGEST = 60


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that a misspelt one was probably meant to be."""
    matches = get_close_matches(name, list(names), n=1)
    return matches[0] if matches else None


def choice(name: str, names: Iterable[str], kind: str) -> str:
    """A remedy for a name that does not exist: the nearest one, and all others."""
    names = list(names)
    if not names:
        return f"no {kind} exists"
    similar = nearest(name, names)
    listed = f"the {kind}s are: {', '.join(names)}"
    return f"did you mean {similar}? {listed[0].upper()}{listed[1:]}" if similar else listed


def quoted(text: str) -> str:
    """The text in quotes, shortened if it is long."""
    return json.dumps(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…", ensure_ascii=False)


def kind_of(node: SourceNode) -> str:
    """The type of a value, with a scalar's value: `a list`, `the number 5`."""
    match node.value:
        case None:
            return "empty"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return f"the text {quoted(node.value)}"
        case bool():
            return f"the boolean {node.text}"
    return f"the number {node.text}"

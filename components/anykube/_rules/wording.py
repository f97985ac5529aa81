"""Words that several problems share."""

import json
from collections.abc import Iterable
from difflib import get_close_matches

from anykube._rules.source import SourceNode

_LONGEST = 60


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be."""
    matches = get_close_matches(word, list(known), n=1)
    return matches[0] if matches else None


def choice(word: str, known: Iterable[str], kind: str) -> str:
    """A remedy for a name that is not there: the nearest, and all that are."""
    known = list(known)
    if not known:
        return f"there is no {kind} at all"
    meant = nearest(word, known)
    listed = f"the {kind}s are: {', '.join(known)}"
    return f"did you mean {meant}? {listed[0].upper()}{listed[1:]}" if meant else listed


def quoted(text: str) -> str:
    """The text in quotes, shortened where it is long."""
    return json.dumps(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…", ensure_ascii=False)


def kind_of(node: SourceNode) -> str:
    """What a value is, with its article; scalars but for text as they are written."""
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
            return f"the truth value {node.text}"
    return f"the number {node.text}"

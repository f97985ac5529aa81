"""Words that several problems share."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be."""
    matches = get_close_matches(word, list(known), n=1)
    return matches[0] if matches else None


def choice(word: str, known: Iterable[str], kind: str) -> str:
    """A remedy for a name that is not there: the nearest one, and all of them."""
    known = list(known)
    if not known:
        return f"there is no {kind} at all"
    meant = nearest(word, known)
    question = f"did you mean {meant}? " if meant else ""
    return f"{question}there are: {', '.join(known)}" if len(known) > 1 or not meant else f"did you mean {meant}?"

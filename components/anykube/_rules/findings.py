"""`Finding`: what a rule reports about a value, as a sentence for people."""

import re
from typing import NamedTuple

ValuePath = tuple[str | int, ...]
"""Keys and indices from the top of the settings, or of a component's arguments, to a value."""


class Finding(NamedTuple):
    """A mistake: which value, what is wrong with it, and how to fix it."""

    path: ValuePath
    message: str
    """What is wrong, to be read after the path: `5 is greater than max, which is 2`."""
    remedy: str
    """What to do, beginning with a verb: `lower min or raise max`."""

    def __str__(self) -> str:
        """The finding in one line: `pools.main.min: 5 is greater than max, which is 2. Lower min or raise max.`"""
        return sentence(dotted(self.path), self.message, self.remedy)


def sentence(path: str, message: str, remedy: str) -> str:
    """`PATH: MESSAGE. REMEDY.` An empty path is left out."""
    end = "" if remedy.endswith("?") else "."
    prefix = f"{path}: " if path else ""
    return f"{prefix}{message}. {remedy[:1].upper()}{remedy[1:]}{end}"


def dotted(path: ValuePath) -> str:
    """The path as text: `apps.web.routes[0].host`, `labels["example.com/team"]`."""
    return "".join(map(_step, path)).removeprefix(".")


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if re.fullmatch(r"[-\w]+", step) else f'["{step}"]'

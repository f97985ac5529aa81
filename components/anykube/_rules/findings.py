"""What rules answer: mistakes in sentences, each with the path of the value that it is about."""

import re
from typing import NamedTuple

ValuePath = tuple[str | int, ...]
"""Keys and indices from the top of some settings, or of a component's arguments, to a value."""


class Finding(NamedTuple):
    """A mistake: which value, what is wrong with it, and what would be right."""

    path: ValuePath
    what: str
    remedy: str

    def __str__(self) -> str:
        """The whole sentence, such as `pools.main.min is 5, above max, which is 2. Lower min or raise max.`"""
        return sentence(dotted(self.path), self.what, self.remedy)


def sentence(subject: str, what: str, remedy: str) -> str:
    """Subject, mistake and remedy as a person reads them. An empty subject is left out."""
    end = "" if remedy.endswith("?") else "."
    return f"{subject} {what}. {remedy[:1].upper()}{remedy[1:]}{end}".lstrip()


def dotted(path: ValuePath) -> str:
    """The path as a person writes it: `apps.web.routes[0].host`, `labels["example.com/team"]`."""
    return "".join(map(_step, path)).removeprefix(".")


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if re.fullmatch(r"[-\w]+", step) else f'["{step}"]'

"""What is wrong with a page of settings, in sentences."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

ValuePath = tuple[str | int, ...]
"""Keys and indices from the top of a page to a value."""


class Finding(NamedTuple):
    """A mistake of a page, before anybody has looked up in which file and line it stands."""

    path: ValuePath
    what: str
    remedy: str


@dataclass(frozen=True)
class Problem:
    """One mistake: where it is, what is wrong, and what would be right."""

    file: str
    line: int | None
    """Counted from 1. None: the whole file."""
    path: str
    """Such as `apps.web.routes[0].host`; empty for the page as a whole."""
    what: str
    remedy: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        subject = f"{self.path} " if self.path else ""
        end = "" if self.remedy.endswith("?") else "."
        return f"{place}: {subject}{self.what}. {self.remedy[:1].upper()}{self.remedy[1:]}{end}"


class SettingsError(Exception):
    """A page cannot be used. Its text is the whole answer: every mistake, with place and remedy."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda p: (p.file, p.line or 0, p.path, p.what)))
        count = len(self.problems)
        header = f"The settings have {count} mistake{'' if count == 1 else 's'}:"
        super().__init__("\n".join((header, *(f"  {problem}" for problem in self.problems))))


def dotted(path: ValuePath) -> str:
    """The path as a person writes it: `apps.web.routes[0].host`, `labels["example.com/team"]`."""
    return "".join(map(_step, path)).removeprefix(".")


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if re.fullmatch(r"[-\w]+", step) else f'["{step}"]'

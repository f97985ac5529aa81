"""What is wrong with a page of settings, in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass

from anykube._rules.findings import sentence


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
        return f"{place}: {sentence(self.path, self.what, self.remedy)}"


class SettingsError(Exception):
    """A page cannot be used. Its text is the whole answer: every mistake, with place and remedy."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda p: (p.file, p.line or 0, p.path, p.what)))
        count = len(self.problems)
        header = f"The settings have {count} mistake{'' if count == 1 else 's'}:"
        super().__init__("\n".join((header, *(f"  {problem}" for problem in self.problems))))

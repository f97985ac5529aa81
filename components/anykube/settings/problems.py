"""Mistakes in settings, as sentences with file and line."""

from collections.abc import Iterable
from dataclasses import dataclass

from anykube._rules.findings import sentence


@dataclass(frozen=True)
class Problem:
    """A mistake in a settings file: where it is, what is wrong, and how to fix it."""

    file: str
    line: int | None
    """Line number, from 1. None: the whole file."""
    path: str
    """Path of the value, such as `apps.web.routes[0].host`. Empty: the whole file."""
    message: str
    """What is wrong."""
    remedy: str
    """What to do, beginning with a verb."""

    def __str__(self) -> str:
        """`FILE:LINE: PATH: MESSAGE. REMEDY.`"""
        position = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{position}: {sentence(self.path, self.message, self.remedy)}"


class SettingsError(Exception):
    """Settings are invalid. The text lists all mistakes with their positions and remedies."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda p: (p.file, p.line or 0, p.path, p.message)))
        count = len(self.problems)
        header = f"The settings have {count} mistake{'' if count == 1 else 's'}:"
        super().__init__("\n".join((header, *(f"  {problem}" for problem in self.problems))))

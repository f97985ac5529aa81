"""How the rules of Azure are written down, and found."""

from collections.abc import Callable, Iterator

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change, Operation, Rule

Judge = Callable[[Account, Change], Iterator[str]]

WRITE: tuple[Operation, ...] = ("create", "update")

RULES: list[Rule] = []
"""Those of all modules that were imported."""


def rule(*tokens: str, on: tuple[Operation, ...], document: str) -> Callable[[Judge], Judge]:
    """Enters a function among the rules: it yields a sentence, Azure's code first, for each thing that is wrong."""

    def enter(judge: Judge) -> Judge:
        RULES.append(Rule(tokens, on, document, judge))
        return judge

    return enter

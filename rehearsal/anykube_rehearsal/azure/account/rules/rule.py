"""The registry of Azure's rules."""

from collections.abc import Callable, Iterator

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change, Operation, Rule

Judge = Callable[[Account, Change], Iterator[str]]

WRITE: tuple[Operation, ...] = ("create", "update")

RULES: list[Rule] = []
"""The rules of all imported modules."""


def rule(*tokens: str, on: tuple[Operation, ...], document: str) -> Callable[[Judge], Judge]:
    """Registers a function as a rule. It yields a message for each violation, starting with Azure's error code."""

    def register(judge: Judge) -> Judge:
        RULES.append(Rule(tokens, on, document, judge))
        return judge

    return register

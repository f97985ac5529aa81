"""The program of a policy pack: `from anykube_policies.program import run; run()`."""

from collections.abc import Iterable

from anykube_policies.pack import Pack
from anykube_policies.rule import ResourceRule, StackRule
from anykube_policies.servicer import serve
from anykube_policies.table import RULES


def run(rules: Iterable[ResourceRule | StackRule] = ()) -> None:
    """Serves Anykube's rules and the project's own `rules` to the Pulumi engine. Never returns.

    Example: `run([my_rule])`
    """
    serve("anykube", Pack((*RULES, *rules)).policies)

"""What the engine runs as a policy pack: `from anykube_policies.program import run; run()`."""

import io
import sys
from collections.abc import Iterable

from pulumi_policy import PolicyPack
from pulumi_policy import policy as sdk

from anykube_policies.pack import Pack
from anykube_policies.rule import ResourceRule, StackRule
from anykube_policies.servicer import Servicer
from anykube_policies.table import RULES


def run(rules: Iterable[ResourceRule | StackRule] = ()) -> None:
    """Serves Anykube's rules, and `rules` of the project's own beside them. Never returns."""
    # pulumi-policy 1.21 writes its port to standard output without a flush. The engine's pipe is buffered, and it would
    # wait for the port forever unless PYTHONUNBUFFERED is set.
    sys.stdout = io.TextIOWrapper(io.FileIO(sys.stdout.fileno(), "w", closefd=False), write_through=True)
    sdk._PolicyAnalyzerServicer = Servicer  # type: ignore[assignment, misc]
    PolicyPack("anykube", Pack((*RULES, *rules)).policies)

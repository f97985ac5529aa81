"""What every cloud's preflight says of things that are where the stack's are to be."""

from collections.abc import Mapping

from anykube_cli.preflight.plan import Plan
from anykube_cli.preflight.problem import Problem


def foreign(plan: Plan, subject: str, tags: Mapping[str, str], where: str = "", whose: str = "") -> Problem:
    """There is one of the name, and its tags are not this stack's. `where` as in " in eu-west-1"; `whose` name it is,
    as in " for the cluster"."""
    return Problem(
        subject,
        f"there is one of this name{where}, of {plan.owner(tags)}",
        f"choose another name{whose}, or import it into this stack if it is to be its",
    )


def leaving(subject: str, wait: str) -> Problem:
    """It is on its way out; the command waits for that."""
    return Problem(subject, "it is being deleted", f"wait: {wait}")

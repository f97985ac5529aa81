"""Name conflicts with existing resources, in the words shared by all clouds."""

from collections.abc import Mapping

from anykube_cli.preflight.plan import Plan
from anykube_cli.preflight.problem import Problem


def name_conflict(plan: Plan, subject: str, tags: Mapping[str, str], location: str = "", purpose: str = "") -> Problem:
    """A resource of this name exists and is not tagged as this stack's.

    `location` is such as " in eu-west-1"; `purpose` completes "choose another name", such as " for the cluster".
    """
    return Problem(
        subject,
        f"the name is already used{location} by a resource that {plan.describe_owner(tags)}",
        f"choose another name{purpose}, or import the existing resource into this stack",
    )


def deletion_in_progress(subject: str, wait: str) -> Problem:
    """The resource is being deleted. `wait` is a command that waits for the deletion."""
    return Problem(subject, "the resource is being deleted", f"wait until it is gone: {wait}")

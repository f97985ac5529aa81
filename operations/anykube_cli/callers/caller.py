"""`Caller`: the identity of a run."""

from collections.abc import Mapping
from dataclasses import dataclass

from anykube_cli.preflight.problem import Problem


@dataclass(frozen=True)
class Caller:
    """The identity that the cloud recognises."""

    description: str
    """For people, such as `assumed role deployer, session ci`."""
    principal: str | None
    """As in `access` of the settings. None: the cloud does not tell."""
    account: str = ""
    """Id of the account that the credentials belong to. Empty: they belong to none, as on Google Cloud and Azure."""
    needs_grant: bool = True
    """Whether permissions in the cluster come only from the settings, and not from roles in the account."""


class UnknownCallerError(Exception):
    """Nobody is logged in, or the cloud rejects the credentials."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True)
class Recorded:
    """What the stack's state tells about its account and the principal that created its cluster."""

    account: str = ""
    creator: str = ""
    """As in `access`. Empty: there is no grant for a creator."""


State = Mapping[str, object]
"""A deployment in Pulumi's state."""

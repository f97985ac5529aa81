"""Checks before a run that its identity is the right one: of the account in the settings, and one that they name."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube._clusters.access import all_principals, names_deployers
from anykube._clusters.managed import Access, ManagedCluster

from anykube_cli.callers.caller import Caller, Recorded, State, UnknownCallerError
from anykube_cli.preflight.problem import Problem, Severity

_SUBJECT = "identity"


@dataclass(frozen=True)
class CloudCallers:
    """The functions of a cloud's module in this package."""

    find: Callable[[Any], Caller]
    pinned_account: Callable[[Any], str]
    read_state: Callable[[State], Recorded]


def problems(stack: str, cluster: ManagedCluster, state: State, *, changes: bool) -> Sequence[Problem]:
    """The problems of the run's identity. Changes nothing.

    :param state: the stack's deployment in Pulumi's state; empty before the first run.
    :param changes: whether the run creates, changes or deletes anything. A preview does not.
    """
    module = definitions()[cluster.cloud].callers
    if module is None:
        return ()
    cloud = CloudCallers(*(resolve(f"{module}:{name}") for name in ("find", "pinned_account", "read_state")))
    recorded = cloud.read_state(state)
    try:
        caller = cloud.find(cluster)
    except UnknownCallerError as error:
        return [error.problem]
    return [
        *_account_problems(stack, caller, cloud.pinned_account(cluster), recorded.account),
        *_creator_problems(stack, cluster.access, caller, recorded),
        *_unnamed(stack, cluster.access, caller, recorded, changes=changes),
    ]


def _account_problems(stack: str, caller: Caller, pinned: str, recorded: str) -> Iterator[Problem]:
    for account, place in ((pinned, f"the settings of {stack} name"), (recorded, f"the cluster of {stack} is in")):
        if account and caller.account != account:
            yield Problem(
                "account",
                f"the credentials belong to the account {caller.account}, but {place} {account}",
                f"log in to {account}; nothing was changed",
            )
            return


def _creator_problems(stack: str, access: Access, caller: Caller, recorded: Recorded) -> Iterator[Problem]:
    """The cloud refuses a second grant for the principal that created the cluster."""
    first = next(iter(access.deployers), recorded.creator)
    if recorded.creator and first != recorded.creator and recorded.creator in all_principals(access):
        yield Problem(
            _SUBJECT,
            f"{recorded.creator} created the cluster and has a grant as its deployer already",
            f"list it first in `cluster.access.deployers` of stacks/environments/{stack}.yaml",
        )
    is_creator = caller.needs_grant and not recorded.creator and not names_deployers(access)
    if is_creator and caller.principal in all_principals(access):
        yield Problem(
            _SUBJECT,
            f"{caller.principal} creates the cluster, and is not in `cluster.access.deployers` but in another list",
            f"move it to `cluster.access.deployers` in stacks/environments/{stack}.yaml",
        )


def _unnamed(stack: str, access: Access, caller: Caller, recorded: Recorded, *, changes: bool) -> Iterator[Problem]:
    """An identity that the settings do not name has no permissions in the cluster."""
    if not names_deployers(access) and not recorded.creator:
        yield _no_deployers(stack)
        return
    deployers = [*access.deployers, *access.admins, *([recorded.creator] if recorded.creator else [])]
    listed = deployers if changes else [*deployers, *access.reviewers, *access.previewers]
    if caller.principal in listed:
        return
    name = caller.principal or caller.description
    lists = "`cluster.access.deployers`" if changes else "`cluster.access.previewers`"
    yield Problem(
        _SUBJECT,
        f"the settings do not name {name}, so it may have no permissions in the cluster",
        f"add it to {lists} in stacks/environments/{stack}.yaml, or log in as one of {', '.join(listed)}",
        _severity(caller, listed, changes=changes),
    )


def _severity(caller: Caller, listed: Sequence[str], *, changes: bool) -> Severity:
    """An error if the run would certainly fail in the cluster."""
    may_be_member = any(principal.startswith("group:") or ":" not in principal for principal in listed)
    fails = changes and caller.needs_grant and caller.principal is not None and not may_be_member
    return "error" if fails else "warning"


def _no_deployers(stack: str) -> Problem:
    return Problem(
        _SUBJECT,
        "the settings name no deployers, so only the identity that creates the cluster can deploy to it",
        f"list the pipeline's role and people in `cluster.access.deployers` of stacks/environments/{stack}.yaml",
        "warning",
    )

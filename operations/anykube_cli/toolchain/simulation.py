"""Keeps the states of rehearsals and of real clouds apart.

Every resource that a simulated plugin creates has a marker among its outputs, which the engine stores in the state and
passes back with every request. So every state shows whether it is a rehearsal's, in whatever backend it is stored.
"""

from collections.abc import Iterator, Mapping
from typing import Any

MARK = "__simulated"
"""The output that marks a resource of a simulated cloud."""

VARIABLE = "ANYKUBE_REHEARSAL"
"""The environment variable that marks a process of a rehearsal. Its value is the rehearsal's folder."""

_NO_CLOUD_TYPES = ("pulumi:", "kubernetes:", "localkube:")
"""Prefixes of the resource types that a rehearsal does not simulate."""


class ForeignStateError(Exception):
    """A rehearsal was given the state of a real cloud, or the other way round. The message is a sentence."""


def check_state(deployment: Mapping[str, Any], *, simulated: bool) -> None:
    """Checks that all cloud resources of a `pulumi stack export` are simulated, or that none is.

    Raises ForeignStateError.
    """
    for resource in _cloud_resources(deployment):
        if (MARK in (resource.get("outputs") or {})) != simulated:
            raise ForeignStateError(_message(resource["urn"], simulated=simulated))


def _cloud_resources(deployment: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for resource in deployment.get("resources") or []:
        # Read-only resources, and those whose creation did not finish, have no outputs of their own.
        if not resource["type"].startswith(_NO_CLOUD_TYPES) and resource.get("custom") and resource.get("outputs"):
            yield resource


def _message(urn: str, *, simulated: bool) -> str:
    if simulated:
        return f"this is a rehearsal, but {urn} exists in a real cloud. Start the rehearsal with an empty state"
    return (
        f"this state belongs to a rehearsal: {urn} is simulated and exists in no real cloud. "
        "Nothing was changed. Restore the stack's own state, or start with an empty one"
    )

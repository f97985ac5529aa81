"""How a rehearsal and the real thing know each other, in order to refuse each other.

What a simulated plugin makes carries a mark in the state, which the engine keeps and hands back with every question.
So a state tells which world it belongs to, whatever backend it lies in and however it came there.
"""

from collections.abc import Iterator, Mapping
from typing import Any

MARK = "__simulated"
"""The output that every resource of a simulated cloud has, and none of a real one."""

VARIABLE = "ANYKUBE_REHEARSAL"
"""The environment variable that says that a process belongs to a rehearsal: its folder."""

_OF_NO_CLOUD = ("pulumi:", "kubernetes:", "localkube:")
"""How the types begin that are real in a rehearsal, too: it has no other plugin but a cloud's simulated one."""


class ForeignStateError(Exception):
    """A state belongs to a rehearsal and is met outside, or the other way round; the text is a sentence."""


def check_state(deployment: Mapping[str, Any], *, simulated: bool) -> None:
    """Lets a deployment of `pulumi stack export` pass that belongs to this world. Raises ForeignStateError."""
    for resource in _of_clouds(deployment):
        if (MARK in (resource.get("outputs") or {})) != simulated:
            raise ForeignStateError(_sentence(resource["urn"], simulated=simulated))


def _of_clouds(deployment: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for resource in deployment.get("resources") or []:
        # What is read only, and what was begun and never came about, has no outputs of its own.
        if not resource["type"].startswith(_OF_NO_CLOUD) and resource.get("custom") and resource.get("outputs"):
            yield resource


def _sentence(urn: str, *, simulated: bool) -> str:
    if simulated:
        return f"this is a rehearsal, and {urn} was made in a real cloud: a rehearsal begins with a state of its own"
    return (
        f"{urn} was made by a rehearsal and is in no real cloud: this state is a rehearsal's. "
        "Nothing was changed; give the stack its own state back, or begin with an empty one"
    )

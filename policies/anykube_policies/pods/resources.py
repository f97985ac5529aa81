"""What containers ask of their node, and how much they may take."""

import re

from anykube_policies.fields import UNKNOWN, Fields
from anykube_policies.kubernetes import Container, containers
from anykube_policies.rule import NSA, PRACTICE, ResourceRule, Severity, each

_NONE = re.compile(r"[+-]?(0+\.?0*|\.0+)([A-Za-z]*|[eE][+-]?\d+)")
"""A quantity that is 0, whatever its unit."""


def requests(container: Container) -> str | None:
    """Says what it needs: the scheduler counts on that, and who asks for nothing is the first to be evicted.

    A limit is also a request where none is given, and a pod may ask for all of its containers.
    https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    """
    missing = [name for name in ("cpu", "memory") if not any(_requested(level, name) for level in _levels(container))]
    return f"{container.said} requests no {' and no '.join(missing)}" if missing and _is_whole(container) else None


def memory_limit(container: Container) -> str | None:
    """May not take the memory of its neighbours: a node without memory kills whom it likes.

    There is none for the CPU, which is shared by requests, and whose limit throttles before it protects.
    """
    limited = any(_some(level.at("limits.memory")) for level in _levels(container))
    return None if limited or not _is_whole(container) else f"{container.said} has no memory limit"


def _levels(container: Container) -> tuple[Fields, Fields]:
    """What the container says, and what its pod says for all.

    https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/
    """
    return container.fields["resources"], container.pods.spec["resources"]


def _requested(level: Fields, name: str) -> bool:
    asked = level["requests"][name]
    return _some(asked if asked.given else level["limits"][name])


def _some(quantity: Fields) -> bool:
    """Whether a quantity is given that is not 0. One that is not known yet is."""
    if quantity.value is UNKNOWN:
        return True
    return quantity.given and quantity.number != 0 and not _NONE.fullmatch(quantity.text or "")


def _is_whole(container: Container) -> bool:
    """Whether what is missing is not there: ephemeral containers have no resources, and a patch leaves others alone."""
    return container.list != "ephemeralContainers" and not container.pods.owner.is_patch


RULES = (
    ResourceRule(
        name="pod-requests",
        title="Every container requests CPU and memory",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="set `resources.requests` to what it uses on a common day",
        judge=each(containers, requests),
    ),
    ResourceRule(
        name="pod-memory-limit",
        title="Every container has a memory limit",
        severity=Severity.MEDIUM,
        controls=(NSA,),
        remedy="set `resources.limits.memory`",
        judge=each(containers, memory_limit),
    ),
)

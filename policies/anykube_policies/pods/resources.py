"""Rules for resource requests and limits."""

import re

from anykube_policies.fields import UNKNOWN, Fields
from anykube_policies.kubernetes import Container, containers
from anykube_policies.rule import NSA, PRACTICE, ResourceRule, Severity, for_each

_ZERO = re.compile(r"[+-]?(0+\.?0*|\.0+)([A-Za-z]*|[eE][+-]?\d+)")
"""A quantity of 0, in any unit."""


def requests(container: Container) -> str | None:
    """A container requests CPU and memory: the scheduler needs both, and pods without requests are evicted first.

    A limit also sets the request if that is missing, and a pod may set requests for all its containers.
    https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    """
    missing = [name for name in ("cpu", "memory") if not any(_requested(level, name) for level in _levels(container))]
    if not missing or not _needs_resources(container):
        return None
    return f"{container.display_name} requests no {' and no '.join(missing)}"


def memory_limit(container: Container) -> str | None:
    """A container has a memory limit: a node that runs out of memory kills arbitrary processes.

    CPU limits are not required: CPU time is shared by requests, and a limit throttles even on an idle node.
    """
    limited = any(_is_positive(level.get("limits.memory")) for level in _levels(container))
    return None if limited or not _needs_resources(container) else f"{container.display_name} has no memory limit"


def _levels(container: Container) -> tuple[Fields, Fields]:
    """The resources of the container and those of its pod.

    https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/
    """
    return container.fields["resources"], container.pod.spec["resources"]


def _requested(level: Fields, name: str) -> bool:
    request = level["requests"][name]
    return _is_positive(request if request.is_set else level["limits"][name])


def _is_positive(quantity: Fields) -> bool:
    """Whether the quantity is set and not 0. An unknown quantity counts as positive."""
    if quantity.value is UNKNOWN:
        return True
    return quantity.is_set and quantity.number != 0 and not _ZERO.fullmatch(quantity.text or "")


def _needs_resources(container: Container) -> bool:
    """Ephemeral containers cannot have resources, and a patch may omit them."""
    return container.list != "ephemeralContainers" and not container.pod.owner.is_patch


RULES = (
    ResourceRule(
        name="pod-requests",
        title="Every container requests CPU and memory",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="set `resources.requests` to the typical usage",
        evaluate=for_each(containers, requests),
    ),
    ResourceRule(
        name="pod-memory-limit",
        title="Every container has a memory limit",
        severity=Severity.MEDIUM,
        controls=(NSA,),
        remedy="set `resources.limits.memory`",
        evaluate=for_each(containers, memory_limit),
    ),
)

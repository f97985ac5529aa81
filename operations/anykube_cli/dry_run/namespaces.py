"""Stand-ins for namespaces that do not exist yet.

The API server refuses every object in a missing namespace, also in a dry run. Such objects are judged in a namespace
that exists. Pod Security, quotas and LimitRanges depend on the namespace, so a stand-in has the same Pod Security
labels and neither quotas nor LimitRanges, if there is one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_POD_SECURITY = "pod-security.kubernetes.io/enforce"
_DEFAULT = "default"
"""Exists in every cluster."""


@dataclass(frozen=True)
class StandIn:
    """An existing namespace."""

    name: str
    has_same_security: bool
    """Whether Pod Security judges pods in it as it would in the missing namespace."""


def stand_in(
    labels: Mapping[str, str],
    existing: Iterable[Mapping[str, Any]],
    limited: Collection[str],
    is_free: Callable[[str], bool],
) -> StandIn | None:
    """The namespace in which to judge the objects of a missing one. None: no namespace has room for their names.

    :param labels: labels that the missing namespace will have.
    :param existing: the metadata of all namespaces.
    :param limited: names of namespaces with a ResourceQuota or LimitRange.
    :param is_free: whether a namespace has none of the objects' names.
    """
    same = [
        metadata["name"]
        for metadata in existing
        if _security(metadata.get("labels") or {}) == _security(labels)
        and metadata["name"] not in limited
        and "deletionTimestamp" not in metadata
    ]
    for name in dict.fromkeys((*same, _DEFAULT)):
        if is_free(name):
            return StandIn(name, name in same)
    return None


def _security(labels: Mapping[str, str]) -> tuple[str, str]:
    return labels.get(_POD_SECURITY, "privileged"), labels.get(f"{_POD_SECURITY}-version", "latest")

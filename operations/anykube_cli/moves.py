"""Finds apps that have moved from a stack's settings to those of another stack on the same cluster.

Their objects stay in the cluster: this stack forgets them, and the other stack takes them over (admission.py).
"""

import contextlib
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from typing import Any

from anykube._workloads.app import COMPONENTS
from anykube.settings.placement import placements
from anykube.settings.problems import SettingsError

from anykube_cli import stack_settings

_APPS = frozenset(f"anykube:index:{component}" for component in COMPONENTS)


def moved_apps(stack: str, deployment: Mapping[str, Any]) -> dict[str, str]:
    """The stacks to which apps in the deployment have moved, by the URN of the app's component."""
    try:
        present = placements(stack_settings.load_stack_settings(stack))
    except SettingsError:
        return {}
    removed = {urn: ids for urn, ids in _object_ids(deployment).items() if not ids & present.keys()}
    if not removed:
        return {}
    others = {other: placements(stack_settings.load_stack_settings(other)) for other in _neighbours(stack)}
    return {urn: other for urn, ids in removed.items() for other, apps in others.items() if ids & apps.keys()}


def descendants(deployment: Mapping[str, Any], components: Container[str]) -> set[str]:
    """The URNs of these components and of everything in them."""
    urns = set[str]()
    for resource in deployment.get("resources") or ():  # a parent comes before its children
        if resource["urn"] in components or resource.get("parent") in urns:
            urns.add(resource["urn"])
    return urns


def _object_ids(deployment: Mapping[str, Any]) -> Mapping[str, set[str]]:
    """The IDs of the objects of each app, by the URN of its component."""
    resources = deployment.get("resources") or ()
    ids: dict[str, set[str]] = defaultdict(set)
    components = {resource["urn"] for resource in resources if resource["type"] in _APPS}
    for resource in resources:
        if resource.get("parent") in components and resource.get("id") and not resource.get("delete"):
            ids[resource["parent"]].add(resource["id"])
    return ids


def _neighbours(stack: str) -> Iterator[str]:
    """The other stacks on the same cluster that have valid settings."""
    cluster = stack_settings.cluster_stack(stack)
    for name in (cluster, *stack_settings.dependents(cluster)):
        with contextlib.suppress(SettingsError):
            if name != stack and stack_settings.load_stack_settings(name):
                yield name

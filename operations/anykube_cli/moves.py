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
    others = dict(_others_on_cluster(stack))
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


def _others_on_cluster(stack: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The other stacks on the same cluster that have valid settings, and where these place their apps."""
    cluster = stack_settings.cluster_stack(stack)
    others = (name for name in (cluster, *stack_settings.dependents(cluster)) if name != stack)
    for name in others:
        with contextlib.suppress(SettingsError):
            yield name, placements(stack_settings.load_stack_settings(name))

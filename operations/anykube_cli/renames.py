"""Follows an app that was renamed and then returns to an earlier name, or takes a third name.

A renamed app keeps its objects. Pulumi finds them through `renamed_from`. If the settings no longer name the app's last
name there, Pulumi would take it for another app: it would create the objects of the new app, which are the very same
objects in the cluster, and then delete those of the old app. So the state's names are changed before the run.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from anykube._workloads.app import COMPONENTS
from anykube.settings.model import StackSettings

from anykube_cli.engine import Engine

_APPS = frozenset(f"anykube:index:{component}" for component in COMPONENTS)
Json = Mapping[str, Any]


def follow_renames(engine: Engine, settings: StackSettings) -> Mapping[str, str]:
    """Gives the apps in the state the names that they have in the settings. Returns new names by earlier ones."""
    names = renames(engine.deployment(), settings)
    if names:
        engine.replace_deployment(rename(engine.deployment(), names))
    return names


def renames(deployment: Json, settings: StackSettings) -> Mapping[str, str]:
    """The apps in a deployment that have another name in the settings but the same objects."""
    resources = deployment.get("resources") or ()
    components = {resource["urn"]: _name(resource) for resource in resources if resource["type"] in _APPS}
    known = {name for app, spec in settings.apps.items() for name in (app, *spec.renamed_from)}
    owners = {
        resource["id"]: components[resource["parent"]]
        for resource in resources
        if resource.get("parent") in components and resource.get("id") and not resource.get("delete")
    }
    names = {*components.values()}
    return {
        owner: app
        for app, spec in settings.apps.items()
        if names.isdisjoint((app, *spec.renamed_from))
        for object_name in [(spec.renamed_from or (app,))[0]]
        for owner in [owners.get(f"{spec.namespace or settings.namespace}/{object_name}")]
        if owner is not None and owner not in known
    }


def rename(deployment: Json, names: Mapping[str, str]) -> dict[str, Any]:
    """The deployment with new names of these apps and their resources."""
    urns = dict(_urns(deployment.get("resources") or (), names))
    renamed: dict[str, Any] = _replaced(deployment, urns)
    return renamed


def _urns(resources: Any, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The new URN of each resource of these apps, by its present one."""
    owners: dict[str, str] = {}
    for resource in resources:  # a parent comes before its children
        app = _name(resource) if resource["type"] in _APPS else owners.get(resource.get("parent") or "", "")
        if app in names:
            owners[resource["urn"]] = app
            before, _, name = resource["urn"].rpartition("::")
            yield resource["urn"], f"{before}::{names[app]}{name.removeprefix(app)}"


def _replaced(content: Any, urns: Mapping[str, str]) -> Any:
    if isinstance(content, Mapping):
        return {key: _replaced(value, urns) for key, value in content.items()}
    if isinstance(content, list):
        return [_replaced(value, urns) for value in content]
    return urns.get(content, content) if isinstance(content, str) else content


def _name(resource: Json) -> str:
    return str(resource["urn"]).rpartition("::")[2]

"""Leaves objects of others alone: what a stack no longer has, and the namespaces that it shares.

`release` runs before Pulumi: it removes from the state what now belongs to somebody else, so that Pulumi neither
changes nor deletes it. `leave_namespaces` runs after Pulumi, which never deletes a namespace.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from anykube._admission import RegisteredObject
from anykube._ownership import owner
from anykube.settings.model import StackSettings
from anykube.settings.objects import stack_objects
from anykube.settings.placement import placements
from anykube.settings.problems import SettingsError

from anykube_cli import admission, moves, namespaces, stack_settings
from anykube_cli.cluster_api import ClusterApi, StatusError
from anykube_cli.engine import Engine, EngineError
from anykube_cli.kubeconfig import UnreachableError
from anykube_cli.live_objects import Comparison, compare, state_objects
from anykube_cli.state_service import client

_CLUSTER = re.compile(r"anykube:index:(?!Existing|Referenced)\w+Cluster")
_NAMESPACE_POLICY = "anykube:index:Namespace$kubernetes:networking.k8s.io/v1:NetworkPolicy::"
_RETAIN = "retainOnDelete"
_REFERENCES = ("parent", "deletedWith", "viewOf")


def stack_owner(engine: Engine) -> str:
    """The mark of the stack's objects."""
    return owner(client.project(), engine.stack)


def release(engine: Engine, say: Callable[[str], None], *, destroy: bool = False) -> None:
    """Removes objects of others from the stack's state, and makes Pulumi retain namespaces.

    `destroy`: the stack is to be destroyed. If it has a cluster of its own, the namespaces go with it, and Pulumi
    deletes them before the cluster, so that volumes are deleted as well.
    """
    deployment = engine.deployment()
    objects = list(state_objects(deployment))
    if not objects:
        return
    foreign: list[Comparison] = []
    if kubeconfig := kubeconfig_of(engine):
        try:
            with ClusterApi(kubeconfig) as api:
                foreign = [it for it in compare(api, objects, stack_owner(engine)) if it.verdict == "foreign"]
        except (UnreachableError, StatusError) as error:
            if destroy:
                say(f"Cannot check who has the objects of {engine.stack}: {error}")
    retain = not (destroy and _has_cluster(deployment))
    moved = moves.moved_apps(engine.stack, deployment) if retain else {}
    edited = _without(
        {it.object.urn for it in foreign} | moves.descendants(deployment, moved), deployment, retain=retain
    )
    if edited == deployment:
        return
    engine.replace_deployment(edited)
    for urn, stack in moved.items():
        app = urn.rpartition("::")[2]
        say(f"{app} has moved to the settings of {stack}. `anykube up --stack {stack}` takes over its objects.")
    for comparison in foreign:
        assert comparison.live is not None  # it is somebody's
        say(f"{comparison.object.key} {admission.who_has(comparison.live)} now. {engine.stack} leaves it alone.")


def objects_of_others(engine: Engine, settings: StackSettings, kubeconfig: str | None) -> str:
    """The objects that a run of the stack would take over, as text for people. Empty if there are none or unknown."""
    if kubeconfig is None:
        return ""
    base = stack_settings.base_stack(settings)
    cluster = stack_settings.load_stack_settings(base).cluster if base else settings.cluster
    places = {app: place for place, app in placements(settings).items()}
    objects = [
        RegisteredObject(
            item.manifest["apiVersion"],
            item.manifest["kind"],
            item.manifest["metadata"].get("namespace", ""),
            item.manifest["metadata"]["name"],
            is_shared=not item.app or item.manifest["kind"] == "Namespace",
            app=places.get(item.app, ""),
        )
        for item in stack_objects(settings, cluster)
    ]
    try:
        with ClusterApi(kubeconfig) as api:
            return admission.objects_of_others(api, objects, engine.deployment(), stack_owner(engine), settings.adopt)
    except (UnreachableError, StatusError):
        return ""


def namespaces_of(engine: Engine) -> frozenset[str]:
    """The namespaces in the stack's state."""
    return frozenset(it.key.name for it in state_objects(engine.deployment()) if it.key.kind == "Namespace")


def leave_namespaces(
    engine: Engine, say: Callable[[str], None], kubeconfig: str | None, former: Collection[str]
) -> None:
    """Ends the stack's use of namespaces that it no longer has, and deletes those that are empty.

    `former`: its namespaces before the run.
    """
    if not kubeconfig:
        return
    kept = namespaces_of(engine)
    try:
        with ClusterApi(kubeconfig) as api:
            for line in namespaces.leave(api, stack_owner(engine), kept, former):
                say(line)
    except (UnreachableError, StatusError) as error:
        say(f"Cannot remove the namespaces that {engine.stack} no longer uses: {error}")


def kubeconfig_of(engine: Engine) -> str | None:
    """The kubeconfig of the stack's cluster, from the last run; None if there is none."""
    try:
        stack = stack_settings.cluster_stack(engine.stack)
    except SettingsError:
        stack = engine.stack
    try:
        kubeconfig = replace(engine, stack=stack).outputs().get("kubeconfig")
    except EngineError:
        return None
    return kubeconfig if isinstance(kubeconfig, str) else None


def has_cluster(engine: Engine) -> bool:
    """Whether the stack has a cluster of its own, which goes with it."""
    return _has_cluster(engine.deployment())


def _has_cluster(deployment: Mapping[str, Any]) -> bool:
    types = {str(resource["type"]) for resource in deployment.get("resources") or ()}
    return any(_CLUSTER.fullmatch(token) for token in types)


def _without(urns: Collection[str], deployment: Mapping[str, Any], *, retain: bool) -> dict[str, Any]:
    """The deployment without these resources and references to them."""
    resources = [
        _edited(resource, urns, retain=retain)
        for resource in deployment.get("resources") or ()
        if resource["urn"] not in urns
    ]
    return {**deployment, "resources": resources}


def _edited(resource: Mapping[str, Any], urns: Collection[str], *, retain: bool) -> dict[str, Any]:
    result = {key: value for key, value in resource.items() if key not in _REFERENCES or value not in urns}
    if "dependencies" in result:
        result["dependencies"] = [urn for urn in result["dependencies"] if urn not in urns]
    if "propertyDependencies" in result:
        result["propertyDependencies"] = {
            name: [urn for urn in dependencies or () if urn not in urns]
            for name, dependencies in result["propertyDependencies"].items()
        }
    if result["type"] == "kubernetes:core/v1:Namespace" or _NAMESPACE_POLICY in result["urn"]:
        result.pop(_RETAIN, None)
        if retain:
            result[_RETAIN] = True
    return result

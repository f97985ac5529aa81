"""`stack_objects`: the Kubernetes objects of a stack's apps, rendered outside of an update."""

import asyncio
import base64
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import pulumi

from anykube._clusters.lookup import cluster_context
from anykube._clusters.unions import ClusterSpec
from anykube._kubernetes import Manifest
from anykube._workloads.app import AppSpec
from anykube._workloads.namespace import namespace_manifest
from anykube._workloads.namespace_spec import NamespaceSpec, is_existing
from anykube._workloads.network import unmanaged_pods_policy
from anykube._workloads.patches import app_transforms
from anykube._workloads.pods.secrets import resolve
from anykube._workloads.render import manifests_of
from anykube.settings.links import linked
from anykube.settings.model import StackSettings
from anykube.settings.revisions import annotate_settings

PLACEHOLDER = "known-during-the-update"
"""Replaces secrets, and other values that only an update knows."""
ENCODED = base64.b64encode(json.dumps({"auths": {}}).encode()).decode()
"""Replaces the values of a Secret. Valid also for the login of a registry."""


class AppObject(NamedTuple):
    """A Kubernetes object of a stack."""

    app: str
    """The app; empty for a namespace and its policy."""
    manifest: Mapping[str, Any]
    ignored_fields: tuple[str, ...] = ()
    """Fields that an update of the object leaves as they are, such as spec.replicas."""


def stack_objects(
    settings: StackSettings, cluster: ClusterSpec | None = None, apps: Collection[str] | None = None
) -> list[AppObject]:
    """All objects of the stack's apps and their namespaces, as JSON.

    A placeholder replaces each secret. The Secrets with certificates that the cluster issues are left out: only an
    update knows them.

    :param settings: the stack's settings.
    :param cluster: the spec of the cluster that the apps run on, if another stack has it.
    :param apps: names of the apps to render. Default: all.
    """
    return asyncio.run(_render(settings, cluster, apps))


async def _render(
    settings: StackSettings, cluster: ClusterSpec | None, names: Collection[str] | None
) -> list[AppObject]:
    # Outputs need an event loop. No function of an unknown output runs, so that rendering hashes no secrets.
    context = cluster_context(cluster or settings.cluster, None)
    unknown = _unknown()
    objects: list[AppObject] = []
    namespaces = dict[str, None]()
    for name, spec in linked(settings).items():
        if names is not None and name not in names:
            continue
        namespace = spec.namespace or settings.namespace
        namespaces[namespace] = None
        object_name = spec.renamed_from[0] if spec.renamed_from else name
        transforms = (*app_transforms(spec), annotate_settings(settings.apps[name]))
        for part in manifests_of(object_name, namespace, _without_secrets(spec, unknown), context):
            manifest: Manifest = part.manifest
            for transform in transforms:
                manifest = transform(manifest)
            objects.append(AppObject(name, _as_json(manifest), part.ignore_changes))
    shared = (manifest for name in namespaces for manifest in _namespace_manifests(settings, name))
    return [*(AppObject("", _as_json(manifest)) for manifest in shared), *objects]


def _namespace_manifests(settings: StackSettings, name: str) -> Sequence[Manifest]:
    """The objects of a namespace. None for one that somebody else creates."""
    spec = settings.namespaces.get(name, NamespaceSpec())
    if is_existing(name, spec):
        return ()
    return namespace_manifest(name, spec), unmanaged_pods_policy(name)


def _unknown() -> pulumi.Output[str]:
    loop = asyncio.get_running_loop()
    value: asyncio.Future[str] = loop.create_future()
    value.set_result(PLACEHOLDER)
    known, secret = (loop.create_future() for _ in range(2))
    known.set_result(False)
    secret.set_result(True)
    return pulumi.Output(set(), value, known, secret)


def _without_secrets(spec: AppSpec, unknown: pulumi.Output[str]) -> AppSpec:
    return resolve(spec, lambda _: unknown)


def _as_json(manifest: Manifest) -> Mapping[str, Any]:
    placeholder = ENCODED if manifest["kind"] == "Secret" else PLACEHOLDER
    document: Mapping[str, Any] = json.loads(json.dumps(_plain(dict(manifest), placeholder)))
    return document


def _plain(value: object, placeholder: str) -> Any:
    if isinstance(value, pulumi.Output):
        return placeholder
    if isinstance(value, Mapping):
        return {key: _plain(child, placeholder) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(child, placeholder) for child in value]
    return value

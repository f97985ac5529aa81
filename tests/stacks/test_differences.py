"""The differences between the manifests of the same apps on four kinds of cluster.

`pytest -s` prints the differences.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from anykube._clusters.lookup import cluster_context
from anykube._workloads.app import AppSpec
from anykube.settings.files import ENVIRONMENTS, read
from anykube.settings.links import linked
from anykube.settings.loader import load
from anykube.settings.model import StackSettings
from rich.console import Console
from rich.table import Table

from tests.components.workloads.rendering import rendered

_STACKS = ("local", "aws-prod", "gcp-prod", "azure-prod")
_SAME_KINDS = ("Deployment", "Service", "StatefulSet")

_APPS: Mapping[str, Any] = {
    "shop": {
        "image": "registry.example/shop:1",
        "service": {"type": "LoadBalancer", "exposure": "internal"},
        "pool": "web",
        "identity": {
            "aws": {"policies": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]},
            "gcp": {"roles": ["roles/storage.objectViewer"]},
            "azure": {"roles": [{"role": "Storage Blob Data Reader", "scope": "/subscriptions/x/resourceGroups/y"}]},
        },
    },
    "db": {
        "kind": "stateful",
        "image": "registry.example/db:1",
        "port": 5432,
        "volumes": {"data": {"path": "/data", "type": "claim", "size": "10Gi"}},
    },
}
"""Apps that use the cloud: a load balancer, an identity, spot nodes, storage."""

_MUST_DIFFER = {
    # Each cloud has its own annotations and classes of load balancers.
    "Service.metadata.annotations",
    "Service.spec.loadBalancerClass",
    # The taints of the pool, including the spot taint of Azure.
    "Deployment.spec.template.spec.tolerations",
    # The label by which Azure gives tokens to pods.
    "Deployment.spec.template.metadata.labels",
    # The autoscaler of AKS keeps nodes for pods with directories on them, unless the pods allow eviction.
    "Deployment.spec.template.metadata.annotations",
    "StatefulSet.spec.template.metadata.annotations",
}
"""Paths that differ between Deployments, StatefulSets and Services."""
_OPAQUE = {"annotations", "labels"}
"""Mappings that are compared as a whole, since their keys are not fields."""


def test_manifests_differ_only_where_clouds_differ() -> None:
    manifests = {}
    for stack in _STACKS:
        content: Any = read(stack, ENVIRONMENTS)[0].to_data()
        content["cluster"]["pools"].setdefault("web", {"count": 2})
        apps = {name: dict(app) for name, app in _APPS.items()}
        if stack == "local":
            del apps["shop"]["identity"]  # local clusters have no identities
        settings = StackSettings.model_validate(content | {"apps": apps, "extends": None})
        manifests[stack] = dict(_manifests(stack, linked(settings), settings))
    differences = _differences(manifests)
    _show(differences)
    assert {path.partition("/")[2] for path in differences} == _MUST_DIFFER


def _manifests(
    stack: str, apps: Mapping[str, AppSpec], settings: StackSettings | None = None
) -> Iterator[tuple[str, Any]]:
    """Deployments, StatefulSets and Services, by `app/kind`."""
    context = cluster_context((settings or load(stack)).cluster, None)
    for name, spec in apps.items():
        for manifest in rendered(name, "demo", _without_secrets(spec), context).values():
            if manifest["kind"] in _SAME_KINDS:
                yield f"{manifest['metadata']['name']}/{manifest['kind']}", manifest


def _without_secrets(spec: AppSpec) -> AppSpec:
    """Without environment variables, whose secrets have the same names everywhere."""
    return spec.model_copy(update={"env": {}}) if getattr(spec, "env", None) else spec


def _differences(manifests: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The values of each stack by `app/Kind.path`, if they differ."""
    objects = {name for objects_of_stack in manifests.values() for name in objects_of_stack}
    return {
        f"{name}.{path}": values
        for name in sorted(objects)
        for path, values in _paths({stack: objects_of_stack[name] for stack, objects_of_stack in manifests.items()}, "")
    }


def _paths(values: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    first, *rest = values.values()
    if all(value == first for value in rest):
        return
    keys = {key for value in values.values() if isinstance(value, dict) for key in value}
    if keys and all(isinstance(value, dict) for value in values.values()) and path.rpartition(".")[2] not in _OPAQUE:
        for key in sorted(keys):
            inner = {stack: value.get(key) for stack, value in values.items()}
            yield from _paths(inner, f"{path}.{key}" if path else key)
        return
    yield path, values


def _show(differences: Mapping[str, Mapping[str, Any]]) -> None:
    table = Table("path", *_STACKS, box=None, show_lines=True)
    for path, values in differences.items():
        table.add_row(path, *(json.dumps(values[stack]) for stack in _STACKS))
    Console(width=240).print(table)

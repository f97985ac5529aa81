"""What the same app comes to on four kinds of cluster, where it asks for what each cloud does in its own way.

`pytest -s` prints what differs, as docs/moving.md shows it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from anykube._clusters.lookup import cluster_context
from anykube._workloads.app import AppSpec
from anykube.settings.links import linked
from anykube.settings.loader import load
from anykube.settings.model import StackSettings
from anykube.settings.pages import ENVIRONMENTS, read
from rich.console import Console
from rich.table import Table

from tests.components.workloads.rendering import rendered

_STACKS = ("local", "aws-prod", "gcp-prod", "azure-prod")
_SAME_KINDS = ("Deployment", "Service", "StatefulSet")

_MUCH: Mapping[str, Any] = {
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
"""What touches the cloud: a load balancer, an identity, nodes of spare capacity, storage."""

_MUST_DIFFER = {
    # Load balancers are asked for in each cloud's own words.
    "Service.metadata.annotations",
    "Service.spec.loadBalancerClass",
    # What a pool's nodes keep other pods off with, Azure's own taint of spare capacity among it.
    "Deployment.spec.template.spec.tolerations",
    # By which Azure gives pods their tokens.
    "Deployment.spec.template.metadata.labels",
}
"""All that may differ between Deployments, StatefulSets and Services, by path."""
_WHOLE = {"annotations", "labels"}
"""Mappings that are shown whole: their keys are no fields."""


def test_manifests_differ_only_where_clouds_differ() -> None:
    made = {}
    for stack in _STACKS:
        content: Any = read(stack, ENVIRONMENTS)[0].to_data()
        content["cluster"]["pools"].setdefault("web", {"count": 2})
        apps = {name: dict(app) for name, app in _MUCH.items()}
        if stack == "local":
            del apps["shop"]["identity"]  # nobody to give one
        page = StackSettings.model_validate(content | {"apps": apps, "extends": None})
        made[stack] = dict(_manifests(stack, linked(page), page))
    found = _differences(made)
    _show(found)
    assert {path.partition("/")[2] for path in found} == _MUST_DIFFER


def _manifests(stack: str, apps: Mapping[str, AppSpec], page: StackSettings | None = None) -> Iterator[tuple[str, Any]]:
    """Deployments, StatefulSets and Services, by `app/kind`."""
    context = cluster_context((page or load(stack)).cluster, None)
    for name, spec in apps.items():
        for manifest in rendered(name, "demo", _without_secrets(spec), context).values():
            if manifest["kind"] in _SAME_KINDS:
                yield f"{manifest['metadata']['name']}/{manifest['kind']}", manifest


def _without_secrets(spec: AppSpec) -> AppSpec:
    """Secrets have the same names everywhere; their values are no matter of a manifest."""
    return spec.model_copy(update={"env": {}}) if getattr(spec, "env", None) else spec


def _differences(made: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """By `app/Kind.path`, what each stack has there, where not all have the same."""
    objects = {name for of in made.values() for name in of}
    return {
        f"{name}.{path}": values
        for name in sorted(objects)
        for path, values in _paths({stack: of[name] for stack, of in made.items()}, "")
    }


def _paths(values: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    first, *rest = values.values()
    if all(value == first for value in rest):
        return
    keys = {key for value in values.values() if isinstance(value, dict) for key in value}
    if keys and all(isinstance(value, dict) for value in values.values()) and path.rpartition(".")[2] not in _WHOLE:
        for key in sorted(keys):
            inner = {stack: value.get(key) for stack, value in values.items()}
            yield from _paths(inner, f"{path}.{key}" if path else key)
        return
    yield path, values


def _show(found: Mapping[str, Mapping[str, Any]]) -> None:
    table = Table("what", *_STACKS, box=None, show_lines=True)
    for path, values in found.items():
        table.add_row(path, *(json.dumps(values[stack]) for stack in _STACKS))
    Console(width=240).print(table)

"""The objects of the components pass every rule with their defaults, in the production profile, on every cluster."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from anykube._clusters.context import ClusterContext
from anykube._clusters.ingress_profiles import INGRESS_PROFILES
from anykube._kubernetes import Manifest, token
from anykube._routing import IngressProfile, LoadBalancers, Via
from anykube._workloads.load_balancers import LOAD_BALANCERS
from anykube._workloads.namespace import namespace_manifest
from anykube._workloads.network import unmanaged_pods_policy
from anykube._workloads.parts import ManifestPart
from anykube._workloads.unions import KINDS
from anykube._workloads.web.manifests import manifests as web
from anykube._workloads.web.spec import WebServiceSpec
from anykube_policies.fields import Fields
from anykube_policies.resource import Provider, Resource, Stack
from anykube_policies.rule import ResourceRule, Result, StackRule, Violation
from anykube_policies.table import RULES

from tests.components.workloads.rendering import RENDER

_IMAGE = "registry.example/app:1.4.0"
_BALANCED = {"type": "LoadBalancer", "exposure": "internal"}
_APPS: Mapping[str, Mapping[str, Any]] = {
    "shop": {"image": _IMAGE, "autoscaling": {"max": 4}, "service": {"ports": {"metrics": {"port": 9090}}}},
    "api": {"image": _IMAGE, "talks_to": ["db"], "service": _BALANCED},
    "mailer": {"kind": "worker", "image": _IMAGE, "autoscaling": {"max": 3}, "talks_to": []},
    "migrate": {"kind": "job", "image": _IMAGE},
    "report": {"kind": "cronjob", "image": _IMAGE, "schedule": "@daily"},
    "db": {"kind": "stateful", "image": _IMAGE, "port": 5432, "replicas": 3, "called_by": ["api"], "talks_to": []},
    "store": {"kind": "stateful", "image": _IMAGE, "port": 6379, "autoscaling": {"max": 5}, "service": _BALANCED},
    "agent": {"kind": "daemon", "image": _IMAGE},
    "bank": {"kind": "external", "host": "bank.example"},
}
_NAMESPACES = ("demo", "empty")
_WAYS: tuple[Via, ...] = ("ingress", "gateway")


def _routed(routing: IngressProfile, via: Via, *, local: bool) -> WebServiceSpec:
    """An app with a route, a next version, and a path that routes to another app."""
    issued = local or routing.provides(via)
    tls = {"issuer": "cluster"} if issued else {"secret_name": "certificate"}
    can_split = via == "gateway" or routing.split_annotation
    paths = [{"path": "/"}, {"path": "/api", "app": "api"}]
    return WebServiceSpec.model_validate(
        {
            "image": _IMAGE,
            "via": via,
            "routes": [{"host": "shop.example", "paths": paths, "tls": tls}],
            "next": {"weight": 10 if can_split else 0, "image": _IMAGE},
        }
    )


def _parts(cluster: tuple[str, str]) -> Iterator[ManifestPart]:
    routing = INGRESS_PROFILES[cluster]
    balancers = LOAD_BALANCERS.get(cluster, LoadBalancers())
    context = ClusterContext(load_balancers=balancers, ingress=routing)
    for name, fields in _APPS.items():
        spec = KINDS[fields.get("kind", "web")].model_validate(fields)
        # Other clusters have no annotation that makes a load balancer internal.
        if fields.get("service") == _BALANCED and cluster not in LOAD_BALANCERS:
            spec = spec.model_copy(update={"service": WebServiceSpec(image=_IMAGE).service})
        yield from RENDER[type(spec)](name, "demo", spec, context)
    for via in _WAYS:
        if via == "ingress" or routing.gateway_class:
            yield from web(f"by-{via}", "demo", _routed(routing, via, local=cluster[0] == "local"), context)


def stack_of(cluster: tuple[str, str]) -> list[Resource]:
    """All resources of a stack with one cluster."""
    namespaced = [render(name) for name in _NAMESPACES for render in (namespace_manifest, unmanaged_pods_policy)]
    parts = [*(ManifestPart("namespace", manifest, "before") for manifest in namespaced), *_parts(cluster)]
    return [_resource(part.manifest, part.ignore_changes) for part in parts]


def _resource(manifest: Manifest, ignore_changes: tuple[str, ...]) -> Resource:
    inputs = json.loads(json.dumps(manifest))
    name = f"{inputs['metadata']['name']}-{inputs['kind']}"
    kind = token(manifest)
    urn = f"urn:pulumi:prod::anykube::{kind}::{name}"
    return Resource(kind, name, urn, Fields(inputs), Provider("cluster"), ignore_changes=ignore_changes)


def violations(resources: list[Resource]) -> list[tuple[str, str, str]]:
    """The violations as rule, resource and message."""
    results: list[tuple[str, Result]] = []
    for rule in RULES:
        if isinstance(rule, StackRule):
            results += [(rule.name, result) for result in rule.evaluate(Stack(resources))]
        else:
            assert isinstance(rule, ResourceRule)
            results += [(rule.name, result) for resource in resources for result in rule.evaluate(resource)]
    assert all(isinstance(result, Violation) for _, result in results), "an input is unknown"
    return [
        (rule, result.urn.rpartition("::")[2], result.message)
        for rule, result in results
        if isinstance(result, Violation)
    ]


@pytest.mark.parametrize("cluster", INGRESS_PROFILES, ids="-".join)
def test_components_pass_all_rules(cluster: tuple[str, str]) -> None:
    resources = stack_of(cluster)
    kinds = {resource.type.rpartition(":")[2] for resource in resources}
    assert kinds >= {
        "CronJob", "DaemonSet", "Deployment", "HorizontalPodAutoscaler", "Ingress", "Job", "Namespace", "NetworkPolicy",
        "PodDisruptionBudget", "Service", "ServiceAccount", "StatefulSet",
    }  # fmt: skip
    assert ({"Gateway", "HTTPRoute"} <= kinds) == bool(INGRESS_PROFILES[cluster].gateway_class)
    load_balancers = [resource for resource in resources if resource.inputs.get("spec.type").text == "LoadBalancer"]
    assert bool(load_balancers) == (cluster in LOAD_BALANCERS)
    assert violations(resources) == []


def _without(*kinds: str) -> Callable[[Resource], Resource | None]:
    return lambda resource: None if resource.type.rpartition(":")[2] in kinds else resource


def _with(kind: str, **changes: Any) -> Callable[[Resource], Resource]:
    def change(resource: Resource) -> Resource:
        if resource.type.rpartition(":")[2] != kind:
            return resource
        merged = {key: {**value, **changes.get(key, {})} for key, value in _mappings(resource).items()}
        return Resource(resource.type, resource.name, resource.urn, Fields(merged), resource.provider)

    return change


def _mappings(resource: Resource) -> dict[str, Any]:
    assert isinstance(resource.inputs.value, dict)
    return {key: value for key, value in resource.inputs.value.items() if isinstance(value, dict)}


_BREAKING_CHANGES: Mapping[str, Callable[[Resource], Resource | None]] = {
    "exposure-public-service": _with("Service", metadata={"annotations": {}}),
    "exposure-ingress-tls": _with("Ingress", metadata={"annotations": {}}, spec={"tls": []}),
    "exposure-gateway-tls": _with("Gateway", spec={"listeners": [{"name": "http", "protocol": "HTTP"}]}),
    "exposure-ingress-class": _with("Ingress", spec={"ingressClassName": "nginx"}),
    "exposure-snippets": _with("Ingress", metadata={"annotations": {"nginx.org/server-snippets": "a"}}),
    "exposure-pod-security": _with("Namespace", metadata={"labels": {}}),
    "stack-network-policy": _without("NetworkPolicy"),
    "stack-dangling-service": _without("Deployment"),
    "stack-dangling-route": _without("Service"),
    "stack-dangling-autoscaler": _without("StatefulSet"),
    "stack-autoscaled-replicas": _with("Deployment"),  # drops ignore_changes
    "stack-budget-present": _without("PodDisruptionBudget"),
    "stack-budget-able": _with("PodDisruptionBudget", spec={"maxUnavailable": 0}),
    "stack-default-provider": lambda it: Resource(it.type, it.name, it.urn, it.inputs, Provider("default")),
}
"""By rule, a change that makes a passing stack break it."""


@pytest.mark.parametrize("rule", _BREAKING_CHANGES)
def test_each_rule_applies_to_the_components(rule: str) -> None:
    change = _BREAKING_CHANGES[rule]
    resources = [changed for resource in stack_of(("aws", "standard")) if (changed := change(resource))]
    assert rule in {name for name, _, _ in violations(resources)}


def test_every_exposure_and_stack_rule_has_a_breaking_change() -> None:
    assert set(_BREAKING_CHANGES) == {rule.name for rule in RULES if rule.name.startswith(("exposure-", "stack-"))}

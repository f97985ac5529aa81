"""What the components make by themselves keeps every rule, in the profile of production, on every kind of cluster."""

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
from anykube._workloads.network import policy_of_others
from anykube._workloads.parts import Part
from anykube._workloads.unions import KINDS
from anykube._workloads.web.manifests import manifests as web
from anykube._workloads.web.spec import WebServiceSpec
from anykube_policies.fields import Fields
from anykube_policies.rule import Broken, ResourceRule, StackRule, Verdict
from anykube_policies.subject import Provider, Resource, Stack
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
    """An app with a route, a next version, and a path that another app answers."""
    issued = local or routing.provides(via)
    tls = {"issuer": "cluster"} if issued else {"secret_name": "certificate"}
    divides = via == "gateway" or routing.split_annotation
    paths = [{"path": "/"}, {"path": "/api", "app": "api"}]
    return WebServiceSpec.model_validate(
        {
            "image": _IMAGE,
            "via": via,
            "routes": [{"host": "shop.example", "paths": paths, "tls": tls}],
            "next": {"weight": 10 if divides else 0, "image": _IMAGE},
        }
    )


def _parts(cluster: tuple[str, str]) -> Iterator[Part]:
    routing = INGRESS_PROFILES[cluster]
    balancers = LOAD_BALANCERS.get(cluster, LoadBalancers())
    context = ClusterContext(load_balancers=balancers, ingress=routing)
    for name, given in _APPS.items():
        spec = KINDS[given.get("kind", "web")].model_validate(given)
        # Elsewhere a Service of type LoadBalancer has no annotation that keeps it in the network.
        if given.get("service") == _BALANCED and cluster not in LOAD_BALANCERS:
            spec = spec.model_copy(update={"service": WebServiceSpec(image=_IMAGE).service})
        yield from RENDER[type(spec)](name, "demo", spec, context)
    for via in _WAYS:
        if via == "ingress" or routing.gateway_class:
            yield from web(f"by-{via}", "demo", _routed(routing, via, local=cluster[0] == "local"), context)


def stack_of(cluster: tuple[str, str]) -> list[Resource]:
    """Everything on one cluster, as a stack has it."""
    alone = [made(name) for name in _NAMESPACES for made in (namespace_manifest, policy_of_others)]
    parts = [*(Part("alone", manifest, "before") for manifest in alone), *_parts(cluster)]
    return [_resource(part.manifest, part.left_alone) for part in parts]


def _resource(manifest: Manifest, left_alone: tuple[str, ...]) -> Resource:
    inputs = json.loads(json.dumps(manifest))
    name = f"{inputs['metadata']['name']}-{inputs['kind']}"
    kind = token(manifest)
    urn = f"urn:pulumi:prod::anykube::{kind}::{name}"
    return Resource(kind, name, urn, Fields(inputs), Provider("cluster"), left_alone=left_alone)


def broken(resources: list[Resource]) -> list[tuple[str, str, str]]:
    """The rules that are broken, each with the resource and what is wrong."""
    verdicts: list[tuple[str, Verdict]] = []
    for rule in RULES:
        if isinstance(rule, StackRule):
            verdicts += [(rule.name, verdict) for verdict in rule.judge(Stack(resources))]
        else:
            assert isinstance(rule, ResourceRule)
            verdicts += [(rule.name, verdict) for one in resources for verdict in rule.judge(one)]
    assert all(isinstance(verdict, Broken) for _, verdict in verdicts), "nothing is unknown here"
    return [
        (rule, verdict.urn.rpartition("::")[2], verdict.what)
        for rule, verdict in verdicts
        if isinstance(verdict, Broken)
    ]


@pytest.mark.parametrize("cluster", INGRESS_PROFILES, ids="-".join)
def test_what_components_make_keeps_all_rules(cluster: tuple[str, str]) -> None:
    resources = stack_of(cluster)
    kinds = {resource.type.rpartition(":")[2] for resource in resources}
    assert kinds >= {
        "CronJob", "DaemonSet", "Deployment", "HorizontalPodAutoscaler", "Ingress", "Job", "Namespace", "NetworkPolicy",
        "PodDisruptionBudget", "Service", "ServiceAccount", "StatefulSet",
    }  # fmt: skip
    assert ({"Gateway", "HTTPRoute"} <= kinds) == bool(INGRESS_PROFILES[cluster].gateway_class)
    balanced = [one for one in resources if one.inputs.at("spec.type").text == "LoadBalancer"]
    assert bool(balanced) == (cluster in LOAD_BALANCERS)
    assert broken(resources) == []


def _without(*kinds: str) -> Callable[[Resource], Resource | None]:
    return lambda one: None if one.type.rpartition(":")[2] in kinds else one


def _with(kind: str, **changes: Any) -> Callable[[Resource], Resource]:
    def changed(one: Resource) -> Resource:
        if one.type.rpartition(":")[2] != kind:
            return one
        merged = {key: {**there, **changes.get(key, {})} for key, there in _plain(one).items()}
        return Resource(one.type, one.name, one.urn, Fields(merged), one.provider)

    return changed


def _plain(one: Resource) -> dict[str, Any]:
    assert isinstance(one.inputs.value, dict)
    return {key: value for key, value in one.inputs.value.items() if isinstance(value, dict)}


_HARMS: Mapping[str, Callable[[Resource], Resource | None]] = {
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
    "stack-autoscaled-replicas": _with("Deployment"),  # which forgets what is left alone
    "stack-budget-present": _without("PodDisruptionBudget"),
    "stack-budget-able": _with("PodDisruptionBudget", spec={"maxUnavailable": 0}),
    "stack-default-provider": lambda one: Resource(one.type, one.name, one.urn, one.inputs, Provider("default")),
}
"""By rule, what is done to a stack that keeps it, so that it does so no more."""


@pytest.mark.parametrize("rule", _HARMS)
def test_each_rule_judges_what_components_make(rule: str) -> None:
    harmed = [one for resource in stack_of(("aws", "standard")) if (one := _HARMS[rule](resource))]
    assert rule in {name for name, _, _ in broken(harmed)}


def test_every_rule_of_these_groups_is_tried() -> None:
    assert set(_HARMS) == {rule.name for rule in RULES if rule.name.startswith(("exposure-", "stack-"))}

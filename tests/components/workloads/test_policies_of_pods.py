"""What our own components make keeps the rules of pods, in the production profile; where a spec asks for what a rule is
about, that rule says so, and no other does."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from anykube._clusters.lookup import cluster_context
from anykube._kubernetes import token
from anykube._workloads.app import AppSpec
from anykube._workloads.external.spec import ExternalServiceSpec
from anykube._workloads.patches import patching
from anykube._workloads.pods.spec import WorkloadSpec
from anykube._workloads.pods.values import FromSecret, SecretRef
from anykube.settings.links import linked
from anykube.settings.loader import load
from anykube.settings.pages import ENVIRONMENTS, names
from anykube.settings.policies import Policies
from anykube_policies import pods
from anykube_policies.fields import Fields
from anykube_policies.kubernetes import pods as pods_of
from anykube_policies.pods.secrets import is_secret_name
from anykube_policies.rule import Broken, ResourceRule, StackRule, Unjudged, Verdict
from anykube_policies.subject import Provider, Resource, Stack
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.components.workloads.rendering import RENDER, rendered
from tests.components.workloads.specs import apps, specs

PRODUCTION = Policies(registries=("registry.example",))
few = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def resource(manifest: Mapping[str, Any]) -> Resource:
    kind = token(manifest)
    name = manifest["metadata"]["name"]
    provider = Provider("cluster", Fields({}))
    return Resource(kind, name, f"urn:pulumi:s::p::{kind}::{name}", Fields(manifest), provider, False, PRODUCTION)


def verdicts(rule: ResourceRule | StackRule, resources: Sequence[Resource]) -> Iterator[Verdict]:
    if isinstance(rule, StackRule):
        yield from rule.judge(Stack(resources))
    else:
        for one in resources:
            yield from rule.judge(one)


def judged(manifests: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """By rule, what is broken. Nothing of ours is unknown here, and there are pods to judge."""
    resources = [resource(manifest) for manifest in manifests]
    assert [one for each in resources for one in pods_of(each)], "nothing was judged"
    found: dict[str, list[str]] = {}
    for rule in pods.RULES:
        for verdict in verdicts(rule, resources):
            assert not isinstance(verdict, Unjudged), verdict
            assert isinstance(verdict, Broken)
            found.setdefault(rule.name, []).append(verdict.what)
    return found


def asked_for(made: Mapping[str, Any]) -> set[str]:
    """The rules that a spec itself asks to break: one replica, and containers beside that listen without a check."""
    rules = set()
    for manifest in made.values():
        spec = manifest.get("spec", {})
        if manifest["kind"] == "Deployment" and spec["replicas"] == 1:
            rules.add("pod-replicas")
        if manifest["kind"] in ("Deployment", "DaemonSet", "StatefulSet"):
            listening = [one for one in spec["template"]["spec"]["containers"] if "ports" in one]
            if listening and not [one for one in listening if "readinessProbe" in one]:
                rules.add("pod-readiness")
    return rules


@pytest.mark.parametrize("kind", [kind for kind in RENDER if kind is not ExternalServiceSpec], ids=lambda k: k.__name__)
@few
@given(data=st.data(), app=apps)
def test_any_spec(kind: type[AppSpec], data: st.DataObject, app: str) -> None:
    made = rendered(app, "shop", data.draw(specs(kind)))
    # Letters by chance may be a name that only secrets have.
    assume(not any(is_secret_name(variable) for variable in _variables(made)))
    assert set(judged([*made.values()])) == asked_for(made)


def _variables(value: Any) -> Iterator[str]:
    """The names of all variables in there."""
    if isinstance(value, dict):
        yield from (entry["name"] for entry in value.get("env", ()))
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _variables(inner)


_PLAIN: Mapping[str, Mapping[str, Any]] = {
    "web": {"autoscaling": {"max": 4}, "next": {"weight": 10}},
    "worker": {},
    "job": {},
    "cronjob": {"schedule": "@daily"},
    "stateful": {"port": 5432, "volumes": {"data": {"path": "/data", "type": "claim", "size": "1Gi"}}},
    "daemon": {"port": 9100},
}
"""By kind, what it needs, and what makes more objects of it: all else is the default."""


@pytest.mark.parametrize("kind", _PLAIN)
def test_defaults(kind: str) -> None:
    model = next(model for model in RENDER if model.model_fields["kind"].default == kind)
    spec = model.model_validate_json(json.dumps({"image": "registry.example/shop:1", **_PLAIN[kind]}))
    assert judged([*rendered("shop", "shop", spec).values()]) == {}


@pytest.mark.parametrize("stack", names(ENVIRONMENTS))
def test_pages_of_ours(stack: str) -> None:
    page = load(stack)
    context = cluster_context(page.cluster, None)
    assert page.apps
    for name, spec in linked(page).items():
        assert judged([*rendered(name, "demo", _referring(name, spec), context).values()]) == {}


def _referring(app: str, spec: AppSpec) -> AppSpec:
    """The app with variables that refer to secrets as they do once these are resolved: to a key of a Secret."""
    if not isinstance(spec, WorkloadSpec):
        return spec
    env = {
        name: FromSecret(from_secret=f"{app}-env", key=name) if isinstance(value, SecretRef) else value
        for name, value in spec.env.items()
    }
    return spec.model_copy(update={"env": env})


def test_what_a_patch_does_to_a_manifest_is_seen() -> None:
    spec = next(iter(RENDER)).model_validate_json(json.dumps({"image": "registry.example/shop:1"}))
    change = {
        "spec": {"template": {"spec": {"hostNetwork": True, "containers": [{"name": "shop", "image": "other:1"}]}}}
    }
    patch = patching({"Deployment": change})
    made = [patch(manifest) for manifest in rendered("shop", "shop", spec).values()]
    assert set(judged(made)) == {"pod-host-network", "pod-image-registry"}


def test_a_patch_of_a_live_object_is_judged_by_what_it_says() -> None:
    bare = {"apiVersion": "apps/v1", "kind": "DeploymentPatch", "metadata": {"name": "shop", "namespace": "shop"}}
    container = {"name": "shop", "env": [{"name": "COLOR", "value": "green"}]}
    assert judged([{**bare, "spec": {"template": {"spec": {"containers": [container]}}}}]) == {}
    worse = {**container, "securityContext": {"privileged": True}}
    assert set(judged([{**bare, "spec": {"template": {"spec": {"containers": [worse]}}}}])) == {"pod-privileged"}


def test_nothing_judged_is_no_success() -> None:
    with pytest.raises(AssertionError, match="nothing was judged"):
        judged([{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "x"}}])

"""The components pass the rules for pods in the production profile, unless a spec explicitly breaks one of them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from anykube._clusters.lookup import cluster_context
from anykube._kubernetes import token
from anykube._workloads.app import AppSpec
from anykube._workloads.external.spec import ExternalServiceSpec
from anykube._workloads.patches import patch_transform
from anykube._workloads.pods.spec import WorkloadSpec
from anykube._workloads.pods.values import FromSecret, SecretRef
from anykube.settings.files import ENVIRONMENTS, names
from anykube.settings.links import linked
from anykube.settings.loader import load
from anykube.settings.policies import Policies
from anykube_policies import pods
from anykube_policies.fields import Fields
from anykube_policies.kubernetes import pod_templates
from anykube_policies.pods.secrets import is_secret_name
from anykube_policies.resource import Provider, Resource, Stack
from anykube_policies.rule import ResourceRule, Result, StackRule, Undetermined, Violation
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


def results(rule: ResourceRule | StackRule, resources: Sequence[Resource]) -> Iterator[Result]:
    if isinstance(rule, StackRule):
        yield from rule.evaluate(Stack(resources))
    else:
        for item in resources:
            yield from rule.evaluate(item)


def violations(manifests: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The messages of the violations, by rule. Fails if there are no pods, or if a value is unknown."""
    resources = [resource(manifest) for manifest in manifests]
    assert [pod for item in resources for pod in pod_templates(item)], "there are no pods"
    messages: dict[str, list[str]] = {}
    for rule in pods.RULES:
        for result in results(rule, resources):
            assert not isinstance(result, Undetermined), result
            assert isinstance(result, Violation)
            messages.setdefault(rule.name, []).append(result.message)
    return messages


def expected_violations(manifests: Mapping[str, Any]) -> set[str]:
    """The rules that a spec breaks explicitly: a single replica, or containers that listen without a probe."""
    rules = set()
    for manifest in manifests.values():
        spec = manifest.get("spec", {})
        if manifest["kind"] == "Deployment" and spec["replicas"] == 1:
            rules.add("pod-replicas")
        if manifest["kind"] in ("Deployment", "DaemonSet", "StatefulSet"):
            listening = [container for container in spec["template"]["spec"]["containers"] if "ports" in container]
            if listening and not [container for container in listening if "readinessProbe" in container]:
                rules.add("pod-readiness")
    return rules


@pytest.mark.parametrize("kind", [kind for kind in RENDER if kind is not ExternalServiceSpec], ids=lambda k: k.__name__)
@few
@given(data=st.data(), app=apps)
def test_any_spec_breaks_only_expected_rules(kind: type[AppSpec], data: st.DataObject, app: str) -> None:
    manifests = rendered(app, "shop", data.draw(specs(kind)))
    # Random variable names may look like those of secrets.
    assume(not any(is_secret_name(variable) for variable in _variables(manifests)))
    assert set(violations([*manifests.values()])) == expected_violations(manifests)


def _variables(value: Any) -> Iterator[str]:
    """The names of all environment variables in a manifest."""
    if isinstance(value, dict):
        yield from (entry["name"] for entry in value.get("env", ()))
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _variables(inner)


_MINIMAL: Mapping[str, Mapping[str, Any]] = {
    "web": {"autoscaling": {"max": 4}, "next": {"weight": 10}},
    "worker": {},
    "job": {},
    "cronjob": {"schedule": "@daily"},
    "stateful": {"port": 5432, "volumes": {"data": {"path": "/data", "type": "claim", "size": "1Gi"}}},
    "daemon": {"port": 9100},
}
"""Required fields by kind, and fields that render additional objects. Other fields have their defaults."""


@pytest.mark.parametrize("kind", _MINIMAL)
def test_defaults_pass(kind: str) -> None:
    model = next(model for model in RENDER if model.model_fields["kind"].default == kind)
    spec = model.model_validate_json(json.dumps({"image": "registry.example/shop:1", **_MINIMAL[kind]}))
    assert violations([*rendered("shop", "shop", spec).values()]) == {}


@pytest.mark.parametrize("stack", names(ENVIRONMENTS))
def test_stacks_of_this_repository_pass(stack: str) -> None:
    settings = load(stack)
    context = cluster_context(settings.cluster, None)
    assert settings.apps
    for name, spec in linked(settings).items():
        assert violations([*rendered(name, "demo", _resolved(name, spec), context).values()]) == {}


def _resolved(app: str, spec: AppSpec) -> AppSpec:
    """The app with references to secrets replaced by references to keys of a Secret, as rendering does."""
    if not isinstance(spec, WorkloadSpec):
        return spec
    env = {
        name: FromSecret(from_secret=f"{app}-env", key=name) if isinstance(value, SecretRef) else value
        for name, value in spec.env.items()
    }
    return spec.model_copy(update={"env": env})


def test_evaluates_patched_manifests() -> None:
    spec = next(iter(RENDER)).model_validate_json(json.dumps({"image": "registry.example/shop:1"}))
    change = {
        "spec": {"template": {"spec": {"hostNetwork": True, "containers": [{"name": "shop", "image": "other:1"}]}}}
    }
    patch = patch_transform({"Deployment": change})
    manifests = [patch(manifest) for manifest in rendered("shop", "shop", spec).values()]
    assert set(violations(manifests)) == {"pod-host-network", "pod-image-registry"}


def test_a_patch_of_a_live_object_is_evaluated_by_its_own_fields() -> None:
    bare = {"apiVersion": "apps/v1", "kind": "DeploymentPatch", "metadata": {"name": "shop", "namespace": "shop"}}
    container = {"name": "shop", "env": [{"name": "COLOR", "value": "green"}]}
    assert violations([{**bare, "spec": {"template": {"spec": {"containers": [container]}}}}]) == {}
    privileged = {**container, "securityContext": {"privileged": True}}
    assert set(violations([{**bare, "spec": {"template": {"spec": {"containers": [privileged]}}}}])) == {
        "pod-privileged"
    }


def test_fails_without_pods() -> None:
    with pytest.raises(AssertionError, match="there are no pods"):
        violations([{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "x"}}])

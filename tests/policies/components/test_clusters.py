"""The cluster components pass the cluster rules. Settings, components and SDKs are real; the engine is simulated."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from anykube._stack_cluster import cluster_of
from anykube.settings.loader import load
from anykube.settings.policies import Policies
from anykube_policies.clusters import aks, eks, gke, versions
from anykube_policies.clusters.rules import RULES
from anykube_policies.fields import Fields
from anykube_policies.resource import Resource, Stack
from anykube_policies.rule import ResourceRule, Result, Violation
from anykube_policies.unknowns import replace_unknowns

from tests.components.clusters.aks.azure import CLUSTER as ANSWERED
from tests.components.clusters.aks.azure import mock_azure
from tests.components.conftest import Engine, Registration

_KINDS = {
    "aws": {eks.CLUSTER, eks.NODE_GROUP, eks.TEMPLATE},
    "gcp": {gke.CLUSTER, gke.POOL},
    "azure": {aks.CLUSTER, aks.POOL},
}
_MANAGED = {"aws": {eks.CLUSTER}, "gcp": {gke.CLUSTER}, "azure": {aks.CLUSTER}}
_PRODUCTION = ("aws-prod", "aws-auto", "gcp-prod", "gcp-auto", "azure-prod", "azure-auto")
_EXPECTED_VIOLATIONS = {
    # These clusters are disposable and set `protect: false`.
    "aws-dev": {"cluster-protection"},
    "gcp-dev": {"cluster-protection"},
    "azure-dev": {"cluster-protection"},
}
_ALWAYS = {
    "cluster-endpoint",
    "cluster-audit-logs",
    "cluster-secrets",
    "cluster-network-policy",
    "cluster-workload-identity",
    "cluster-legacy-auth",
    "cluster-auto-upgrade",
    "cluster-protection",
}
_WITHOUT_INPUTS = {
    "aws": _ALWAYS | {"cluster-auto-repair", "cluster-node-metadata"},
    "gcp": {"cluster-endpoint", "cluster-secrets", "cluster-private-nodes", "cluster-network-policy"}
    | {"cluster-workload-identity", "cluster-secure-boot", "cluster-node-account"},
    "azure": _ALWAYS | {"cluster-secure-boot"},
}
"""The rules that a cloud's resources break if they have no inputs. The other rules forbid non-default inputs."""


@pytest.fixture(autouse=True)
def _november(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Kubernetes versions in the settings are supported on this date."""
    monkeypatch.setattr(versions, "today", lambda: date(2026, 11, 26))


def _resources(stack: str, *, first_preview: bool) -> list[Resource]:
    engine = Engine()
    mock_azure(engine)
    engine.says(
        "azure-native:containerservice:ManagedCluster",
        **ANSWERED,
        id=lambda inputs: (
            f"/subscriptions/s/resourceGroups/{inputs['resourceGroupName']}"
            f"/providers/Microsoft.ContainerService/managedClusters/{inputs['resourceName']}"
        ),
    )
    arn = "arn:aws:sts::123456789012:assumed-role/deployer/ci"
    engine.says("aws:index/getCallerIdentity:getCallerIdentity", arn=arn, accountId="1", userId="u", id="1")
    engine.says("aws:iam/getSessionContext:getSessionContext", issuerArn="arn:aws:iam::123456789012:role/deployer")
    engine.run(lambda: cluster_of(load(stack).cluster), first_preview=first_preview)
    return [_resource(registration) for registration in engine.resources.values()]


def _resource(registration: Registration) -> Resource:
    return Resource(
        type=Resource.kind(registration.type),
        name=registration.name,
        urn=registration.urn,
        inputs=Fields(replace_unknowns(_unwrap_secrets(registration.inputs))),
        is_protected=registration.protected,
        settings=Policies(profile="production"),
    )


def _unwrap_secrets(value: Any) -> Any:
    if isinstance(value, tuple):
        return _unwrap_secrets(value[1])
    if isinstance(value, list):
        return [_unwrap_secrets(item) for item in value]
    return {key: _unwrap_secrets(item) for key, item in value.items()} if isinstance(value, dict) else value


def _results(resources: list[Resource]) -> Mapping[str, list[Result]]:
    return {rule.name: list(_evaluate(rule, resources)) for rule in RULES}


def _evaluate(rule: Any, resources: list[Resource]) -> Iterator[Result]:
    if isinstance(rule, ResourceRule):
        for resource in resources:
            yield from rule.evaluate(resource)
    else:
        yield from rule.evaluate(Stack(resources))


def _violated(results: Mapping[str, Iterable[Result]]) -> set[str]:
    return {
        rule for rule, rule_results in results.items() if any(isinstance(result, Violation) for result in rule_results)
    }


@pytest.mark.parametrize("stack", [*_PRODUCTION, *_EXPECTED_VIOLATIONS])
def test_first_preview_has_only_expected_violations(stack: str) -> None:
    resources = _resources(stack, first_preview=True)
    cloud, _, variant = stack.partition("-")
    assert {resource.type for resource in resources} >= (_MANAGED if variant == "auto" else _KINDS)[cloud]
    results, expected = _results(resources), _EXPECTED_VIOLATIONS.get(stack, set())
    assert _violated(results) == expected
    # All inputs are known in the first preview.
    assert {rule: rule_results for rule, rule_results in results.items() if rule_results and rule not in expected} == {}


@pytest.mark.parametrize(
    "stack", [stack for stack in (*_PRODUCTION, *_EXPECTED_VIOLATIONS) if stack.startswith("azure")]
)
def test_known_azure_ids_do_not_change_the_result(stack: str) -> None:
    violated = _violated(_results(_resources(stack, first_preview=False)))
    assert violated == _EXPECTED_VIOLATIONS.get(stack, set())


@pytest.mark.parametrize("cloud", _KINDS)
def test_rules_apply_to_the_resources_of_the_components(cloud: str) -> None:
    """The same resources without inputs break these rules."""
    emptied = [
        Resource(resource.type, resource.name, resource.urn, Fields({}), settings=resource.settings)
        for resource in _resources(f"{cloud}-prod", first_preview=True)
        if resource.type in _KINDS[cloud]
    ]
    assert _violated(_results(emptied)) == _WITHOUT_INPUTS[cloud]

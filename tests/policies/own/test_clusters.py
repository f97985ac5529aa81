"""What our own components ask for, by the rules of clusters: pages, components and SDKs are real, the engine is not."""

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
from anykube_policies.rule import Broken, ResourceRule, Verdict
from anykube_policies.subject import Resource, Stack
from anykube_policies.unwrap import plain

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
_ADVISED = {
    # They are made to be thrown away, and say so by `protect: false`.
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
_ASKED = {
    "aws": _ALWAYS | {"cluster-auto-repair", "cluster-node-metadata"},
    "gcp": {"cluster-endpoint", "cluster-secrets", "cluster-private-nodes", "cluster-network-policy"}
    | {"cluster-workload-identity", "cluster-secure-boot", "cluster-node-account"},
    "azure": _ALWAYS | {"cluster-secure-boot"},
}
"""Rules that a cloud's resources break when they ask for nothing. What the others forbid is none of its defaults."""


@pytest.fixture(autouse=True)
def _november(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are of a day; that versions age is no fault of theirs here."""
    monkeypatch.setattr(versions, "today", lambda: date(2026, 11, 26))


def _made(stack: str, *, first_preview: bool) -> list[Resource]:
    engine = Engine()
    mock_azure(engine)
    engine.says(
        "azure-native:containerservice:ManagedCluster",
        **ANSWERED,
        id=lambda asked: (
            f"/subscriptions/s/resourceGroups/{asked['resourceGroupName']}"
            f"/providers/Microsoft.ContainerService/managedClusters/{asked['resourceName']}"
        ),
    )
    arn = "arn:aws:sts::123456789012:assumed-role/deployer/ci"
    engine.says("aws:index/getCallerIdentity:getCallerIdentity", arn=arn, accountId="1", userId="u", id="1")
    engine.run(lambda: cluster_of(load(stack).cluster), first_preview=first_preview)
    return [_resource(found) for found in engine.resources.values()]


def _resource(found: Registration) -> Resource:
    return Resource(
        type=Resource.kind(found.type),
        name=found.name,
        urn=found.urn,
        inputs=Fields(plain(_open(found.inputs))),
        is_protected=found.protected,
        settings=Policies(profile="production"),
    )


def _open(value: Any) -> Any:
    if isinstance(value, tuple):
        return _open(value[1])
    if isinstance(value, list):
        return [_open(item) for item in value]
    return {key: _open(item) for key, item in value.items()} if isinstance(value, dict) else value


def _verdicts(resources: list[Resource]) -> Mapping[str, list[Verdict]]:
    return {rule.name: list(_of(rule, resources)) for rule in RULES}


def _of(rule: Any, resources: list[Resource]) -> Iterator[Verdict]:
    if isinstance(rule, ResourceRule):
        for resource in resources:
            yield from rule.judge(resource)
    else:
        yield from rule.judge(Stack(resources))


def _broken(verdicts: Mapping[str, Iterable[Verdict]]) -> set[str]:
    return {name for name, said in verdicts.items() if any(isinstance(one, Broken) for one in said)}


@pytest.mark.parametrize("stack", [*_PRODUCTION, *_ADVISED])
def test_a_first_preview_breaks_nothing_that_is_not_named(stack: str) -> None:
    resources = _made(stack, first_preview=True)
    cloud, _, page = stack.partition("-")
    assert {one.type for one in resources} >= (_MANAGED if page == "auto" else _KINDS)[cloud]
    verdicts = _verdicts(resources)
    assert _broken(verdicts) == _ADVISED.get(stack, set())
    # What they ask for is known before anything is made.
    assert {name: said for name, said in verdicts.items() if said and name not in _ADVISED.get(stack, ())} == {}


@pytest.mark.parametrize("stack", [one for one in (*_PRODUCTION, *_ADVISED) if one.startswith("azure")])
def test_what_azure_says_of_ids_changes_nothing(stack: str) -> None:
    assert _broken(_verdicts(_made(stack, first_preview=False))) == _ADVISED.get(stack, set())


@pytest.mark.parametrize("cloud", _KINDS)
def test_rules_look_at_what_components_make(cloud: str) -> None:
    """The same resources without what they ask for: so many rules are about them."""
    made = _made(f"{cloud}-prod", first_preview=True)
    emptied = [
        Resource(one.type, one.name, one.urn, Fields({}), settings=one.settings)
        for one in made
        if one.type in _KINDS[cloud]
    ]
    assert _broken(_verdicts(emptied)) == _ASKED[cloud]

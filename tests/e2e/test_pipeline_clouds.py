"""The jobs of a pipeline on AWS and Azure, on a simulated account. `test_pipeline.py` has the days of a repository."""

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import httpx2
import pytest
from anykube_cli.roles.aws import policies
from anykube_cli.roles.azure.grants import grants
from anykube_rehearsal.azure.account.names import ARM_TYPES

from tests.e2e.project import Project
from tests.operations.roles import iam_policy

_COMMENT, _DRIFT = ".anykube/comment.md", ".anykube/drift.md"
_APPS = {"web": {"image": "registry.example/web:1.0.0", "replicas": 2}}
_SUBSCRIPTION = "00000000-0000-4000-8000-000000000a2e"
_CLUSTERS: Mapping[str, Mapping[str, Any]] = {
    "aws": {"region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b"]},
    "azure": {
        "version": "1.36",
        "region": "westeurope",
        "zones": ["1", "2", "3"],
        "gateway_api": True,
        "network": {"nat": "single"},
        "aks": {"subscription": _SUBSCRIPTION},
    },
}
_ENDPOINTS = {"aws": "AWS_ENDPOINT_URL", "azure": "ANYKUBE_AZURE_ACCOUNT"}
_AWS_VALUES = {
    "account": "123456789012",
    "alias": "alias/acme-state",
    "bucket": "acme-state",
    "cluster": "shop",
    "partition": "aws",
    "project": "anykube",
    "region": "eu-west-1",
    "stack": "dev",
}
_VERBS = {"create": "write", "update": "write", "read": "read", "delete": "delete"}


def _page(cloud: str) -> dict[str, Any]:
    cluster = {"cloud": cloud, "name": "shop", "mode": "managed", "protect": False, **_CLUSTERS[cloud]}
    return {"cluster": cluster, "policies": {"profile": "development"}, "namespace": "shop", "apps": deepcopy(_APPS)}


@pytest.fixture(scope="module", params=_CLUSTERS)
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    cloud = request.param
    project = Project(tmp_path_factory.mktemp(f"pipeline-{cloud}") / "shop", {"dev": _page(cloud)}, cloud)
    try:
        yield project
    finally:
        project.remove()


def _calls(project: Project) -> Sequence[Any]:
    url = f"{project.environment[_ENDPOINTS[project.cloud]]}/_anykube/calls"
    if project.cloud == "aws":
        return [call for calls in httpx2.get(url, trust_env=False).json().values() for call in calls]
    calls = httpx2.post(url, json={}, trust_env=False).json()["calls"]
    return [(f"{ARM_TYPES[token]}/{_VERBS[verb]}", identifier) for verb, token, identifier in calls]


def _allows(project: Project, purpose: str, call: Any) -> bool:
    if project.cloud == "aws":
        roles = {
            "deploy": [policies.deploy(_AWS_VALUES, (), None)],
            "preview": [policies.preview(_AWS_VALUES), policies.preview_stack(_AWS_VALUES, ())],
        }
        return iam_policy.allows(roles[purpose], call)
    action, resource = call
    action = action.replace("Microsoft.Resources/resourceGroups", "Microsoft.Resources/subscriptions/resourceGroups")
    return any(grant.allows(action, resource) for grant in grants(_SUBSCRIPTION, ())[purpose])


def test_deploys_what_is_merged_with_the_permissions_of_its_role(project: Project) -> None:
    before = _calls(project)  # those that create the account's deployer
    project.ci("deploy", "--stack", "dev")
    deployment = json.loads(project.kubectl("dev", "-n", "shop", "get", "deployment", "web", "-o", "json").out)
    assert deployment["status"]["readyReplicas"] == 2
    calls = [call for call in _calls(project) if call not in before]
    assert len(calls) > 20
    assert [call for call in calls if not _allows(project, "deploy", call)] == []


def test_previews_and_looks_for_drift_with_the_permissions_of_its_role(project: Project) -> None:
    before = _calls(project)
    project.git("branch", "main-before")
    page = _page(project.cloud)
    page["apps"]["web"]["image"] = "registry.example/web:1.1.0"
    project.write("dev", page)
    project.ci("pull-request", "--base", "main-before", "--out", _COMMENT)
    comment = (project.folder / _COMMENT).read_text()
    assert "registry.example/web:1.1.0" in comment
    assert "| <code>dev</code> | ✅ |" in comment
    project.write("dev", _page(project.cloud))
    project.kubectl("dev", "-n", "shop", "scale", "deployment", "web", "--replicas", "1")
    project.ci("drift", "--stack", "dev", "--out", _DRIFT, code=3)
    assert "spec.replicas: 2 → 1" in (project.folder / _DRIFT).read_text()
    project.kubectl("dev", "-n", "shop", "scale", "deployment", "web", "--replicas", "2")
    calls = [call for call in _calls(project) if call not in before]
    assert [call for call in calls if not _allows(project, "preview", call)] == []


def test_review_stacks_come_and_go(project: Project) -> None:
    project.ci("review", "up", "--number", "7", "--on", "dev")
    namespaces = project.kubectl("dev", "get", "namespaces", "-o", "name").out
    assert "namespace/pr-7" in namespaces
    project.ci("review", "down", "--number", "7", "--on", "dev")
    assert not project.exists("dev-pr-7")

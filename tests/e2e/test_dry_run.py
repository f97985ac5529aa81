"""The dry run of a stack's objects on a real API server: what it finds, what it cannot judge, what it leaves alone."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anykube.settings.objects import ENCODED, stack_objects
from anykube_cli.dry_run.check import check, report
from ruamel.yaml import YAML

from tests.e2e.api_server import ApiServer, refusals, started, unjudged, wait_for

IMAGE = "registry.example/shop:1.0.0"
WEB = {"image": IMAGE}
VOLUME = {"path": "/data", "type": "claim", "size": "1Gi"}
DB = {"kind": "stateful", "image": IMAGE, "port": 5432, "volumes": {"data": VOLUME}}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    with started(tmp_path_factory.mktemp("dry-run"), definitions=False) as server:
        yield server


@pytest.fixture
def namespace(server: ApiServer, request: pytest.FixtureRequest) -> str:
    """An empty namespace as Anykube creates it."""
    name = request.node.name.removeprefix("test_").replace("_", "-")[:40].rstrip("-")
    server.create_namespace(name)
    return str(name)


def patched(**patches: Any) -> dict[str, Any]:
    return {**WEB, "patches": patches}


def test_accepts_new_and_existing_apps(server: ApiServer, namespace: str) -> None:
    apps = {"web": WEB, "db": DB}
    assert refusals(server.judge(apps, namespace=namespace)) == []
    assert unjudged(server.judge(apps, namespace=namespace)) == set()
    server.deploy(apps, namespace=namespace)
    judged = server.judge(apps, namespace=namespace)
    assert refusals(judged) == []
    assert not any(item.is_pod for item in judged), "pods of unchanged workloads need no judgement"


def test_changes_nothing(server: ApiServer, namespace: str) -> None:
    server.deploy({"web": WEB}, namespace=namespace)
    deployments = f"/apis/apps/v1/namespaces/{namespace}/deployments"
    before = [item["metadata"]["generation"] for item in server.get(deployments)["items"]]
    server.judge({"web": {**WEB, "image": f"{IMAGE}1"}, "new": WEB}, namespace=namespace)
    assert [item["metadata"]["generation"] for item in server.get(deployments)["items"]] == before


def test_reports_every_mistake_with_its_place(
    server: ApiServer, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apps = {
        "one": patched(Deployment={"spec": {"strategy": {"type": "Sideways"}}}),
        "two": patched(Service={"spec": {"type": "Balanced", "sessionAffinity": "Never"}}),
        "three": patched(Deployment={"spec": {"replica": 1}}),
    }
    settings = server.settings(apps, namespace=namespace)
    file = tmp_path / "stack.yaml"
    YAML().dump({"cluster": {"cloud": "local", "pools": {"main": {"count": 1}}}, "apps": apps}, file)
    monkeypatch.setattr("anykube_cli.dry_run.places.files.ENVIRONMENTS", tmp_path)
    result = check("stack", settings, server.kubeconfig)
    text = report(result, "stack")
    assert text.startswith("stack: the API server refuses 3 objects:")
    assert f"one: Deployment {namespace}/one: spec.strategy" in text
    assert f"two: Service {namespace}/two: spec.type: " in text
    assert f"two: Service {namespace}/two: spec.sessionAffinity: " in text
    assert f"three: Deployment {namespace}/three: spec.replica: field not declared in schema" in text
    line = next(number for number, line in enumerate(file.read_text().splitlines(), 1) if "Balanced" in line)
    assert f"Correct apps.two.patches.Service.spec.type ({file}:{line})." in text
    assert text.endswith("Nothing was changed.")


def test_judges_pods_by_the_security_level_of_their_namespace(server: ApiServer, namespace: str) -> None:
    privileged = {"template": {"spec": {"hostNetwork": True}}}
    [message] = refusals(server.judge({"web": patched(Deployment={"spec": privileged})}, namespace=namespace))
    assert message.startswith("Pod: ")
    assert 'violates PodSecurity "restricted:latest"' in message


def test_judges_pods_of_a_missing_namespace_in_one_of_the_same_level(server: ApiServer, namespace: str) -> None:
    privileged = {"template": {"spec": {"hostNetwork": True}}}
    judged = server.judge({"web": patched(Deployment={"spec": privileged})}, namespace="not-created-yet")
    assert ["violates PodSecurity" in message for message in refusals(judged)] == [True]
    assert "not-created-yet" not in str(server.get("/api/v1/namespaces"))


def test_quota(server: ApiServer, namespace: str) -> None:
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "small", "namespace": namespace}}
    server.apply({**quota, "spec": {"hard": {"limits.memory": "1Gi"}}})
    wait_for(lambda: "status" in server.get(f"/api/v1/namespaces/{namespace}/resourcequotas/small"))
    large = {"cpu": "1", "memory": "2Gi"}
    [message] = refusals(server.judge({"web": {**WEB, "resources": large}}, namespace=namespace))
    assert "exceeded quota: small" in message


def test_policy_of_the_cluster(server: ApiServer, namespace: str) -> None:
    group = "admissionregistration.k8s.io/v1"
    rules = [{"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["*"], "resources": ["deployments"]}]
    selector = {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
    spec = {
        "matchConstraints": {"resourceRules": rules, "namespaceSelector": selector},
        "validations": [{"expression": "object.spec.replicas > 2", "message": "three replicas at least"}],
    }
    server.apply(
        {"apiVersion": group, "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "three"}, "spec": spec}
    )
    binding = {"policyName": "three", "validationActions": ["Deny"]}
    kind = "ValidatingAdmissionPolicyBinding"
    server.apply({"apiVersion": group, "kind": kind, "metadata": {"name": "three"}, "spec": binding})
    # The API server reads policies from a cache.
    messages = wait_for(lambda: refusals(server.judge({"web": WEB}, namespace=namespace)))
    assert ["three replicas at least" in message for message in messages] == [True]


def test_webhook_without_dry_runs_cannot_judge(server: ApiServer, namespace: str) -> None:
    webhook = {
        "name": "other.example.com",
        # A real webhook of v1 must declare None or NoneOnDryRun, and this one does not respond.
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "clientConfig": {"url": "https://127.0.0.1:1/"},
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["services"]}],
    }
    group = "admissionregistration.k8s.io/v1"
    metadata = {"name": "other"}
    server.apply(
        {"apiVersion": group, "kind": "ValidatingWebhookConfiguration", "metadata": metadata, "webhooks": [webhook]}
    )
    reasons = wait_for(lambda: unjudged(server.judge({"web": WEB}, namespace=namespace)))
    assert reasons == {"the webhook other.example.com does not respond"}
    assert refusals(server.judge({"web": WEB}, namespace=namespace)) == []


def test_kind_without_a_definition_cannot_be_judged(server: ApiServer, namespace: str) -> None:
    manifest = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {}}
    judged = server.judge({"web": {**WEB, "manifests": [manifest]}}, namespace=namespace)
    assert refusals(judged) == []
    assert unjudged(judged) == {"the cluster has no Widget of example.com/v1 yet"}


def test_replacement_is_no_mistake(server: ApiServer, namespace: str) -> None:
    """Pulumi deletes and creates a StatefulSet whose claims change."""
    server.deploy({"db": DB}, namespace=namespace)
    more = {**DB, "volumes": {"data": {**VOLUME, "size": "2Gi"}}}
    assert refusals(server.judge({"db": more}, namespace=namespace)) == []
    broken = {**more, "patches": {"StatefulSet": {"spec": {"podManagementPolicy": "Sometimes"}}}}
    [message] = refusals(server.judge({"db": broken}, namespace=namespace))
    assert "spec.podManagementPolicy" in message


def test_immutable_field_that_is_not_replaced(server: ApiServer, namespace: str) -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "fixed"}, "immutable": True}
    server.deploy({"web": {**WEB, "manifests": [{**config, "data": {"a": "1"}}]}}, namespace=namespace)
    settings = server.settings({"web": {**WEB, "manifests": [{**config, "data": {"a": "2"}}]}}, namespace=namespace)
    [problem] = check("stack", settings, server.kubeconfig).errors
    assert "field is immutable when `immutable` is set" in problem.message
    assert problem.remedy.startswith("Restore the former value")


def test_fields_that_the_settings_drop_are_removed(server: ApiServer, namespace: str) -> None:
    """With the field manager of Pulumi's provider, the strategy loses its rollingUpdate."""
    server.deploy({"web": WEB}, namespace=namespace)
    recreate = {"strategy": {"type": "Recreate", "rollingUpdate": None}}
    assert refusals(server.judge({"web": patched(Deployment={"spec": recreate})}, namespace=namespace)) == []


def test_sends_no_secrets(server: ApiServer, namespace: str) -> None:
    login = {"username": "ci", "password": {"secret": "registry"}}
    app = {**WEB, "env": {"PASSWORD": {"secret": "db-password"}}, "registries": {"ghcr.io": login}}
    settings = server.settings({"web": app}, namespace=namespace)
    rendered = [item.manifest for item in stack_objects(settings) if item.manifest["kind"] == "Secret"]
    assert [secret["data"] for secret in rendered] == [{"PASSWORD": ENCODED}, {".dockerconfigjson": ENCODED}]
    assert refusals(server.judge({"web": app}, namespace=namespace)) == []


def test_unreachable_cluster_is_a_warning(server: ApiServer) -> None:
    kubeconfig = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:1", server.kubeconfig)
    result = check("stack", server.settings({"web": WEB}), kubeconfig)
    assert not result.errors
    assert "not checked: the cluster at https://127.0.0.1:1" in result.warnings[0].message

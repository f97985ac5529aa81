"""Fields that somebody changed outside Anykube: which they are, who has them, and how a run takes them back."""

import json
from typing import Any

import pytest
from anykube_cli.cluster_api import ClusterApi
from anykube_cli.conflicts import Conflict, explain, read_conflicts
from anykube_cli.take_back import UnknownNameError, holds, take_back

from tests.operations.api_server import ApiServer

_APP = "urn:pulumi:local-scale::anykube::anykube:index:WebService"
_URN = f"{_APP}$kubernetes:apps/v1:Deployment::web-deployment"
_DEPLOYMENT: dict[str, Any] = {
    "urn": _URN,
    "type": "kubernetes:apps/v1:Deployment",
    "custom": True,
    "id": "scale/web",
    "parent": f"{_APP}::web",
    "inputs": {"spec": {"replicas": 3}},
    "outputs": {"__fieldManager": "pulumi-kubernetes-1", "metadata": {"uid": "u"}},
}


def _event(message: str) -> bytes:
    text = f'error: an apply conflict: Apply failed with {message}\n"and more"'
    return json.dumps({"diagnosticEvent": {"urn": _URN, "message": text, "severity": "error"}}).encode()


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            '1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
            [("spec.replicas", "kubectl (scale)")],
        ),
        (
            '3 conflicts: conflicts with "argocd" using apps/v1:\n- .spec.replicas\n'
            '- .spec.template.spec.containers[name="web"].image\nconflicts with "kubectl-edit":\n- .metadata.labels.a',
            [
                ("spec.replicas", "argocd"),
                ('spec.template.spec.containers[name="web"].image', "argocd"),
                ("metadata.labels.a", "kubectl-edit"),
            ],
        ),
    ],
)
def test_case_29_reads_the_conflicts_of_a_run(message: str, expected: list[tuple[str, str]]) -> None:
    events = [b'{"diagnosticEvent": {"urn": "u", "message": "other"}}', _event(message), _event(message)]
    assert read_conflicts(events) == [Conflict(_URN, *fields) for fields in expected]


def test_case_29_explains_the_field_its_manager_and_the_remedy() -> None:
    state = {"resources": [_DEPLOYMENT]}
    first, remedy, keep = explain([Conflict(_URN, "spec.replicas", "kubectl (scale)")], "local-scale", state)
    assert first == (
        "web: spec.replicas of Deployment scale/web was changed outside Anykube, and belongs to kubectl (scale) since "
        "then."
    )
    assert remedy.endswith("anykube up --stack local-scale --take-back web")
    assert "stacks/environments/local-scale.yaml" in keep
    autoscaler = next(explain([Conflict(_URN, "spec.replicas", "kube-controller-manager (scale)")], "s", state))
    assert "HorizontalPodAutoscaler outside this stack" in autoscaler


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"f:spec": {"f:replicas": {}}}, True),
        ({"f:spec": {"f:paused": {}}}, False),
        ({"f:metadata": {"f:annotations": {".": {}, "f:other": {}}}}, False),
        ({"f:metadata": {"f:annotations": {".": {}}}}, True),
        ({"f:spec": {"f:containers": {'k:{"name":"web"}': {".": {}, "f:image": {}}}}}, True),
        ({"f:spec": {"f:containers": {'k:{"name":"proxy"}': {".": {}, "f:image": {}}}}}, False),
        ({"f:spec": {"f:finalizers": {'v:"a"': {}}}}, True),
        ({"f:spec": {"f:finalizers": {'v:"b"': {}}}}, False),
    ],
)
def test_whether_a_manager_holds_a_field_of_the_settings(fields: Any, expected: bool) -> None:
    containers = [{"name": "web", "image": "i"}]
    inputs = {
        "metadata": {"annotations": {"ours.dev/a": "b"}},
        "spec": {"replicas": 1, "containers": containers, "finalizers": ["a"]},
    }
    assert holds(fields, inputs) is expected


def test_takes_back_only_the_fields_of_the_settings(api_server: ApiServer) -> None:
    fields: dict[str, Any] = {"f:spec": {"f:replicas": {}}}
    managers: list[dict[str, Any]] = [
        {"manager": "pulumi-kubernetes-1", "fieldsV1": fields},
        {"manager": "kubectl", "subresource": "scale", "fieldsV1": fields},
        {"manager": "kube-controller-manager", "subresource": "status", "fieldsV1": fields},
        {"manager": "other", "fieldsV1": {"f:metadata": {"f:labels": {"f:team": {}}}}},
    ]
    path = "/apis/apps/v1/namespaces/scale/deployments/web"
    api_server.documents["/apis/apps/v1"] = {"resources": [{"kind": "Deployment", "name": "deployments"}]}
    api_server.documents[path] = {"metadata": {"managedFields": managers, "resourceVersion": "7"}}
    for name in ("web", "web-deployment"):
        with ClusterApi(api_server.kubeconfig({"token": "valid"})) as api:
            assert take_back(api, {"resources": [_DEPLOYMENT]}, [name]) == [_URN]
            patch = api_server.requests[-1]
        assert (patch.method, patch.path) == ("PATCH", path)
        test, change = json.loads(patch.get_data())
        assert test == {"op": "test", "path": "/metadata/resourceVersion", "value": "7"}
        assert [entry["manager"] for entry in change["value"]] == [
            "pulumi-kubernetes-1",
            "kube-controller-manager",
            "other",
        ]


def test_rejects_an_unknown_name(api_server: ApiServer) -> None:
    with (
        ClusterApi(api_server.kubeconfig({"token": "valid"})) as api,
        pytest.raises(UnknownNameError, match="no app or object wob"),
    ):
        take_back(api, {"resources": [_DEPLOYMENT]}, ["web", "wob"])
    assert api_server.requests == []

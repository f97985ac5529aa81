"""Refuses to take over objects of others, which an API server on loopback lists."""

from typing import Any

import pytest
from anykube._admission import RegisteredObject
from anykube._ownership import OWNER, used_by
from anykube._workloads.metadata import MANAGED_BY
from anykube_cli.admission import objects_of_others
from anykube_cli.cluster_api import ClusterApi

from tests.operations.api_server import ApiServer

_STACK, _OTHER = "anykube/shop", "anykube/desk"


def _live(name: str, namespace: str = "team", uid: str = "1", **metadata: Any) -> dict[str, Any]:
    place = {"namespace": namespace} if namespace else {}
    return {"metadata": {"name": name, "uid": uid, **place, **metadata}}


def _config_map(name: str) -> RegisteredObject:
    return RegisteredObject("v1", "ConfigMap", "team", name)


def _namespace(name: str) -> RegisteredObject:
    return RegisteredObject("v1", "Namespace", "", name, is_shared=True)


def _refused(server: ApiServer, *objects: RegisteredObject, state: Any = (), adopted: Any = ()) -> str:
    with ClusterApi(server.kubeconfig({"token": "valid"})) as api:
        return objects_of_others(api, objects, {"resources": list(state)}, _STACK, adopted)


@pytest.fixture
def server(api_server: ApiServer) -> ApiServer:
    kinds = [("ConfigMap", "configmaps", True), ("Namespace", "namespaces", False)]
    kinds.append(("PersistentVolumeClaim", "persistentvolumeclaims", True))
    custom = [("Zone", "zones", False)]
    for path, served in (
        ("/api/v1", kinds),
        ("/apis/apps/v1", [("StatefulSet", "statefulsets", True)]),
        ("/apis/example.com/v1", custom),
    ):
        resources = [{"kind": kind, "name": name, "namespaced": scoped} for kind, name, scoped in served]
        api_server.documents[path] = {"resources": resources}
    return api_server


@pytest.mark.parametrize(
    ("metadata", "who"),
    [
        ({"annotations": {OWNER: _OTHER}}, "belongs to stack desk of project anykube"),
        ({"annotations": {"meta.helm.sh/release-name": "chart"}}, "belongs to the Helm release chart"),
        ({"managedFields": [{"manager": "kubectl-create"}]}, "was created by kubectl-create"),
        ({}, "was created by somebody else"),
    ],
)
def test_refuses_objects_of_others(server: ApiServer, metadata: dict[str, Any], who: str) -> None:
    server.add("/api/v1/namespaces/team/configmaps", [_live("settings", **metadata)])
    text = _refused(server, _config_map("settings"))
    assert f"ConfigMap team/settings {who}" in text
    assert "adopt:\n    - ConfigMap team/settings" in text
    assert not _refused(server, _config_map("settings"), adopted=["ConfigMap team/settings"])


def test_accepts_objects_of_the_stack(server: ApiServer) -> None:
    server.add("/api/v1/namespaces/team/configmaps", [_live("marked", annotations={OWNER: _STACK}), _live("known")])
    known = {
        "urn": "urn",
        "type": "kubernetes:core/v1:ConfigMap",
        "id": "team/known",
        "custom": True,
        "outputs": {"metadata": {"uid": "1"}},
    }
    assert not _refused(server, _config_map("marked"), _config_map("known"), _config_map("new"), state=[known])
    assert "ConfigMap team/known" in _refused(server, _config_map("known"))


def test_refuses_claims_of_others(server: ApiServer) -> None:
    labels = {"app.kubernetes.io/name": "db"}
    claims = [
        _live("data-db-0", labels={**labels, **MANAGED_BY}),
        _live("data-db-1", managedFields=[{"manager": "kubectl-create"}]),
        _live("data-db-2", labels={**labels, "app.kubernetes.io/managed-by": "Helm"}),
        _live("data-db-old-1"),
        _live("logs-db-1"),
    ]
    server.add("/api/v1/namespaces/team/persistentvolumeclaims", claims)
    server.add("/apis/apps/v1/namespaces/team/statefulsets", [])
    stateful_set = RegisteredObject(
        "apps/v1", "StatefulSet", "team", "db", claim_templates=("data",), claim_labels=labels
    )
    text = _refused(server, stateful_set)
    assert "PersistentVolumeClaim team/data-db-1 was created by kubectl-create" in text
    assert "PersistentVolumeClaim team/data-db-2 was created" in text
    assert text.count("adopt:") == 1
    assert "db-0" not in text
    assert "old" not in text
    assert "logs" not in text
    names = [f"PersistentVolumeClaim team/data-db-{pod}" for pod in (1, 2)]
    assert not _refused(server, stateful_set, adopted=names)


def test_finds_objects_of_custom_kinds_without_a_namespace(server: ApiServer) -> None:
    server.add("/apis/example.com/v1/zones", [_live("eu", "")])
    zone = RegisteredObject("example.com/v1", "Zone", "team", "eu")  # the program does not know the kind
    assert "Zone eu was created by somebody else" in _refused(server, zone)
    assert not _refused(server, zone, adopted=["Zone eu"])


def test_shares_namespaces_of_stacks_alone(server: ApiServer) -> None:
    server.add(
        "/api/v1/namespaces",
        [
            _live("shared", "", annotations={used_by(_OTHER): _OTHER}),
            _live("older", "", labels=MANAGED_BY),
            _live("strange", ""),
        ],
    )
    text = _refused(server, _namespace("shared"), _namespace("older"), _namespace("strange"))
    assert "Namespace strange was created by somebody else" in text
    assert "strange: {existing: true}" in text
    assert "shared" not in text
    assert "older" not in text

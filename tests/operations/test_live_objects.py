"""Compares the objects of a state with those that an API server on loopback lists."""

from typing import Any

import pytest
from anykube._ownership import OWNER, used_by
from anykube_cli.cluster_api import ClusterApi
from anykube_cli.live_objects import compare, state_objects

from tests.operations.api_server import ApiServer

_OURS, _THEIRS = "anykube/shop", "anykube/desk"


def _resource(kind: str, name: str, uid: str = "1", **fields: Any) -> dict[str, Any]:
    outputs = {"metadata": {"name": name, "namespace": "team", "uid": uid}}
    return {
        "urn": f"urn:pulumi:shop::anykube::kubernetes:{kind}::{name}",
        "type": f"kubernetes:{kind}",
        "id": f"team/{name}",
        "custom": True,
        "outputs": outputs,
        **fields,
    }


def _metadata(name: str, uid: str = "1", annotations: dict[str, str] | None = None) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "team", "uid": uid, "annotations": annotations or {}}}


def _verdicts(server: ApiServer, *resources: dict[str, Any]) -> dict[str, str]:
    with ClusterApi(server.kubeconfig({"token": "valid"})) as api:
        comparisons = compare(api, state_objects({"resources": resources}), _OURS)
        return {str(comparison.object.key): comparison.verdict for comparison in comparisons}


@pytest.fixture
def server(api_server: ApiServer) -> ApiServer:
    api_server.documents["/apis/apps/v1"] = {
        "resources": [{"kind": "Deployment", "name": "deployments"}, {"kind": "Scale", "name": "deployments/scale"}]
    }
    return api_server


def test_verdicts(server: ApiServer) -> None:
    objects = [
        _metadata("marked", "2", {OWNER: _OURS}),
        _metadata("taken", "1", {OWNER: _THEIRS}),
        _metadata("unmarked"),
        _metadata("strange", "2"),
        _metadata("shared", "2", {used_by(_THEIRS): _THEIRS}),
    ]
    server.add("/apis/apps/v1/namespaces/team/deployments", objects)
    names = ("marked", "taken", "unmarked", "strange", "shared", "gone")
    assert _verdicts(server, *(_resource("apps/v1:Deployment", name) for name in names)) == {
        "Deployment team/marked": "ours",
        "Deployment team/taken": "foreign",
        "Deployment team/unmarked": "ours",
        "Deployment team/strange": "foreign",
        "Deployment team/shared": "ours",
        "Deployment team/gone": "missing",
    }
    assert [request.path for request in server.requests] == [
        "/apis/apps/v1",
        "/apis/apps/v1/namespaces/team/deployments",
    ]


def test_a_kind_that_the_cluster_does_not_serve_is_missing(server: ApiServer) -> None:
    assert _verdicts(server, _resource("example.com/v1:Widget", "w")) == {"Widget team/w": "missing"}


def test_leaves_out_what_is_no_object_of_the_stack(server: ApiServer) -> None:
    assert not _verdicts(
        server,
        _resource("helm.sh/v3:Release", "chart"),
        _resource("core/v1:ConfigMap", "read", external=True),
        {**_resource("apps/v1:Deployment", "component"), "custom": False},
        {"type": "pulumi:pulumi:Stack", "urn": "urn"},
    )

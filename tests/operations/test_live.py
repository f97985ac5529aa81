"""Reads a cluster from an API server on loopback."""

from typing import Any

from anykube_cli.live import ClusterSnapshot, Node, Pod, Route, read_cluster

from tests.operations.api_server import ApiServer

_READY = {"conditions": [{"type": "Ready", "status": "True"}]}
_GATEWAYS = "/apis/gateway.networking.k8s.io/v1"


def _object(name: str, namespace: str = "shop", **fields: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace, "labels": {}}, **fields}


def _add_workload(server: ApiServer) -> None:
    node = _object("n1", spec={}, status={"capacity": {"cpu": "4", "memory": "8Gi"}, **_READY})
    pod = _object("web-1", spec={"nodeName": "n1"}, status={"phase": "Running", **_READY})
    server.add("/api/v1/nodes", [node])
    server.add("/api/v1/pods", [pod])
    server.add("/apis/apps/v1/deployments", [_object("web", spec={"replicas": 2})])
    server.add("/apis/apps/v1/statefulsets", [])
    server.add("/apis/networking.k8s.io/v1/ingresses", [])


def test_a_cluster_without_gateways(api_server: ApiServer) -> None:
    _add_workload(api_server)
    assert read_cluster(api_server.kubeconfig({"token": "valid"})) == ClusterSnapshot(
        nodes=[Node("n1", "—", "—", "—", "4", "8Gi", [], ready=True, simulated=False)],
        pods=[Pod("shop", "web-1", "web-1", "n1", ready=True, reason="Running")],
        routes=[],
        replicas={("shop", "web"): 2},
    )
    selected = {request.path for request in api_server.requests if "labelSelector" in request.args}
    assert selected == {request.path for request in api_server.requests} - {"/api/v1/nodes", f"{_GATEWAYS}/gateways"}


def test_the_routes_of_a_gateway(api_server: ApiServer) -> None:
    _add_workload(api_server)
    gateway = _object(
        "edge",
        "infra",
        spec={"listeners": [{"name": "tls", "protocol": "HTTPS"}]},
        status={"addresses": [{"value": "192.0.2.1"}]},
    )
    backends = [{"name": "web", "weight": 90}, {"name": "web-next", "weight": 10}]
    rule = {"matches": [{"path": {"value": "/"}}], "backendRefs": backends}
    parent = {"name": "edge", "namespace": "infra", "sectionName": "tls"}
    route = _object("web", spec={"parentRefs": [parent], "hostnames": ["shop.example"], "rules": [rule, {}]})
    api_server.add(f"{_GATEWAYS}/gateways", [gateway])
    api_server.add(f"{_GATEWAYS}/httproutes", [route])
    routes = read_cluster(api_server.kubeconfig({"token": "valid"})).routes
    assert routes == [Route("https://shop.example/", "web 90 + web-next 10", "192.0.2.1", "shop")]


def test_a_renamed_app_has_its_present_name(api_server: ApiServer) -> None:
    _add_workload(api_server)
    pod = _object("web-1", spec={}, status={})
    pod["metadata"]["labels"] = {"app.kubernetes.io/name": "web"}
    api_server.add("/api/v1/pods", [pod])
    snapshot = read_cluster(api_server.kubeconfig({"token": "valid"}), {("shop", "web"): "store"})
    assert [pod.app for pod in snapshot.pods] == ["store"]
    assert snapshot.replicas == {("shop", "store"): 2}

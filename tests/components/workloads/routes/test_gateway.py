"""Routes as a Gateway: listeners, an HTTPRoute for each host, redirects and weights."""

import json
from typing import Any

import pytest
from anykube._routing import IngressProfile
from anykube._workloads.routes.gateway import gateway_parts
from anykube._workloads.routes.hosts import host_object_name
from anykube._workloads.routes.spec import CertManager, GatewayName, Route, RoutePath, Share, Tls
from hypothesis import given
from hypothesis import strategies as st

LOCAL = Tls(issuer="cluster")
ROUTING = IngressProfile(gateway_class="simulated")


def rendered(*routes: Route, routing: IngressProfile = ROUTING, **options: Any) -> Any:
    parts = gateway_parts("shop", "demo", routes, routing, **options)
    assert all(part.stage == "after" for part in parts)
    return json.loads(json.dumps({part.suffix: part.manifest for part in parts}))


def backends(rule: Any) -> list[tuple[str, int, int]]:
    return [(reference["name"], reference["port"], reference["weight"]) for reference in rule["backendRefs"]]


def sections(route: Any) -> list[str]:
    return [parent.get("sectionName") for parent in route["spec"]["parentRefs"]]


def test_no_objects_without_routes() -> None:
    assert rendered() == {}


def test_a_listener_for_http_and_one_for_each_host_with_tls() -> None:
    objects = rendered(
        Route(host="a.example", tls=LOCAL),
        Route(host="b.example", tls=Tls(secret_name="bought")),
        Route(host="plain.example"),
        Route(host="*.c.example", tls=LOCAL),
    )
    spec = objects["gateway"]["spec"]
    assert spec["gatewayClassName"] == "simulated"
    assert objects["gateway"]["metadata"]["name"] == "shop"
    assert objects["gateway"]["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true"}
    secrets = {
        (listener["name"], listener["protocol"], listener["port"], listener.get("hostname")): [
            ref["name"] for ref in listener.get("tls", {}).get("certificateRefs", [])
        ]
        for listener in spec["listeners"]
    }
    assert secrets == {
        ("http", "HTTP", 80, None): [],
        ("https.a.example", "HTTPS", 443, "a.example"): ["shop-tls"],
        ("https.b.example", "HTTPS", 443, "b.example"): ["bought"],
        ("https.c.example.wildcard", "HTTPS", 443, "*.c.example"): ["shop-tls"],
    }


def test_an_http_route_for_each_host() -> None:
    objects = rendered(
        Route(host="a.example", paths=(RoutePath(), RoutePath(path="/api", app="api", port=9000))),
        Route(host="a.example", paths=(RoutePath(path="/only", type="Exact"),)),
        Route(),
        app_port=81,
    )
    assert set(objects) == {"gateway", "route-a.example", "route"}
    route = objects["route-a.example"]
    assert route["metadata"]["name"] == "shop.a.example"
    assert route["spec"]["hostnames"] == ["a.example"]
    assert [rule["matches"][0]["path"] for rule in route["spec"]["rules"]] == [
        {"type": "PathPrefix", "value": "/"},
        {"type": "PathPrefix", "value": "/api"},
        {"type": "Exact", "value": "/only"},
    ]
    assert [backends(rule) for rule in route["spec"]["rules"]] == [
        [("shop", 81, 1)],
        [("api", 9000, 1)],
        [("shop", 81, 1)],
    ]
    assert sections(route) == ["http"]
    assert objects["route"]["metadata"]["name"] == "shop"
    assert "hostnames" not in objects["route"]["spec"]


def test_redirects_plain_http_by_default() -> None:
    objects = rendered(Route(host="a.example", tls=LOCAL), Route(host="b.example", tls=LOCAL, redirect=False))
    assert sections(objects["route-a.example"]) == ["https.a.example"]
    assert sections(objects["redirect-a.example"]) == ["http"]
    assert objects["redirect-a.example"]["spec"]["hostnames"] == ["a.example"]
    [rule] = objects["redirect-a.example"]["spec"]["rules"]
    assert rule["filters"] == [
        {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}},
    ]
    assert "backendRefs" not in rule
    assert sections(objects["route-b.example"]) == ["https.b.example", "http"]
    assert "redirect-b.example" not in objects


def test_weights() -> None:
    split = (Share(app="shop", weight=9, port=81), Share(app="new", weight=1))
    objects = rendered(Route(paths=(RoutePath(split=split), RoutePath(path="/own"))), next_weight=10)
    assert [backends(rule) for rule in objects["route"]["spec"]["rules"]] == [
        [("shop", 81, 9), ("new", 80, 1)],
        [("shop", 80, 90), ("shop-next", 80, 10)],
    ]


@pytest.mark.parametrize(("next_weight", "weights"), [(0, (100, 0)), (100, (0, 100))])
def test_blue_and_green(next_weight: int, weights: tuple[int, int]) -> None:
    [rule] = rendered(Route(), next_weight=next_weight)["route"]["spec"]["rules"]
    assert backends(rule) == [("shop", 80, weights[0]), ("shop-next", 80, weights[1])]


def test_existing_gateway() -> None:
    objects = rendered(
        Route(host="a.example"), existing=GatewayName(name="shared", namespace="infra"), routing=IngressProfile()
    )
    assert set(objects) == {"route-a.example"}
    [parent] = objects["route-a.example"]["spec"]["parentRefs"]
    assert parent == {
        "group": "gateway.networking.k8s.io",
        "kind": "Gateway",
        "name": "shared",
        "namespace": "infra",
    }


def test_certificates_from_the_clouds_certificate_store() -> None:
    routing = IngressProfile(gateway_class="alb", finds_certificates=True)
    listeners = rendered(Route(host="a.example", tls=LOCAL), routing=routing)["gateway"]["spec"]["listeners"]
    assert ["tls" in listener for listener in listeners] == [False, False]


@pytest.mark.parametrize(
    ("kind", "annotation"),
    [("ClusterIssuer", "cert-manager.io/cluster-issuer"), ("Issuer", "cert-manager.io/issuer")],
)
def test_cert_manager_secret_for_each_host(kind: Any, annotation: str) -> None:
    tls = Tls(cert_manager=CertManager(issuer="acme", kind=kind))
    gateway = rendered(Route(host="a.example", tls=tls), Route(host="b.example", tls=tls))["gateway"]
    assert gateway["metadata"]["annotations"][annotation] == "acme"
    tls_listeners = [listener["tls"] for listener in gateway["spec"]["listeners"] if "tls" in listener]
    refs = [listener_tls["certificateRefs"][0]["name"] for listener_tls in tls_listeners]
    assert refs == ["shop.a.example", "shop.b.example"]


labels = st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True)
hosts = st.lists(labels, min_size=1, max_size=12).map(".".join)


@given(labels, hosts, labels, hosts)
def test_host_object_names_are_unique(app: str, host: str, other_app: str, other_host: str) -> None:
    name = host_object_name(app, host)
    assert len(f"{name}-redirect") <= 253
    assert (name == host_object_name(other_app, other_host)) == ((app, host) == (other_app, other_host))
    assert name != host_object_name(app, f"*.{host}")


def test_gateway_annotations_of_the_cluster() -> None:
    routing = IngressProfile(
        gateway_class="simulated", gateway_annotations={"a.example/balancer": "b"}, cluster_issuer="own"
    )
    annotations = rendered(Route(host="a.example", tls=LOCAL), routing=routing)["gateway"]["metadata"]["annotations"]
    assert annotations["a.example/balancer"] == "b"
    assert annotations["cert-manager.io/cluster-issuer"] == "own"

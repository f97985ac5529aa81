"""The same routes by a Gateway: listeners, an HTTPRoute for each host, redirects, weights."""

import json
from typing import Any

import pytest
from anykube._routing import IngressProfile
from anykube._workloads.routes.gateway import gateway_parts
from anykube._workloads.routes.hosts import of_host
from anykube._workloads.routes.spec import CertManager, GatewayName, Route, RoutePath, Share, Tls
from hypothesis import given
from hypothesis import strategies as st

LOCAL = Tls(issuer="cluster")
ROUTING = IngressProfile(gateway_class="simulated")


def rendered(*routes: Route, routing: IngressProfile = ROUTING, **more: Any) -> Any:
    parts = gateway_parts("shop", "demo", routes, routing, **more)
    assert all(part.stage == "after" for part in parts)
    return json.loads(json.dumps({part.suffix: part.manifest for part in parts}))


def backends(rule: Any) -> list[tuple[str, int, int]]:
    return [(one["name"], one["port"], one["weight"]) for one in rule["backendRefs"]]


def sections(route: Any) -> list[str]:
    return [parent.get("sectionName") for parent in route["spec"]["parentRefs"]]


def test_none_without_routes() -> None:
    assert rendered() == {}


def test_a_listener_for_http_and_one_for_each_host_with_tls() -> None:
    made = rendered(
        Route(host="a.example", tls=LOCAL),
        Route(host="b.example", tls=Tls(secret_name="bought")),
        Route(host="plain.example"),
        Route(host="*.c.example", tls=LOCAL),
    )
    spec = made["gateway"]["spec"]
    assert spec["gatewayClassName"] == "simulated"
    assert made["gateway"]["metadata"]["name"] == "shop"
    assert made["gateway"]["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true"}
    secrets = {
        (one["name"], one["protocol"], one["port"], one.get("hostname")): [
            ref["name"] for ref in one.get("tls", {}).get("certificateRefs", [])
        ]
        for one in spec["listeners"]
    }
    assert secrets == {
        ("http", "HTTP", 80, None): [],
        ("https.a.example", "HTTPS", 443, "a.example"): ["shop-tls"],
        ("https.b.example", "HTTPS", 443, "b.example"): ["bought"],
        ("https.c.example.wildcard", "HTTPS", 443, "*.c.example"): ["shop-tls"],
    }


def test_an_http_route_for_each_host() -> None:
    made = rendered(
        Route(host="a.example", paths=(RoutePath(), RoutePath(path="/api", app="api", port=9000))),
        Route(host="a.example", paths=(RoutePath(path="/only", type="Exact"),)),
        Route(),
        own_port=81,
    )
    assert set(made) == {"gateway", "route-a.example", "route"}
    route = made["route-a.example"]
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
    assert made["route"]["metadata"]["name"] == "shop"
    assert "hostnames" not in made["route"]["spec"]


def test_plain_http_is_redirected_unless_told_otherwise() -> None:
    made = rendered(Route(host="a.example", tls=LOCAL), Route(host="b.example", tls=LOCAL, redirect=False))
    assert sections(made["route-a.example"]) == ["https.a.example"]
    assert sections(made["redirect-a.example"]) == ["http"]
    assert made["redirect-a.example"]["spec"]["hostnames"] == ["a.example"]
    [rule] = made["redirect-a.example"]["spec"]["rules"]
    assert rule["filters"] == [
        {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}},
    ]
    assert "backendRefs" not in rule
    assert sections(made["route-b.example"]) == ["https.b.example", "http"]
    assert "redirect-b.example" not in made


def test_weights() -> None:
    split = (Share(app="shop", weight=9, port=81), Share(app="new", weight=1))
    made = rendered(Route(paths=(RoutePath(split=split), RoutePath(path="/own"))), ahead=10)
    assert [backends(rule) for rule in made["route"]["spec"]["rules"]] == [
        [("shop", 81, 9), ("new", 80, 1)],
        [("shop", 80, 90), ("shop-next", 80, 10)],
    ]


@pytest.mark.parametrize(("ahead", "weights"), [(0, (100, 0)), (100, (0, 100))])
def test_blue_and_green(ahead: int, weights: tuple[int, int]) -> None:
    [rule] = rendered(Route(), ahead=ahead)["route"]["spec"]["rules"]
    assert backends(rule) == [("shop", 80, weights[0]), ("shop-next", 80, weights[1])]


def test_a_gateway_that_is_there() -> None:
    made = rendered(
        Route(host="a.example"), existing=GatewayName(name="shared", namespace="infra"), routing=IngressProfile()
    )
    assert set(made) == {"route-a.example"}
    [parent] = made["route-a.example"]["spec"]["parentRefs"]
    assert parent == {
        "group": "gateway.networking.k8s.io",
        "kind": "Gateway",
        "name": "shared",
        "namespace": "infra",
    }


def test_certificates_of_the_clouds_own_store() -> None:
    routing = IngressProfile(gateway_class="alb", finds_certificates=True)
    listeners = rendered(Route(host="a.example", tls=LOCAL), routing=routing)["gateway"]["spec"]["listeners"]
    assert ["tls" in listener for listener in listeners] == [False, False]


@pytest.mark.parametrize(
    ("kind", "annotation"),
    [("ClusterIssuer", "cert-manager.io/cluster-issuer"), ("Issuer", "cert-manager.io/issuer")],
)
def test_cert_manager_fills_a_secret_for_each_host(kind: Any, annotation: str) -> None:
    tls = Tls(cert_manager=CertManager(issuer="acme", kind=kind))
    made = rendered(Route(host="a.example", tls=tls), Route(host="b.example", tls=tls))["gateway"]
    assert made["metadata"]["annotations"][annotation] == "acme"
    refs = [one["tls"]["certificateRefs"][0]["name"] for one in made["spec"]["listeners"] if "tls" in one]
    assert refs == ["shop.a.example", "shop.b.example"]


labels = st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True)
hosts = st.lists(labels, min_size=1, max_size=12).map(".".join)


@given(labels, hosts, labels, hosts)
def test_names_of_hosts_are_nobody_elses(app: str, host: str, other_app: str, other_host: str) -> None:
    name = of_host(app, host)
    assert len(f"{name}-redirect") <= 253
    assert (name == of_host(other_app, other_host)) == ((app, host) == (other_app, other_host))
    assert name != of_host(app, f"*.{host}")


def test_what_the_clusters_gateways_carry() -> None:
    routing = IngressProfile(
        gateway_class="simulated", gateway_annotations={"a.example/balancer": "b"}, cluster_issuer="own"
    )
    annotations = rendered(Route(host="a.example", tls=LOCAL), routing=routing)["gateway"]["metadata"]["annotations"]
    assert annotations["a.example/balancer"] == "b"
    assert annotations["cert-manager.io/cluster-issuer"] == "own"

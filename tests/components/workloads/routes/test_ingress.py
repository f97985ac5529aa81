import json
from typing import Any

import pulumi
import pytest

from components.routing import Routing
from components.workloads.routes.hosts import issued_hosts, urls
from components.workloads.routes.ingress import ingress
from components.workloads.routes.spec import Route, RoutePath, Tls

LOCAL = Tls(issuer="cluster")


def rendered(*routes: Route, routing: Routing | None = None, ahead: int | None = None) -> Any:
    return json.loads(json.dumps(ingress("shop", "demo", routes, routing or Routing(), ahead)))


def backend(app: str) -> dict[str, object]:
    return {"service": {"name": app, "port": {"name": "http"}}}


def test_none_without_routes() -> None:
    assert ingress("shop", "demo", (), Routing()) is None


def test_one_ingress_for_all_hosts_and_paths() -> None:
    made = rendered(
        Route(host="a.example", paths=(RoutePath(), RoutePath(path="/api", app="api"))),
        Route(),
        Route(host="b.example", paths=(RoutePath(path="/only", type="Exact"),)),
        Route(host="a.example", paths=(RoutePath(path="/more"),)),
    )
    assert made["spec"] == {
        "rules": [
            {
                "host": "a.example",
                "http": {
                    "paths": [
                        {"path": "/", "pathType": "Prefix", "backend": backend("shop")},
                        {"path": "/api", "pathType": "Prefix", "backend": backend("api")},
                        {"path": "/more", "pathType": "Prefix", "backend": backend("shop")},
                    ]
                },
            },
            {"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend("shop")}]}},
            {
                "host": "b.example",
                "http": {"paths": [{"path": "/only", "pathType": "Exact", "backend": backend("shop")}]},
            },
        ]
    }


def test_nobody_waits_for_its_address() -> None:
    assert rendered(Route())["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true"}


def test_tls_for_each_host() -> None:
    routes = (
        Route(host="a.example", tls=LOCAL),
        Route(host="b.example", tls=Tls(secret_name="bought")),
        Route(host="plain.example"),
        Route(host="*.c.example", tls=LOCAL),
        Route(host="a.example", paths=(RoutePath(path="/more"),), tls=LOCAL),
    )
    assert rendered(*routes)["spec"]["tls"] == [
        {"hosts": ["a.example"], "secretName": "shop-tls"},
        {"hosts": ["b.example"], "secretName": "bought"},
        {"hosts": ["*.c.example"], "secretName": "shop-tls"},
    ]
    assert issued_hosts(routes) == ("a.example", "*.c.example")


def test_what_the_clusters_controller_wants() -> None:
    routing = Routing("alb", {"a": "1"}, {"b": "2"}, finds_certificates=True)
    plain = rendered(Route(host="a.example"), routing=routing)
    assert plain["spec"]["ingressClassName"] == "alb"
    assert plain["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true", "a": "1"}
    secured = rendered(Route(host="a.example", tls=LOCAL), routing=routing)
    assert secured["metadata"]["annotations"]["b"] == "2"
    assert secured["spec"]["tls"] == [{"hosts": ["a.example"]}]
    with pytest.raises(pulumi.RunError, match=r"b\.example is in a Secret, but .* write issuer: cluster\.$"):
        rendered(Route(host="b.example", tls=Tls(secret_name="bought")), routing=routing)


def test_urls() -> None:
    routes = (
        Route(host="a.example", paths=(RoutePath(), RoutePath(path="/api", app="api")), tls=LOCAL),
        Route(host="b.example"),
        Route(host="*.c.example"),
        Route(),
    )
    assert urls(routes) == ["https://a.example/", "https://a.example/api", "http://b.example/"]


@pytest.mark.parametrize("tls", [Tls(), Tls(issuer="cluster", secret_name="bought")])
def test_tls_needs_one_source(tls: Tls) -> None:
    with pytest.raises(pulumi.RunError, match=r"^WebService shop: the TLS of host a\.example .* one of them\.$"):
        rendered(Route(host="a.example", tls=tls))


def test_tls_needs_a_host() -> None:
    with pytest.raises(pulumi.RunError, match=r"^WebService shop: a route has TLS but no host.*give the route a"):
        rendered(Route(tls=LOCAL))

import json
from typing import Any

import pytest
from anykube._routing import IngressProfile
from anykube._workloads.routes.hosts import issued_hosts, urls
from anykube._workloads.routes.ingress import ingress
from anykube._workloads.routes.spec import CertManager, Route, RoutePath, Share, Tls

LOCAL = Tls(issuer="cluster")


def rendered(*routes: Route, routing: IngressProfile | None = None, ahead: int | None = None) -> Any:
    return json.loads(json.dumps(ingress("shop", "demo", routes, routing or IngressProfile(), ahead)))


def backend(app: str) -> dict[str, object]:
    return {"service": {"name": app, "port": {"name": "http"}}}


def test_none_without_routes() -> None:
    assert ingress("shop", "demo", (), IngressProfile()) is None


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
    routing = IngressProfile("alb", {"a": "1"}, {"b": "2"}, finds_certificates=True)
    plain = rendered(Route(host="a.example"), routing=routing)
    assert plain["spec"]["ingressClassName"] == "alb"
    assert plain["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true", "a": "1"}
    secured = rendered(Route(host="a.example", tls=LOCAL), routing=routing)
    assert secured["metadata"]["annotations"]["b"] == "2"
    assert secured["spec"]["tls"] == [{"hosts": ["a.example"]}]


def test_urls() -> None:
    routes = (
        Route(host="a.example", paths=(RoutePath(), RoutePath(path="/api", app="api")), tls=LOCAL),
        Route(host="b.example"),
        Route(host="*.c.example"),
        Route(),
    )
    assert urls(routes) == ["https://a.example/", "https://a.example/api", "http://b.example/"]


ALB = IngressProfile(
    "alb",
    redirect_annotations={"redirect": "443"},
    split_annotation="actions.",
    finds_certificates=True,
)
SPLIT = RoutePath(split=(Share(app="shop", weight=9), Share(app="new", weight=1, port=81)))


def test_weights_where_the_controller_has_a_way() -> None:
    made = rendered(Route(paths=(SPLIT, SPLIT, RoutePath(path="/own"))), routing=ALB, ahead=10)
    services = [path["backend"]["service"] for path in made["spec"]["rules"][0]["http"]["paths"]]
    by_annotation = {"name": "use-annotation"}
    assert services == [
        {"name": "split-1", "port": by_annotation},
        {"name": "split-1", "port": by_annotation},
        {"name": "split-2", "port": by_annotation},
    ]
    annotations = made["metadata"]["annotations"]
    assert json.loads(annotations["actions.split-1"]) == {
        "type": "forward",
        "forwardConfig": {
            "targetGroups": [
                {"serviceName": "shop", "servicePort": "http", "weight": 9},
                {"serviceName": "new", "servicePort": 81, "weight": 1},
            ]
        },
    }
    groups = json.loads(annotations["actions.split-2"])["forwardConfig"]["targetGroups"]
    assert [(group["serviceName"], group["weight"]) for group in groups] == [("shop", 90), ("shop-next", 10)]


@pytest.mark.parametrize(("ahead", "app"), [(0, "shop"), (100, "shop-next")])
def test_any_ingress_can_lead_all_requests_to_one_version(ahead: int, app: str) -> None:
    made = rendered(Route(), ahead=ahead)
    assert made["spec"]["rules"][0]["http"]["paths"][0]["backend"] == backend(app)


def test_another_port() -> None:
    made = rendered(Route(paths=(RoutePath(app="api", port=9000),)))
    assert made["spec"]["rules"][0]["http"]["paths"][0]["backend"] == {
        "service": {"name": "api", "port": {"number": 9000}}
    }


@pytest.mark.parametrize(("asked", "redirects"), [((None, None), True), ((True, None), True), ((False, False), False)])
def test_redirects_where_the_controller_has_a_way(asked: tuple[bool | None, ...], redirects: bool) -> None:
    routes = [Route(host=f"h{n}.example", tls=LOCAL, redirect=one) for n, one in enumerate(asked)]
    made = rendered(*routes, Route(host="plain.example"), routing=ALB)
    assert ("redirect" in made["metadata"]["annotations"]) == redirects


def test_cert_manager_is_told_by_an_annotation() -> None:
    made = rendered(Route(host="a.example", tls=Tls(cert_manager=CertManager(issuer="acme"))))
    assert made["metadata"]["annotations"]["cert-manager.io/cluster-issuer"] == "acme"
    assert made["spec"]["tls"] == [{"hosts": ["a.example"], "secretName": "shop.a.example"}]


def test_a_cluster_that_has_an_issuer_of_its_own() -> None:
    routing = IngressProfile(ingress_class="azure-alb-external", cluster_issuer="anykube")
    made = rendered(Route(host="a.example", tls=LOCAL), routing=routing)
    assert made["metadata"]["annotations"]["cert-manager.io/cluster-issuer"] == "anykube"
    assert made["spec"]["tls"] == [{"hosts": ["a.example"], "secretName": "shop.a.example"}]

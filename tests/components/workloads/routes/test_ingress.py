import json
from typing import Any

import pytest
from anykube._routing import IngressProfile
from anykube._workloads.routes.hosts import issued_hosts, urls
from anykube._workloads.routes.ingress import ingress
from anykube._workloads.routes.spec import CertManager, Route, RoutePath, Share, Tls

LOCAL = Tls(issuer="cluster")


def rendered(*routes: Route, routing: IngressProfile | None = None, next_weight: int | None = None) -> Any:
    return json.loads(json.dumps(ingress("shop", "demo", routes, routing or IngressProfile(), next_weight)))


def backend(app: str) -> dict[str, object]:
    return {"service": {"name": app, "port": {"name": "http"}}}


def test_no_ingress_without_routes() -> None:
    assert ingress("shop", "demo", (), IngressProfile()) is None


def test_one_ingress_for_all_hosts_and_paths() -> None:
    manifest = rendered(
        Route(host="a.example", paths=(RoutePath(), RoutePath(path="/api", app="api"))),
        Route(),
        Route(host="b.example", paths=(RoutePath(path="/only", type="Exact"),)),
        Route(host="a.example", paths=(RoutePath(path="/more"),)),
    )
    assert manifest["spec"] == {
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


def test_path_as_the_controller_interprets_it() -> None:
    manifest = rendered(Route(paths=(RoutePath(path="/api(/|$)(.*)", type="ImplementationSpecific"),)))
    [path] = manifest["spec"]["rules"][0]["http"]["paths"]
    assert (path["path"], path["pathType"]) == ("/api(/|$)(.*)", "ImplementationSpecific")


def test_pulumi_does_not_wait_for_the_address() -> None:
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


def test_class_and_annotations_of_the_controller() -> None:
    routing = IngressProfile("alb", {"a": "1"}, {"b": "2"}, finds_certificates=True)
    without_tls = rendered(Route(host="a.example"), routing=routing)
    assert without_tls["spec"]["ingressClassName"] == "alb"
    assert without_tls["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true", "a": "1"}
    with_tls = rendered(Route(host="a.example", tls=LOCAL), routing=routing)
    assert with_tls["metadata"]["annotations"]["b"] == "2"
    assert with_tls["spec"]["tls"] == [{"hosts": ["a.example"]}]


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


def test_weights_with_a_split_annotation() -> None:
    manifest = rendered(Route(paths=(SPLIT, SPLIT, RoutePath(path="/own"))), routing=ALB, next_weight=10)
    services = [path["backend"]["service"] for path in manifest["spec"]["rules"][0]["http"]["paths"]]
    by_annotation = {"name": "use-annotation"}
    assert services == [
        {"name": "split-1", "port": by_annotation},
        {"name": "split-1", "port": by_annotation},
        {"name": "split-2", "port": by_annotation},
    ]
    annotations = manifest["metadata"]["annotations"]
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


@pytest.mark.parametrize(("next_weight", "app"), [(0, "shop"), (100, "shop-next")])
def test_every_ingress_can_route_all_requests_to_one_version(next_weight: int, app: str) -> None:
    manifest = rendered(Route(), next_weight=next_weight)
    assert manifest["spec"]["rules"][0]["http"]["paths"][0]["backend"] == backend(app)


def test_another_port() -> None:
    manifest = rendered(Route(paths=(RoutePath(app="api", port=9000),)))
    assert manifest["spec"]["rules"][0]["http"]["paths"][0]["backend"] == {
        "service": {"name": "api", "port": {"number": 9000}}
    }


@pytest.mark.parametrize(
    ("settings", "redirects"), [((None, None), True), ((True, None), True), ((False, False), False)]
)
def test_redirect_annotation(settings: tuple[bool | None, ...], redirects: bool) -> None:
    routes = [Route(host=f"h{n}.example", tls=LOCAL, redirect=redirect) for n, redirect in enumerate(settings)]
    manifest = rendered(*routes, Route(host="plain.example"), routing=ALB)
    assert ("redirect" in manifest["metadata"]["annotations"]) == redirects


def test_cert_manager_annotation() -> None:
    manifest = rendered(Route(host="a.example", tls=Tls(cert_manager=CertManager(issuer="acme"))))
    assert manifest["metadata"]["annotations"]["cert-manager.io/cluster-issuer"] == "acme"
    assert manifest["spec"]["tls"] == [{"hosts": ["a.example"], "secretName": "shop.a.example"}]


def test_cluster_with_its_own_cert_manager_issuer() -> None:
    routing = IngressProfile(ingress_class="azure-alb-external", cluster_issuer="anykube")
    manifest = rendered(Route(host="a.example", tls=LOCAL), routing=routing)
    assert manifest["metadata"]["annotations"]["cert-manager.io/cluster-issuer"] == "anykube"
    assert manifest["spec"]["tls"] == [{"hosts": ["a.example"], "secretName": "shop.a.example"}]

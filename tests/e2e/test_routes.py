"""Routes by a Gateway and by an Ingress, from the same lines; the next version of an app, to the end of its life."""

import base64
import json
from typing import Any

import pytest
from cryptography import x509

from tests.e2e.checkout import Checkout, CommandResult

_OLD, _NEW = "registry.example/web:1.0.0", "registry.example/web:2.0.0"
_GATEWAYS = "gateways.gateway.networking.k8s.io"
_ROUTES = "httproutes.gateway.networking.k8s.io"


@pytest.fixture(scope="module")
def deployed(checkout: Checkout) -> CommandResult:
    with checkout.edit_settings() as settings:
        settings["cluster"]["gateway_api"] = True
        settings["apps"] = {
            "web": {
                "image": _OLD,
                "replicas": 3,
                "via": "gateway",
                "routes": [
                    {
                        "host": "www.localhost",
                        "tls": {"issuer": "cluster"},
                        "paths": [{"path": "/"}, {"path": "/api", "app": "api"}, {"path": "/exactly", "type": "Exact"}],
                    },
                    {"host": "*.shops.localhost"},
                ],
            },
            "api": {"image": "registry.example/api:1.0.0", "replicas": 2, "service": {"port": 9000}},
            "legacy": {"image": "registry.example/legacy:1.0.0"},
        }
    return checkout.make("up")


def _by_name(checkout: Checkout, kind: str) -> dict[str, Any]:
    return {item["metadata"]["name"]: item for item in checkout.get(kind, "-n", "demo")}


def _get(checkout: Checkout, kind: str, name: str) -> Any:
    return _by_name(checkout, kind)[name]


def _weights(route: Any, path: str = "/") -> dict[str, int]:
    [rule] = [rule for rule in route["spec"]["rules"] if rule["matches"][0]["path"]["value"] == path]
    return {backend["name"]: backend["weight"] for backend in rule["backendRefs"]}


def _pods(checkout: Checkout, app: str) -> dict[str, str]:
    """By name the image of each pod that is not ending."""
    return {
        pod["metadata"]["name"]: pod["spec"]["containers"][0]["image"]
        for pod in checkout.get("pods", "-n", "demo", "-l", f"app.kubernetes.io/name={app}")
        if "deletionTimestamp" not in pod["metadata"]
    }


def _true_conditions(conditions: list[dict[str, str]]) -> set[str]:
    return {item["type"] for item in conditions if item["status"] == "True"}


def test_a_gateway_with_hosts_paths_and_tls(checkout: Checkout, deployed: CommandResult) -> None:
    gateway = _get(checkout, _GATEWAYS, "web")
    assert {"Accepted", "Programmed"} <= _true_conditions(gateway["status"]["conditions"])
    listeners = {item["name"]: item for item in gateway["spec"]["listeners"]}
    assert {(item["protocol"], item["port"], item.get("hostname")) for item in listeners.values()} == {
        ("HTTP", 80, None),
        ("HTTPS", 443, "www.localhost"),
    }
    [reference] = listeners["https.www.localhost"]["tls"]["certificateRefs"]
    secret = _get(checkout, "secrets", reference["name"])
    certificate = x509.load_pem_x509_certificate(base64.b64decode(secret["data"]["tls.crt"]))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["www.localhost"]

    routes = _by_name(checkout, _ROUTES)
    for route in routes.values():
        for parent in route["status"]["parents"]:
            assert {"Accepted", "ResolvedRefs"} <= _true_conditions(parent["conditions"])
    www = routes["web.www.localhost"]
    assert www["spec"]["hostnames"] == ["www.localhost"]
    assert [parent["sectionName"] for parent in www["spec"]["parentRefs"]] == ["https.www.localhost"]
    paths = {(rule["matches"][0]["path"]["type"], rule["matches"][0]["path"]["value"]) for rule in www["spec"]["rules"]}
    assert paths == {("PathPrefix", "/"), ("PathPrefix", "/api"), ("Exact", "/exactly")}
    [api_rule] = [rule for rule in www["spec"]["rules"] if rule["matches"][0]["path"]["value"] == "/api"]
    assert [(item["name"], item["port"]) for item in api_rule["backendRefs"]] == [("api", 9000)]
    assert routes["web.shops.localhost.wildcard"]["spec"]["hostnames"] == ["*.shops.localhost"]


def test_http_redirects_to_https_for_hosts_with_tls(checkout: Checkout, deployed: CommandResult) -> None:
    redirect = _get(checkout, _ROUTES, "web.www.localhost-redirect")
    assert [parent["sectionName"] for parent in redirect["spec"]["parentRefs"]] == ["http"]
    [rule] = redirect["spec"]["rules"]
    [redirect_filter] = rule["filters"]
    assert redirect_filter["requestRedirect"]["scheme"] == "https"
    assert "web.shops.localhost.wildcard-redirect" not in _by_name(checkout, _ROUTES)


def test_shows_urls_and_has_no_drift(checkout: Checkout, deployed: CommandResult) -> None:
    assert "https://www.localhost/api" in deployed.out
    checkout.pulumi("preview", "--expect-no-changes", "--stack", "local")
    checkout.pulumi("preview", "--expect-no-changes", "--refresh", "--stack", "local")


def test_rejects_gateways_without_the_gateway_api(checkout: Checkout, deployed: CommandResult) -> None:
    with checkout.edit_settings() as settings:
        settings["cluster"]["gateway_api"] = False
    result = checkout.make("up", ok=False)
    with checkout.edit_settings() as settings:
        settings["cluster"]["gateway_api"] = True
    assert result.code != 0
    assert "apps.web.via" in result.all
    assert "gateway_api: true" in " ".join(result.all.split())
    assert "Traceback" not in result.all


def test_splits_requests_among_apps(checkout: Checkout, deployed: CommandResult) -> None:
    split = [{"app": "api", "weight": 3}, {"app": "legacy", "weight": 1}]
    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["routes"][0]["paths"][1] = {"path": "/api", "split": split}
    assert checkout.up().changed == {"update": 2}, "the route, and legacy's NetworkPolicy, which lets its requests in"
    assert _weights(_get(checkout, _ROUTES, "web.www.localhost"), "/api") == {"api": 3, "legacy": 1}


def test_same_settings_create_an_ingress(checkout: Checkout, deployed: CommandResult) -> None:
    pods = _pods(checkout, "web")
    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["routes"][0]["paths"][1] = {"path": "/api", "app": "api"}
        settings["apps"]["web"]["via"] = "ingress"
    checkout.make("up")
    assert _by_name(checkout, _GATEWAYS) == _by_name(checkout, _ROUTES) == {}
    ingress = _get(checkout, "ingresses", "web")
    rules = {rule["host"]: rule["http"]["paths"] for rule in ingress["spec"]["rules"]}
    assert [(item["path"], item["pathType"]) for item in rules["www.localhost"]] == [
        ("/", "Prefix"),
        ("/api", "Prefix"),
        ("/exactly", "Exact"),
    ]
    assert [item["backend"]["service"]["name"] for item in rules["*.shops.localhost"]] == ["web"]
    [tls] = ingress["spec"]["tls"]
    assert tls["hosts"] == ["www.localhost"]
    assert _pods(checkout, "web") == pods, "which way requests come is no matter of the pods"


@pytest.mark.parametrize(("via", "kind"), [("ingress", "ingresses"), ("gateway", _GATEWAYS)])
def test_cert_manager_issuer_and_existing_secret(
    checkout: Checkout, deployed: CommandResult, via: str, kind: str
) -> None:
    with checkout.edit_settings() as settings:
        app = settings["apps"]["web"]
        app["via"] = via
        app["routes"][0]["tls"] = {"cert_manager": {"issuer": "acme"}}
        settings["apps"]["legacy"] |= {
            "via": via,
            "routes": [{"host": "bought.localhost", "tls": {"secret_name": "bought"}}],
        }
    checkout.make("up")
    managed, existing = _get(checkout, kind, "web"), _get(checkout, kind, "legacy")
    assert managed["metadata"]["annotations"]["cert-manager.io/cluster-issuer"] == "acme"
    assert "cert-manager.io/cluster-issuer" not in existing["metadata"]["annotations"]
    assert '"bought"' in json.dumps(existing["spec"])
    assert "web.www.localhost" in json.dumps(managed["spec"])


def test_canary_by_weight_and_promotion(checkout: Checkout, deployed: CommandResult) -> None:
    before = _pods(checkout, "web")
    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["next"] = {"image": _NEW, "weight": 10, "replicas": 1}
    assert "next" in checkout.make("up").out
    assert list(_pods(checkout, "web-next").values()) == [_NEW]
    assert _pods(checkout, "web") == before, "the present version serves on"
    route = _get(checkout, _ROUTES, "web.www.localhost")
    assert _weights(route) == {"web": 90, "web-next": 10}
    assert _weights(route, "/api") == {"api": 1}
    ready = _by_name(checkout, "endpointslices").values()
    assert any(item["metadata"]["labels"]["kubernetes.io/service-name"] == "web-next" for item in ready)

    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["next"]["weight"] = 50
    assert checkout.up().changed == {"update": 2}, "the routes of both hosts, and no pod"
    assert _weights(_get(checkout, _ROUTES, "web.www.localhost")) == {"web": 50, "web-next": 50}
    assert _pods(checkout, "web") == before

    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["image"] = _NEW
        del settings["apps"]["web"]["next"]
    checkout.make("up")
    assert set(_pods(checkout, "web").values()) == {_NEW}
    assert _pods(checkout, "web-next") == {}
    assert "web-next" not in _by_name(checkout, "services")
    assert _weights(_get(checkout, _ROUTES, "web.www.localhost")) == {"web": 1}
    checkout.pulumi("preview", "--expect-no-changes", "--stack", "local")


def test_blue_green_and_rollback(checkout: Checkout, deployed: CommandResult) -> None:
    blue = _pods(checkout, "web")
    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["next"] = {"image": "registry.example/web:3.0.0", "weight": 0}
    checkout.make("up")
    green = _pods(checkout, "web-next")
    assert len(green) == len(blue)
    for weight in (100, 0):
        with checkout.edit_settings() as settings:
            settings["apps"]["web"]["next"]["weight"] = weight
        checkout.make("up")
        route = _get(checkout, _ROUTES, "web.www.localhost")
        assert _weights(route) == {"web": 100 - weight, "web-next": weight}
        assert (_pods(checkout, "web"), _pods(checkout, "web-next")) == (blue, green), "all at once, without a pod"


def test_failed_next_version_gets_no_requests(checkout: Checkout, deployed: CommandResult) -> None:
    with checkout.edit_settings() as settings:
        del settings["apps"]["web"]["next"]
    checkout.make("up")
    before, route = _pods(checkout, "web"), _get(checkout, _ROUTES, "web.www.localhost")
    with checkout.edit_settings() as settings:
        settings["apps"]["web"] |= {"rollout": {"progress_deadline": 12}, "health": {"startup_seconds": 10}}
        settings["apps"]["web"]["next"] = {"image": "registry.example/crashing:1", "weight": 50, "replicas": 1}
    failed = checkout.make("up", ok=False)
    assert failed.code != 0
    assert "not ready demo/web-next-" in failed.out
    assert _weights(_get(checkout, _ROUTES, "web.www.localhost")) == _weights(route), "routes do not lead to it"
    assert len(_pods(checkout, "web")) == len(before)

    with checkout.edit_settings() as settings:
        del settings["apps"]["web"]["next"]
    checkout.make("up")
    assert _weights(_get(checkout, _ROUTES, "web.www.localhost")) == {"web": 1}
    assert _pods(checkout, "web-next") == {}

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from anykube._clusters.context import ClusterContext
from anykube._model import Model
from anykube._workloads.pods.secrets import resolve
from anykube._workloads.pods.spec import Resources
from anykube._workloads.rollout import Rollout
from anykube._workloads.routes.spec import Route, RoutePath, Tls
from anykube._workloads.web.manifests import manifests
from anykube._workloads.web.spec import Health, WebServiceSpec
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML
from syrupy.assertion import SnapshotAssertion


def valid(model: type[Model], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Models with these fields, without those that the validation rules reject."""

    def build(**values: Any) -> Model | None:
        try:
            return model(**values)
        except ValidationError:
            return None

    return st.builds(build, **fields).filter(lambda built: built is not None)


DEMO = Path(__file__).parents[4] / "stacks" / "environments" / "base" / "demo.yaml"

names = st.from_regex(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True)
hosts = st.from_regex(r"(\*\.)?[a-z0-9]{1,9}(\.[a-z0-9]{1,9}){0,2}[a-z]", fullmatch=True)
paths = st.from_regex(r"(/[a-z0-9.]{0,5}[a-z0-9])+", fullmatch=True) | st.just("/")
cpus = st.from_regex(r"[1-9][0-9]{0,2}m?|[1-9]\.[0-9]{1,2}", fullmatch=True)
quantities = st.from_regex(r"[1-9][0-9]{0,3}(\.[0-9]{1,2})?(Mi|Gi|M|G)", fullmatch=True)
amounts = st.integers(0, 100).flatmap(lambda n: st.sampled_from([str(n), f"{n}%"]))
route_paths = st.builds(RoutePath, path=paths, type=st.sampled_from(["Prefix", "Exact"]), app=st.none() | names)
tls = st.just(Tls(issuer="cluster")) | st.builds(Tls, secret_name=names)
some_paths = st.lists(route_paths, min_size=1, max_size=3)
routes = st.builds(Route, host=hosts, paths=some_paths, tls=st.none() | tls) | st.builds(Route, paths=some_paths)
specs = st.builds(
    WebServiceSpec,
    image=st.from_regex(r"([a-z0-9]{1,5}[./-]){0,3}[a-z0-9]{1,5}:[a-z0-9][a-z0-9.]{0,4}", fullmatch=True),
    replicas=st.integers(0, 1000),
    port=st.integers(1, 65535),
    args=st.lists(st.text(max_size=5), max_size=3),
    env=st.dictionaries(st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,9}", fullmatch=True), st.text(max_size=5)),
    resources=valid(Resources, cpu=cpus, memory=quantities, memory_limit=st.none() | quantities),
    health=st.builds(Health, path=paths, startup_seconds=st.integers(1, 3600)),
    routes=st.lists(routes, max_size=3),
    rollout=valid(Rollout, max_surge=amounts, max_unavailable=amounts, progress_deadline=st.integers(10, 590)),
    spread=st.sampled_from(["required", "preferred"]),
    run_as_user=st.integers(1, 2_147_483_647),
)


def rendered(app: str, namespace: str, spec: WebServiceSpec) -> dict[str, Any]:
    """The manifests by kind, converted to JSON and back to check that they contain only JSON."""
    parts = json.loads(json.dumps([part.manifest for part in manifests(app, namespace, spec, ClusterContext())]))
    return {manifest["kind"]: manifest for manifest in parts}


@given(names, names, specs)
def test_any_valid_spec_renders_consistent_objects(app: str, namespace: str, spec: WebServiceSpec) -> None:
    objects = rendered(app, namespace, spec)
    assert rendered(app, namespace, spec) == objects
    assert ("Ingress" in objects) == bool(spec.routes)
    for manifest in objects.values():
        assert manifest["metadata"]["name"] == app
        assert manifest["metadata"]["namespace"] == namespace
        assert manifest["metadata"]["labels"] == {
            "app.kubernetes.io/name": app,
            "app.kubernetes.io/managed-by": "anykube",
        }

    deployment, service = objects["Deployment"]["spec"], objects["Service"]["spec"]
    pod_labels = deployment["template"]["metadata"]["labels"].items()
    assert deployment["replicas"] == spec.replicas
    assert deployment["selector"]["matchLabels"].items() <= pod_labels
    assert service["selector"].items() <= pod_labels
    assert deployment["template"]["spec"]["serviceAccountName"] == objects["ServiceAccount"]["metadata"]["name"]

    [container] = deployment["template"]["spec"]["containers"]
    [container_port] = container["ports"]
    [service_port] = service["ports"]
    assert container_port == {"name": "http", "containerPort": spec.port, "protocol": "TCP"}
    assert service_port == {"name": "http", "port": 80, "targetPort": container_port["name"], "protocol": "TCP"}
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        action = container[probe].get("httpGet") or container[probe]["tcpSocket"]
        assert action["port"] == container_port["name"]


@given(names, specs)
def test_ingress_has_all_routes(app: str, spec: WebServiceSpec) -> None:
    ingress = rendered(app, "demo", spec).get("Ingress")
    if ingress is None:
        assert not spec.routes
        return
    rules = ingress["spec"]["rules"]
    assert len({rule.get("host") for rule in rules}) == len(rules)
    routed = {
        (rule.get("host"), path["path"], path["backend"]["service"]["name"])
        for rule in rules
        for path in rule["http"]["paths"]
    }
    assert routed == {(r.host, p.path, p.app or app) for r in spec.routes for p in r.paths}
    tls_hosts = [host for entry in ingress["spec"].get("tls", ()) for host in entry["hosts"]]
    assert sorted(tls_hosts) == sorted({route.host for route in spec.routes if route.tls and route.host})


def test_rolling_update_uses_int_or_string() -> None:
    rollout = Rollout(max_surge="25%", max_unavailable="0", progress_deadline=120)
    deployment = rendered("shop", "demo", WebServiceSpec(image="shop:1", rollout=rollout))["Deployment"]["spec"]
    assert deployment["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0},
    }
    assert deployment["progressDeadlineSeconds"] == 120


def test_pulumi_does_not_wait_for_service_and_ingress() -> None:
    objects = rendered("shop", "demo", WebServiceSpec(image="shop:1", routes=(Route(),)))
    not_awaited = {
        kind
        for kind, manifest in objects.items()
        if manifest["metadata"].get("annotations", {}).get("pulumi.com/skipAwait") == "true"
    }
    assert not_awaited == {"Service", "Ingress"}


@pytest.mark.parametrize("app", ["1shop", "Shop", "shop-", "", "s" * 64])
def test_rejects_a_name_that_is_invalid_for_a_service(app: str) -> None:
    with pytest.raises(pulumi.RunError, match=r"^WebService .* must be a valid DNS label .* Use at most 63"):
        manifests(app, "demo", WebServiceSpec(image="shop:1"), ClusterContext())


def test_web_app_of_the_demo_settings(
    snapshot: SnapshotAssertion, settled: Callable[[Callable[[], object]], Any]
) -> None:
    demo = YAML(typ="safe").load(DEMO)
    spec = WebServiceSpec.model_validate(demo["apps"]["web"])

    def render() -> object:
        resolved = resolve(spec, lambda name: pulumi.Output.secret(f"value of {name}"))
        return {part.suffix: part.manifest for part in manifests("web", demo["namespace"], resolved, ClusterContext())}

    assert settled(render) == snapshot

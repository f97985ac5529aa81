"""The next version of a web service runs beside the current one without affecting it."""

import json
from typing import Any

from anykube._clusters.context import ClusterContext
from anykube._routing import IngressProfile
from anykube._workloads.pods.spec import Resources
from anykube._workloads.pods.volumes import Volume
from anykube._workloads.routes.spec import Route
from anykube._workloads.scaling import Autoscaling
from anykube._workloads.service import ServicePort, ServiceSpec
from anykube._workloads.web.manifests import manifests
from anykube._workloads.web.spec import Next, WebServiceSpec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.components.workloads.specs import apps, specs

BOTH = IngressProfile(gateway_class="simulated", split_annotation="actions.", redirect_annotations={"redirect": "443"})


def rendered(spec: WebServiceSpec, app: str = "shop") -> dict[str, Any]:
    parts = manifests(app, "demo", spec, ClusterContext(ingress=BOTH))
    assert len({part.suffix for part in parts}) == len(parts)
    objects: dict[str, Any] = json.loads(json.dumps({part.suffix: part.manifest for part in parts}))
    return objects


def with_next(spec: WebServiceSpec, **fields: Any) -> WebServiceSpec:
    return spec.model_copy(update={"next": Next(**{"weight": 10, **fields})})


def pod_labels(objects: dict[str, Any], suffix: str) -> dict[str, str]:
    labels: dict[str, str] = objects[suffix]["spec"]["template"]["metadata"]["labels"]
    return labels


few = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@few
@given(spec=specs(WebServiceSpec), app=apps, weight=st.integers(0, 100))
def test_next_version_changes_only_the_routes_of_the_app(spec: Any, app: str, weight: int) -> None:
    without_next = rendered(spec.model_copy(update={"next": None}), app)
    with_both = rendered(with_next(spec, weight=weight, image="next:1"), app)
    route_suffixes = ("ingress", "route", "redirect")
    assert {key: it for key, it in with_both.items() if not key.startswith(("next-", *route_suffixes))} == {
        key: it for key, it in without_next.items() if not key.startswith(route_suffixes)
    }


@few
@given(spec=specs(WebServiceSpec), app=apps)
def test_both_versions_have_separate_selectors_and_companion_objects(spec: Any, app: str) -> None:
    objects = rendered(with_next(spec, image="next:1"), app)
    current_labels, next_labels = pod_labels(objects, "deployment"), pod_labels(objects, "next-deployment")
    for suffix, manifest in objects.items():
        selector = manifest["spec"].get("selector", manifest["spec"].get("podSelector")) if "spec" in manifest else None
        if not selector or manifest["kind"] not in _SELECTING:
            continue
        match_labels = selector.get("matchLabels", selector)
        is_next = suffix.startswith("next-")
        assert match_labels.items() <= (next_labels if is_next else current_labels).items()
        assert not match_labels.items() <= (current_labels if is_next else next_labels).items()
    for suffix in ("autoscaler", "budget", "network-policy", "service"):
        assert (suffix in objects) == (f"next-{suffix}" in objects)


_SELECTING = ("Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy")


def test_next_version_overrides_fields() -> None:
    spec = WebServiceSpec(image="shop:1", env={"A": "1", "B": "2"}, replicas=4, resources=Resources(cpu="1"))
    objects = rendered(with_next(spec, image="shop:2", env={"B": "3", "C": "4"}, replicas=1, args=["-v"]))
    deployment = objects["next-deployment"]["spec"]
    [container] = deployment["template"]["spec"]["containers"]
    assert deployment["replicas"] == 1
    assert objects["deployment"]["spec"]["replicas"] == 4
    assert container["image"] == "shop:2"
    assert container["args"] == ["-v"]
    assert container["resources"]["requests"]["cpu"] == "1"
    assert [(variable["name"], variable["value"]) for variable in container["env"]] == [
        ("A", "1"),
        ("B", "3"),
        ("C", "4"),
    ]


def test_next_version_scales_like_the_app_by_default() -> None:
    spec = WebServiceSpec(image="shop:1", autoscaling=Autoscaling(min=3, max=9))
    assert rendered(with_next(spec))["next-autoscaler"]["spec"]["scaleTargetRef"]["name"] == "shop-next"
    fixed = rendered(with_next(spec, replicas=2))
    assert "next-autoscaler" not in fixed
    assert fixed["next-deployment"]["spec"]["replicas"] == 2


def test_both_versions_share_service_account_and_claims() -> None:
    data = Volume(type="claim", size="1Gi", access="ReadWriteMany", path="/data")
    objects = rendered(with_next(WebServiceSpec(image="shop:1", volumes={"data": data})))
    pod = objects["next-deployment"]["spec"]["template"]["spec"]
    assert pod["serviceAccountName"] == "shop"
    assert "next-service-account" not in objects
    assert "next-claim-data" not in objects
    claims = [volume["persistentVolumeClaim"] for volume in pod["volumes"] if "persistentVolumeClaim" in volume]
    assert [claim["claimName"] for claim in claims] == ["shop-data"]


def test_next_version_has_no_load_balancer() -> None:
    ports = {"metrics": ServicePort(port=9000, node_port=30900)}
    service = ServiceSpec(type="LoadBalancer", port=443, ports=ports, exposure="public")
    objects = rendered(with_next(WebServiceSpec(image="shop:1", service=service, routes=(Route(),))))
    spec = objects["next-service"]["spec"]
    assert spec["type"] == "ClusterIP"
    assert [(port["port"], "nodePort" in port) for port in spec["ports"]] == [(443, False), (9000, False)]


def test_both_versions_accept_the_same_connections() -> None:
    spec = WebServiceSpec(image="shop:1", talks_to=(), routes=(Route(),))
    objects = rendered(with_next(spec))
    assert objects["next-network-policy"]["spec"]["ingress"] == objects["network-policy"]["spec"]["ingress"]


def test_service_of_the_next_version_is_created_before_the_routes() -> None:
    spec, context = with_next(WebServiceSpec(image="a:1")), ClusterContext(ingress=BOTH)
    parts = {part.suffix: part for part in manifests("shop", "demo", spec, context)}
    assert parts["next-service"].stage == "workload"
    assert parts["next-deployment"].stage == "workload"
    assert parts["service"].stage == "after"

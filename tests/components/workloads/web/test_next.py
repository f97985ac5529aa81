"""The next version beside the present one: the same but for what it says, and in nobody's way."""

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
    made: dict[str, Any] = json.loads(json.dumps({part.suffix: part.manifest for part in parts}))
    return made


def with_next(spec: WebServiceSpec, **fields: Any) -> WebServiceSpec:
    return spec.model_copy(update={"next": Next(**{"weight": 10, **fields})})


def labels(made: dict[str, Any], suffix: str) -> dict[str, str]:
    found: dict[str, str] = made[suffix]["spec"]["template"]["metadata"]["labels"]
    return found


few = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@few
@given(spec=specs(WebServiceSpec), app=apps, weight=st.integers(0, 100))
def test_it_changes_nothing_of_the_app_but_its_routes(spec: Any, app: str, weight: int) -> None:
    alone = rendered(spec.model_copy(update={"next": None}), app)
    both = rendered(with_next(spec, weight=weight, image="next:1"), app)
    of_routes = ("ingress", "route", "redirect")
    assert {key: one for key, one in both.items() if not key.startswith(("next-", *of_routes))} == {
        key: one for key, one in alone.items() if not key.startswith(of_routes)
    }


@few
@given(spec=specs(WebServiceSpec), app=apps)
def test_selectors_do_not_overlap_and_what_looks_after_pods_is_there_twice(spec: Any, app: str) -> None:
    made = rendered(with_next(spec, image="next:1"), app)
    own, ahead = labels(made, "deployment"), labels(made, "next-deployment")
    for suffix, manifest in made.items():
        selected = manifest["spec"].get("selector", manifest["spec"].get("podSelector")) if "spec" in manifest else None
        if not selected or manifest["kind"] not in _SELECTING:
            continue
        wanted = selected.get("matchLabels", selected)
        mine, others = (ahead, own) if suffix.startswith("next-") else (own, ahead)
        assert wanted.items() <= mine.items()
        assert not wanted.items() <= others.items()
    for kind in ("autoscaler", "budget", "network-policy", "service"):
        assert (kind in made) == (f"next-{kind}" in made)


_SELECTING = ("Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy")


def test_what_it_says_otherwise() -> None:
    spec = WebServiceSpec(image="shop:1", env={"A": "1", "B": "2"}, replicas=4, resources=Resources(cpu="1"))
    made = rendered(with_next(spec, image="shop:2", env={"B": "3", "C": "4"}, replicas=1, args=["-v"]))
    next_one = made["next-deployment"]["spec"]
    [container] = next_one["template"]["spec"]["containers"]
    assert next_one["replicas"] == 1
    assert made["deployment"]["spec"]["replicas"] == 4
    assert container["image"] == "shop:2"
    assert container["args"] == ["-v"]
    assert container["resources"]["requests"]["cpu"] == "1"
    assert [(one["name"], one["value"]) for one in container["env"]] == [("A", "1"), ("B", "3"), ("C", "4")]


def test_as_many_as_the_app_unless_it_says_how_many() -> None:
    spec = WebServiceSpec(image="shop:1", autoscaling=Autoscaling(min=3, max=9))
    assert rendered(with_next(spec))["next-autoscaler"]["spec"]["scaleTargetRef"]["name"] == "shop-next"
    fixed = rendered(with_next(spec, replicas=2))
    assert "next-autoscaler" not in fixed
    assert fixed["next-deployment"]["spec"]["replicas"] == 2


def test_identity_and_data_are_the_apps() -> None:
    data = Volume(type="claim", size="1Gi", access="ReadWriteMany", path="/data")
    made = rendered(with_next(WebServiceSpec(image="shop:1", volumes={"data": data})))
    pod = made["next-deployment"]["spec"]["template"]["spec"]
    assert pod["serviceAccountName"] == "shop"
    assert "next-service-account" not in made
    assert "next-claim-data" not in made
    claims = [one["persistentVolumeClaim"]["claimName"] for one in pod["volumes"] if "persistentVolumeClaim" in one]
    assert claims == ["shop-data"]


def test_no_second_load_balancer() -> None:
    ports = {"metrics": ServicePort(port=9000, node_port=30900)}
    service = ServiceSpec(type="LoadBalancer", port=443, ports=ports, exposure="public")
    made = rendered(with_next(WebServiceSpec(image="shop:1", service=service, routes=(Route(),))))
    spec = made["next-service"]["spec"]
    assert spec["type"] == "ClusterIP"
    assert [(one["port"], "nodePort" in one) for one in spec["ports"]] == [(443, False), (9000, False)]


def test_whoever_is_outside_reaches_it_as_it_does_the_app() -> None:
    spec = WebServiceSpec(image="shop:1", talks_to=(), routes=(Route(),))
    made = rendered(with_next(spec))
    assert made["next-network-policy"]["spec"]["ingress"] == made["network-policy"]["spec"]["ingress"]


def test_its_service_is_there_before_routes_lead_to_it() -> None:
    spec, context = with_next(WebServiceSpec(image="a:1")), ClusterContext(ingress=BOTH)
    parts = {part.suffix: part for part in manifests("shop", "demo", spec, context)}
    assert parts["next-service"].stage == "workload"
    assert parts["next-deployment"].stage == "workload"
    assert parts["service"].stage == "after"

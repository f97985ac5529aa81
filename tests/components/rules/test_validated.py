"""What `validated` takes, and what it refuses of routes on clusters of which only the routing is known."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from anykube._clusters.eks.spec import EksClusterSpec
from anykube._clusters.gke.routing import INGRESS_PROFILE as GKE
from anykube._clusters.managed import Api
from anykube._clusters.spec import ExistingClusterSpec, LocalClusterSpec, NodePool, Taint
from anykube._routing import IngressProfile
from anykube._validation import already_validated, validated
from anykube._workloads.pods.spec import Peer, Resources
from anykube._workloads.pods.volumes import Volume
from anykube._workloads.rollout import Rollout
from anykube._workloads.routes.gateway import MAX_RULES
from anykube._workloads.routes.spec import Route, RoutePath, Share, Tls
from anykube._workloads.scaling import Autoscaling
from anykube._workloads.service import ServiceSpec
from anykube._workloads.web.spec import WebServiceSpec
from pydantic import ValidationError

IMAGE = {"image": "registry.example/shop:1"}
ISSUED = {"issuer": "cluster"}
MANAGED = {"cert_manager": {"issuer": "acme"}}
SPLIT = [{"app": "shop", "weight": 9}, {"app": "new", "weight": 1}]
ALB = IngressProfile(
    "alb", redirect_annotations={"redirect": "443"}, split_annotation="actions.", finds_certificates=True
)
AZURE = IngressProfile(ingress_class="azure-alb-external", cluster_issuer="anykube")
GATEWAYS = IngressProfile(gateway_class="any")


def messages(cluster: Any = None, **fields: Any) -> list[str]:
    with pytest.raises(pulumi.RunError) as refused:
        validated("WebService", "shop", WebServiceSpec, {**IMAGE, **fields}, cluster=cluster)
    return str(refused.value).splitlines()


def _routes(*tls: Any) -> list[dict[str, Any]]:
    return [{"host": f"h{n}.example", "tls": source} for n, source in enumerate(tls)]


@pytest.mark.parametrize(
    ("cluster", "fields", "sentence"),
    [
        (
            ALB,
            {"routes": _routes({"secret_name": "x"})},
            "routes[0].tls.secret_name: the cloud's load balancer uses only",
        ),
        (
            None,
            {"routes": [{"paths": [{"split": SPLIT}]}]},
            "routes[0].paths[0].split: Ingresses of this cluster cannot split",
        ),
        (
            None,
            {"routes": [{}], "next": {"weight": 10}},
            "next.weight: Ingresses of this cluster cannot split requests. Set `via: gateway`, or set the weight to",
        ),
        (
            None,
            {"routes": [{**_routes(ISSUED)[0], "redirect": True}]},
            "routes[0].redirect: Ingresses of this cluster do not support redirects",
        ),
        (
            ALB,
            {"routes": [{**_routes(ISSUED)[0], "redirect": False}, {"host": "b.example", "tls": ISSUED}]},
            "routes[0].redirect: an Ingress of this cluster redirects all hosts of an app that have TLS, or none",
        ),
        (
            AZURE,
            {"routes": _routes(ISSUED, {"secret_name": "x"})},
            "routes[1].tls: the issuer differs from that of the app's other hosts",
        ),
        (
            GATEWAYS,
            {"via": "gateway", "routes": _routes(ISSUED, MANAGED)},
            "routes[0].tls: the issuer differs from that of the",
        ),
        (None, {"via": "gateway", "routes": [{}]}, "via: the app's routes use a Gateway, but the cluster has no known"),
        (
            GATEWAYS,
            {"via": "gateway", "gateway": {"name": "x"}, "routes": _routes(ISSUED)},
            "routes[0].tls: not allowed with an existing Gateway, whose owner configures its certificates. Remove tls",
        ),
        (
            GATEWAYS,
            {"via": "gateway", "routes": [{"paths": [{"path": f"/{n}"} for n in range(MAX_RULES + 1)]}]},
            "routes: routes without a host have 17 paths, but a Gateway supports at most 16",
        ),
        (
            GATEWAYS,
            {"via": "gateway", "routes": _routes(*[ISSUED] * 64)},
            "routes: 64 hosts have TLS, but a Gateway supports at most",
        ),
        (
            GKE,
            {"via": "gateway", "gateway": {"name": "x"}, "routes": _routes(ISSUED)},
            "routes[0].tls.issuer: certificates of this cluster's cloud are only for Ingresses, not for Gateways",
        ),
        (None, {"routes": [{"tls": ISSUED}]}, "routes[0].tls: the route has no host for the certificate"),
        (None, {"routes": _routes({})}, "routes[0].tls: has no certificate source"),
        (
            None,
            {"routes": [{"paths": [{"split": [{"app": "x", "weight": 0}]}]}]},
            "split: all weights are 0",
        ),
        (
            None,
            {"routes": [{"paths": [{"app": "y", "split": SPLIT[:1]}]}]},
            "split: not allowed together with app. Remove one",
        ),
    ],
)
def test_rejects_invalid_routes(cluster: IngressProfile | None, fields: dict[str, Any], sentence: str) -> None:
    lines = messages(cluster, **fields)
    assert all(line.startswith("WebService shop: ") for line in lines)
    assert any(sentence in line for line in lines), lines


def test_reports_all_mistakes_at_once() -> None:
    lines = messages(replicas=-1, autoscaling={"min": 6, "max": 5}, routes=[{"tls": ISSUED}], imge="x")
    assert [line.split()[2] for line in lines] == [
        "autoscaling.min:",
        "imge:",
        "replicas:",
        "replicas:",
        "routes[0].tls:",
    ]


def test_ignores_references_to_other_apps() -> None:
    args = {**IMAGE, "talks_to": ["api"], "routes": [{"host": "a.b", "paths": [{"app": "api"}]}]}
    assert validated("WebService", "shop", WebServiceSpec, args).routes[0].paths[0].app == "api"
    later = {**IMAGE, "next": {"weight": 10}}
    assert validated("WebService", "shop", WebServiceSpec, later, cluster=ALB).next


def test_keeps_outputs_unchecked() -> None:
    image = pulumi.Output.from_input("registry.example/shop")
    args = {"image": image, "env": {"A": pulumi.Output.secret("x")}, "files": {"/etc/a": image}}
    spec = validated("WebService", "shop", WebServiceSpec, args)
    assert spec.image is image
    assert validated("WebService", "shop", WebServiceSpec, spec) is spec
    assert [line.split()[2] for line in messages(**args, imge=image)] == ["imge:"]


def test_validates_an_app_for_its_cluster() -> None:
    cluster = LocalClusterSpec(cloud="local", pools={"main": NodePool(count=1)})
    assert validated("WebService", "shop", WebServiceSpec, {**IMAGE, "pool": "main"}, cluster=cluster).pool == "main"
    [line] = messages(cluster, pool="man")
    assert line.startswith("WebService shop: pool: the cluster has no pool man. Did you mean main?")


def test_reports_mistakes_of_pools() -> None:
    args = {"cloud": "aws", "name": "prod", "region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1a"]}
    with pytest.raises(pulumi.RunError) as refused:
        validated("EksCluster", "prod", EksClusterSpec, {**args, "pools": {"main": {"count": 1, "min": 5, "max": 2}}})
    assert str(refused.value).splitlines() == [
        "EksCluster prod: pools.main.min: 5 is greater than max, which is 2. Lower min or raise max.",
        "EksCluster prod: zones[1]: lists eu-west-1a a second time. Name another zone.",
    ]


def test_validates_other_models_by_their_own_rules() -> None:
    with pytest.raises(pulumi.RunError, match=r"^NodePool main: min: 5 is greater than max, which is 2\."):
        validated("NodePool", "main", NodePool, {"min": 5, "max": 2})
    assert validated("NodePool", "main", NodePool, {"count": 2}).count == 2


def test_skips_models_that_are_already_validated() -> None:
    wrong = WebServiceSpec(image="a")
    with already_validated():
        assert validated("WebService", "shop", WebServiceSpec, wrong) is wrong
        assert len(messages(image="a")) == 1, "a mapping is no model that a loader made"
    assert messages(image="a") == [
        "WebService shop: image: a has neither tag nor digest. Add the version to run, such as a:1.0.0."
    ]
    with pytest.raises(pulumi.RunError):
        validated("WebService", "shop", WebServiceSpec, wrong)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: NodePool(count=1, min=5, max=2), "min: 5 is greater than max, which is 2. Lower min or raise max."),
        (lambda: NodePool(), "the pool has no size. Set count, or min and max."),
        (
            lambda: NodePool(count=1, taints=(Taint(key="a", effect="NoExecute"),) * 2),
            "taints[1]: has the same key and effect as taints[0]: a, NoExecute. Remove one of them, since a",
        ),
        (lambda: Api(public=("0.0.0.0/0",)), "public[0]: opens the Kubernetes API to the whole internet."),
        (lambda: Autoscaling(min=6, max=5), "min: min, which is 6, is greater than max, which is 5."),
        (lambda: Autoscaling(max=1), "max: min, which is 2, is greater than max, which is 1."),
        (lambda: Rollout(max_surge="0"), "max_surge: max_surge and max_unavailable are both 0"),
        (lambda: Resources(cpu_limit="50m"), "cpu_limit: 50m is less than cpu, which is 100m by default."),
        (lambda: Volume(type="claim"), "the claim has no size. Set size, or claim_name"),
        (lambda: Volume(storage_class="gp3"), "storage_class: not allowed for a volume of type empty."),
        (lambda: ServiceSpec(node_port=30080), "node_port: requires a Service of type NodePort or"),
        (lambda: Peer(app="a", cidr="10.0.0.0/8"), "has both app and cidr. Set exactly one of them."),
        (lambda: Tls(), "has no certificate source."),
        (
            lambda: Route(tls=Tls(issuer="cluster")),
            "tls: the route has no host for the certificate.",
        ),
        (lambda: Route(redirect=True), "redirect: the route has no TLS to redirect to."),
        (
            lambda: RoutePath(split=(Share(app="a", weight=0),)),
            "split: all weights are 0. Raise at least one of them.",
        ),
    ],
)
def test_models_apply_their_rules(make: Callable[[], object], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        make()
    [error] = refused.value.errors()
    assert error["msg"].startswith(f"Value error, {sentence}")


@pytest.mark.parametrize(
    "model", [ServiceSpec(), Rollout(), Resources(), Volume(), NodePool(count=1), Autoscaling(max=3)]
)
def test_dumps_of_models_are_valid(model: Any) -> None:
    assert type(model).model_validate(model.model_dump()) == model


def test_uses_the_ingress_profile_of_the_program() -> None:
    args = {**IMAGE, "via": "gateway", "routes": [{"host": "a.example.com"}]}
    cluster = ExistingClusterSpec(cloud="existing")
    with pytest.raises(pulumi.RunError, match="the cluster has no known GatewayClass"):
        validated("WebService", "shop", WebServiceSpec, args, cluster=cluster)
    assert validated(
        "WebService", "shop", WebServiceSpec, args, cluster=cluster, ingress=IngressProfile(gateway_class="simulated")
    ).routes

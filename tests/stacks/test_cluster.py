"""The context that a cluster gives to its apps."""

import pytest
from anykube._clusters.context import ClusterContext
from anykube._clusters.lookup import cluster_context
from anykube.settings.loader import load


def _context(stack: str) -> ClusterContext:
    return cluster_context(load(stack).cluster, None)


def test_apps_tolerate_the_spot_taint_of_azure() -> None:
    pools = _context("azure-prod").pools
    spot_taint = ("kubernetes.azure.com/scalesetpriority", "spot", "NoSchedule")
    assert [(toleration.key, toleration.value, toleration.effect) for toleration in pools["web"]] == [spot_taint]
    assert list(pools["servers"]) == []
    assert spot_taint[0] not in {toleration.key for toleration in _context("aws-prod").pools["web"]}


@pytest.mark.parametrize(
    ("stack", "via", "ingress", "gateway"),
    [
        ("aws-prod", "ingress", "alb", "alb"),
        ("azure-prod", "ingress", "azure-alb-external", "azure-alb-external"),
        ("azure-auto", "gateway", None, "approuting-istio"),
        ("gcp-prod", "ingress", None, "gke-l7-global-external-managed"),
        ("local", "ingress", None, "simulated"),
    ],
)
def test_ingress_profiles(stack: str, via: str, ingress: str | None, gateway: str) -> None:
    routing = _context(stack).ingress
    assert (routing.via, routing.ingress_class, routing.gateway_class) == (via, ingress, gateway)

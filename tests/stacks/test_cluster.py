"""What apps are told of the cluster that they go onto."""

from typing import cast

import pytest
from anykube.clusters.choice import ClusterSpec
from anykube.clusters.contract import Cluster
from anykube.settings.loader import load
from anykube.stack_cluster import routing_of, site_of

_NOBODY = cast("Cluster", object())


def _spec(stack: str) -> ClusterSpec:
    return load(stack).cluster


def test_apps_on_spare_capacity_of_azure_tolerate_what_it_adds() -> None:
    pools = site_of(_spec("azure-prod"), _NOBODY).pools
    added = ("kubernetes.azure.com/scalesetpriority", "spot", "NoSchedule")
    assert [(one.key, one.value, one.effect) for one in pools["web"]] == [added]
    assert list(pools["servers"]) == []
    assert added[0] not in {one.key for one in site_of(_spec("aws-prod"), _NOBODY).pools["web"]}


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
def test_ways_in(stack: str, via: str, ingress: str | None, gateway: str) -> None:
    _, routing = routing_of(_spec(stack))
    assert (routing.via, routing.ingress_class, routing.gateway_class) == (via, ingress, gateway)

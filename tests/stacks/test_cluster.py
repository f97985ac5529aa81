"""What apps are told of the cluster that they go onto, and what a stack of one cloud does not load."""

import subprocess
import sys
from typing import cast

import pytest

from components.clusters.choice import ClusterSpec
from components.clusters.contract import Cluster
from stacks.cluster import routing_of, site_of
from stacks.settings import load

_NOBODY = cast("Cluster", object())
_OTHERS = {"aws": "eks", "azure": "aks", "gcp": "gke"}


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
        ("local", "ingress", None, "simulated"),
    ],
)
def test_ways_in(stack: str, via: str, ingress: str | None, gateway: str) -> None:
    _, routing = routing_of(_spec(stack))
    assert (routing.via, routing.ingress_class, routing.gateway_class) == (via, ingress, gateway)


@pytest.mark.parametrize(
    ("cloud", "folder", "sdk"), [("aws", "eks", "pulumi_aws"), ("azure", "aks", "pulumi_azure_native")]
)
def test_a_stack_of_one_cloud_loads_nothing_of_another(cloud: str, folder: str, sdk: str) -> None:
    """The component's module is all that stacks.cluster imports for a cloud, and it does so when it makes one."""
    code = f"import sys, stacks.cluster; import components.clusters.{folder}.cluster; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(result.stdout.split())
    assert sdk in loaded
    sdks = {"pulumi_aws", "pulumi_azure_native", "pulumi_gcp", "boto3", "azure", "googleapiclient"} - {sdk}
    assert not sdks & loaded
    others = [f"components.clusters.{other}.cluster" for name, other in _OTHERS.items() if name != cloud]
    assert not set(others) & loaded


def test_settings_and_program_load_no_cloud() -> None:
    code = "import sys, stacks.cluster; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pulumi_aws", "pulumi_azure_native", "pulumi_gcp"} & set(loaded)

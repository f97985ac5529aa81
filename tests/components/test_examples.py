"""The examples that create a cluster: an app needs only its cluster to get a matching Ingress."""

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from tests.components.clusters.aks.azure import SUBSCRIPTION, mock_azure
from tests.components.conftest import Engine

EXAMPLES = Path(__file__).parents[2] / "examples"
HOSTS = ["shop.example.com", "www.shop.example.com"]
_CLUSTER = {"identities": [{"oidcs": [{"issuer": "https://oidc.eks.eu-west-1.amazonaws.com/id/1"}]}]}
_ZONE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/dns/providers/Microsoft.Network/dnsZones/example.com"
_CONFIG = {
    "project:project": "my-project",
    "project:subscription": SUBSCRIPTION,
    "project:dnsZone": _ZONE,
}
EXPECTED: dict[str, tuple[str | None, dict[str, str]]] = {
    "eks": (
        "alb",
        {
            "alb.ingress.kubernetes.io/scheme": "internet-facing",
            "alb.ingress.kubernetes.io/target-type": "ip",
            "alb.ingress.kubernetes.io/ssl-redirect": "443",
        },
    ),
    "gke": (None, {"networking.gke.io/managed-certificates": "shop"}),
    "aks": ("azure-alb-external", {"cert-manager.io/cluster-issuer": "anykube"}),
    "local": (None, {}),
}


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    pulumi.runtime.set_all_config(_CONFIG)
    yield
    pulumi.runtime.set_all_config({})


def _answers(engine: Engine) -> None:
    mock_azure(engine)
    engine.says("aws:eks/cluster:Cluster", endpoint="https://a", certificateAuthority={"data": "Q0E="}, **_CLUSTER)
    engine.says("aws:ec2/launchTemplate:LaunchTemplate", latestVersion=7)
    engine.says("aws:index/getCallerIdentity:getCallerIdentity", arn="arn:aws:iam::1:role/a", accountId="1")
    engine.says("aws:iam/getSessionContext:getSessionContext", issuerArn="arn:aws:iam::1:role/a")
    engine.says("aws:eks/getAddonVersion:getAddonVersion", version="v1.0.0-eksbuild.1")
    engine.says(
        "gcp:container/cluster:Cluster",
        endpoint="172.16.0.2",
        masterVersion="1.35.3-gke.1000",
        masterAuth={"clusterCaCertificate": "Q0E="},
        controlPlaneEndpointsConfig={},
    )
    engine.says("gcp:serviceaccount/account:Account", email="nodes@x", member="serviceAccount:nodes@x")
    engine.says("gcp:organizations/getProject:getProject", number="123456789012")
    engine.says("localkube:index:Cluster", endpoint="https://l", identity="l", kubeconfig="k", certificateAuthority="c")
    engine.says("localkube:index:Certificate", certificate="c", privateKey="k")


def _rendered(name: str) -> dict[str, Any]:
    engine = Engine()
    _answers(engine)
    engine.run(lambda: runpy.run_path(str(EXAMPLES / name / "__main__.py")))
    return dict(engine.resources)


@pytest.mark.parametrize("name", EXPECTED)
def test_ingress_matches_the_cluster(name: str) -> None:
    resources = _rendered(name)
    ingress = resources["Ingress/shop-ingress"].inputs
    ingress_class, annotations = EXPECTED[name]
    assert ingress["spec"].get("ingressClassName") == ingress_class
    assert ingress["metadata"]["annotations"].items() >= annotations.items()
    hosts = [host.replace("example.com", "localhost") if name == "local" else host for host in HOSTS]
    assert [rule["host"] for rule in ingress["spec"]["rules"]] == hosts
    assert "-kubernetes::" in resources["Ingress/shop-ingress"].provider


@pytest.mark.parametrize("name", EXPECTED)
def test_cluster_examples_have_at_most_eight_lines(name: str) -> None:
    lines = (EXAMPLES / name / "__main__.py").read_text().split('"""\n')[1].splitlines()
    statements = [line for line in lines if line and not line.startswith(("import ", "from ", "pulumi.export"))]
    assert len(statements) <= 8


def test_local_hosts_have_a_certificate_of_the_local_authority() -> None:
    resources = _rendered("local")
    assert resources["Certificate/shop-tls"].inputs["hosts"] == ["shop.localhost", "www.shop.localhost"]
    assert resources["Ingress/shop-ingress"].inputs["spec"]["tls"][0]["secretName"] == "shop-tls"

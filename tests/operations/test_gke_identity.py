"""States of GKE clusters whose identity was the name of their DNS endpoint."""

from typing import Any

import pytest
from anykube_cli.gke_identity import settled_deployment

_NAME, _ADDRESS = "https://gke-0a1b2c3d4e5f-123456789012.europe-west1.gke.goog", "https://10.0.0.2"
_CLUSTER = {"type": "gcp:container/cluster:Cluster", "outputs": {"endpoint": "10.0.0.2"}}


def _provider(identity: str) -> dict[str, Any]:
    config = {"clusterIdentifier": identity, "kubeconfig": "…"}
    return {"type": "pulumi:providers:kubernetes", "inputs": config, "outputs": config}


def test_an_address_takes_the_place_of_the_name() -> None:
    deployment = {"manifest": {}, "resources": [_CLUSTER, _provider(_NAME)]}
    settled = settled_deployment(deployment, deployment)
    assert settled == {"manifest": {}, "resources": [_CLUSTER, _provider(_ADDRESS)]}


def test_the_cluster_may_be_in_another_stack() -> None:
    settled = settled_deployment({"resources": [_provider(_NAME)]}, {"resources": [_CLUSTER]})
    assert settled == {"resources": [_provider(_ADDRESS)]}


@pytest.mark.parametrize(
    "resources",
    [
        [_CLUSTER, _provider(_ADDRESS)],
        [_CLUSTER, _provider("https://0A1B.gr7.eu-west-1.eks.amazonaws.com")],
        [_provider(_NAME)],
        [_CLUSTER, _CLUSTER, _provider(_NAME)],
        [{**_CLUSTER, "delete": True}, _provider(_NAME)],
    ],
    ids=["newer", "EKS", "no cluster", "two clusters", "deleted cluster"],
)
def test_other_states_stay(resources: list[dict[str, Any]]) -> None:
    assert settled_deployment({"resources": resources}, {"resources": resources}) == {"resources": resources}

"""The rehearsal of the stack gcp-prod: resources of the project, nodes, pods and access."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest
from anykube_rehearsal.cloud.account.client import Client
from anykube_rehearsal.cloud.review import create_key
from anykube_rehearsal.gcp.account.access import AUDIENCE, SIGNER, deployer
from anykube_rehearsal.gcp.account.tokens import CLUSTER, KEY, NODE_POOL, SERVICE, SUBNETWORK

from tests.e2e.checkout import Checkout
from tests.e2e.kept_rehearsal import KeptRehearsal

_PROJECT = "my-project"


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptRehearsal]:
    checkout = Checkout(tmp_path_factory.mktemp("rehearsal") / "anykube")
    try:
        yield KeptRehearsal(checkout, "gcp-prod")
        checkout.make("rehearse", "STACK=gcp-prod", "END=1")
        psutil.wait_procs(checkout.processes(), timeout=30)
        assert checkout.processes() == []
    finally:
        checkout.remove()


def _records(rehearsal: KeptRehearsal, token: str) -> list[dict[str, Any]]:
    return [record for record in Client(rehearsal.url).all() if record["token"] == token]


def test_project_has_the_stacks_resources(rehearsal: KeptRehearsal) -> None:
    [cluster] = _records(rehearsal, CLUSTER)
    inputs, outputs = cluster["inputs"], cluster["outputs"]
    assert cluster["id"] == f"projects/{_PROJECT}/locations/europe-west1/clusters/anykube-prod"
    assert outputs["masterVersion"].startswith("1.35.")
    assert inputs["deletionProtection"] is True
    assert inputs["privateClusterConfig"]["enablePrivateNodes"] is True
    assert inputs["workloadIdentityConfig"] == {"workloadPool": f"{_PROJECT}.svc.id.goog"}
    assert inputs["datapathProvider"] == "ADVANCED_DATAPATH"
    [key] = _records(rehearsal, KEY)
    assert inputs["databaseEncryption"] == {"state": "ENCRYPTED", "keyName": key["id"]}
    names = {record["inputs"]["name"].partition("-")[0] for record in _records(rehearsal, NODE_POOL)}
    assert names == {"system", "servers", "web", "gpu"}
    [subnetwork] = _records(rehearsal, SUBNETWORK)
    assert subnetwork["inputs"]["privateIpGoogleAccess"] is True
    enabled = {record["inputs"]["service"].partition(".")[0] for record in _records(rehearsal, SERVICE)}
    assert enabled >= {"compute", "container", "cloudkms", "iam"}


def test_nodes_have_the_labels_of_gke(rehearsal: KeptRehearsal) -> None:
    nodes = rehearsal.get("nodes")
    labels = [node["metadata"]["labels"] for node in nodes]
    assert {node_labels["kubernetes.io/arch"] for node_labels in labels} == {"amd64", "arm64"}
    assert {node_labels["topology.kubernetes.io/zone"] for node_labels in labels} == {
        f"europe-west1-{zone}" for zone in "bcd"
    }
    assert {node_labels["cloud.google.com/gke-nodepool"].partition("-")[0] for node_labels in labels} >= {
        "system",
        "servers",
        "web",
    }
    spot = [node_labels for node_labels in labels if node_labels.get("cloud.google.com/gke-spot") == "true"]
    assert {node_labels["cloud.google.com/gke-nodepool"].partition("-")[0] for node_labels in spot} == {"web"}


def test_pods_avoid_tainted_nodes(rehearsal: KeptRehearsal) -> None:
    pods, nodes = rehearsal.get("pods", "-n", "demo"), rehearsal.get("nodes")
    closed = {
        node["metadata"]["name"]
        for node in nodes
        if any(taint["effect"] == "NoSchedule" for taint in node["spec"].get("taints", []))
    }
    assert pods
    assert closed
    assert all(pod["status"]["phase"] == "Running" for pod in pods)
    assert not {pod["spec"]["nodeName"] for pod in pods} & closed


def _refused(rehearsal: KeptRehearsal, user: Mapping[str, object]) -> str:
    config = json.loads(rehearsal.kubeconfig.read_text())
    config["users"][0]["user"] = user
    other = rehearsal.kubeconfig.with_suffix(".other")
    other.write_text(json.dumps(config))
    result = rehearsal.kubectl("get", "nodes", kubeconfig=other, ok=False)
    assert result.code != 0
    return result.err


def test_rejects_invalid_tokens(rehearsal: KeptRehearsal, tmp_path: Path) -> None:
    folder, principal = rehearsal.folder / "account", deployer(_PROJECT)
    create_key(tmp_path)
    for token in (
        "made-up",
        SIGNER.make(tmp_path, AUDIENCE, principal),
        SIGNER.make(folder, AUDIENCE, principal, lifetime_seconds=-1),
        SIGNER.make(folder, "another-audience", principal),
    ):
        assert "Unauthorized" in _refused(rehearsal, {"token": token})


def test_unknown_principals_have_no_permissions(rehearsal: KeptRehearsal) -> None:
    token = SIGNER.make(rehearsal.folder / "account", AUDIENCE, "stranger@example.com")
    assert "Forbidden" in _refused(rehearsal, {"token": token})


def test_the_kubeconfig_gets_a_token_of_the_deployer(rehearsal: KeptRehearsal) -> None:
    """`anykube` is on the PATH of the rehearsal, from which kubectl and the provider call it."""
    plugin = json.loads(rehearsal.kubeconfig.read_text())["users"][0]["user"]["exec"]
    assert (plugin["command"], plugin["interactiveMode"]) == ("anykube", "Never")
    result = subprocess.run(
        [rehearsal.folder / "bin" / "anykube", *plugin["args"]],
        env=rehearsal.with_credentials,
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    token = json.loads(result.stdout)["status"]["token"]
    assert SIGNER.principal(rehearsal.folder / "account", AUDIENCE, token) == deployer(_PROJECT)

"""The stack gcp-prod, rehearsed and kept: what is in the project, and where pods land."""

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
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptRehearsal]:
    checkout = Checkout(tmp_path_factory.mktemp("rehearsal") / "anykube")
    try:
        yield KeptRehearsal(checkout, "gcp-prod")
        checkout.make("rehearse", "STACK=gcp-prod", "END=1")
        psutil.wait_procs(checkout.processes(), timeout=30)
        assert checkout.processes() == []
    finally:
        checkout.remove()


def _of(kept: KeptRehearsal, token: str) -> list[dict[str, Any]]:
    return [one for one in Client(kept.url).all() if one["token"] == token]


def test_the_project_has_what_the_stack_asked_for(kept: KeptRehearsal) -> None:
    [cluster] = _of(kept, CLUSTER)
    asked, said = cluster["inputs"], cluster["outputs"]
    assert cluster["id"] == f"projects/{_PROJECT}/locations/europe-west1/clusters/anykube-prod"
    assert said["masterVersion"].startswith("1.35.")
    assert asked["deletionProtection"] is True
    assert asked["privateClusterConfig"]["enablePrivateNodes"] is True
    assert asked["workloadIdentityConfig"] == {"workloadPool": f"{_PROJECT}.svc.id.goog"}
    assert asked["datapathProvider"] == "ADVANCED_DATAPATH"
    [key] = _of(kept, KEY)
    assert asked["databaseEncryption"] == {"state": "ENCRYPTED", "keyName": key["id"]}
    names = {one["inputs"]["name"].partition("-")[0] for one in _of(kept, NODE_POOL)}
    assert names == {"system", "servers", "web", "gpu"}
    [subnetwork] = _of(kept, SUBNETWORK)
    assert subnetwork["inputs"]["privateIpGoogleAccess"] is True
    enabled = {one["inputs"]["service"].partition(".")[0] for one in _of(kept, SERVICE)}
    assert enabled >= {"compute", "container", "cloudkms", "iam"}


def test_nodes_are_labelled_as_gke_labels_them(kept: KeptRehearsal) -> None:
    nodes = kept.get("nodes")
    labels = [node["metadata"]["labels"] for node in nodes]
    assert {one["kubernetes.io/arch"] for one in labels} == {"amd64", "arm64"}
    assert {one["topology.kubernetes.io/zone"] for one in labels} == {f"europe-west1-{zone}" for zone in "bcd"}
    assert {one["cloud.google.com/gke-nodepool"].partition("-")[0] for one in labels} >= {"system", "servers", "web"}
    spot = [one for one in labels if one.get("cloud.google.com/gke-spot") == "true"]
    assert {one["cloud.google.com/gke-nodepool"].partition("-")[0] for one in spot} == {"web"}


def test_pods_land_where_taints_and_processors_say(kept: KeptRehearsal) -> None:
    pods, nodes = kept.get("pods", "-n", "demo"), kept.get("nodes")
    closed = {
        node["metadata"]["name"]
        for node in nodes
        if any(taint["effect"] == "NoSchedule" for taint in node["spec"].get("taints", []))
    }
    assert pods
    assert closed
    assert all(pod["status"]["phase"] == "Running" for pod in pods)
    assert not {pod["spec"]["nodeName"] for pod in pods} & closed


def _refused(kept: KeptRehearsal, user: Mapping[str, object]) -> str:
    config = json.loads(kept.kubeconfig.read_text())
    config["users"][0]["user"] = user
    other = kept.kubeconfig.with_suffix(".other")
    other.write_text(json.dumps(config))
    said = kept.kubectl("get", "nodes", kubeconfig=other, ok=False)
    assert said.code != 0
    return said.err


def test_tokens_that_are_none_are_refused(kept: KeptRehearsal, tmp_path: Path) -> None:
    folder, who = kept.folder / "account", deployer(_PROJECT)
    create_key(tmp_path)
    for token in (
        "made-up",
        SIGNER.make(tmp_path, AUDIENCE, who),
        SIGNER.make(folder, AUDIENCE, who, lifetime_seconds=-1),
        SIGNER.make(folder, "another-audience", who),
    ):
        assert "Unauthorized" in _refused(kept, {"token": token})


def test_whom_the_project_does_not_know_may_do_nothing(kept: KeptRehearsal) -> None:
    token = SIGNER.make(kept.folder / "account", AUDIENCE, "stranger@example.com")
    assert "Forbidden" in _refused(kept, {"token": token})


def test_the_program_for_tokens_needs_no_person(kept: KeptRehearsal) -> None:
    """The stand-in of gke-gcloud-auth-plugin is what the stack's kubeconfig names."""
    user = json.loads(kept.kubeconfig.read_text())["users"][0]["user"]
    assert user["exec"]["command"] == "gke-gcloud-auth-plugin"
    assert user["exec"]["interactiveMode"] == "Never"
    program = kept.folder / "bin" / "gke-gcloud-auth-plugin"
    answer = subprocess.run(
        [program], env=kept.with_credentials, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    assert json.loads(answer.stdout)["kind"] == "ExecCredential"

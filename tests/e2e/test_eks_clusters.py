"""The Kubernetes cluster of the simulated EKS: real, with nodes labelled as by EKS. It rejects invalid tokens."""

import http.client
import json
import ssl
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from anykube_cli.kubernetes.cluster import Cluster
from anykube_cli.toolchain import home
from anykube_rehearsal.aws.account.runtime import NodeGroupSpec, Taint
from anykube_rehearsal.aws.clusters import VIEWERS, Clusters
from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

_GROUP = NodeGroupSpec(
    name="servers",
    size=3,
    instance_types=["m7g.large"],
    capacity_type="SPOT",
    ami_type="AL2023_ARM_64_STANDARD",
    labels={"team": "shop"},
    taints=[Taint("dedicated", "shop", "NoSchedule")],
    zones=["eu-west-1a", "eu-west-1b"],
    version="1.35",
    release="1",
)


class _Reviews(BaseHTTPRequestHandler):
    """A fake account that accepts two tokens."""

    groups: ClassVar = {"admin": ["system:masters"], "viewer": [VIEWERS]}

    def do_POST(self) -> None:
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        token = review["spec"]["token"]
        is_known = token in self.groups
        user = {"username": token, "groups": self.groups.get(token, [])}
        review["status"] = {"authenticated": is_known, **({"user": user} if is_known else {})}
        body = json.dumps(review).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing."""


@pytest.fixture(scope="module")
def clusters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clusters]:
    home.prepare()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Reviews) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        clusters_under_test = Clusters(
            tmp_path_factory.mktemp("account"), f"http://127.0.0.1:{server.server_port}/token-review", "eu-west-1"
        )
        clusters_under_test.create("prod", "1.35")
        yield clusters_under_test
        clusters_under_test.delete("prod")
        assert not clusters_under_test._cluster("prod").exists
        server.shutdown()


def _nodes(clusters: Clusters) -> list[dict[str, Any]]:
    with clusters._api("prod") as api:
        return list(api.list("/api/v1/nodes"))  # type: ignore[arg-type]


def _get_status(cluster: Cluster, token: str, path: str) -> int:
    context = ssl.create_default_context(cadata=cluster.certificate_authority)
    request = urllib.request.Request(f"{cluster.server}{path}", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, context=context, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_account_authenticates_tokens(clusters: Clusters) -> None:
    cluster = clusters._cluster("prod")
    assert _get_status(cluster, "made-up", "/api/v1/namespaces") == http.client.UNAUTHORIZED
    assert _get_status(cluster, "admin", "/api/v1/nodes") == http.client.OK
    # The controller manager puts Kubernetes' own role `view` together, some time after the API is ready.
    wait = retry(
        retry=retry_if_result(lambda code: code != http.client.OK), stop=stop_after_delay(60), wait=wait_fixed(1)
    )
    wait(_get_status)(cluster, "viewer", "/api/v1/pods")
    assert _get_status(cluster, "viewer", "/api/v1/secrets") == http.client.FORBIDDEN


def test_nodes_have_labels_of_eks(clusters: Clusters) -> None:
    clusters.converge("prod", _GROUP)
    nodes = _nodes(clusters)
    labels = [node["metadata"]["labels"] for node in nodes]
    assert {label["topology.kubernetes.io/zone"] for label in labels} == {"eu-west-1a", "eu-west-1b"}
    assert {label["node.kubernetes.io/instance-type"] for label in labels} == {"m7g.large"}
    assert {label["eks.amazonaws.com/nodegroup"] for label in labels} == {"servers"}
    assert {label["eks.amazonaws.com/capacityType"] for label in labels} == {"SPOT"}
    assert {label["kubernetes.io/arch"] for label in labels} == {"arm64"}
    assert {node["status"]["capacity"]["pods"] for node in nodes} == {"29"}
    assert {node["spec"]["taints"][0]["key"] for node in nodes} == {"dedicated"}
    assert len(nodes) == 3


def test_new_release_replaces_nodes_and_labels_change_in_place(clusters: Clusters) -> None:
    clusters.converge("prod", _GROUP)
    before = {node["metadata"]["name"] for node in _nodes(clusters)}
    clusters.converge("prod", replace(_GROUP, labels={"team": "web"}))
    assert {node["metadata"]["name"] for node in _nodes(clusters)} == before
    clusters.converge("prod", replace(_GROUP, release="2"))
    after = {node["metadata"]["name"] for node in _nodes(clusters)}
    assert len(after) == 3
    assert not after & before


def test_drained_group_has_no_nodes(clusters: Clusters) -> None:
    clusters.converge("prod", _GROUP)
    clusters.drain("prod", "servers")
    assert _nodes(clusters) == []

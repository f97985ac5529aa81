import json
from typing import Any

from anykube._workloads.network import unmanaged_pods_policy
from anykube._workloads.pods.spec import Peer
from anykube._workloads.routes.spec import Route
from anykube._workloads.service import ServiceSpec
from anykube._workloads.web.spec import WebServiceSpec

from tests.components.workloads.rendering import rendered, template

DNS = {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}


def policy(**fields: Any) -> Any:
    return rendered("shop", "demo", WebServiceSpec(image="shop:1", **fields))["network-policy"]["spec"]


def pods(app: str) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": {"app.kubernetes.io/name": app}}}


def test_default_policy_allows_the_cluster_and_routed_ports() -> None:
    cluster: dict[str, object] = {"from": [{"namespaceSelector": {}}]}
    assert policy() == {**pods("shop"), "policyTypes": ["Ingress"], "ingress": [cluster]}
    assert policy(routes=[Route(host="a.example")])["ingress"] == [
        cluster,
        {"ports": [{"port": "http", "protocol": "TCP"}]},
    ]


def test_unmanaged_pods_accept_connections_only_from_the_cluster() -> None:
    """The policy must not select apps, because NetworkPolicies are additive."""
    manifest = json.loads(json.dumps(unmanaged_pods_policy("demo")))
    assert manifest["metadata"]["namespace"] == "demo"
    pod_selector, rules = manifest["spec"].pop("podSelector"), manifest["spec"]
    assert pod_selector == {
        "matchExpressions": [
            {"key": "app.kubernetes.io/managed-by", "operator": "NotIn", "values": ["anykube"]},
            {"key": "acme.cert-manager.io/http01-solver", "operator": "DoesNotExist"},
        ]
    }
    assert rules == {"policyTypes": ["Ingress"], "ingress": [{"from": [{"namespaceSelector": {}}]}]}
    labels = template(rendered("shop", "demo", WebServiceSpec(image="shop:1")))["metadata"]["labels"]
    assert labels["app.kubernetes.io/managed-by"] == "anykube"


def test_empty_talks_to_allows_only_dns() -> None:
    assert policy(talks_to=[]) == {**pods("shop"), "policyTypes": ["Ingress", "Egress"], "egress": [DNS]}


def test_talks_to_allows_only_the_listed_peers() -> None:
    peers = ["api", Peer(app="db", namespace="data", ports=(5432,)), Peer(cidr="10.0.0.0/8")]
    assert policy(talks_to=peers)["egress"] == [
        DNS,
        {"to": [pods("api")]},
        {
            "to": [{**pods("db"), "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "data"}}}],
            "ports": [{"port": 5432, "protocol": "TCP"}],
        },
        {"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]},
    ]


def test_accepts_connections_from_callers_and_routes() -> None:
    spec = policy(talks_to=[], called_by=["web"], routes=[Route(host="a.example")])
    assert spec["ingress"] == [{"from": [pods("web")]}, {"ports": [{"port": "http", "protocol": "TCP"}]}]
    spec = policy(talks_to=[], service=ServiceSpec(type="LoadBalancer"))
    assert spec["ingress"] == [{"ports": [{"port": "http", "protocol": "TCP"}]}]

import json
from typing import Any

from anykube._workloads.network import policy_of_others
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


def test_closed_to_who_is_outside_unless_it_says_whom_it_talks_to() -> None:
    cluster: dict[str, object] = {"from": [{"namespaceSelector": {}}]}
    assert policy() == {**pods("shop"), "policyTypes": ["Ingress"], "ingress": [cluster]}
    assert policy(routes=[Route(host="a.example")])["ingress"] == [
        cluster,
        {"ports": [{"port": "http", "protocol": "TCP"}]},
    ]


def test_pods_of_nobodys_app_are_closed_to_who_is_outside() -> None:
    """And it selects no app: what a NetworkPolicy allows, no other takes back."""
    made = json.loads(json.dumps(policy_of_others("demo")))
    assert made["metadata"]["namespace"] == "demo"
    selected, allowed = made["spec"].pop("podSelector"), made["spec"]
    assert selected == {
        "matchExpressions": [{"key": "app.kubernetes.io/managed-by", "operator": "NotIn", "values": ["anykube"]}]
    }
    assert allowed == {"policyTypes": ["Ingress"], "ingress": [{"from": [{"namespaceSelector": {}}]}]}
    labels = template(rendered("shop", "demo", WebServiceSpec(image="shop:1")))["metadata"]["labels"]
    assert labels["app.kubernetes.io/managed-by"] == "anykube"


def test_nothing_but_dns_and_nobody() -> None:
    assert policy(talks_to=[]) == {**pods("shop"), "policyTypes": ["Ingress", "Egress"], "egress": [DNS]}


def test_just_whom_it_names() -> None:
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


def test_lets_in_callers_and_requests_of_routes() -> None:
    made = policy(talks_to=[], called_by=["web"], routes=[Route(host="a.example")])
    assert made["ingress"] == [{"from": [pods("web")]}, {"ports": [{"port": "http", "protocol": "TCP"}]}]
    made = policy(talks_to=[], service=ServiceSpec(type="LoadBalancer"))
    assert made["ingress"] == [{"ports": [{"port": "http", "protocol": "TCP"}]}]

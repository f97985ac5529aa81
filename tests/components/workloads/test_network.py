from typing import Any

from components.workloads.pods.spec import Peer
from components.workloads.routes.spec import Route
from components.workloads.service import Service
from components.workloads.web.spec import WebServiceSpec
from tests.components.workloads.rendering import rendered

DNS = {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}


def policy(**fields: Any) -> Any:
    made = rendered("shop", "demo", WebServiceSpec(image="shop:1", **fields)).get("network-policy")
    return made and made["spec"]


def pods(app: str) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": {"app.kubernetes.io/name": app}}}


def test_none_unless_it_says_whom_it_talks_to() -> None:
    assert policy() is None


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
    assert made["ingress"] == [{"from": [pods("web")]}, {"ports": [{"port": "http"}]}]
    made = policy(talks_to=[], service=Service(type="LoadBalancer"))
    assert made["ingress"] == [{"ports": [{"port": "http"}]}]

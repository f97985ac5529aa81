"""The evaluator, by the examples of the Kubernetes documentation and tables like those of cyclonus.

https://kubernetes.io/docs/concepts/services-networking/network-policies/, https://github.com/mattfenwick/cyclonus
"""

from typing import Any

import pytest
import yaml

from tests.network.evaluator import End, Host, Network, Pod

NAMESPACES = {"default": {}, "x": {"project": "myproject"}, "y": {"user": "alice"}}
DB = Pod("default", {"role": "db"}, {"redis": (6379, "TCP"), "dns": (53, "UDP")})
FRONTEND, CLIENT = Pod("default", {"role": "frontend"}), Pod("default", {"role": "client"})
ELSEWHERE, ALICE = Pod("x", {"role": "client"}), Pod("y", {"role": "client"})
ON_NODE = Pod("default", {"role": "frontend"}, host_network=True)

DOCUMENTED = """
podSelector: {matchLabels: {role: db}}
policyTypes: [Ingress, Egress]
ingress:
  - from:
      - ipBlock: {cidr: 172.17.0.0/16, except: [172.17.1.0/24]}
      - namespaceSelector: {matchLabels: {project: myproject}}
      - podSelector: {matchLabels: {role: frontend}}
    ports: [{protocol: TCP, port: 6379}]
egress:
  - to: [{ipBlock: {cidr: 10.0.0.0/24}}]
    ports: [{protocol: TCP, port: 5978}]
"""
DENY = "{podSelector: {}, policyTypes: [Ingress]}"
ALLOW = "{podSelector: {}, policyTypes: [Ingress], ingress: [{}]}"
DENY_EGRESS = "{podSelector: {}, policyTypes: [Egress]}"
IN_ONE_PEER = """
podSelector: {}
ingress: [{from: [{namespaceSelector: {matchLabels: {user: alice}}, podSelector: {matchLabels: {role: client}}}]}]
"""
IN_TWO_PEERS = """
podSelector: {}
ingress:
  - from: [{namespaceSelector: {matchLabels: {user: alice}}}, {podSelector: {matchLabels: {role: client}}}]
"""


def ingress(rule: str) -> str:
    return f"{{podSelector: {{matchLabels: {{role: db}}}}, ingress: [{rule}]}}"


NAMED = ingress("{ports: [{port: redis}]}")
NAMED_UDP = ingress("{ports: [{port: redis, protocol: UDP}, {port: dns, protocol: UDP}]}")
RANGE = ingress("{ports: [{port: 32000, endPort: 32768}]}")
PROTOCOL = ingress("{ports: [{protocol: UDP}]}")
EMPTY_FROM = ingress("{from: [], ports: []}")
ALL_NAMESPACES = ingress("{from: [{namespaceSelector: {}}]}")
ALL_PODS = ingress("{from: [{podSelector: {}}]}")
EXPRESSIONS = ingress(
    "{from: [{podSelector: {matchExpressions: [{key: role, operator: In, values: [client]},"
    " {key: tier, operator: DoesNotExist}]}}]}"
)
NOT_IN = ingress("{from: [{podSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [x]}]}}]}")
EXISTS = ingress("{from: [{podSelector: {matchExpressions: [{key: tier, operator: Exists}]}}]}")
IPV6 = ingress("{from: [{ipBlock: {cidr: 'fd00::/8'}}]}")

TABLE: list[tuple[str, list[str], End, End, int, str, bool]] = [
    ("no policy", [], CLIENT, DB, 6379, "TCP", True),
    ("documented: label", [DOCUMENTED], FRONTEND, DB, 6379, "TCP", True),
    ("documented: other label", [DOCUMENTED], CLIENT, DB, 6379, "TCP", False),
    ("documented: other port", [DOCUMENTED], FRONTEND, DB, 6380, "TCP", False),
    ("documented: other protocol", [DOCUMENTED], FRONTEND, DB, 6379, "UDP", False),
    ("documented: namespace", [DOCUMENTED], ELSEWHERE, DB, 6379, "TCP", True),
    ("documented: other namespace", [DOCUMENTED], ALICE, DB, 6379, "TCP", False),
    ("documented: range", [DOCUMENTED], Host("172.17.0.9"), DB, 6379, "TCP", True),
    ("documented: except", [DOCUMENTED], Host("172.17.1.9"), DB, 6379, "TCP", False),
    ("documented: egress", [DOCUMENTED], DB, Host("10.0.0.9"), 5978, "TCP", True),
    ("documented: egress, other address", [DOCUMENTED], DB, Host("10.0.1.9"), 5978, "TCP", False),
    ("documented: not selected", [DOCUMENTED], DB, FRONTEND, 80, "TCP", False),
    ("documented: others are free", [DOCUMENTED], FRONTEND, CLIENT, 80, "TCP", True),
    ("deny all", [DENY], CLIENT, DB, 1, "TCP", False),
    ("deny all leaves egress", [DENY], DB, ELSEWHERE, 1, "TCP", True),
    ("allow all", [ALLOW], Host("8.8.8.8"), DB, 1, "SCTP", True),
    ("policies add up", [DENY, ALLOW], CLIENT, DB, 1, "TCP", True),
    ("both ends: egress refuses", [ALLOW, DENY_EGRESS], CLIENT, DB, 1, "TCP", False),
    ("selectors of one peer: both", [IN_ONE_PEER], ALICE, DB, 1, "TCP", True),
    ("selectors of one peer: pod only", [IN_ONE_PEER], CLIENT, DB, 1, "TCP", False),
    ("selectors of two peers: pod only", [IN_TWO_PEERS], CLIENT, DB, 1, "TCP", True),
    ("selectors of two peers: neither", [IN_TWO_PEERS], FRONTEND, DB, 1, "TCP", False),
    ("named port", [NAMED], CLIENT, DB, 6379, "TCP", True),
    ("named port: another", [NAMED], CLIENT, DB, 53, "UDP", False),
    ("named port: name of another protocol", [NAMED_UDP], CLIENT, DB, 6379, "UDP", False),
    ("named port: UDP", [NAMED_UDP], CLIENT, DB, 53, "UDP", True),
    ("port range: end", [RANGE], CLIENT, DB, 32768, "TCP", True),
    ("port range: outside", [RANGE], CLIENT, DB, 31999, "TCP", False),
    ("all ports of a protocol", [PROTOCOL], CLIENT, DB, 9, "UDP", True),
    ("all ports of another protocol", [PROTOCOL], CLIENT, DB, 9, "TCP", False),
    ("empty lists", [EMPTY_FROM], Host("8.8.8.8"), DB, 9, "TCP", True),
    ("all namespaces", [ALL_NAMESPACES], ALICE, DB, 9, "TCP", True),
    ("all namespaces: not a host", [ALL_NAMESPACES], Host("10.0.0.1"), DB, 9, "TCP", False),
    ("all namespaces: not the node's network", [ALL_NAMESPACES], ON_NODE, DB, 9, "TCP", False),
    ("all pods of the policy's namespace", [ALL_PODS], ALICE, DB, 9, "TCP", False),
    ("node's network is not selected", [DENY], CLIENT, ON_NODE, 9, "TCP", True),
    ("expressions", [EXPRESSIONS], CLIENT, DB, 9, "TCP", True),
    ("expressions: one fails", [EXPRESSIONS], FRONTEND, DB, 9, "TCP", False),
    ("NotIn: no such label", [NOT_IN], CLIENT, DB, 9, "TCP", True),
    ("Exists: no such label", [EXISTS], CLIENT, DB, 9, "TCP", False),
    ("IPv6", [IPV6], Host("fd00::1"), DB, 9, "TCP", True),
    ("IPv6: IPv4 host", [IPV6], Host("10.0.0.1"), DB, 9, "TCP", False),
]


@pytest.mark.parametrize(
    ("policies", "source", "target", "port", "protocol", "admitted"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_judges_as_documented(
    policies: list[str], source: End, target: End, port: int, protocol: str, *, admitted: bool
) -> None:
    manifests: list[Any] = [{"metadata": {"namespace": "default"}, "spec": yaml.safe_load(text)} for text in policies]
    assert Network(manifests, NAMESPACES).admits(source, target, port, protocol) is admitted

"""What controllers in a cluster leave behind where it is deleted before its Ingresses and Services.

https://cloud.google.com/kubernetes-engine/docs/how-to/deleting-a-cluster, and names as
https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules and
https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing have them: but for the nodes' tag
they have a hash in them, and not the cluster's name.
"""

import hashlib

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Json, Record
from anykube_rehearsal.gcp.account.tokens import (
    BACKEND_SERVICE,
    FIREWALL,
    FORWARDING_RULE,
    HEALTH_CHECK,
    NEG,
    TARGET_HTTP_PROXY,
    URL_MAP,
)

_CHECKS = ["35.191.0.0/16", "130.211.0.0/22"]
"""Where Google's health checks come from: https://cloud.google.com/load-balancing/docs/firewall-rules"""


def leave(account: Account, cluster: Record, network: str, zone: str) -> None:
    """The load balancer of one Ingress, and the rules that let health checks through to the nodes."""
    project = str(cluster.inputs["project"])
    identity = hashlib.sha256(cluster.id.encode()).hexdigest()
    short, suffix = identity[:8], f"{identity[:8]}-demo-web-{identity[8:16]}"

    def left(token: str, name: str, **inputs: object) -> str:
        about: Json = {"project": project, "name": name, **inputs}
        record = account.add(token, about, {})
        return account.add(token, about, account.types[token].outputs(account, record)).id

    description = f'{{"cluster-uid":"{identity[:32]}","namespace":"demo","service-name":"web","port":"80"}}'
    endpoints = f"k8s1-{short}-demo-web-80-{identity[8:16]}"
    group = left(NEG, endpoints, zone=zone, network=network, description=description)
    check = left(HEALTH_CHECK, endpoints, type="HTTP")
    service = left(BACKEND_SERVICE, endpoints, backends=[{"group": group}], healthChecks=[check], protocol="HTTP")
    routes = left(URL_MAP, f"k8s2-um-{suffix}", defaultService=service)
    proxy = left(TARGET_HTTP_PROXY, f"k8s2-tp-{suffix}", urlMap=routes)
    left(FORWARDING_RULE, f"k8s2-fr-{suffix}", target=proxy, loadBalancingScheme="EXTERNAL", portRange="80-80")
    nodes = [f"gke-{cluster.inputs['name']}-{short}-node"]
    for name in (f"k8s-fw-l7--{identity[:16]}", f"k8s-{identity[:16]}-node-http-hc"):
        left(FIREWALL, name, network=network, sourceRanges=_CHECKS, targetTags=nodes, direction="INGRESS")

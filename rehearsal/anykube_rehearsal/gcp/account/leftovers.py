"""The resources that GKE's controllers leave behind if a cluster is deleted before its Ingresses and Services.

https://cloud.google.com/kubernetes-engine/docs/how-to/deleting-a-cluster

Names follow https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules and
https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing. They contain a hash, not the
cluster's name; only the nodes' network tag contains the name.
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
"""The source ranges of Google's health checks: https://cloud.google.com/load-balancing/docs/firewall-rules"""


def leave_load_balancer(account: Account, cluster: Record, network: str, zone: str) -> None:
    """Adds the load balancer of one Ingress, and the firewall rules for health checks of the nodes."""
    project = str(cluster.inputs["project"])
    digest = hashlib.sha256(cluster.id.encode()).hexdigest()
    short, suffix = digest[:8], f"{digest[:8]}-demo-web-{digest[8:16]}"

    def add(token: str, name: str, **properties: object) -> str:
        inputs: Json = {"project": project, "name": name, **properties}
        record = account.add(token, inputs, {})
        return account.add(token, inputs, account.types[token].outputs(account, record)).id

    description = f'{{"cluster-uid":"{digest[:32]}","namespace":"demo","service-name":"web","port":"80"}}'
    endpoints = f"k8s1-{short}-demo-web-80-{digest[8:16]}"
    group = add(NEG, endpoints, zone=zone, network=network, description=description)
    check = add(HEALTH_CHECK, endpoints, type="HTTP")
    service = add(BACKEND_SERVICE, endpoints, backends=[{"group": group}], healthChecks=[check], protocol="HTTP")
    url_map = add(URL_MAP, f"k8s2-um-{suffix}", defaultService=service)
    proxy = add(TARGET_HTTP_PROXY, f"k8s2-tp-{suffix}", urlMap=url_map)
    add(FORWARDING_RULE, f"k8s2-fr-{suffix}", target=proxy, loadBalancingScheme="EXTERNAL", portRange="80-80")
    tags = [f"gke-{cluster.inputs['name']}-{short}-node"]
    for name in (f"k8s-fw-l7--{digest[:16]}", f"k8s-{digest[:16]}-node-http-hc"):
        add(FIREWALL, name, network=network, sourceRanges=_CHECKS, targetTags=tags, direction="INGRESS")

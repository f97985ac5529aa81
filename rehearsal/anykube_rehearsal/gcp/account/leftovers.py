"""The resources that GKE's controllers leave behind if a cluster is deleted before its Ingresses and Services.

https://cloud.google.com/kubernetes-engine/docs/how-to/deleting-a-cluster

Names follow https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules and
https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing. They contain a hash, not the
cluster's name; only the nodes' network tag contains the name.
"""

import hashlib
import string
from uuid import UUID

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Json, Record
from anykube_rehearsal.gcp.account import names
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


_CHARACTERS = string.digits + string.ascii_lowercase


def leave_load_balancer(account: Account, cluster: Record, network: str, zone: str) -> None:
    """Adds the load balancer of one Ingress, and the firewall rules for health checks of the nodes.

    The Ingress controller invents an id, and uses the UID of the namespace kube-system as a second one:
    https://github.com/kubernetes/ingress-gce/tree/master/pkg/utils/namer
    """
    project = str(cluster.inputs["project"])
    digest = names.cluster_id(cluster)
    uid, kube_system = digest[16:32], str(UUID(digest[32:]))
    suffix = f"{_content_hash(kube_system)}-demo-web-{digest[8:16]}"

    def add(token: str, name: str, **properties: object) -> str:
        inputs: Json = {"project": project, "name": name, **properties}
        record = account.add(token, inputs, {})
        return account.add(token, inputs, account.types[token].outputs(account, record)).id

    description = f'{{"cluster-uid":"{kube_system}","namespace":"demo","service-name":"web","port":"80"}}'
    endpoints = f"k8s1-{uid[:8]}-demo-web-80-{digest[8:16]}"
    group = add(NEG, endpoints, zone=zone, network=network, description=description)
    check = add(HEALTH_CHECK, endpoints, type="HTTP")
    service = add(BACKEND_SERVICE, endpoints, backends=[{"group": group}], healthChecks=[check], protocol="HTTP")
    url_map = add(URL_MAP, f"k8s2-um-{suffix}", defaultService=service)
    proxy = add(TARGET_HTTP_PROXY, f"k8s2-tp-{suffix}", urlMap=url_map)
    add(FORWARDING_RULE, f"k8s2-fr-{suffix}", target=proxy, loadBalancingScheme="EXTERNAL", portRange="80-80")
    tags = [f"gke-{cluster.inputs['name']}-{digest[:8]}-node"]
    for name in (f"k8s-fw-l7--{uid}", f"k8s-{uid}-node-http-hc"):
        add(FIREWALL, name, network=network, sourceRanges=_CHECKS, targetTags=tags, direction="INGRESS")


def _content_hash(text: str) -> str:
    """https://github.com/kubernetes/ingress-gce/blob/master/pkg/utils/common/common.go"""
    return "".join(_CHARACTERS[byte % 36] for byte in hashlib.sha256(text.encode()).digest()[:8])

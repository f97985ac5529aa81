"""The names that GKE and its controllers give to resources of Compute Engine, with the ids of the cluster in them.

A prefix such as `gke-` is no grammar: people use it as well. Each pattern here is a whole name.

- Firewall rules of clusters: https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules. The hash is the
  beginning of the cluster's id:
  https://github.com/GoogleCloudPlatform/gcpdiag/blob/main/gcpdiag/queries/gke.py
- Ingresses, and Services with endpoint groups: https://github.com/kubernetes/ingress-gce/tree/master/pkg/utils/namer
- Services: `DefaultLoadBalancerName` in https://github.com/kubernetes/cloud-provider/blob/master/cloud.go
- Gateways: https://cloud.google.com/kubernetes-engine/docs/how-to/deploying-gateways
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

HASH, UID, SHORT, V2, SERVICE = "hash", "uid", "short", "v2", "service"
"""The kinds of ids: the beginning of the cluster's id; the id that the Ingress controller invents, and its beginning;
a hash of the UID of the namespace kube-system; the UID of one Service."""

_RULES = "all|vms|master|inkubelet|exkubelet|mcsd|ssh|webhook|ipv6-all|ipv6-vms|ipv6-inkubelet|ipv6-exkubelet"
_NODE_TAG = re.compile(r"gke-([a-z][a-z0-9-]*)-([0-9a-f]{8})-node")
_NODE_RULE = re.compile(rf"gke-([a-z][a-z0-9-]*)-([0-9a-f]{{8}})-(?:{_RULES})")
_TRUNCATED = 15
"""GKE shortens the names of clusters in names of firewall rules and tags, but not to less."""

_PATTERNS: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(pattern)
    for kind, pattern in {
        UID: (
            r"k8s-fw-l7--([0-9a-f]{16})"
            r"|k8s-([0-9a-f]{16})-node-(?:http-)?hc"
            r"|k8s-(?:be-\d+|ig|(?:fw|fws|tp|tps|um|rm|ssl)-.+)--([0-9a-f]{16})0?"
        ),
        SHORT: r"k8s1-([0-9a-f]{8})-.+-[0-9a-f]{8}",
        V2: (
            r"k8s2-(?:fr|fs|tp|ts|um|rm)-([0-9a-z]{8})-.+-[0-9a-z]{8}"
            r"|k8s2-cr-([0-9a-z]{8})-[0-9a-z]{16}-[0-9a-f]{16}"
            r"|k8s2-(?:tcp|udp|l3)-([0-9a-z]{8})-.+-[0-9a-z]{8}(?:-[0-9a-z]{1,2})?(?:-ipv6)?"
            r"|k8s2-([0-9a-z]{8})-.+-[0-9a-z]{8}(?:-fw|-deny)?(?:-ipv6)?"
            r"|k8s2-([0-9a-z]{8})-l4-shared-hc(?:-fw)?(?:-ipv6)?"
        ),
        SERVICE: r"(a[0-9a-f]{31})|k8s-fw-(a[0-9a-f]{31})|k8s-(a[0-9a-f]{31})-http-hc",
    }.items()
}
_WITHOUT_ID = re.compile(
    r"gkegw\d-[a-z0-9]{4}-.+-[a-z0-9]{12}"
    r"|mcrt-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
"""Names of Gateways and managed certificates. Only references say to which cluster they belong."""


@dataclass(frozen=True)
class ControllerName:
    """A name that only a controller gives."""

    kind: str = ""
    """The kind of id; empty without one."""
    key: str = ""
    """The id with its kind, such as `short:0a1b2c3d`."""
    cluster: str = ""
    """The cluster's name, perhaps shortened, in names with a hash."""


def parse_name(name: str) -> ControllerName | None:
    """The parts of a controller's name; None for any other name."""
    if match := _NODE_RULE.fullmatch(name):
        return ControllerName(HASH, f"{HASH}:{match[2]}", match[1])
    for kind, pattern in _PATTERNS.items():
        if match := pattern.fullmatch(name):
            return ControllerName(kind, f"{kind}:{next(filter(None, match.groups()))}")
    return ControllerName() if _WITHOUT_ID.fullmatch(name) else None


def parse_node_tag(tag: str) -> ControllerName | None:
    """The parts of the network tag of a cluster's nodes; None for any other tag."""
    match = _NODE_TAG.fullmatch(tag)
    return ControllerName(HASH, f"{HASH}:{match[2]}", match[1]) if match else None


def is_name_of(cluster: str, in_name: str) -> bool:
    """Whether a name in a firewall rule or tag is this cluster's, perhaps shortened."""
    return in_name == cluster or (len(in_name) >= _TRUNCATED and cluster.startswith(in_name))


def keys_in_description(description: str) -> frozenset[str]:
    """The ids in the JSON description of an endpoint group: the controller's hash of the UID of kube-system.

    https://github.com/kubernetes/ingress-gce/blob/master/pkg/utils/negdescription.go
    """
    try:
        uid = json.loads(description).get("cluster-uid") if description else None
    except (ValueError, AttributeError):
        return frozenset()
    return frozenset({f"{V2}:{content_hash(uid)}"}) if isinstance(uid, str) and uid else frozenset()


def with_short_forms(keys: Iterable[str]) -> frozenset[str]:
    """The ids, and the beginnings of the Ingress controller's, which names of endpoint groups contain."""
    texts = set(keys)
    return frozenset(texts | {f"{SHORT}:{key.partition(':')[2][:8]}" for key in texts if key.startswith(f"{UID}:")})


def content_hash(text: str, length: int = 8) -> str:
    """The hash in names of the controller's second scheme.

    https://github.com/kubernetes/ingress-gce/blob/master/pkg/utils/common/common.go
    """
    characters = "0123456789abcdefghijklmnopqrstuvwxyz"
    return "".join(characters[byte % len(characters)] for byte in hashlib.sha256(text.encode()).digest()[:length])

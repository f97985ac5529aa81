"""`reader_role`: reads everything in a cluster, as a preview and the detection of drift do."""

from collections.abc import Mapping
from typing import Any

READERS = "anykube-readers"
"""Name of the ClusterRole."""


def reader_role() -> Mapping[str, Any]:
    """The ClusterRole, which Kubernetes lacks: its own `view` reads neither Secrets nor objects without a namespace.

    It has wildcards, since apps may have objects of any kind. `anykube_policies.rbac` allows exactly these rules.
    """
    read = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": READERS},
        "rules": [read],
    }

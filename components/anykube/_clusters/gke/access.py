"""Permissions in the cluster: ClusterRoleBindings, since IAM roles would apply to all clusters of the project.

https://cloud.google.com/kubernetes-engine/docs/how-to/role-based-access-control
"""

from collections.abc import Iterator, Mapping
from typing import Any

from anykube._clusters.gke.spec import GkeClusterSpec

_RBAC = "rbac.authorization.k8s.io"
_KINDS = {"user": "User", "serviceAccount": "User", "group": "Group"}
_ROLES = {"admins": "cluster-admin", "viewers": "view"}

CLUSTER_VIEWER = "roles/container.clusterViewer"
"""IAM role that lets a principal get the cluster's endpoint, and nothing in the cluster."""


def bindings(spec: GkeClusterSpec) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A ClusterRoleBinding for admins and one for viewers, each with the suffix of its resource name.

    The principal that deploys the stack needs none, since its IAM role in the project includes these permissions.
    """
    for field, role in _ROLES.items():
        principals = getattr(spec.access, field)
        if principals:
            yield (
                field,
                {
                    "apiVersion": f"{_RBAC}/v1",
                    "kind": "ClusterRoleBinding",
                    "metadata": {"name": f"anykube-{field}"},
                    "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": role},
                    "subjects": [_subject(principal) for principal in principals],
                },
            )


def _subject(principal: str) -> dict[str, str]:
    kind, _, address = principal.partition(":")
    return {"apiGroup": _RBAC, "kind": _KINDS[kind], "name": address}

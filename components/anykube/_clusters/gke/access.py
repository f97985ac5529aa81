"""Who may do what in the cluster: bindings in it, so that a role reaches this cluster and no other of the project.

https://cloud.google.com/kubernetes-engine/docs/how-to/role-based-access-control
"""

from collections.abc import Iterator, Mapping
from typing import Any

from anykube._clusters.gke.spec import GkeClusterSpec

_RBAC = "rbac.authorization.k8s.io"
_KINDS = {"user": "User", "serviceAccount": "User", "group": "Group"}
_ROLES = {"admins": "cluster-admin", "viewers": "view"}

LOOK_UP = "roles/container.clusterViewer"
"""By which a principal finds the cluster, and gets no further."""


def bindings(spec: GkeClusterSpec) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """One for admins and one for viewers, each with the end of its resource's name. Who brings the stack up needs none:
    its role in the project is above them."""
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

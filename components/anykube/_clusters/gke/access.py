"""Permissions in the cluster: ClusterRoleBindings, since IAM roles would apply to all clusters of the project.

https://cloud.google.com/kubernetes-engine/docs/how-to/role-based-access-control
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anykube._clusters import reviews
from anykube._clusters.access import Role, grants
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._clusters.readers import READERS, reader_role

_RBAC = "rbac.authorization.k8s.io"
_KINDS = {"user": "User", "serviceAccount": "User", "group": "Group"}
_CLUSTER_ROLES: Mapping[Role, str] = {
    "deployer": "cluster-admin",
    "admin": "cluster-admin",
    "previewer": READERS,
    "viewer": "view",
}

CLUSTER_VIEWER = "roles/container.clusterViewer"
"""IAM role that lets a principal get the cluster's endpoint, and nothing in the cluster."""


def bindings(spec: GkeClusterSpec) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The ClusterRoleBindings of each list in `access`, each with the suffix of its resource name.

    The principal that creates the cluster needs none, since its IAM role in the project includes these permissions.
    """
    reviewers, readers = _members(spec, "reviewer"), (*_members(spec, "previewer"), *_members(spec, "reviewer"))
    if readers:
        yield "readers", reader_role()
    for role, cluster_role in _CLUSTER_ROLES.items():
        members = readers if role == "previewer" else _members(spec, role)
        if members:
            yield f"{role}s", _binding(f"{role}s", cluster_role, members)
    if reviewers:
        yield from reviews.bindings([_subject(member) for member in reviewers])
        yield from reviews.policy(_is_one_of(reviewers))


def _members(spec: GkeClusterSpec, role: Role) -> Sequence[str]:
    return [grant.principal for grant in grants(spec.access) if grant.role == role]


def _binding(name: str, cluster_role: str, members: Sequence[str]) -> Mapping[str, Any]:
    return {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": f"anykube-{name}"},
        "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": cluster_role},
        "subjects": [_subject(member) for member in members],
    }


def _subject(principal: str) -> dict[str, str]:
    kind, _, address = principal.partition(":")
    return {"apiGroup": _RBAC, "kind": _KINDS[kind], "name": address}


def _is_one_of(principals: Sequence[str]) -> str:
    """A CEL expression: whether the caller is one of the principals."""
    subjects = [_subject(principal) for principal in principals]
    users = [subject["name"] for subject in subjects if subject["kind"] == "User"]
    groups = [subject["name"] for subject in subjects if subject["kind"] == "Group"]
    return " || ".join([*([reviews.named(users)] if users else []), *([reviews.member_of(groups)] if groups else [])])

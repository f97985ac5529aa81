"""What the identities of a pipeline may do in a Google Cloud project.

A condition on a resource's name applies only to services that know it. Networks and service accounts do not, so these
permissions are for the whole project.
https://cloud.google.com/iam/docs/conditions-resource-attributes
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anykube._clusters.gke.spec import GkeClusterSpec

ROLES: Mapping[str, Mapping[str, Any]] = json.loads(Path(__file__).with_name("roles.json").read_text(encoding="utf-8"))
"""The custom roles: title and permissions, by name. https://cloud.google.com/iam/docs/permissions-reference"""

NODE_ROLES = ("roles/container.defaultNodeServiceAccount", "roles/artifactregistry.reader")
"""The roles in the project that a stack gives to its nodes."""
_CUSTOM = "anykube_"


@dataclass(frozen=True)
class Grant:
    """A role for an identity."""

    role: str
    """A predefined role, or the name of a custom one."""
    names: Sequence[str] = ()
    """What the names of resources begin with. Empty: all resources."""
    may_grant: Sequence[str] = ()
    """The only roles that the identity may give to others, if its role allows that."""

    def role_name(self, project: str) -> str:
        """The role as in an IAM policy."""
        return self.role if self.role.startswith("roles/") else custom_role(project, self.role)

    @property
    def condition(self) -> Mapping[str, str] | None:
        """The IAM condition: https://cloud.google.com/iam/docs/conditions-overview."""
        if self.may_grant:
            roles = ", ".join(f"'{role}'" for role in self.may_grant)
            attribute = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', [])"
            return {"title": "anykube-grants", "expression": f"{attribute}.hasOnly([{roles}])"}
        if self.names:
            expression = " || ".join(f"resource.name.startsWith('{name}')" for name in self.names)
            return {"title": "anykube-stack", "expression": expression}
        return None

    def allows(self, permission: str, resource: str) -> bool:
        """Whether a custom role allows this on a resource with this name."""
        covers = not self.names or any(resource.startswith(name) for name in self.names)
        return permission in ROLES.get(self.role, {}).get("permissions", ()) and covers


def custom_role(project: str, name: str) -> str:
    """The full name of a custom role."""
    return f"projects/{project}/roles/{_CUSTOM}{name}"


def cluster_name(spec: GkeClusterSpec) -> str:
    """The resource name of a cluster: https://cloud.google.com/iam/docs/conditions-resource-attributes#resource-name"""
    return f"projects/{spec.gke.project}/locations/{spec.region}/clusters/{spec.name}"


def key_ring_prefix(spec: GkeClusterSpec) -> str:
    """What the names of the cluster's key rings begin with. Pulumi appends digits."""
    return f"projects/{spec.gke.project}/locations/{spec.region}/keyRings/{spec.name}-secrets-"


def grants(spec: GkeClusterSpec, app_roles: Sequence[str]) -> Mapping[str, Sequence[Grant]]:
    """The roles in the project by purpose. `app_roles` are those that the settings give to apps."""
    cluster = Grant("cluster", [cluster_name(spec)])
    return {
        "preview": [Grant("preview"), cluster, Grant("roles/container.viewer", [cluster_name(spec)])],
        "review": [cluster, Grant("roles/container.developer", [cluster_name(spec)])],
        "deploy": [
            Grant("deploy"),
            Grant("roles/container.admin", [cluster_name(spec)]),
            Grant("keys", [key_ring_prefix(spec)]),
            Grant("grants", may_grant=sorted({*NODE_ROLES, *app_roles})),
        ],
    }


def state_names(bucket: str, project: str, stack: str) -> Sequence[str]:
    """What the names of a stack's objects in a state bucket begin with."""
    return [f"projects/_/buckets/{bucket}/objects/.pulumi/{name}" for name in _state_paths(project, stack)]


def _state_paths(project: str, stack: str) -> Iterator[str]:
    yield f"stacks/{project}/{stack}."
    for folder in ("backups", "history", "locks"):
        yield f"{folder}/{project}/{stack}/"


def review_names(bucket: str, project: str, stack: str) -> Sequence[str]:
    """What the names of the objects of its review stacks begin with."""
    folders = ("stacks", "backups", "history", "locks")
    return [f"projects/_/buckets/{bucket}/objects/.pulumi/{folder}/{project}/{stack}-pr-" for folder in folders]

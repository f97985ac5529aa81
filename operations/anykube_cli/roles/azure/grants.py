"""What the identities of a pipeline may do in a subscription, and in which scope.

https://learn.microsoft.com/azure/role-based-access-control/conditions-format
"""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from anykube._clusters.aks.custom_roles import CUSTOM_ROLES, custom_role_guid
from anykube._clusters.aks.roles import ROLES as BUILT_IN

ROLES: Mapping[str, Mapping[str, Any]] = json.loads(Path(__file__).with_name("roles.json").read_text(encoding="utf-8"))
"""The custom roles by name: description, actions and data actions."""

CLUSTER_ROLES = (
    "AppGw for Containers Configuration Manager",
    "Azure Kubernetes Service Cluster User Role",
    "Azure Kubernetes Service RBAC Cluster Admin",
    "Azure Kubernetes Service RBAC Reader",
    "DNS Zone Contributor",
    "Key Vault Crypto User",
    "Managed Identity Operator",
    "Network Contributor",
    "Reader",
)
"""The roles that a stack assigns to its own identities, and in the cluster to people."""

_NAMESPACE = uuid.UUID("0d7f4f35-6c4c-5d5f-8a5a-6f6f3b1d2c11")
"""UUID namespace for the names of custom roles."""
_ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"


@dataclass(frozen=True)
class Grant:
    """A role for an identity in a scope."""

    role: str
    """The name of a custom role, or of a built-in one."""
    scope: str
    condition: str = ""

    def allows(self, action: str, resource: str) -> bool:
        """Whether a custom role allows an action on a resource with this ID. Conditions are not evaluated."""
        role = ROLES.get(self.role, {})
        actions = [*role.get("actions", ()), *role.get("dataActions", ())]
        is_below = f"{resource.lower()}/".startswith(f"{self.scope.lower()}/")
        return is_below and any(fnmatchcase(action.lower(), pattern.lower()) for pattern in actions)


def custom_role_id(subscription: str, name: str) -> str:
    """The GUID of a custom role, always the same in a subscription."""
    return str(uuid.uuid5(_NAMESPACE, f"{subscription}|{name}".lower()))


def role_guid(subscription: str, name: str) -> str:
    """The GUID of a custom or built-in role."""
    return custom_role_id(subscription, name) if name in ROLES else BUILT_IN[name]


def only_roles(guids: Sequence[str]) -> str:
    """Limits an identity that assigns roles to these ones."""
    roles = f"ForAnyOfAnyValues:GuidEquals {{{', '.join(sorted(guids))}}}"
    return " AND ".join(
        f"((!(ActionMatches{{'{_ASSIGNMENTS}/{verb}'}})) OR ({source}[{_ASSIGNMENTS}:RoleDefinitionId] {roles}))"
        for verb, source in (("write", "@Request"), ("delete", "@Resource"))
    )


def only_blobs(patterns: Sequence[str]) -> str:
    """Limits access to blobs whose paths match. Listing the container stays possible."""
    verbs = [f"!(ActionMatches{{'{_BLOBS}/{verb}'}})" for verb in ("write", "add/action", "delete")]
    read = f"!(ActionMatches{{'{_BLOBS}/read'}} AND NOT SubOperationMatches{{'Blob.List'}})"
    paths = " OR ".join(f"@Resource[{_BLOBS}:path] StringLike '{pattern}'" for pattern in patterns)
    return f"(({' AND '.join([read, *verbs])}) OR ({paths}))"


def grants(subscription: str, app_roles: Sequence[str]) -> Mapping[str, Sequence[Grant]]:
    """The roles for resources, by purpose. `app_roles` are the GUIDs of those that settings give to apps.

    The scope is the subscription, since a deployment creates the resource group of a new cluster: use one subscription
    for each environment.
    """
    scope = f"/subscriptions/{subscription}"
    in_cluster = [custom_role_guid(subscription, role) for role in CUSTOM_ROLES]
    assignable = [*(BUILT_IN[name] for name in CLUSTER_ROLES), *in_cluster, *app_roles]
    return {
        "preview": [Grant("preview", scope)],
        "review": [Grant("review", scope)],
        "deploy": [Grant("deploy", scope), Grant("assign", scope, only_roles(assignable))],
    }


def state_grants(purpose: str, container: str, key: str, project: str, stack: str) -> Iterator[Grant]:
    """The roles for the state: its files in the container, and its key in the vault."""
    stack_files = [".pulumi/meta.yaml", f".pulumi/*/{project}/{stack}.*", f".pulumi/*/{project}/{stack}/*"]
    reviews = [f".pulumi/*/{project}/{stack}-pr-*"]
    if purpose == "preview":
        # Previews of all stacks share this identity, and Azure has one assignment of a role in a scope.
        yield Grant("Storage Blob Data Reader", container)
        yield Grant("decrypt", key)
        return
    yield Grant("Storage Blob Data Contributor", container, only_blobs(reviews if purpose == "review" else stack_files))
    if purpose == "review":
        yield Grant("Storage Blob Data Reader", container, only_blobs([*stack_files, *reviews]))
    yield Grant("Key Vault Crypto User", key)

"""Names and IDs of Azure resources. Imports no SDK."""

import hashlib
import json
import re
import uuid
from collections.abc import Sequence

_ASSIGNMENT_NAMESPACE = uuid.UUID("6f1d4c0a-5c1b-5d0e-9a57-2f6f0f3b7c11")
"""UUID namespace for the names of role assignments. If it changed, Pulumi would replace all of them."""

_STEM_LENGTH, _HASH_LENGTH = 6, 5


def assignment_name(scope: str, principal: str, role: str) -> str:
    """The name of a role assignment, a GUID derived from its scope, principal and role.

    Azure rejects a second assignment of the same role with another name.
    https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
    """
    return str(uuid.uuid5(_ASSIGNMENT_NAMESPACE, "|".join((scope, principal, role)).lower()))


def role_definition_name(subscription: str, role: str) -> str:
    """The name of a custom role in a subscription, a GUID."""
    return str(uuid.uuid5(_ASSIGNMENT_NAMESPACE, f"{subscription}|{role}".lower()))


def pool_name(name: str, zone: str, immutable: Sequence[object]) -> str:
    """The name of an agent pool: at most 12 lowercase letters and digits, starting with a letter.

    `immutable`: the values that AKS cannot change. If they change, the name changes, so that the new pool can exist
    before the old one is deleted. https://learn.microsoft.com/azure/aks/create-node-pools#limitations
    """
    letters = "".join(character for character in name if character.isalnum())
    stem = letters if letters[:1].isalpha() else f"p{letters}"
    digest = hashlib.sha256(json.dumps([name, zone, *immutable]).encode()).hexdigest()
    return f"{stem[:_STEM_LENGTH]}{zone or '0'}{digest[:_HASH_LENGTH]}"


def vault_name(cluster: str, principal: str) -> str:
    """The name of a key vault: 3 to 24 letters, digits or hyphens, unique in Azure.

    The name of a deleted vault stays reserved while its keys can be recovered. `principal`, the ID of the control
    plane's identity, is new for each cluster and so makes the name unique.
    https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
    """
    digest = hashlib.sha256(f"{cluster}|{principal}".encode()).hexdigest()
    stem = re.sub(r"-+", "-", cluster if cluster[0].isalpha() else f"k{cluster}")[:13]
    return f"{stem.rstrip('-')}-{digest[:10]}"


def role_id(subscription: str, role: str) -> str:
    """The ID of a role definition in a subscription, from its GUID."""
    return f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"


def node_resource_group(cluster: str) -> str:
    """Name of the resource group that AKS creates for nodes and their resources."""
    return f"{cluster}-nodes"


def resource_group_id(subscription: str, group: str) -> str:
    """The ID of a resource group."""
    return f"/subscriptions/{subscription}/resourceGroups/{group}"

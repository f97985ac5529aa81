"""Names and ids that Azure asks for. No SDK is needed to know them."""

import hashlib
import json
import re
import uuid
from collections.abc import Sequence

_ASSIGNMENTS = uuid.UUID("6f1d4c0a-5c1b-5d0e-9a57-2f6f0f3b7c11")
"""Whose namesakes assignments of roles are; never changed, or all of them would be made anew."""

_STEM, _HASH = 6, 5


def assignment_name(scope: str, principal: str, role: str) -> str:
    """The name of a role's assignment: the same for the same three, so that none is made twice.

    Azure takes a GUID, and refuses a second assignment of the same role by another name.
    https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
    """
    return str(uuid.uuid5(_ASSIGNMENTS, "|".join((scope, principal, role)).lower()))


def pool_name(page_name: str, zone: str, fixed: Sequence[object]) -> str:
    """The name of an agent pool: at most 12 lower-case letters and digits, a letter first.

    `fixed` is what of it cannot change in place. A change of that changes the name, so that the new pool can be there
    before the old one goes. https://learn.microsoft.com/azure/aks/create-node-pools#limitations
    """
    letters = "".join(sign for sign in page_name if sign.isalnum())
    stem = letters if letters[:1].isalpha() else f"p{letters}"
    digest = hashlib.sha256(json.dumps([page_name, zone, *fixed]).encode()).hexdigest()
    return f"{stem[:_STEM]}{zone or '0'}{digest[:_HASH]}"


def vault_name(cluster: str, principal: str) -> str:
    """The name of a key vault: 3 to 24 letters, digits or '-', one of its kind in all of Azure.

    The name of a vault that was deleted stays taken for as long as its keys could be recovered. The id of an identity
    is new with each cluster, and makes the vault's name new too.
    https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
    """
    digest = hashlib.sha256(f"{cluster}|{principal}".encode()).hexdigest()
    stem = re.sub(r"-+", "-", cluster if cluster[0].isalpha() else f"k{cluster}")[:13]
    return f"{stem.rstrip('-')}-{digest[:10]}"


def role_id(subscription: str, role: str) -> str:
    """The id of a role definition in a subscription, from its GUID."""
    return f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"


def node_resource_group(cluster: str) -> str:
    """The resource group that AKS makes for the nodes and all that is around them."""
    return f"{cluster}-nodes"


def resource_group_id(subscription: str, group: str) -> str:
    """The id of a resource group."""
    return f"/subscriptions/{subscription}/resourceGroups/{group}"

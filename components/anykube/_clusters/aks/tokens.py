"""The type of a login, from its access token. Imports no SDK."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from anykube._clusters.aks.principals import PrincipalType

_AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""Application ID of the Azure CLI, by which a person logs in."""


def claims(token: str) -> Mapping[str, Any]:
    """The claims of an access token; empty for a token that is no JWT. Does not verify its signature: Azure does that.

    https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
    """
    try:
        payload = token.split(".")[1]
        decoded = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def principal_type(token: str, client_id: str) -> PrincipalType:
    """The type of a login. A person may log in by any application: the CLI, a browser, an editor.

    https://learn.microsoft.com/entra/identity-platform/optional-claims-reference: `idtyp` is `app` or `user`
    """
    content = claims(token)
    if "idtyp" in content:
        return "ServicePrincipal" if content["idtyp"] == "app" else "User"
    # Only tokens of people have scopes.
    return "User" if "scp" in content or client_id == _AZURE_CLI else "ServicePrincipal"

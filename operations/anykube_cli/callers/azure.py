"""The identity on Azure: a person or a service principal, by the claims of its token.

https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
"""

from collections.abc import Mapping
from typing import Any

from anykube._clusters.access import CREATOR
from anykube._clusters.aks.principals import PrincipalType
from anykube._clusters.aks.spec import AksClusterSpec
from anykube._clusters.aks.tokens import claims, principal_type

from anykube_cli.callers.caller import Caller, Recorded, State, UnknownCallerError
from anykube_cli.preflight.azure import identity
from anykube_cli.preflight.azure.clients import SCOPE, Session

_PREFIXES: Mapping[PrincipalType, str] = {"User": "user", "Group": "group", "ServicePrincipal": "app"}
_ASSIGNMENT = "azure-native:authorization:RoleAssignment"


def find(spec: AksClusterSpec, session: Session | None = None) -> Caller:
    """Reads the token for Azure Resource Manager. `session`: by default with the environment's credentials.

    Raises UnknownCallerError.
    """
    try:
        session = session or identity.open_session(spec.aks.subscription)[0]
        token = session.credential.get_token(SCOPE).token
    except Exception as error:
        raise UnknownCallerError(identity.explain(error)) from error
    content = claims(token)
    kind = principal_type(token, str(content.get("appid", "")))
    principal = f"{_PREFIXES[kind]}:{content['oid']}" if "oid" in content else None
    return Caller(identity.describe_caller(content), principal)


def pinned_account(spec: AksClusterSpec) -> str:
    """Empty: credentials belong to no subscription, and the provider uses that of the settings."""
    del spec
    return ""


def read_state(state: State) -> Recorded:
    """The principal of the creator's role assignment."""
    resources: Any = state.get("resources") or ()
    for item in resources:
        is_current = item["type"] == _ASSIGNMENT and item.get("outputs") and not item.get("delete")
        if is_current and item["urn"].endswith(f"-{CREATOR}"):
            prefix = _PREFIXES[item["outputs"].get("principalType", "ServicePrincipal")]
            return Recorded(creator=f"{prefix}:{item['outputs']['principalId']}")
    return Recorded()

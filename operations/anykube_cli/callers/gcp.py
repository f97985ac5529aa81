"""The identity on Google Cloud: a service account or a user."""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from anykube._clusters.gke.spec import GkeClusterSpec

from anykube_cli.callers.caller import Caller, Recorded, State, UnknownCallerError
from anykube_cli.preflight.gcp import identity
from anykube_cli.preflight.gcp.clients import Session

_TOKEN_INFO = "https://oauth2.googleapis.com/tokeninfo"
"""https://cloud.google.com/docs/authentication/token-types#access-contents"""
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_ACCOUNTS = ".gserviceaccount.com"


def find(spec: GkeClusterSpec, session: Session | None = None) -> Caller:
    """Asks Google whose token it is. `session`: by default with the environment's credentials.

    Raises UnknownCallerError.
    """
    try:
        session = session or identity.open_session(spec.gke.project)
        email = _email(session)
    except Exception as error:
        raise UnknownCallerError(identity.explain(error)) from error
    description = identity.describe_caller(session.credentials) if email is None else email
    # Roles in the project give permissions in all of its clusters.
    return Caller(description, email and f"{_kind(email)}:{email}", needs_grant=False)


def pinned_account(spec: GkeClusterSpec) -> str:
    """Empty: credentials belong to no project, and the provider uses that of the settings."""
    del spec
    return ""


def read_state(state: State) -> Recorded:
    """Nothing: a creator has no grant of its own."""
    del state
    return Recorded()


def _kind(email: str) -> str:
    return "serviceAccount" if email.endswith(_ACCOUNTS) else "user"


def _email(session: Session) -> str | None:
    """The address; None for a token without the scope that includes it, and for a federated identity."""
    credentials: Any = session.credentials
    account = getattr(credentials, "service_account_email", None) or getattr(credentials, "signer_email", None)
    if account and account != "default":
        return str(account)
    # In the body: addresses of requests are logged.
    body = urlencode({"access_token": credentials.token})
    response, content = session.http().request(_TOKEN_INFO, method="POST", body=body, headers=_FORM)
    if int(response.status) != HTTPStatus.OK:
        return None
    email = json.loads(content).get("email")
    return str(email) if email else None

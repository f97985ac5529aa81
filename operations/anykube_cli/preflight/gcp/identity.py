"""Who asks. Without an answer no other question has one, so this one is asked first.

The credentials are looked for where Pulumi's provider looks for them:
https://www.pulumi.com/registry/packages/gcp/installation-configuration/
"""

import json
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anykube_cli.preflight.gcp.clients import Session, connection
from anykube_cli.preflight.gcp.refusal import UNREACHABLE, brief, kinds, status
from anykube_cli.preflight.problem import Problem

_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)

_KEYS = ("GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON")
"""Variables with a file of credentials, or its content, that the provider prefers to the application's default."""

_SIGN_IN = (
    "on a machine of your own: gcloud auth application-default login; in CI workload identity federation, by a file "
    "that GOOGLE_APPLICATION_CREDENTIALS names: https://cloud.google.com/iam/docs/workload-identity-federation"
)
_NETWORK = "look after network and proxy (HTTPS_PROXY)"

_BY_CLASS: Mapping[str, tuple[str, str]] = {
    "ReauthFailError": ("the sign-in has expired", "sign in again: gcloud auth application-default login"),
    "RefreshError": (
        "the credentials could not be renewed: they have expired, were revoked, or who gives them does not answer",
        _SIGN_IN,
    ),
    "DefaultCredentialsError": ("there are no credentials", _SIGN_IN),
    "MalformedError": ("the file with the credentials is not one", _SIGN_IN),
    **dict.fromkeys(UNREACHABLE, ("Google Cloud cannot be reached", _NETWORK)),
}


def enter(project: str | None = None) -> Session:
    """The session of the environment. Raises what google-auth raises where there are no credentials.

    What a person asks some services for is counted in a project, which gcloud's sign-in may not name: then in this one.
    https://cloud.google.com/docs/authentication/adc-troubleshooting/user-creds
    """
    credentials = _impersonating(_credentials())
    if project and hasattr(credentials, "refresh_token") and not credentials.quota_project_id:
        credentials = credentials.with_quota_project(project)
    if not credentials.valid:
        import google_auth_httplib2

        credentials.refresh(google_auth_httplib2.Request(connection()))
    return Session(credentials, connection)


def _credentials() -> Any:
    import google.auth
    import google.oauth2.credentials

    if token := os.environ.get("GOOGLE_OAUTH_ACCESS_TOKEN"):
        return google.oauth2.credentials.Credentials(token)
    given = next((os.environ[name] for name in _KEYS if os.environ.get(name)), None)
    if given is None:
        with warnings.catch_warnings():  # of no project that a person's requests are counted in: `enter` names one
            warnings.simplefilter("ignore")
            return google.auth.default(scopes=_SCOPES)[0]
    return _given(given if given.lstrip().startswith("{") else _file(given))


def _given(content: str) -> Any:
    """Credentials of the kind that their content names."""
    from google.auth import identity_pool
    from google.auth.exceptions import MalformedError
    from google.oauth2 import credentials, service_account

    makers: Mapping[str, Any] = {
        "authorized_user": credentials.Credentials.from_authorized_user_info,
        "external_account": identity_pool.Credentials.from_info,
        "service_account": service_account.Credentials.from_service_account_info,
    }
    try:
        read = json.loads(content)
        return makers[read["type"]](read, scopes=_SCOPES)
    except (ValueError, KeyError, TypeError):
        raise MalformedError("it is not the content of such a file") from None


def _file(name: str) -> str:
    from google.auth.exceptions import DefaultCredentialsError

    try:
        return Path(name).expanduser().read_text()
    except OSError:
        raise DefaultCredentialsError("there is no such file") from None


def _impersonating(credentials: Any) -> Any:
    account = os.environ.get("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT")
    if not account:
        return credentials
    from google.auth import impersonated_credentials

    return impersonated_credentials.Credentials(credentials, account, _SCOPES)


def who(credentials: Any) -> str:
    """In words. Of a user's sign-in, and of a bare token, Google Cloud does not say whose it is."""
    account = getattr(credentials, "service_account_email", None) or getattr(credentials, "signer_email", None)
    if account and account != "default":
        return f"service account {account}"
    if name := getattr(credentials, "account", ""):
        return f"user {name}"
    if any("external_account" in kind.__module__ for kind in type(credentials).__mro__):
        return "an identity of a federation with Google Cloud"
    return "a user, by a sign-in or a token"


def explain(error: BaseException) -> Problem:
    """The problem that keeps everything else from being asked."""
    known = next((_BY_CLASS[kind] for kind in kinds(error) if kind in _BY_CLASS), None)
    if known is None and status(error) == 401:
        known = ("Google Cloud does not take the credentials", _SIGN_IN)
    if known is None:
        known = (
            f"who asks could not be found out: {brief(error)}",
            "`gcloud auth application-default print-access-token` says more",
        )
    return Problem("credentials", *known)


def ends(error: BaseException) -> bool:
    """Whether no other question can have an answer either."""
    return status(error) == 401 or any(kind in _BY_CLASS for kind in kinds(error))

"""The login: whose credentials these are. It runs first, because no check succeeds without it.

Looks for credentials in the same places as Pulumi's provider:
https://www.pulumi.com/registry/packages/gcp/installation-configuration/
"""

import json
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anykube_cli.preflight.gcp.clients import Session, connection
from anykube_cli.preflight.gcp.errors import UNREACHABLE_ERRORS, class_names, status, summarize_error
from anykube_cli.preflight.problem import Problem

_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)

_KEYS = ("GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON")
"""Variables with a credentials file or its content. The provider prefers them to application default credentials."""

_SIGN_IN = (
    "on your machine, run `gcloud auth application-default login`; in CI, use workload identity federation with a "
    "credentials file in GOOGLE_APPLICATION_CREDENTIALS: https://cloud.google.com/iam/docs/workload-identity-federation"
)
_NETWORK = "check the network and the proxy (HTTPS_PROXY)"

_BY_CLASS: Mapping[str, tuple[str, str]] = {
    "ReauthFailError": ("the sign-in has expired", "sign in again: gcloud auth application-default login"),
    "RefreshError": (
        "refreshing the credentials failed: they have expired or were revoked, or the token server does not respond",
        _SIGN_IN,
    ),
    "DefaultCredentialsError": ("no credentials found", _SIGN_IN),
    "MalformedError": ("the credentials file is invalid", _SIGN_IN),
    **dict.fromkeys(UNREACHABLE_ERRORS, ("Google Cloud cannot be reached", _NETWORK)),
}


def open_session(project: str | None = None) -> Session:
    """A session with the environment's credentials. Raises google-auth's errors.

    Some APIs count a user's requests in a quota project. If gcloud's sign-in does not set one, `project` is used.
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
    key = next((os.environ[name] for name in _KEYS if os.environ.get(name)), None)
    if key is None:
        with warnings.catch_warnings():  # about a missing quota project, which `open_session` sets
            warnings.simplefilter("ignore")
            return google.auth.default(scopes=_SCOPES)[0]
    return _parse(key if key.lstrip().startswith("{") else _read_file(key))


def _parse(content: str) -> Any:
    """Credentials of the type in their content."""
    from google.auth import identity_pool
    from google.auth.exceptions import MalformedError
    from google.oauth2 import credentials, service_account

    factories: Mapping[str, Any] = {
        "authorized_user": credentials.Credentials.from_authorized_user_info,
        "external_account": identity_pool.Credentials.from_info,
        "service_account": service_account.Credentials.from_service_account_info,
    }
    try:
        info = json.loads(content)
        return factories[info["type"]](info, scopes=_SCOPES)
    except (ValueError, KeyError, TypeError):
        raise MalformedError("not the content of a credentials file") from None


def _read_file(name: str) -> str:
    from google.auth.exceptions import DefaultCredentialsError

    try:
        return Path(name).expanduser().read_text()
    except OSError:
        raise DefaultCredentialsError("the credentials file does not exist") from None


def _impersonating(credentials: Any) -> Any:
    account = os.environ.get("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT")
    if not account:
        return credentials
    from google.auth import impersonated_credentials

    return impersonated_credentials.Credentials(credentials, account, _SCOPES)


def describe_caller(credentials: Any) -> str:
    """Service account, user or federated identity. A plain access token does not name its user."""
    account = getattr(credentials, "service_account_email", None) or getattr(credentials, "signer_email", None)
    if account and account != "default":
        return f"service account {account}"
    if name := getattr(credentials, "account", ""):
        return f"user {name}"
    if any("external_account" in ancestor.__module__ for ancestor in type(credentials).__mro__):
        return "an identity of workload identity federation"
    return "a user, name unknown"


def explain(error: BaseException) -> Problem:
    """The failed login as a problem."""
    explanation = next((_BY_CLASS[name] for name in class_names(error) if name in _BY_CLASS), None)
    if explanation is None and status(error) == 401:
        explanation = ("Google Cloud rejects the credentials", _SIGN_IN)
    if explanation is None:
        explanation = (
            f"the login failed for an unknown reason: {summarize_error(error)}",
            "run `gcloud auth application-default print-access-token` for details",
        )
    return Problem("credentials", *explanation)


def ends_run(error: BaseException) -> bool:
    """Whether every other request fails in the same way."""
    return status(error) == 401 or any(name in _BY_CLASS for name in class_names(error))

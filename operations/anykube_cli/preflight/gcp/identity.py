"""The login: whose credentials these are. It runs first, because no check succeeds without it."""

from collections.abc import Mapping
from typing import Any

from anykube._clusters.gke import credentials as logins

from anykube_cli.preflight.gcp.clients import Session, connection
from anykube_cli.preflight.gcp.errors import UNREACHABLE_ERRORS, class_names, status, summarize_error
from anykube_cli.preflight.problem import Problem

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
    credentials = logins.credentials()
    if project and hasattr(credentials, "refresh_token") and not credentials.quota_project_id:
        credentials = credentials.with_quota_project(project)
    if not credentials.valid:
        import google_auth_httplib2

        credentials.refresh(google_auth_httplib2.Request(connection()))
    return Session(credentials, connection)


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

"""The login to Google Cloud: the same sources as Pulumi's provider, for preflight, sweep, state, secrets and tokens.

https://www.pulumi.com/registry/packages/gcp/installation-configuration/
"""

import json
import os
import warnings
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

from anykube._clouds.tokens import ClusterToken, TokenTarget

SCOPES = (
    "https://www.googleapis.com/auth/cloud-platform",
    # Without it, GKE knows the caller by a number, and role bindings with an email address do not apply:
    # https://cloud.google.com/kubernetes-engine/docs/how-to/role-based-access-control
    "https://www.googleapis.com/auth/userinfo.email",
)
"""The scopes that Pulumi's provider requests too."""

_FILES = (
    "GOOGLE_CREDENTIALS",
    "GOOGLE_CLOUD_KEYFILE_JSON",
    "GCLOUD_KEYFILE_JSON",
    "GOOGLE_APPLICATION_CREDENTIALS",
)
"""Variables with a credentials file or its content, in the provider's order."""


def credentials() -> Any:
    """The environment's credentials, which may need a refresh. Raises google-auth's errors."""
    return _impersonated(_source())


def cluster_token(target: TokenTarget) -> ClusterToken:
    """An access token, which is valid for all clusters. Raises google-auth's errors."""
    del target
    return access_token()


def access_token() -> ClusterToken:
    """A valid access token of the environment's credentials. Raises google-auth's errors."""
    caller = credentials()
    if not caller.valid:
        import google.auth.transport.requests

        caller.refresh(google.auth.transport.requests.Request())
    return ClusterToken(str(caller.token), caller.expiry and caller.expiry.replace(tzinfo=UTC))


def _source() -> Any:
    import google.auth
    import google.oauth2.credentials

    if token := os.environ.get("GOOGLE_OAUTH_ACCESS_TOKEN"):
        return google.oauth2.credentials.Credentials(token)
    file = next((os.environ[name] for name in _FILES if os.environ.get(name)), None)
    if file is None:
        with warnings.catch_warnings():  # about a missing quota project, which preflight sets
            warnings.simplefilter("ignore")
            return google.auth.default(scopes=SCOPES)[0]
    return _parse(file if file.lstrip().startswith("{") else _read_file(file))


def _parse(content: str) -> Any:
    """Credentials of the type in their content, which may be any that google-auth knows."""
    from google.auth.exceptions import DefaultCredentialsError, MalformedError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _from(json.loads(content))
    except (DefaultCredentialsError, AttributeError, KeyError, TypeError, ValueError):
        raise MalformedError("not the content of a credentials file") from None


def _from(info: Mapping[str, Any]) -> Any:
    """google-auth's own function for all types asks for the project of a federated identity, in a request each time."""
    import google.auth
    from google.auth import identity_pool

    source = info["credential_source"] if info["type"] == "external_account" else {}
    if {"file", "url"} & source.keys() and "environment_id" not in source:  # which marks AWS, with a URL too
        return identity_pool.Credentials.from_info(info, scopes=SCOPES)
    return google.auth.load_credentials_from_dict(info, scopes=SCOPES)[0]


def _read_file(name: str) -> str:
    from google.auth.exceptions import DefaultCredentialsError

    try:
        return Path(name).expanduser().read_text()
    except OSError:
        raise DefaultCredentialsError("the credentials file does not exist") from None


def _impersonated(source: Any) -> Any:
    account = os.environ.get("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT")
    if not account:
        return source
    from google.auth import impersonated_credentials

    return impersonated_credentials.Credentials(source, account, SCOPES)

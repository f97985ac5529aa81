"""Tells the clouds' SDKs who a job is, by the OIDC token that its forge gave it: no key is stored anywhere.

A job of GitLab has a token for each cloud in its environment, by `id_tokens`. One of GitHub has been logged in by the
clouds' own actions, but for what Pulumi's provider for Azure wants to be told; it asks GitHub for tokens itself.

https://docs.gitlab.com/ci/cloud_services/ and https://docs.github.com/actions/reference/security/oidc
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cloud:
    """What a job is told of a cloud, and what the SDKs take."""

    wanted: tuple[str, ...]
    """The variables that name the role. The first one missing or empty: no login there. The others have to be given."""
    token: str
    """The variable with the job's token for it."""
    told: Callable[[Mapping[str, str], Path | None], Mapping[str, str]]
    """What the SDKs are told, by these variables and the file with the token; None: the forge is asked for it."""
    needs_token: bool = True


class LoginError(Exception):
    """What is missing, in a sentence."""


def variables(environment: Mapping[str, str], folder: Path) -> Mapping[str, str]:
    """What a job has to set, for each cloud that is named. Tokens are written into the folder, for their owner alone.

    Raises LoginError.
    """
    # GitLab leaves the reference to a variable that nobody set as it is written.
    given = {name: value for name, value in environment.items() if not value.startswith("$")}
    found: dict[str, str] = {}
    for name, cloud in _CLOUDS.items():
        if not given.get(cloud.wanted[0]):
            continue
        if missing := [one for one in cloud.wanted if not given.get(one)]:
            raise LoginError(f"{cloud.wanted[0]} is set, and {', '.join(missing)} is not: docs/ci.md says what it is")
        token = given.get(cloud.token)
        if not token and cloud.needs_token:
            raise LoginError(
                f"{cloud.wanted[0]} is set, and there is no token {cloud.token}: the job's id_tokens name it"
            )
        file = _written(folder / f"{name}-token", token) if token else None
        found |= cloud.told(given, file)
    return found


def _aws(given: Mapping[str, str], token: Path | None) -> Mapping[str, str]:
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html"""
    return {
        "AWS_ROLE_ARN": given["AWS_ROLE"],
        "AWS_REGION": given["AWS_REGION"],
        "AWS_ROLE_SESSION_NAME": "anykube-ci",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(token),
    }


def _google(given: Mapping[str, str], token: Path | None) -> Mapping[str, str]:
    """https://google.aip.dev/auth/4117"""
    assert token is not None
    iam = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts"
    content = {
        "type": "external_account",
        "audience": f"//iam.googleapis.com/{given['GOOGLE_PROVIDER']}",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "service_account_impersonation_url": f"{iam}/{given['GOOGLE_ACCOUNT']}:generateAccessToken",
        "credential_source": {"file": str(token)},
    }
    file = _written(token.with_name("google-credentials.json"), json.dumps(content))
    return {"GOOGLE_APPLICATION_CREDENTIALS": str(file)}


def _azure(given: Mapping[str, str], token: Path | None) -> Mapping[str, str]:
    """The names of Pulumi's provider, and where the token is a file also those of Azure's own SDKs.

    https://www.pulumi.com/registry/packages/azure-native/installation-configuration/ and
    https://learn.microsoft.com/entra/workload-id/workload-identity-federation
    """
    found = {
        "ARM_USE_OIDC": "true",
        "ARM_CLIENT_ID": given["AZURE_CLIENT"],
        "ARM_TENANT_ID": given["AZURE_TENANT"],
        "ARM_SUBSCRIPTION_ID": given["AZURE_SUBSCRIPTION"],
    }
    if token is None:
        return found
    return found | {
        "ARM_OIDC_TOKEN_FILE_PATH": str(token),
        "AZURE_CLIENT_ID": given["AZURE_CLIENT"],
        "AZURE_TENANT_ID": given["AZURE_TENANT"],
        "AZURE_FEDERATED_TOKEN_FILE": str(token),
    }


_CLOUDS: Mapping[str, Cloud] = {
    "aws": Cloud(("AWS_ROLE", "AWS_REGION"), "AWS_ID_TOKEN", _aws),
    "google": Cloud(("GOOGLE_PROVIDER", "GOOGLE_ACCOUNT"), "GOOGLE_ID_TOKEN", _google),
    "azure": Cloud(("AZURE_CLIENT", "AZURE_TENANT", "AZURE_SUBSCRIPTION"), "AZURE_ID_TOKEN", _azure, needs_token=False),
}


def _written(file: Path, text: str) -> Path:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with open(file, "x", opener=lambda path, flags: os.open(path, flags, 0o600), encoding="utf-8") as out:
        out.write(text)
    return file

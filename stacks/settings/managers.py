"""Secrets that a cloud's secret manager keeps: a page says which, and who runs the stack reads them as itself.

A rehearsal reads none: it has no identity in a cloud, and invents them as it does all others.
"""

import base64
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

import httpx
from pydantic import StringConstraints

from toolchain import simulation

PATTERN = (
    r"^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+"
    r"|projects/[a-z0-9-]+/secrets/[\w-]+(/versions/\w+)?"
    r"|https://[a-zA-Z0-9-]+\.vault\.azure\.net/secrets/[a-zA-Z0-9-]+(/[0-9a-f]{32})?)$"
)
HINT = (
    "it must be arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME, projects/PROJECT/secrets/NAME, or "
    "https://VAULT.vault.azure.net/secrets/NAME"
)
"""What the pattern asks for."""
Managed = Annotated[str, StringConstraints(pattern=PATTERN)]
"""A secret of AWS Secrets Manager by its ARN, of Google's Secret Manager by its name, of Azure Key Vault by its URL."""

_SECONDS = 30.0
"""What a manager has to answer within."""


class UnreadableSecretError(Exception):
    """A manager does not give a secret; the text is what it said."""


def asked(secrets: Mapping[str, str], name: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a secret of the page is read from a manager, by a program with this environment."""
    return name in secrets and simulation.VARIABLE not in environment


def values(secrets: Mapping[str, str], environment: Mapping[str, str]) -> Iterator[str]:
    """All that can be read of a page's, for who has to hide what such a program may say."""
    for name, reference in secrets.items():
        if asked(secrets, name, environment):
            try:
                yield read(reference)
            except UnreadableSecretError:
                continue  # then nobody here can say it either


def extras(secrets: Mapping[str, str]) -> frozenset[str]:
    """The extras of this project that reading them needs."""
    return frozenset(_manager(reference)[1] for reference in secrets.values())


def read(reference: str) -> str:
    """The secret's present value, or that of the version that is named. Raises UnreadableSecretError."""
    reader, extra = _manager(reference)
    try:
        return reader(reference)
    except ModuleNotFoundError as missing:
        raise UnreadableSecretError(f"{missing.name} is not installed: it comes with the extra `{extra}`") from None


def _amazon(reference: str) -> str:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html"""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        client = boto3.client("secretsmanager", region_name=reference.split(":")[3])
        answer = client.get_secret_value(SecretId=reference)
    except (BotoCoreError, ClientError) as error:
        raise UnreadableSecretError(str(error)) from None
    if "SecretString" not in answer:
        raise UnreadableSecretError("it is no text")
    return str(answer["SecretString"])


def _google(reference: str) -> str:
    """https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access"""
    import google.auth
    from google.auth.exceptions import GoogleAuthError
    from google.auth.transport.requests import Request

    try:
        credentials, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
        credentials.refresh(Request())
    except GoogleAuthError as error:
        raise UnreadableSecretError(str(error)) from None
    version = reference if "/versions/" in reference else f"{reference}/versions/latest"
    answer = _ask(f"https://secretmanager.googleapis.com/v1/{version}:access", str(credentials.token))
    return base64.b64decode(answer["payload"]["data"]).decode()


def _microsoft(reference: str) -> str:
    """https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret"""
    from azure.core.exceptions import AzureError
    from azure.identity import DefaultAzureCredential

    try:
        token = DefaultAzureCredential().get_token("https://vault.azure.net/.default").token
    except AzureError as error:
        raise UnreadableSecretError(str(error)) from None
    return str(_ask(f"{reference}?api-version=7.4", token)["value"])


def _client() -> httpx.Client:
    return httpx.Client(timeout=_SECONDS)


def _ask(url: str, token: str) -> Mapping[str, Any]:
    try:
        with _client() as client:
            answer = client.get(url, headers={"Authorization": f"Bearer {token}"})
    except httpx.HTTPError as error:
        raise UnreadableSecretError(str(error)) from None
    if answer.is_error:
        raise UnreadableSecretError(f"{answer.status_code}: {_said(answer)}")
    found: Mapping[str, Any] = answer.json()
    return found


def _said(answer: httpx.Response) -> str:
    """The sentence in an error of Google's or Azure's."""
    try:
        return str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return answer.reason_phrase


def _manager(reference: str) -> tuple[Callable[[str], str], str]:
    (found,) = (manager for beginning, manager in _MANAGERS.items() if reference.startswith(beginning))
    return found


_MANAGERS: Mapping[str, tuple[Callable[[str], str], str]] = {
    "arn:": (_amazon, "aws"),
    "projects/": (_google, "gcp"),
    "https://": (_microsoft, "azure"),
}
"""By how a reference begins: who reads it, and the extra that this needs."""

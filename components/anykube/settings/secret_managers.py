"""Secrets in a cloud's secret manager, which settings refer to. They are read with the credentials of the deployment.

A rehearsal reads none, since it has no cloud credentials. It generates values, as for all other secrets.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import StringConstraints

from anykube import project
from anykube._clouds.definition import CloudDefinition, SecretManager, resolve
from anykube._clouds.registry import definitions
from anykube._secret_managers import UnreadableSecretError as UnreadableSecretError

_MANAGERS: Mapping[str, tuple[SecretManager, CloudDefinition]] = {
    cloud.secret_manager.prefix: (cloud.secret_manager, cloud)
    for cloud in definitions().values()
    if cloud.secret_manager
}
"""Secret managers by the prefix of their references."""

PATTERN = f"^({'|'.join(manager.pattern for manager, _ in _MANAGERS.values())})$"
_FORMS = [manager.template for manager, _ in _MANAGERS.values()]
HINT = f"it must be {', '.join(_FORMS[:-1])}, or {_FORMS[-1]}"
"""The remedy for a reference that does not match PATTERN."""
Managed = Annotated[str, StringConstraints(pattern=PATTERN)]
"""A secret by its ARN in AWS Secrets Manager, its name in Google Secret Manager, or its URL in Azure Key Vault."""


def is_managed(secrets: Mapping[str, str], name: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a program with this environment reads a secret from a secret manager."""
    return name in secrets and project.REHEARSAL not in environment


def values(secrets: Mapping[str, str], environment: Mapping[str, str]) -> Iterator[str]:
    """The values of all secrets that can be read, to redact them in a program's output."""
    for name, reference in secrets.items():
        if is_managed(secrets, name, environment):
            try:
                yield read(reference)
            except UnreadableSecretError:
                continue  # the program cannot read it either, and so not print it


def extras(secrets: Mapping[str, str]) -> frozenset[str]:
    """The extras of Anykube that reading these secrets requires."""
    return frozenset(extra for reference in secrets.values() if (extra := _manager(reference)[1].extra))


def read(reference: str) -> str:
    """The value of the secret, of the latest version unless the reference names one. Raises UnreadableSecretError."""
    manager, cloud = _manager(reference)
    try:
        return str(resolve(manager.read)(reference))
    except ModuleNotFoundError as error:
        remedy = (
            f"install Anykube with the extra `{cloud.extra}`" if cloud.extra else f"the cloud {cloud.name} needs it"
        )
        raise UnreadableSecretError(f"the package {error.name} is not installed: {remedy}") from None


def _manager(reference: str) -> tuple[SecretManager, CloudDefinition]:
    return next(manager for prefix, manager in _MANAGERS.items() if reference.startswith(prefix))

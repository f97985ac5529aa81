"""Secrets that a cloud's secret manager keeps: a page says which, and who runs the stack reads them as itself.

A rehearsal reads none: it has no identity in a cloud, and invents them as it does all others.
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
"""By how a reference begins."""

PATTERN = f"^({'|'.join(manager.pattern for manager, _ in _MANAGERS.values())})$"
_FORMS = [manager.template for manager, _ in _MANAGERS.values()]
HINT = f"it must be {', '.join(_FORMS[:-1])}, or {_FORMS[-1]}"
"""What the pattern asks for."""
Managed = Annotated[str, StringConstraints(pattern=PATTERN)]
"""A secret of AWS Secrets Manager by its ARN, of Google's Secret Manager by its name, of Azure Key Vault by its URL."""


def asked(secrets: Mapping[str, str], name: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a secret of the page is read from a manager, by a program with this environment."""
    return name in secrets and project.REHEARSAL not in environment


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
    return frozenset(extra for reference in secrets.values() if (extra := _manager(reference)[1].extra))


def read(reference: str) -> str:
    """The secret's present value, or that of the version that is named. Raises UnreadableSecretError."""
    manager, cloud = _manager(reference)
    try:
        return str(resolve(manager.read)(reference))
    except ModuleNotFoundError as missing:
        remedy = f"it comes with the extra `{cloud.extra}`" if cloud.extra else f"the cloud {cloud.name} needs it"
        raise UnreadableSecretError(f"{missing.name} is not installed: {remedy}") from None


def _manager(reference: str) -> tuple[SecretManager, CloudDefinition]:
    return next(known for prefix, known in _MANAGERS.items() if reference.startswith(prefix))

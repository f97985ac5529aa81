"""Checks before a deployment whether Pulumi can decrypt the stack's secrets, now and after the key's next rotation."""

from pathlib import Path

from anykube._clouds.registry import definitions

from anykube_cli.preflight.problem import PreflightResult, Problem
from anykube_cli.secrets_provider import SecretsProvider, config_file, of_config
from anykube_cli.state_backends import keys
from anykube_cli.state_backends.backend import BackendError
from anykube_cli.toolchain import bootstrap

NAME = "key of the secrets"
"""The name of the check in a preflight."""


def check(stack: str, file: Path | None = None) -> PreflightResult:
    """Checks the key in the stack's Pulumi config; an empty result if the stack has none. `file`: that config."""
    provider = of_config(file or config_file(stack))
    cloud = keys.cloud_of(provider.url) if provider else None
    if provider is None or cloud is None:
        return PreflightResult()
    bootstrap.ensure(definitions()[cloud].extras)
    return PreflightResult(problems=problems(provider), completed=[NAME])


def problems(provider: SecretsProvider) -> list[Problem]:
    """Reasons why the data key cannot be decrypted, now or soon."""
    try:
        return list(keys.open_key(provider.url).problems(provider.data_key))
    except keys.MissingPermissionError as error:
        return [Problem(keys.SUBJECT, f"cannot be checked: {error}", "see docs/how-to/rotate-keys.md", "warning")]
    except BackendError as error:
        message, _, remedy = str(error).partition(". ")
        return [Problem(keys.SUBJECT, message, remedy or "see docs/how-to/rotate-keys.md")]

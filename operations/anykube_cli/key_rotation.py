"""Rotates the key of a stack's secrets, and encrypts them anew with a new data key.

The steps leave the stack readable at every moment, because state and Pulumi config each name the key and the data key
that encrypted them, and no older version of the key is disabled. An interrupted rotation is finished by the next one:
it finds a version that is newer than that of the stack.

1. Record the version of the key in the URLs, where the cloud needs that: a repair of older stacks on Azure.
2. Use the newest version of the key, or create one if the stack has the newest.
3. Encrypt state and config in a temporary project, decrypt both copies, and compare.
4. Replace the state, then the config.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from anykube_cli import reencryption, secrets_provider
from anykube_cli.engine import Engine
from anykube_cli.recovery import release_dead
from anykube_cli.secrets_provider import SecretsProvider
from anykube_cli.state_backends import keys


class RotationError(Exception):
    """The key was not rotated, or the secrets were not encrypted anew. They stay readable."""


@dataclass(frozen=True)
class RotationResult:
    """What a rotation encrypted anew."""

    secrets: int
    config: Path | None
    """The stack's Pulumi config, if it changed."""


def pin(engine: Engine, say: Callable[[str], None]) -> SecretsProvider:
    """Records the version of the key that encrypted the secrets, where the cloud needs it. Returns the provider.

    Raises RotationError, LockedError, BackendError and EngineError.
    """
    if not engine.exists():
        raise RotationError(f"there is no stack {engine.stack}")
    file = secrets_provider.config_file(engine.stack, engine.folder)
    in_config, in_state = secrets_provider.of_config(file), secrets_provider.of_deployment(engine.deployment())
    provider = in_config or in_state
    if provider is None or keys.cloud_of(provider.url) is None:
        raise RotationError(
            f"the secrets of {engine.stack} are not encrypted with a key in AWS, Google Cloud or Azure. To change a "
            "passphrase, use `pulumi stack change-secrets-provider passphrase`"
        )
    release_dead(engine, say)
    if in_state and (url := _pinned_url(in_state)) != in_state.url:
        secrets_provider.write_to_state(engine, url)
        say(f"Recorded the version of the key in the state: {url}")
    if in_config and (url := _pinned_url(in_config)) != in_config.url:
        secrets_provider.write_to_config(file, url)
        say(f"Recorded the version of the key in {file.name}: {url}")
    return SecretsProvider(_pinned_url(provider), provider.data_key)


def _pinned_url(provider: SecretsProvider) -> str:
    return keys.open_key(provider.url).pinned_url(provider.data_key)


def rotate(engine: Engine, say: Callable[[str], None]) -> RotationResult:
    """Rotates the key and encrypts the secrets anew. Safe to run again after an interruption.

    Raises RotationError, LockedError, BackendError and EngineError.
    """
    provider = pin(engine, say)
    url = keys.open_key(provider.url).rotate(provider.data_key)
    state = engine.capture("stack", "export")
    with reencryption.scratch_project(engine) as scratch:
        scratch.capture("stack", "init", "--no-select", "--secrets-provider", provider.url)
        scratch.capture("stack", "import", standard_input=state)
        scratch.capture("stack", "change-secrets-provider", url)
        try:
            comparison = reencryption.compare(engine, scratch)
        except reencryption.DifferenceError as error:
            raise RotationError(str(error)) from None
        if engine.capture("stack", "export") != state:
            raise RotationError(f"another run has changed {engine.stack} in the meantime. Run the command again")
        engine.capture("stack", "import", standard_input=scratch.capture("stack", "export"))
        config = reencryption.replace_config(scratch, engine, "rotated")
    return RotationResult(comparison.secrets, config)


def outdated(engine: Engine, stacks: Iterable[str]) -> Iterator[str]:
    """The stacks whose secrets have an older version of the key than the engine's stack."""
    newest = secrets_provider.of_deployment(engine.deployment())
    name = keys.open_key(newest.url).name if newest else None
    for stack in stacks:
        provider = secrets_provider.of_deployment(replace(engine, stack=stack).deployment())
        if provider is None or keys.cloud_of(provider.url) is None:
            continue
        key = keys.open_key(provider.url)
        if key.name == name and key.is_outdated(provider.data_key):
            yield stack

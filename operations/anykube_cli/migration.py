"""Moves a stack's state to another backend, with all its resources and secrets.

Pulumi exports the state, encrypts it with the new secrets provider and imports it. The encryption happens in a
temporary project, so the target never contains secrets that the old provider encrypted. Then both states are decrypted
in this process's memory and compared. If they are equal, the stack's Pulumi config is replaced by the newly encrypted
one, and the old state is marked as moved, so that no run starts on it. The old state stays until the user removes it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from anykube_cli import reencryption
from anykube_cli.engine import Engine, EngineError
from anykube_cli.recovery import release_dead
from anykube_cli.state_backends import clouds
from anykube_cli.state_service.store import MovedError

OWN = "own"
"""Stands for this project's own backend, whose URL changes."""
_SCHEMES = ("file", *clouds.SCHEMES)
_TAG = "anykube:moved-to"


class MigrationError(Exception):
    """The stack was not moved; the text says why. The old state is unchanged and stays in use."""


@dataclass(frozen=True)
class MigrationResult:
    """The verified content of the new backend."""

    resources: int
    secrets: int
    config: Path | None
    """The stack's Pulumi config, if it changed."""


@dataclass(frozen=True)
class Target:
    """The backend to move a stack to."""

    url: str
    """A URL as Pulumi takes it, or OWN."""
    secrets: str = "passphrase"
    """The secrets provider there."""
    passphrase: Path | None = None
    """A file with the passphrase there; None: the current passphrase."""

    def environment(self, current: Mapping[str, str]) -> dict[str, str]:
        """The environment variables with which Pulumi uses this backend."""
        variables = {**current, "PULUMI_BACKEND_URL": self.url}
        if self.url == OWN:
            del variables["PULUMI_BACKEND_URL"]
        if self.passphrase:
            variables.pop("PULUMI_CONFIG_PASSPHRASE", None)
            variables["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(self.passphrase.absolute())
        return variables


def backend_url(engine: Engine) -> str:
    """The URL of the engine's backend, or OWN."""
    return engine.environment.get("PULUMI_BACKEND_URL", OWN)


def moved_to(engine: Engine) -> str | None:
    """The URL to which the stack in the engine's backend was moved; None if it was not moved."""
    if engine.state is not None:
        return engine.state.moved_to
    try:
        return engine.capture("stack", "tag", "get", _TAG).strip() or None
    except EngineError:
        return None


def require_not_moved(engine: Engine) -> None:
    """Raises MovedError if the engine's backend only has the copy that a move left behind."""
    if url := moved_to(engine):
        raise MovedError(engine.stack, url)


def migrate(source: Engine, target: Target, say: Callable[[str], None]) -> MigrationResult:
    """Moves the stack. Safe to run again after an interruption.

    Raises MigrationError, MovedError, EngineError, LockedError and BackendError.
    """
    if target.url != OWN and urlsplit(target.url).scheme not in _SCHEMES:
        raise MigrationError(
            f"{target.url!r} is not the URL of a Pulumi backend. Use s3://BUCKET, gs://BUCKET, azblob://CONTAINER or "
            f"file:///FOLDER, or {OWN} for the backend in this project"
        )
    if not source.exists():
        raise MigrationError(f"there is no stack {source.stack} in {backend_url(source)}: nothing to move")
    if backend_url(source) == target.url:
        raise MigrationError(f"{source.stack} is already in {target.url}")
    require_not_moved(source)
    release_dead(source, say)
    _create_folder(target.url)
    with reencryption.scratch_project(source) as scratch:
        state = _encrypt(source, target, scratch)
        destination = replace(scratch, environment=target.environment(source.environment))
        _import(destination, target, state, back_to=backend_url(source))
        try:
            comparison = reencryption.compare(source, destination)
        except reencryption.DifferenceError as error:
            raise MigrationError(f"{error}. The stack was not moved; remove the copy") from None
        config = reencryption.replace_config(scratch, source, "migrated")
    _mark(source, target.url)
    _mark(replace(destination, folder=source.folder), None)
    return MigrationResult(comparison.resources, comparison.secrets, config)


def _create_folder(url: str) -> None:
    """Creates the folder of a file backend. Pulumi requires that it exists."""
    folder = Path(url.removeprefix("file://")).expanduser()
    if url.startswith("file://") and folder.is_absolute():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def remove_old(source: Engine, target: Target) -> None:
    """Removes the copy that a move left behind.

    Raises MigrationError if the stack was not moved to the target, or is not there; EngineError if Pulumi fails.
    """
    destination = replace(source, environment=target.environment(source.environment))
    if moved_to(source) != target.url or not destination.exists():
        raise MigrationError(
            f"{source.stack} in {backend_url(source)} was not moved to {target.url}, so it was not removed"
        )
    source.capture("stack", "rm", "--yes", "--force", "--preserve-config")


def _encrypt(source: Engine, target: Target, scratch: Engine) -> str:
    """The exported state, encrypted by the target's secrets provider. Encrypts the scratch project's config too."""
    state = source.capture("stack", "export")
    provider = reencryption.provider_of(scratch)
    if provider == target.secrets and not target.passphrase:
        return state
    scratch.capture("stack", "init", "--no-select", "--secrets-provider", provider)
    scratch.capture("stack", "import", standard_input=state)
    passphrase = target.passphrase.read_text().strip() if target.passphrase else None
    engine = scratch
    if passphrase is not None and provider != "passphrase":  # Pulumi reads it from stdin only to change a passphrase
        engine = replace(scratch, environment=_with_passphrase(scratch, target))
    engine.capture("stack", "change-secrets-provider", target.secrets, standard_input=passphrase)
    return replace(scratch, environment=_with_passphrase(scratch, target)).capture("stack", "export")


def _with_passphrase(scratch: Engine, target: Target) -> dict[str, str]:
    url = scratch.environment["PULUMI_BACKEND_URL"]
    return {**target.environment(scratch.environment), "PULUMI_BACKEND_URL": url}


def _import(destination: Engine, target: Target, state: str, back_to: str) -> None:
    """Imports the state. Raises MigrationError if the destination has another stack of that name.

    A stack there that was once moved to `back_to` is an old copy, and is overwritten.
    """
    if destination.exists():
        resources = destination.deployment().get("resources") or []
        stale = moved_to(destination) == back_to
        if resources and not stale and _urns(resources) != _urns(json.loads(state)["deployment"].get("resources")):
            raise MigrationError(
                f"{target.url} already has another stack {destination.stack}, with {len(resources)} resources. Remove "
                "it there, or move to another backend"
            )
    else:
        destination.capture("stack", "init", "--no-select", "--secrets-provider", target.secrets)
    destination.capture("stack", "import", standard_input=state)


def _urns(resources: list[Mapping[str, Any]] | None) -> list[str]:
    return sorted(resource["urn"] for resource in resources or ())


def _mark(engine: Engine, url: str | None) -> None:
    if engine.state is not None:
        engine.state.set_moved_to(url)
    elif url:
        engine.capture("stack", "tag", "set", _TAG, url)
    elif moved_to(engine):
        engine.capture("stack", "tag", "rm", _TAG)

"""A stack's state moved to another backend, with all of its resources and secrets.

The engine does it: it exports, encrypts by another provider (in a folder of its own that goes with the run, so that the
target never has what the old one encrypted) and imports. Then both are read decrypted, in this process's memory alone,
and compared. Only when they are the same the stack's Pulumi config, whose secrets the new provider encrypts by now,
takes the old one's place, and the old state is marked, so that no run of ours begins on it. It stays until it is told
to go.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from anykube_cli.engine import SPECIAL, Engine, EngineError
from anykube_cli.recovery import release_dead
from anykube_cli.state_backends import clouds
from anykube_cli.state_service.store import MovedError
from anykube_cli.toolchain import paths

OWN = "own"
"""Names this checkout's own backend, which has no address that stays."""
_SCHEMES = ("file", *clouds.SCHEMES)
_TAG = "anykube:moved-to"


class MigrationError(Exception):
    """Why a stack was not moved, in a sentence. The old state is as it was, and is the one that counts."""


@dataclass(frozen=True)
class Moved:
    """What was moved, and compared."""

    resources: int
    secrets: int
    config: Path | None
    """The stack's Pulumi config, where it changed."""


@dataclass(frozen=True)
class Target:
    """Where a stack is moved to."""

    url: str
    """As Pulumi names it, or OWN."""
    secrets: str = "passphrase"
    """The secrets provider there."""
    passphrase: Path | None = None
    """A file with the passphrase there; None: the same as now."""

    def environment(self, there: Mapping[str, str]) -> dict[str, str]:
        """The variables by which the engine finds it."""
        found = {**there, "PULUMI_BACKEND_URL": self.url}
        if self.url == OWN:
            del found["PULUMI_BACKEND_URL"]
        if self.passphrase:
            found.pop("PULUMI_CONFIG_PASSPHRASE", None)
            found["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(self.passphrase.absolute())
        return found


def address(engine: Engine) -> str:
    """Where the engine's stacks are."""
    return engine.environment.get("PULUMI_BACKEND_URL", OWN)


def moved_to(engine: Engine) -> str | None:
    """Where the stack was moved to from the backend that the engine has it in; None where it was not."""
    if engine.state is not None:
        return engine.state.moved_to
    try:
        return engine.ask("stack", "tag", "get", _TAG).strip() or None
    except EngineError:
        return None


def require_here(engine: Engine) -> None:
    """Raises MovedError where what the engine has is what a move left."""
    if url := moved_to(engine):
        raise MovedError(engine.stack, url)


def migrate(source: Engine, target: Target, say: Callable[[str], None]) -> Moved:
    """Moves the stack. A run that was cut short is repeated to the same end.

    Raises MigrationError, MovedError, EngineError, LockedError and BackendError.
    """
    if target.url != OWN and urlsplit(target.url).scheme not in _SCHEMES:
        raise MigrationError(
            f"a stack cannot be moved to {target.url!r}: name a backend as Pulumi does (TO=s3://BUCKET, gs://…, "
            f"azblob://…, file:///FOLDER), or {OWN} for this checkout's"
        )
    if not source.exists():
        raise MigrationError(f"there is no stack {source.stack} in {address(source)}: nothing to move")
    if address(source) == target.url:
        raise MigrationError(f"{source.stack} lies in {target.url} already")
    require_here(source)
    release_dead(source, say)
    with _scratch(source) as scratch:
        state = _encrypted(source, target, scratch)
        there = replace(scratch, environment=target.environment(source.environment))
        _put(there, target, state, back_to=address(source))
        moved = _compared(source, there)
        config = _take_over_config(scratch, source)
    _mark(source, target.url)
    _mark(replace(there, folder=source.folder), None)
    return replace(moved, config=config)


def remove_old(source: Engine, target: Target) -> None:
    """Removes what a move left. Raises MigrationError unless it is a copy of what lies there by now, EngineError."""
    there = replace(source, environment=target.environment(source.environment))
    if moved_to(source) != target.url or not there.exists():
        raise MigrationError(f"{source.stack} in {address(source)} was not moved to {target.url}: it stays")
    source.ask("stack", "rm", "--yes", "--force", "--preserve-config")


def _config(engine: Engine) -> Path:
    return engine.folder / "stacks" / f"Pulumi.{engine.stack}.yaml"


@contextmanager
def _scratch(source: Engine) -> Iterator[Engine]:
    """A project with a copy of the stack's config, and an empty file backend; all of it goes with the block."""
    with tempfile.TemporaryDirectory(dir=source.home / "tmp") as name:
        folder = Path(name)
        (folder / "stacks").mkdir()
        (folder / "state").mkdir()
        shutil.copy2(source.folder / "Pulumi.yaml", folder)
        if _config(source).exists():
            shutil.copy2(_config(source), folder / "stacks")
        url = (folder / "state").as_uri()
        yield replace(source, environment={**source.environment, "PULUMI_BACKEND_URL": url}, folder=folder)


def _encrypted(source: Engine, target: Target, scratch: Engine) -> str:
    """The exported state, encrypted as it is to be there; the scratch's config is too."""
    state = source.ask("stack", "export")
    provider = _provider(scratch)
    if provider == target.secrets and not target.passphrase:
        return state
    scratch.ask("stack", "init", "--no-select", "--secrets-provider", provider)
    scratch.ask("stack", "import", standard_input=state)
    phrase = target.passphrase.read_text().strip() if target.passphrase else None
    changing = scratch
    if phrase is not None and provider != "passphrase":  # the engine asks for it only where it changes one
        changing = replace(scratch, environment=_with_passphrase(scratch, target))
    changing.ask("stack", "change-secrets-provider", target.secrets, standard_input=phrase)
    return replace(scratch, environment=_with_passphrase(scratch, target)).ask("stack", "export")


def _with_passphrase(scratch: Engine, target: Target) -> dict[str, str]:
    url = scratch.environment["PULUMI_BACKEND_URL"]
    return {**target.environment(scratch.environment), "PULUMI_BACKEND_URL": url}


def _provider(engine: Engine) -> str:
    """The secrets provider that the stack's config names; a passphrase is not named."""
    file = _config(engine)
    found = YAML(typ="safe").load(file) if file.exists() else None
    return str((found or {}).get("secretsprovider") or "passphrase")


def _put(there: Engine, target: Target, state: str, back_to: str) -> None:
    """Imports it, unless there is another stack of that name; one that was moved from there to here is an old copy."""
    if there.exists():
        resources = there.deployment().get("resources") or []
        stale = moved_to(there) == back_to
        if resources and not stale and _urns(resources) != _urns(json.loads(state)["deployment"].get("resources")):
            raise MigrationError(
                f"{target.url} has a stack {there.stack} already, with {len(resources)} resources of its own: remove "
                "it there, or choose another place"
            )
    else:
        there.ask("stack", "init", "--no-select", "--secrets-provider", target.secrets)
    there.ask("stack", "import", standard_input=state)


def _urns(resources: list[Mapping[str, Any]] | None) -> list[str]:
    return sorted(one["urn"] for one in resources or ())


def _compared(source: Engine, there: Engine) -> Moved:
    """Reads both with their secrets, which do not leave this process. Raises MigrationError where they differ."""
    old, new = (_decrypted(engine) for engine in (source, there))
    different = [urn for urn in {**old, **new} if old.get(urn) != new.get(urn)]
    if different:
        raise MigrationError(
            f"what was moved is not what there is: {', '.join(sorted(different))}; the stack stays where it is, and "
            "its copy is to be removed"
        )
    if _config_of(source) != _config_of(there):
        raise MigrationError("the stack's Pulumi config came out with other values; the stack stays where it is")
    resources = [content for urn, content in new.items() if "::" in urn]
    return Moved(len(resources), sum(content.count(SPECIAL) for content in new.values()), None)


def _decrypted(engine: Engine) -> Mapping[str, str]:
    """All resources by URN (the old one beside its replacement by number), and what was under way."""
    deployment = json.loads(engine.ask("stack", "export", "--show-secrets"))["deployment"]
    found: dict[str, str] = {"pending operations": json.dumps(deployment.get("pending_operations") or [])}
    for resource in deployment.get("resources") or ():
        name = resource["urn"]
        while name in found:
            name += "'"
        found[name] = json.dumps(resource, sort_keys=True)
    return found


def _config_of(engine: Engine) -> Any:
    return json.loads(engine.ask("config", "--show-secrets", "--json"))


def _take_over_config(scratch: Engine, source: Engine) -> Path | None:
    """The config whose secrets the new provider encrypts; the old one is kept below `.anykube/`."""
    new, old = _config(scratch), _config(source)
    if not new.exists() or (old.exists() and new.read_bytes() == old.read_bytes()):
        return None
    if old.exists():
        kept = paths.state_dir() / "migrated"
        kept.mkdir(mode=0o700, exist_ok=True)
        shutil.copy2(old, kept / old.name)
    draft = old.with_name(f".{old.name}.part")
    shutil.copy2(new, draft)
    draft.replace(old)
    return old


def _mark(engine: Engine, url: str | None) -> None:
    if engine.state is not None:
        engine.state.set_moved_to(url)
    elif url:
        engine.ask("stack", "tag", "set", _TAG, url)
    elif moved_to(engine):
        engine.ask("stack", "tag", "rm", _TAG)

"""Encrypts a stack's state and Pulumi config anew, in a temporary project.

The stack itself stays as it is until both were decrypted and compared. `pulumi stack change-secrets-provider` on the
stack would first replace the data key in its config: if it is killed then, the secrets in the config are lost.

https://github.com/pulumi/pulumi/blob/v3.255.0/pkg/cmd/pulumi/stack/stack_change_secrets_provider.go
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from anykube_cli.engine import SIGNATURE_KEY, Engine
from anykube_cli.secrets_provider import config_file
from anykube_cli.toolchain import paths


class DifferenceError(Exception):
    """The new copy has other values than the original. The text says where."""


@dataclass(frozen=True)
class Comparison:
    """The size of two equal states."""

    resources: int
    secrets: int


@contextmanager
def scratch_project(source: Engine) -> Iterator[Engine]:
    """A temporary project with a copy of the stack's config and an empty file backend."""
    with tempfile.TemporaryDirectory(dir=source.home / "tmp") as name:
        folder = Path(name)
        (folder / "stacks").mkdir()
        (folder / "state").mkdir()
        shutil.copy2(source.folder / "Pulumi.yaml", folder)
        if config_file(source.stack, source.folder).exists():
            shutil.copy2(config_file(source.stack, source.folder), folder / "stacks")
        url = (folder / "state").as_uri()
        yield replace(source, environment={**source.environment, "PULUMI_BACKEND_URL": url}, folder=folder)


def provider_of(engine: Engine) -> str:
    """The secrets provider in the stack's config, which does not mention a passphrase."""
    file = config_file(engine.stack, engine.folder)
    config = YAML(typ="safe").load(file) if file.exists() else None
    return str((config or {}).get("secretsprovider") or "passphrase")


def compare(source: Engine, copy: Engine) -> Comparison:
    """Compares the decrypted states and configs, which do not leave this process. Raises DifferenceError."""
    old, new = (_decrypt(engine) for engine in (source, copy))
    different = [urn for urn in {**old, **new} if old.get(urn) != new.get(urn)]
    if different:
        raise DifferenceError(f"the copy differs from the original in {', '.join(sorted(different))}")
    if _decrypt_config(source) != _decrypt_config(copy):
        raise DifferenceError("the copied Pulumi config has other values than the original")
    resources: Sequence[str] = [content for urn, content in new.items() if "::" in urn]
    return Comparison(len(resources), sum(content.count(SIGNATURE_KEY) for content in new.values()))


def _decrypt(engine: Engine) -> Mapping[str, str]:
    """All resources by URN, and the pending operations. A resource and its replacement may share a URN."""
    deployment = json.loads(engine.capture("stack", "export", "--show-secrets"))["deployment"]
    contents: dict[str, str] = {"pending operations": json.dumps(deployment.get("pending_operations") or [])}
    for resource in deployment.get("resources") or ():
        name = resource["urn"]
        while name in contents:
            name += "'"
        contents[name] = json.dumps(resource, sort_keys=True)
    return contents


def _decrypt_config(engine: Engine) -> Any:
    return json.loads(engine.capture("config", "--show-secrets", "--json"))


def replace_config(scratch: Engine, source: Engine, backup: str) -> Path | None:
    """Replaces the stack's config by that of the scratch project, and returns it; None if they are equal.

    Keeps a copy of the old one in `.anykube/BACKUP`.
    """
    new, old = (config_file(engine.stack, engine.folder) for engine in (scratch, source))
    if not new.exists() or (old.exists() and new.read_bytes() == old.read_bytes()):
        return None
    if old.exists():
        backups = paths.state_dir() / backup
        backups.mkdir(mode=0o700, exist_ok=True)
        shutil.copy2(old, backups / old.name)
    draft = old.with_name(f".{old.name}.part")
    shutil.copy2(new, draft)
    draft.replace(old)
    return old

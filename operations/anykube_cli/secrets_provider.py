"""The secrets provider of a stack: its URL, and the encrypted data key.

Pulumi keeps both twice: in the stack's Pulumi config for the config's secrets, and in the state for the state's.

https://github.com/pulumi/pulumi/blob/v3.255.0/pkg/secrets/cloud/manager.go
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from anykube_cli.engine import Engine
from anykube_cli.toolchain import paths


@dataclass(frozen=True)
class SecretsProvider:
    """A key in a cloud, and the data key that it encrypted."""

    url: str
    data_key: bytes
    """Encrypted."""


def config_file(stack: str, folder: Path | None = None) -> Path:
    """The stack's Pulumi config. `folder`: that of Pulumi.yaml; default: the project's."""
    return (folder or paths.checkout()) / "stacks" / f"Pulumi.{stack}.yaml"


def of_config(file: Path) -> SecretsProvider | None:
    """The provider in a Pulumi config; None if it is a passphrase."""
    config = YAML(typ="safe").load(file) if file.exists() else None
    return _provider((config or {}).get("secretsprovider"), (config or {}).get("encryptedkey"))


def of_deployment(deployment: Mapping[str, Any]) -> SecretsProvider | None:
    """The provider in a state; None if it is a passphrase."""
    state = (deployment.get("secrets_providers") or {}).get("state") or {}
    return _provider(state.get("url"), state.get("encryptedkey"))


def _provider(url: str | None, data_key: str | None) -> SecretsProvider | None:
    return SecretsProvider(url, base64.b64decode(data_key)) if url and data_key else None


def write_to_config(file: Path, url: str) -> None:
    """Replaces the URL. Keeps comments and everything else."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100_000
    config = yaml.load(file)
    config["secretsprovider"] = url
    draft = file.with_name(f".{file.name}.part")
    with draft.open("w", encoding="utf-8") as stream:
        yaml.dump(config, stream)
    draft.replace(file)


def write_to_state(engine: Engine, url: str) -> None:
    """Replaces the URL in the state, which Pulumi exports and imports without decrypting it. Raises EngineError."""
    exported = json.loads(engine.capture("stack", "export"))
    exported["deployment"]["secrets_providers"]["state"]["url"] = url
    engine.capture("stack", "import", standard_input=json.dumps(exported))

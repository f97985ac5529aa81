"""Secrets stay readable when the key in a vault is rotated. Pulumi's real engine talks to a simulated vault.

The program has one secret, in the config and in the state.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.e2e import key_vault
from tests.e2e.checkout import Checkout, CommandResult
from tests.operations.backends.azure.vault import Vault

_PROGRAM = "import pulumi\n\npulumi.export('token', pulumi.Config().require_secret('token'))\n"
_SECRET = "Heron-5521-kept"


class Stack:
    """The stack `local` of a checkout, with a state in a folder and a key in a vault."""

    def __init__(self, checkout: Checkout, vault: Vault, states: Path, variables: dict[str, str]) -> None:
        self.checkout, self.vault, self.states = checkout, vault, states
        self._variables = {**variables, "PULUMI_BACKEND_URL": states.as_uri()}
        self.config = checkout.folder / "stacks" / "Pulumi.local.yaml"

    def pulumi(self, *arguments: str, ok: bool = True) -> CommandResult:
        environment = {**self.checkout.environment, **self._variables}
        return self.checkout.run("pulumi", *arguments, "--stack", "local", environment=environment, ok=ok)

    def anykube(self, *arguments: str, ok: bool = True) -> CommandResult:
        command = (".anykube/venv/bin/python", "-m", "anykube_cli", *arguments, "--stack", "local")
        # Wide enough that no cell of a table wraps
        environment = {**self.checkout.base_environment, **self._variables, "COLUMNS": "1000"}
        return self.checkout.run(*command, environment=environment, ok=ok)

    def url(self) -> str:
        return str(YAML(typ="safe").load(self.config)["secretsprovider"])

    def state(self) -> dict[str, str]:
        exported = json.loads(self.pulumi("stack", "export").out)
        return dict(exported["deployment"]["secrets_providers"]["state"])

    def assert_readable(self) -> None:
        assert self.pulumi("config", "get", "token").out.strip() == _SECRET
        assert self.pulumi("stack", "output", "token", "--show-secrets").out.strip() == _SECRET


@pytest.fixture(scope="module")
def stack(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack as it was created before the URL had a version."""
    (checkout.folder / "stacks" / "__main__.py").write_text(_PROGRAM)
    states = tmp_path_factory.mktemp("states")
    with key_vault.serve(tmp_path_factory.mktemp("vault")) as (vault, variables):
        stack = Stack(checkout, vault, states, variables)
        assert checkout.environment
        stack.config.unlink()  # with secrets that the passphrase of this project's own backend encrypts
        stack.pulumi("stack", "init", "--no-select", "--secrets-provider", vault.provider)
        stack.pulumi("config", "set", "--secret", "token", _SECRET)
        stack.pulumi("up", "--yes", "--skip-preview")
        stack.assert_readable()
        yield stack


def test_preflight_warns_of_an_url_without_a_version(stack: Stack) -> None:
    result = stack.anykube("preflight")
    assert "has no version" in result.out


def test_rotation_makes_secrets_unreadable_until_the_version_is_recorded(stack: Stack) -> None:
    first = stack.vault.versions[0].id
    stack.vault.rotate()
    unreadable = stack.pulumi("preview", ok=False)
    assert unreadable.code != 0
    assert "Unable to decrypt specified value with this key" in unreadable.all
    refused = stack.anykube("up", ok=False)
    assert refused.code == 2
    assert "anykube rotate-key --pin" in refused.out
    result = stack.anykube("rotate-key", "--pin")
    assert _SECRET not in result.all
    assert stack.url() == stack.state()["url"] == f"{stack.vault.provider}/{first}"
    stack.assert_readable()
    assert stack.pulumi("preview", "--expect-no-changes").code == 0


def test_rotate_key_encrypts_state_and_config_anew(stack: Stack) -> None:
    before, config = stack.state(), stack.config.read_text()
    newest = stack.vault.versions[-1].id
    result = stack.anykube("rotate-key")
    assert "1 secrets of local anew" in result.err
    assert _SECRET not in result.all
    assert len(stack.vault.versions) == 2
    assert stack.url() == stack.state()["url"] == f"{stack.vault.provider}/{newest}"
    assert stack.state()["encryptedkey"] != before["encryptedkey"]
    assert YAML(typ="safe").load(config)["config"] != YAML(typ="safe").load(stack.config)["config"]
    stack.assert_readable()
    stack.vault.versions[0].enabled = False
    stack.assert_readable()
    stack.vault.versions[0].enabled = True


def test_continues_a_rotation_that_was_interrupted(stack: Stack) -> None:
    config = stack.config.read_text()
    stack.anykube("rotate-key")
    assert len(stack.vault.versions) == 3
    stack.config.write_text(config)  # as if the command was killed after it had replaced the state
    stack.assert_readable()
    stack.anykube("rotate-key")
    assert len(stack.vault.versions) == 3
    assert stack.url() == stack.state()["url"] == f"{stack.vault.provider}/{stack.vault.versions[-1].id}"
    stack.assert_readable()


def test_without_a_right_to_rotate_nothing_changes(stack: Stack) -> None:
    stack.vault.may_rotate = False
    before, config = stack.state(), stack.config.read_text()
    refused = stack.anykube("rotate-key", ok=False)
    assert refused.code == 2
    assert "Key Vault Crypto Officer" in refused.err
    assert "Traceback" not in refused.all
    assert (stack.state(), stack.config.read_text()) == (before, config)


def test_names_the_disabled_version(stack: Stack) -> None:
    stack.vault.versions[-1].enabled = False
    refused = stack.anykube("up", ok=False)
    assert refused.code == 2
    assert "az keyvault key set-attributes" in refused.out


def test_no_file_has_the_secret(stack: Stack) -> None:
    needles = (_SECRET.encode(), base64.b64encode(_SECRET.encode()))
    folders = (stack.checkout.folder / "stacks", stack.checkout.folder / ".anykube", stack.states)
    files = [
        file
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file() and not {"venv", "pycache", "engine", "bin"} & set(file.parts)
    ]
    assert stack.config in files
    assert [file for file in files if any(needle in file.read_bytes() for needle in needles)] == []

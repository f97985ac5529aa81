"""The real Pulumi engine of this checkout, as a command."""

import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anykube_cli.state_service import client
from anykube_cli.state_service.store import Stack, Store
from anykube_cli.toolchain import home, paths

SPECIAL = "4dabf18193072939515e22adb298388d"
"""The key by which the engine marks a value of a kind of its own, in states and in what it prints.

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
"""
SECRET = "1b47061264138c4ac30d75fd1eb44270"
"""What is below that key where the value is a secret."""


class EngineError(Exception):
    """The engine ended with an error; its text is what it said."""


@dataclass(frozen=True)
class Engine:
    """Runs `pulumi` for one stack in the checkout's own environment."""

    stack: str
    environment: Mapping[str, str]
    folder: Path = field(default_factory=paths.checkout)
    """Where Pulumi.yaml is."""
    home: Path = field(default_factory=paths.state_dir)
    """What the environment belongs to: state and temporary files are below it."""

    @staticmethod
    def of(stack: str, *, cloud: bool = False) -> "Engine":
        """The engine for a stack of this checkout; `cloud` when it is one of a cloud."""
        return Engine(stack, home.environment(cloud=cloud))

    @property
    def state(self) -> Stack | None:
        """Where this checkout keeps the stack; None when the user has chosen another backend."""
        if not client.is_ours(self.environment):
            return None
        return self.stacks.stack(client.project(), self.stack)

    @property
    def stacks(self) -> Store:
        """Where this checkout keeps its stacks."""
        return Store(self.home / "state")

    def run(self, *arguments: str, **variables: str) -> int:
        """Runs `pulumi ARGUMENTS --stack STACK` on this terminal and returns its exit code."""
        command = ["pulumi", *arguments, "--stack", self.stack]
        # Plugins write kubeconfigs, keys and all, into the temporary folder, and are ended before they remove them.
        with tempfile.TemporaryDirectory(dir=self.home / "tmp") as folder:
            environment = {**self.environment, "TMPDIR": folder, **variables}
            return subprocess.run(command, env=environment, cwd=self.folder, check=False).returncode

    def ask(self, *arguments: str, standard_input: str | None = None) -> str:
        """The same, in silence; returns what it printed. Raises EngineError."""
        answer = subprocess.run(
            ["pulumi", *arguments, "--stack", self.stack, "--non-interactive"],
            env=dict(self.environment),
            cwd=self.folder,
            input=standard_input,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            raise EngineError(answer.stderr.strip() or answer.stdout.strip())
        return answer.stdout

    def exists(self) -> bool:
        """Whether the stack was ever made."""
        if self.state:
            return self.state.exists
        try:
            self.ask("stack", "export")
        except EngineError:
            return False
        return True

    def is_up(self) -> bool:
        """Whether a run of the stack came to its outputs: what is layered on it needs these."""
        resources = self.deployment().get("resources") or ()
        return any(one["type"] == "pulumi:pulumi:Stack" and one.get("outputs") for one in resources)

    def make(self, secrets_provider: str | None = None) -> None:
        """Makes the stack, empty, where it is not there; `secrets_provider`: what encrypts its secrets.

        None: the passphrase in our own backend, and what is usual in another.
        """
        if not self.exists():
            provider = secrets_provider or ("passphrase" if self.state else None)
            self.ask("stack", "init", "--no-select", *(("--secrets-provider", provider) if provider else ()))

    def config_keys(self) -> frozenset[str]:
        """The names, without the project's, of what the stack's Pulumi config holds."""
        return frozenset(key.rpartition(":")[2] for key in json.loads(self.ask("config", "--json")))

    def deployment(self) -> Mapping[str, Any]:
        """What the stack's state says there is, secrets encrypted; empty for a stack that was never made."""
        if self.state:
            found = self.state.deployment() if self.state.exists else {}
        else:
            found = json.loads(self.ask("stack", "export")) if self.exists() else {}
        return dict(found.get("deployment") or {})

    def outputs(self) -> dict[str, object]:
        """The stack's outputs, secrets included: for the use of this process only."""
        answered: dict[str, object] = json.loads(self.ask("stack", "output", "--json", "--show-secrets"))
        return answered

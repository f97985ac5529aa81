"""The real Pulumi engine of this checkout, as a command."""

import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anykube_cli import event_log, terminal
from anykube_cli.durations import Durations
from anykube_cli.run_progress import RunProgress, existing
from anykube_cli.state_service import client
from anykube_cli.state_service.store import Stack, Store
from anykube_cli.toolchain import home, paths
from anykube_cli.toolchain.progress import Status, time_left

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
    durations_file: Path | None = None
    """Where it is kept how long operations took; default: below `home`."""
    time_left: Callable[[float | None], str] = time_left
    """How the time that a run still needs is written; seconds, None where it is unknown."""

    @staticmethod
    def of(stack: str, *, cloud: bool = False) -> "Engine":
        """The engine for a stack of this checkout; `cloud` when it is one of a cloud."""
        return Engine(stack, home.environment(cloud=cloud))

    @property
    def durations(self) -> Path:
        """The file with the durations of earlier runs."""
        return self.durations_file or self.home / "durations" / f"{self.stack}.json"

    @property
    def state(self) -> Stack | None:
        """Where this checkout keeps the stack; None when the user has chosen another backend."""
        if not client.uses_local_state(self.environment):
            return None
        return self.stacks.stack(client.project(), self.stack)

    @property
    def stacks(self) -> Store:
        """Where this checkout keeps its stacks."""
        return Store(self.home / "state")

    def run(self, *arguments: str, **variables: str) -> int:
        """Runs `pulumi ARGUMENTS --stack STACK` on this terminal, shows how far it is, and returns its exit code."""
        with tempfile.TemporaryDirectory(dir=self.home / "tmp") as folder:
            return self.logged(Path(folder) / "events", *arguments, **variables)

    def logged(self, log: Path, *arguments: str, **variables: str) -> int:
        """The same, with the engine's events in the file `log`. They contain secrets: its folder has to be private."""
        command = ["pulumi", *arguments, "--stack", self.stack, "--event-log", str(log)]
        # Plugins write kubeconfigs, keys and all, into the temporary folder, and are ended before they remove them.
        environment = {**self.environment, **event_log.VARIABLES, "TMPDIR": str(log.parent), **variables}
        last, events = Durations.load(self.durations), event_log.EventLog(log)
        progress = RunProgress(self.stack, arguments[0], existing(self._known()), last, self.time_left)

        def status() -> Status:
            for event in events.new():
                progress.apply(event)
            return progress.status(time.time())

        code = terminal.run(command, environment, self.folder, status)
        if code == 0:
            status()
            progress.learn(time.time()).save(self.durations)
        return code

    def _known(self) -> Mapping[str, Any]:
        """The state before a run, where it can be had without asking another backend."""
        return self.deployment() if self.state else {}

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

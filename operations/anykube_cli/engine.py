"""Runs the Pulumi CLI of this project."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from anykube._clouds.registry import definitions

from anykube_cli import event_log, terminal
from anykube_cli.durations import Durations
from anykube_cli.run_progress import RunProgress, existing
from anykube_cli.state_service import client
from anykube_cli.state_service.store import Stack, Store
from anykube_cli.toolchain import home, paths
from anykube_cli.toolchain.progress import Status, time_left

SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
"""The key that marks a special value, such as a secret, in Pulumi's states and output.

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
"""
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"
"""The value of that key in a secret."""


_decrypted: dict[tuple[Path, str], tuple[Mapping[str, Any], dict[str, object]]] = {}
"""The outputs of stacks, encrypted as in the state and decrypted, by folder and stack."""

_deployments: dict[tuple[Path, str], tuple[Hashable, Mapping[str, Any]]] = {}
"""The last deployment of each stack with the stamp of its state, by folder and stack. Commands look at it ten times."""


class EngineError(Exception):
    """Pulumi failed. The text is its output."""


@dataclass(frozen=True)
class Engine:
    """Runs `pulumi` for one stack.

    Example:
        engine = Engine.for_stack("local")
        engine.run("up", "--yes")
        engine.capture("stack", "output", "urls")
    """

    stack: str
    environment: Mapping[str, str]
    folder: Path = field(default_factory=paths.checkout)
    """The folder with Pulumi.yaml."""
    home: Path = field(default_factory=paths.state_dir)
    """The folder below which state and temporary files are."""
    durations_file: Path | None = None
    """The file with the durations of earlier runs. Default: a file below `home`."""
    time_left: Callable[[float | None], str] = time_left
    """Formats the estimated remaining seconds of a run; None if there is no estimate."""

    @staticmethod
    def for_stack(stack: str, *, cloud: bool = False) -> "Engine":
        """The engine for a stack of this project. `cloud`: its cluster is in a cloud."""
        return Engine(stack, {**_backend_login(), **home.environment(cloud=cloud)})

    @property
    def durations(self) -> Path:
        """The file with the durations of earlier runs."""
        return self.durations_file or self.home / "durations" / f"{self.stack}.json"

    @property
    def state(self) -> Stack | None:
        """The stack in this project's own backend; None if the user chose another backend."""
        if not client.uses_local_state(self.environment):
            return None
        return self.stacks.stack(client.project(), self.stack)

    @property
    def stacks(self) -> Store:
        """The stacks in this project's own backend."""
        return Store(self.home / "state")

    def run(self, *arguments: str, **variables: str) -> int:
        """Runs `pulumi ARGUMENTS --stack STACK` on this terminal with a progress line, and returns its exit code."""
        with tempfile.TemporaryDirectory(dir=self.home / "tmp") as folder:
            return self.run_logged(Path(folder) / "events", *arguments, **variables)

    def run_logged(self, log: Path, *arguments: str, **variables: str) -> int:
        """As `run`, and writes Pulumi's events to the file `log`. They contain secrets: use a private folder."""
        command = ["pulumi", *arguments, "--stack", self.stack, "--event-log", str(log)]
        # Plugins write kubeconfigs with keys to the temporary folder, and Pulumi ends them before they remove these.
        environment = {**self.environment, **event_log.VARIABLES, "TMPDIR": str(log.parent), **variables}
        last, events = Durations.load(self.durations), event_log.EventLog(log)
        progress = RunProgress(self.stack, arguments[0], existing(self._local_deployment()), last, self.time_left)

        def status() -> Status:
            for event in events.new():
                progress.apply(event)
            return progress.status(time.time())

        code = terminal.run(command, environment, self.folder, status)
        if code == 0:
            status()
            progress.learn(time.time()).save(self.durations)
        return code

    def _local_deployment(self) -> Mapping[str, Any]:
        """The state before a run; empty if it is in another backend, which would be slow to read."""
        return self.deployment() if self.state else {}

    def capture(self, *arguments: str, standard_input: str | None = None) -> str:
        """Runs `pulumi ARGUMENTS --stack STACK` silently and returns its standard output. Raises EngineError."""
        result = subprocess.run(
            ["pulumi", *arguments, "--stack", self.stack, "--non-interactive"],
            env=dict(self.environment),
            cwd=self.folder,
            input=standard_input,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise EngineError(result.stderr.strip() or result.stdout.strip())
        return result.stdout

    def exists(self) -> bool:
        """Whether the stack exists in its backend, even if empty."""
        if self.state:
            return self.state.exists
        try:
            self.capture("stack", "export")
        except EngineError:
            return False
        return True

    def is_up(self) -> bool:
        """Whether the stack has outputs, which the stacks on its cluster need."""
        resources = self.deployment().get("resources") or ()
        return any(resource["type"] == "pulumi:pulumi:Stack" and resource.get("outputs") for resource in resources)

    def create(self, secrets_provider: str | None = None) -> None:
        """Creates the empty stack, unless it exists.

        `secrets_provider` encrypts its secrets. Default: a passphrase in this project's own backend, Pulumi's default
        in any other.
        """
        if not self.exists():
            provider = secrets_provider or ("passphrase" if self.state else None)
            self.capture("stack", "init", "--no-select", *(("--secrets-provider", provider) if provider else ()))

    def config_keys(self) -> frozenset[str]:
        """The keys of the stack's Pulumi config, without the project's name."""
        project = _read_yaml(self.folder / "Pulumi.yaml")
        file = self.folder / (project.get("stackConfigDir") or "") / f"Pulumi.{self.stack}.yaml"
        config = _read_yaml(file) if file.exists() else {}
        # `pulumi config` decrypts the values, which takes a good part of a second. Only it knows ESC environments.
        keys = json.loads(self.capture("config", "--json")) if config.get("environment") else config.get("config")
        return frozenset(key.rpartition(":")[2] for key in (*(project.get("config") or ()), *(keys or ())))

    def deployment(self) -> Mapping[str, Any]:
        """The deployment in the stack's state, with encrypted secrets; empty if the stack does not exist."""
        if self.state:
            return self._deployment_of(self.state)
        exported = json.loads(self.capture("stack", "export")) if self.exists() else {}
        return dict(exported.get("deployment") or {})

    def _deployment_of(self, state: Stack) -> Mapping[str, Any]:
        key, stamp = (self.home, self.stack), state.stamp
        if key not in _deployments or _deployments[key][0] != stamp:
            exported = state.deployment() if state.exists else {}
            _deployments[key] = stamp, dict(exported.get("deployment") or {})
        return _deployments[key][1]

    def replace_deployment(self, deployment: Mapping[str, Any]) -> None:
        """Replaces the deployment in the stack's state. Raises EngineError."""
        if self.state:
            self.state.import_state({**self.state.deployment(), "deployment": dict(deployment)})
        else:
            exported = json.loads(self.capture("stack", "export"))
            self.capture("stack", "import", standard_input=json.dumps({**exported, "deployment": deployment}))

    def outputs(self) -> dict[str, object]:
        """The stack's outputs, including decrypted secrets: do not print them."""
        encrypted = self._encrypted_outputs() if self.state else None
        key = (self.home, self.stack)
        # Pulumi derives a key from the passphrase for each decryption, which takes a good part of a second.
        if encrypted is not None and key in _decrypted and _decrypted[key][0] == encrypted:
            return dict(_decrypted[key][1])
        outputs: dict[str, object] = json.loads(self.capture("stack", "output", "--json", "--show-secrets"))
        if encrypted is not None:
            _decrypted[key] = encrypted, outputs
        return dict(outputs)

    def _encrypted_outputs(self) -> Mapping[str, Any] | None:
        for resource in self.deployment().get("resources") or ():
            if resource["type"] == "pulumi:pulumi:Stack":
                return dict(resource.get("outputs") or {})
        return None


def _backend_login() -> dict[str, str]:
    """The login of a cloud's provider, as Pulumi's state backend and secrets provider read it. Yours goes first."""
    names = {
        name: alias for cloud in definitions().values() for name, alias in cloud.credentials.engine_variables.items()
    }
    return {alias: value for name, alias in names.items() if (value := os.environ.get(name))}


def _read_yaml(file: Path) -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    return content

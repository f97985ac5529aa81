"""The workspace of a rehearsal: its own Pulumi home and state, its own account, and copies of the settings files.

A rehearsal cannot reach anything real. It gets no credentials, profiles and Pulumi variables of the caller. State,
PULUMI_HOME, backend and passphrase are its own, and the simulated plugin is installed only in its PULUMI_HOME.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster
from anykube.settings.files import ENVIRONMENTS
from anykube_rehearsal.cloud import caller as callers
from ruamel.yaml import YAML

from anykube_cli.certificates import write_private
from anykube_cli.engine import Engine
from anykube_cli.rehearsal.clouds import ACCOUNT, simulated_cloud
from anykube_cli.rehearsal.settings_copy import SettingsCopy
from anykube_cli.state_service import client as state
from anykube_cli.state_service.store import Store
from anykube_cli.toolchain import home, paths, simulation

_SCRUBBED_PREFIXES = (
    "PULUMI_",
    "KUBE",
    *(prefix for cloud in definitions().values() for prefix in cloud.credentials.variable_prefixes),
)
"""Prefixes of environment variables that could lead to real accounts and clusters."""
_NO_CREDENTIALS = {
    name: value for cloud in definitions().values() for name, value in cloud.credentials.isolation_variables.items()
}
"""Variables that keep the clouds' libraries from using this machine's credentials."""
_CLOUD = "cloud"
"""The file with the cloud's name, below the rehearsal's folder."""
_VARIABLES = "variables.json"
"""The file with the environment variables of the account and its deployer, below the rehearsal's folder."""


@dataclass(frozen=True)
class Workspace:
    """The folder of a stack's rehearsal."""

    stack: str
    folder: Path
    environment: Mapping[str, str]

    @property
    def engine(self) -> Engine:
        """Runs Pulumi in the workspace."""
        # Outside the folder, which is removed: the next rehearsal uses these durations.
        durations = paths.state_dir() / "durations" / "rehearsals" / f"{self.stack}.json"
        return Engine(self.stack, self.environment, self.folder / "project", self.folder, durations)

    @property
    def settings_folder(self) -> Path:
        """The folder with copies of all settings files."""
        return self.folder / "environments"

    def edit_settings(self) -> SettingsCopy:
        """The copy of the stack's settings file, to be edited in a `with` block."""
        return SettingsCopy(self.settings_folder / f"{self.stack}.yaml")

    def unknown_effects(self) -> list[str]:
        """The changes that may or may not replace a resource, each as `type: properties`.

        The simulated plugin does not know the effect of these.
        """
        file = self.folder / "unknown.jsonl"
        entries = map(json.loads, file.read_text().splitlines()) if file.exists() else ()
        return sorted({f"{entry['type']}: {', '.join(entry['properties'])}" for entry in entries})

    def end(self) -> None:
        """Stops the processes of the rehearsal and removes the folder."""
        state.stop(self.folder / "state")
        if (self.folder / _CLOUD).exists():
            simulated_cloud((self.folder / _CLOUD).read_text()).stop(self.folder / ACCOUNT)
        shutil.rmtree(self.folder, ignore_errors=True)


def folder(stack: str) -> Path:
    """The folder of the stack's rehearsal, whether or not it exists."""
    return paths.state_dir() / "rehearsals" / stack


def prepare(
    stack: str,
    spec: ManagedCluster,
    faults: Mapping[str, object] | None = None,
    *,
    project: Path | None = None,
    caller: str = "node",
) -> Workspace:
    """Creates the workspace and starts its account, in which `faults` happen. Ends an earlier rehearsal of the stack.

    Removes the credentials of real accounts from this process.

    :param project: the folder of a Pulumi.yaml, such as examples/eks. Default: this project.
    :param caller: where programs in the workspace are: `internet`, `network`, an IPv4 range, or on a `node`, which
        every cluster lets in.
    """
    workspace = Workspace(stack, folder(stack), {})
    workspace.end()
    workspace.folder.mkdir(mode=0o700, parents=True)
    shutil.copytree(ENVIRONMENTS, workspace.settings_folder)
    _copy_project(workspace.folder / "project", project or paths.checkout())
    _scrub_environment()
    variables = home.create_home(workspace.folder)
    Store.mark_as_rehearsal(workspace.folder / "state")
    (workspace.folder / _CLOUD).write_text(spec.cloud)
    callers.save(workspace.folder / ACCOUNT, caller)
    account = simulated_cloud(spec.cloud).start(workspace.folder, spec, faults or {})
    write_private(workspace.folder / _VARIABLES, json.dumps(account))
    environment = {
        **os.environ,
        **variables,
        **account,
        "ANYKUBE_ENVIRONMENTS": str(workspace.settings_folder),
        simulation.VARIABLE: str(workspace.folder),
        # Use only the simulated plugin: neither download another one nor take it from PATH.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
    }
    return Workspace(stack, workspace.folder, environment)


def _scrub_environment() -> None:
    """Removes the variables that could lead to real accounts from this process, and so from its children."""
    for name in [name for name in os.environ if name.startswith(_SCRUBBED_PREFIXES)]:
        del os.environ[name]
    os.environ.update(_NO_CREDENTIALS)


def _copy_project(folder: Path, source: Path) -> None:
    """Copies Pulumi.yaml, so that the stack's config is written beside the copy and no tracked file changes."""
    folder.mkdir(mode=0o700)
    yaml = YAML()
    project = yaml.load(source / "Pulumi.yaml")
    project["main"] = str(source.absolute() / project.get("main", ""))
    project["stackConfigDir"] = "."
    project["runtime"] = _runtime(project["runtime"])
    yaml.dump(project, folder / "Pulumi.yaml")


def _runtime(runtime: str | Mapping[str, Any]) -> dict[str, Any]:
    """The project's Python runtime with the interpreter of this command. In Pulumi.yaml it may be just a name."""
    options = {} if isinstance(runtime, str) else dict(runtime.get("options") or {})
    return {"name": "python", "options": {**options, "toolchain": "pip", "virtualenv": str(home.interpreter())}}

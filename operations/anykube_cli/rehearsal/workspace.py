"""Where a rehearsal happens: a Pulumi of its own, an account of its own, and copies of the pages.

Nothing of it touches the real thing. Credentials, profiles and Pulumi's variables of the caller are not passed on;
state, PULUMI_HOME, backend and passphrase are the rehearsal's; the simulated plugin lies in its PULUMI_HOME alone.
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
from anykube.settings.pages import ENVIRONMENTS
from ruamel.yaml import YAML

from anykube_cli.certificates import write_private
from anykube_cli.engine import Engine
from anykube_cli.rehearsal.clouds import ACCOUNT, rehearsed
from anykube_cli.rehearsal.settings_copy import PageCopy
from anykube_cli.state_service import client as state
from anykube_cli.state_service.store import Store
from anykube_cli.toolchain import home, paths, simulation

_SCRUBBED = (
    "PULUMI_",
    "KUBE",
    *(one for cloud in definitions().values() for one in cloud.credentials.variable_prefixes),
)
"""Beginnings of the names of variables that could lead to something real."""
_ALONE = {
    name: value for cloud in definitions().values() for name, value in cloud.credentials.isolation_variables.items()
}
"""What keeps the clouds' libraries from the credentials that a machine has."""
_CLOUD = "cloud"
"""Below the rehearsal's folder: which cloud it is."""
_VARIABLES = "variables.json"
"""Below the rehearsal's folder: the variables by which others find the account, and act in it as the deployer."""


@dataclass(frozen=True)
class Place:
    """The folder of a stack's rehearsal."""

    stack: str
    folder: Path
    environment: Mapping[str, str]

    @property
    def engine(self) -> Engine:
        """Runs Pulumi here."""
        # The next rehearsal uses the durations of this one, whose folder is gone by then.
        durations = paths.state_dir() / "durations" / "rehearsals" / f"{self.stack}.json"
        return Engine(self.stack, self.environment, self.folder / "project", self.folder, durations)

    @property
    def pages(self) -> Path:
        """Copies of all pages: a rehearsal changes its stack's."""
        return self.folder / "environments"

    def page(self) -> PageCopy:
        """The stack's page, to be changed."""
        return PageCopy(self.pages / f"{self.stack}.yaml")

    def unknown_effects(self) -> list[str]:
        """The changes of which the simulated plugin does not know whether they replace, each as `type: properties`."""
        file = self.folder / "unknown.jsonl"
        said = map(json.loads, file.read_text().splitlines()) if file.exists() else ()
        return sorted({f"{one['type']}: {', '.join(one['properties'])}" for one in said})

    def end(self) -> None:
        """Ends what runs for it and removes it."""
        state.stop(self.folder / "state")
        if (self.folder / _CLOUD).exists():
            rehearsed((self.folder / _CLOUD).read_text()).stop(self.folder / ACCOUNT)
        shutil.rmtree(self.folder, ignore_errors=True)


def folder(stack: str) -> Path:
    """Where the stack's rehearsal is, or would be."""
    return paths.state_dir() / "rehearsals" / stack


def prepare(
    stack: str, spec: ManagedCluster, faults: Mapping[str, object] | None = None, *, project: Path | None = None
) -> Place:
    """Makes the place, with a running account in which `faults` happen. An earlier rehearsal that was kept is ended.

    From here on this process knows nothing of a real account.

    :param project: the folder of a Pulumi.yaml, such as examples/eks. Default: the checkout's.
    """
    place = Place(stack, folder(stack), {})
    place.end()
    place.folder.mkdir(mode=0o700, parents=True)
    shutil.copytree(ENVIRONMENTS, place.pages)
    _project(place.folder / "project", project or paths.checkout())
    _scrub()
    variables = home.create_home(place.folder)
    Store.mark_as_rehearsal(place.folder / "state")
    (place.folder / _CLOUD).write_text(spec.cloud)
    account = rehearsed(spec.cloud).start(place.folder, spec, faults or {})
    write_private(place.folder / _VARIABLES, json.dumps(account))
    environment = {
        **os.environ,
        **variables,
        **account,
        "ANYKUBE_ENVIRONMENTS": str(place.pages),
        simulation.VARIABLE: str(place.folder),
        # The plugin is the one that lies here; none may be fetched in its place, nor found on PATH.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
    }
    return Place(stack, place.folder, environment)


def _scrub() -> None:
    """Takes from this process, and so from all that it starts, what could lead to something real."""
    for name in [name for name in os.environ if name.startswith(_SCRUBBED)]:
        del os.environ[name]
    os.environ.update(_ALONE)


def _project(folder: Path, source: Path) -> None:
    """The source's Pulumi.yaml and program, with the stack's own file beside the copy: no tracked file changes."""
    folder.mkdir(mode=0o700)
    yaml = YAML()
    project = yaml.load(source / "Pulumi.yaml")
    project["main"] = str(source.absolute() / project.get("main", ""))
    project["stackConfigDir"] = "."
    project["runtime"] = _runtime(project["runtime"])
    yaml.dump(project, folder / "Pulumi.yaml")


def _runtime(runtime: str | Mapping[str, Any]) -> dict[str, Any]:
    """The project's Python runtime on the interpreter of this command. In Pulumi.yaml it may be a name alone."""
    options = {} if isinstance(runtime, str) else dict(runtime.get("options") or {})
    return {"name": "python", "options": {**options, "toolchain": "pip", "virtualenv": str(home.interpreter())}}

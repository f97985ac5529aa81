"""Installs the simulated programs of a rehearsal: a cloud's plugin, and a substitute for its login program."""

import shlex
import sys
from importlib.metadata import version
from pathlib import Path

from anykube_cli.kubernetes.cluster import all_clusters
from anykube_cli.toolchain import home


def plugin(package: str, module: str, folder: Path) -> None:
    """Installs a simulated plugin, which runs `python -m MODULE`, into the rehearsal's PULUMI_HOME."""
    script = f'#!/bin/sh\numask 077\nexec {shlex.quote(sys.executable)} -P -m {module} "$@"\n'
    home.install_plugin(package, version(f"pulumi-{package}"), script, folder / "pulumi")


def stand_in(program: str, folder: Path, module: str, *arguments: str) -> None:
    """Installs a program on the rehearsal's PATH that runs `python -m MODULE ARGUMENTS…` with its own arguments."""
    file = folder / "bin" / program
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = shlex.join([sys.executable, "-P", "-m", module, *arguments])
    file.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    file.chmod(0o700)


def end_clusters(account: Path) -> None:
    """Stops the Kubernetes control planes of the clusters that are left in an account's folder."""
    for cluster in all_clusters(account / "clusters"):
        cluster.delete()

"""The programs of a rehearsal that are not the real ones: a cloud's plugin, and what stands in for its login."""

import shlex
import sys
from importlib.metadata import version
from pathlib import Path

from anykube_cli.kubernetes.cluster import all_clusters
from anykube_cli.toolchain import home


def plugin(package: str, module: str, folder: Path) -> None:
    """Puts a simulated plugin, which `python -m MODULE` is, into the rehearsal's PULUMI_HOME."""
    script = f'#!/bin/sh\numask 077\nexec {shlex.quote(sys.executable)} -P -m {module} "$@"\n'
    home.install_plugin(package, version(f"pulumi-{package}"), script, folder / "pulumi")


def stand_in(program: str, folder: Path, module: str, *arguments: str) -> None:
    """Puts a program onto the rehearsal's PATH: `python -m MODULE ARGUMENTS…`, and then what it is called with."""
    place = folder / "bin" / program
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    words = shlex.join([sys.executable, "-P", "-m", module, *arguments])
    place.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    place.chmod(0o700)


def end_clusters(place: Path) -> None:
    """Ends the Kubernetes of clusters that are still in an account."""
    for cluster in all_clusters(place / "clusters"):
        cluster.delete()

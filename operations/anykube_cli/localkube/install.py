"""Lays the plugin where the engine looks for it."""

import shlex
import sys

from anykube.project import VARIABLE

from anykube_cli.localkube import NAME, VERSION
from anykube_cli.toolchain import home, paths


def install() -> None:
    """Writes the script that the engine starts; nothing when it is there."""
    python, project = shlex.quote(sys.executable), shlex.quote(str(paths.checkout()))
    # -P: the engine starts plugins in the program's folder, whose modules are not ours to import.
    run = f'exec {python} -P -m anykube_cli.localkube "$@"'
    # A program may have a Pulumi.yaml of its own, as examples/local has: its clusters belong to this project, too.
    home.install_plugin(NAME, VERSION, f"#!/bin/sh\numask 077\nexport {VARIABLE}={project}\n{run}\n")

"""Installs the plugin where the engine looks for it."""

import shlex
import sys

from anykube.project import VARIABLE

from anykube_cli.localkube import NAME, VERSION
from anykube_cli.toolchain import home, paths


def install() -> None:
    """Writes the script that the engine starts, unless it is unchanged."""
    python, project = shlex.quote(sys.executable), shlex.quote(str(paths.checkout()))
    # -P: the engine starts plugins in the program's folder. Do not import modules from there.
    command = f'exec {python} -P -m anykube_cli.localkube "$@"'
    # A program with its own Pulumi.yaml, such as examples/local, must use the clusters of this project.
    home.install_plugin(NAME, VERSION, f"#!/bin/sh\numask 077\nexport {VARIABLE}={project}\n{command}\n")

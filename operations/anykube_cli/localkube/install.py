"""Lays the plugin where the engine looks for it."""

import shlex
import sys

from anykube_cli.localkube import NAME, VERSION
from anykube_cli.toolchain import home


def install() -> None:
    """Writes the script that the engine starts; nothing when it is there."""
    python = shlex.quote(sys.executable)
    # -P: the engine starts plugins in the program's folder, whose modules are not ours to import.
    home.add_plugin(NAME, VERSION, f'#!/bin/sh\numask 077\nexec {python} -P -m anykube_cli.localkube "$@"\n')

"""Lays the plugin where the engine looks for it."""

import shlex

from sandbox.local import NAME, VERSION
from toolchain import home, paths


def install() -> None:
    """Writes the script that the engine starts; nothing when it is there."""
    python = shlex.quote(str(paths.venv() / "bin" / "python"))
    # -P: the engine starts plugins in the program's folder, whose modules are not ours to import.
    home.add_plugin(NAME, VERSION, f'#!/bin/sh\numask 077\nexec {python} -P -m sandbox.local "$@"\n')

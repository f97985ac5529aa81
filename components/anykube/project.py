"""The Pulumi project that a program or a command works on."""

import os
from pathlib import Path

VARIABLE = "ANYKUBE_PROJECT"
"""The environment variable that names the project's folder, for processes that run elsewhere."""

REHEARSAL = "ANYKUBE_REHEARSAL"
"""The environment variable that is set in a rehearsal: its folder. A rehearsal reads no secret and reaches no cloud."""


def root() -> Path:
    """The folder with Pulumi.yaml: ANYKUBE_PROJECT, else the working directory or the nearest one above it.

    Where there is none, the working directory: what needs a file of the project then says that it is missing.
    """
    if folder := os.environ.get(VARIABLE):
        return Path(folder)
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "Pulumi.yaml").is_file()), here)

"""The Pulumi project of a program or command."""

import os
from pathlib import Path

VARIABLE = "ANYKUBE_PROJECT"
"""Environment variable with the project's folder, for processes with another working directory."""

REHEARSAL = "ANYKUBE_REHEARSAL"
"""Environment variable with the folder of a rehearsal. Set only in rehearsals, which use no secrets and no cloud."""


def root() -> Path:
    """The project's folder: ANYKUBE_PROJECT, or the nearest folder with Pulumi.yaml above the working directory.

    Without either, the working directory. Commands then report the project file that they miss.
    """
    if folder := os.environ.get(VARIABLE):
        return Path(folder)
    current = Path.cwd()
    return next((folder for folder in (current, *current.parents) if (folder / "Pulumi.yaml").is_file()), current)

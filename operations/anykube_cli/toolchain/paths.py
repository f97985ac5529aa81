"""Where everything lies that Anykube puts on a machine: `.anykube/` in the project, and one cache folder.

Standard library only: this runs before the virtual environment is there.
"""

import os
import sys
from pathlib import Path


def checkout() -> Path:
    """The project's folder, with Pulumi.yaml: ANYKUBE_PROJECT, else the working directory or the nearest one above it.

    As `anykube.project.root`, which is not there before the virtual environment is.
    """
    if folder := os.environ.get("ANYKUBE_PROJECT"):
        return Path(folder)
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "Pulumi.yaml").is_file()), here)


def is_repository() -> bool:
    """Whether the project is Anykube's own repository, not a user's project that has Anykube installed."""
    return (checkout() / "operations" / "anykube_cli").is_dir()


def state_dir() -> Path:
    """What belongs to this checkout: virtual environment, Pulumi's home and state, local clusters."""
    return checkout() / ".anykube"


def bin_dir() -> Path:
    """The programs of this checkout."""
    return state_dir() / "bin"


def share_dir() -> Path:
    """The files of this checkout that are no programs."""
    return state_dir() / "share"


def venv() -> Path:
    """The checkout's virtual environment."""
    return state_dir() / "venv"


def pulumi_home() -> Path:
    """The checkout's own PULUMI_HOME."""
    return state_dir() / "pulumi"


def cache_dir() -> Path:
    """What all checkouts of this user share. ANYKUBE_CACHE names another place."""
    if chosen := os.environ.get("ANYKUBE_CACHE"):
        return Path(chosen).expanduser().resolve()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "anykube"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "anykube"

"""The folders that Anykube uses on a machine: `.anykube/` in the project, and one cache per user.

Uses only the standard library, because it runs before the virtual environment exists.
"""

import os
import sys
from pathlib import Path


def checkout() -> Path:
    """The project's folder, which contains Pulumi.yaml.

    ANYKUBE_PROJECT if set; otherwise the working directory or its nearest parent with a Pulumi.yaml. Does the same as
    `anykube.project.root`, which cannot be imported before the virtual environment exists.
    """
    if folder := os.environ.get("ANYKUBE_PROJECT"):
        return Path(folder)
    cwd = Path.cwd()
    return next((folder for folder in (cwd, *cwd.parents) if (folder / "Pulumi.yaml").is_file()), cwd)


def is_repository() -> bool:
    """Whether the project is Anykube's own repository rather than a user's project."""
    return (checkout() / "operations" / "anykube_cli").is_dir()


def state_dir() -> Path:
    """`.anykube/`: the project's virtual environment, Pulumi home and state, and local clusters."""
    return checkout() / ".anykube"


def bin_dir() -> Path:
    """The project's programs."""
    return state_dir() / "bin"


def share_dir() -> Path:
    """The project's data files."""
    return state_dir() / "share"


def venv() -> Path:
    """The virtual environment of Anykube's own repository."""
    return state_dir() / "venv"


def pulumi_home() -> Path:
    """The project's PULUMI_HOME."""
    return state_dir() / "pulumi"


def cache_dir() -> Path:
    """The cache that all projects of this user share. ANYKUBE_CACHE overrides its location."""
    if override := os.environ.get("ANYKUBE_CACHE"):
        return Path(override).expanduser().resolve()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "anykube"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "anykube"

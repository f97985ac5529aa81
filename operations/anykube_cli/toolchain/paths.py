"""Where everything lies that this project puts on a machine: `.anykube/` in the checkout, and one cache folder.

Standard library only: this runs before the virtual environment is there.
"""

import os
import sys
from pathlib import Path


def checkout() -> Path:
    """The folder that holds Pulumi.yaml."""
    return Path(__file__).resolve().parents[1]


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

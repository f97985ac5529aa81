"""The folder of the Pulumi project."""

from pathlib import Path

import pulumi


def project_folder() -> Path:
    """The folder of Pulumi.yaml; the working folder where no engine has said it, as in unit tests."""
    return Path(pulumi.get_root_directory() or "")

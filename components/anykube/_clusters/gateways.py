"""The definitions of the Gateway API, for clusters whose cloud does not bring them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pulumi
import yaml

from anykube import project
from anykube._kubernetes import Manifest

_FILE = Path(".anykube", "share", "gateway-api.yaml")
"""Where the toolchain puts them, in the project's folder."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def project_definitions() -> Sequence[Manifest]:
    """The definitions that the toolchain has put into the project. Raises pulumi.RunError where they are missing."""
    return definitions(project.root() / _FILE)


def definitions(file: Path) -> Sequence[Manifest]:
    """The CustomResourceDefinitions in a stream of YAML, without what only an API server says.

    https://gateway-api.sigs.k8s.io/guides/#install-standard-channel
    Raises pulumi.RunError where the file is not there.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as wrong:
        raise pulumi.RunError(f"{file} cannot be read: {wrong.strerror}; `make toolchain` puts it there.") from None
    found = [cast("dict[str, Any]", one) for one in yaml.load_all(text, Loader=_LOADER) if one]
    return [
        {key: value for key, value in one.items() if key != "status"}
        for one in found
        if one["kind"] == "CustomResourceDefinition"
    ]

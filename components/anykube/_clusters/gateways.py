"""CustomResourceDefinitions of the Gateway API, for clusters whose cloud does not install them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pulumi
import yaml

from anykube import project
from anykube._kubernetes import Manifest

_FILE = Path(".anykube", "share", "gateway-api.yaml")
"""Path below the project's folder. The toolchain downloads the file."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def project_crds() -> Sequence[Manifest]:
    """The CustomResourceDefinitions that the toolchain downloaded. Raises pulumi.RunError if they are missing."""
    return read_crds(project.root() / _FILE)


def read_crds(file: Path) -> Sequence[Manifest]:
    """The CustomResourceDefinitions in a YAML file, without their `status`. Raises pulumi.RunError if it is missing.

    https://gateway-api.sigs.k8s.io/guides/#install-standard-channel
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise pulumi.RunError(f"Cannot read {file}: {error.strerror}. Run `make toolchain` to download it.") from None
    manifests = [cast("dict[str, Any]", manifest) for manifest in yaml.load_all(text, Loader=_LOADER) if manifest]
    return [
        {key: value for key, value in manifest.items() if key != "status"}
        for manifest in manifests
        if manifest["kind"] == "CustomResourceDefinition"
    ]

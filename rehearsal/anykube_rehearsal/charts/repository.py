"""A Helm repository with the stand-in charts, for a web server on loopback.

https://helm.sh/docs/topics/chart_repository/
"""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml
from anykube_cli.toolchain import home
from werkzeug import Response

_CHARTS = Path(__file__).parent
_CONTENT_TYPES = {".yaml": "text/yaml", ".tgz": "application/gzip"}


@cache
def files() -> Mapping[str, bytes]:
    """All files of the repository by name: `index.yaml` and an archive of each chart. The bytes are reproducible."""
    archives, entries = dict[str, bytes](), dict[str, list[dict[str, Any]]]()
    for chart in sorted(_CHARTS.glob("*/Chart.yaml")):
        metadata = yaml.safe_load(chart.read_text())
        name = f"{metadata['name']}-{metadata['version']}.tgz"
        archives[name] = archive = _archive(chart.parent, _extra_files(metadata))
        entry = {**metadata, "urls": [name], "digest": hashlib.sha256(archive).hexdigest()}
        entries.setdefault(metadata["name"], []).append(entry)
    index = {"apiVersion": "v1", "generated": "1970-01-01T00:00:00Z", "entries": entries}
    return {"index.yaml": yaml.safe_dump(index).encode(), **archives}


def response(name: str) -> Response:
    """The HTTP response for a file of the repository."""
    content = files().get(name)
    if content is None:
        return Response(f"not found: {name} is not in the repository of stand-in charts", HTTPStatus.NOT_FOUND)
    return Response(content, content_type=_CONTENT_TYPES[Path(name).suffix])


def _extra_files(metadata: Mapping[str, Any]) -> Mapping[str, bytes]:
    """The Gateway API CRDs, for charts that include them: the toolchain has these 20,000 lines already."""
    definitions = home.gateway_api_manifests()
    # Without the toolchain, no chart can be installed either.
    if metadata["annotations"].get("anykube.dev/brings") != "gateway-api" or not definitions.is_file():
        return {}
    return {"crds/gateway-api.yaml": definitions.read_bytes()}


def _archive(folder: Path, extra_files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    files = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in sorted({**files, **extra_files}.items()):
            info = tarfile.TarInfo(f"{folder.name}/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)

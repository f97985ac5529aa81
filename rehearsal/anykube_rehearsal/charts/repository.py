"""A Helm repository of the stand-ins: what a web server on loopback has to answer with.

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
    """All files of the repository by name: `index.yaml` and an archive for each chart, always the same bytes."""
    archives, entries = dict[str, bytes](), dict[str, list[dict[str, Any]]]()
    for chart in sorted(_CHARTS.glob("*/Chart.yaml")):
        about = yaml.safe_load(chart.read_text())
        name = f"{about['name']}-{about['version']}.tgz"
        archives[name] = archive = _archive(chart.parent, _brought(about))
        entry = {**about, "urls": [name], "digest": hashlib.sha256(archive).hexdigest()}
        entries.setdefault(about["name"], []).append(entry)
    index = {"apiVersion": "v1", "generated": "1970-01-01T00:00:00Z", "entries": entries}
    return {"index.yaml": yaml.safe_dump(index).encode(), **archives}


def response(name: str) -> Response:
    """The response to a request for a file of the repository."""
    content = files().get(name)
    if content is None:
        return Response("not in this repository of stand-ins", HTTPStatus.NOT_FOUND)
    return Response(content, content_type=_CONTENT_TYPES[Path(name).suffix])


def _brought(about: Mapping[str, Any]) -> Mapping[str, bytes]:
    """What a chart has beside its own files: 20,000 lines of definitions are not kept twice."""
    definitions = home.gateway_api()
    # They come with the toolchain, and without that nobody can install a chart either.
    if about["annotations"].get("anykube.dev/brings") != "gateway-api" or not definitions.is_file():
        return {}
    return {"crds/gateway-api.yaml": definitions.read_bytes()}


def _archive(folder: Path, more: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    own = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in sorted({**own, **more}.items()):
            about = tarfile.TarInfo(f"{folder.name}/{name}")
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)

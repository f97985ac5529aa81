"""Finds and cuts the installed SDK's source: importing it all takes seconds, reading one class takes milliseconds."""

import importlib.metadata
import importlib.util
import json
import os
import re
import threading
from functools import cache
from pathlib import Path

_TOKEN = re.compile(r"""(?:__init__\(|runtime\.invoke\()\s*'(aws:[\w/]+:\w+)'""")
_TOP_LEVEL = re.compile(r"^(?:@|class |def |async def )", re.MULTILINE)
_INDEX = "aws-sdk-index.json"


@cache
def root() -> Path:
    """The folder of the installed pulumi_aws."""
    found = importlib.util.find_spec("pulumi_aws")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("pulumi_aws is not installed here: `make prepare` installs it")
    return Path(found.submodule_search_locations[0])


@cache
def index() -> dict[str, str]:
    """File (relative to the SDK) by token, kept on disk between runs where there is a checkout to keep it in."""
    version = importlib.metadata.version("pulumi-aws")
    checkout = os.environ.get("ANYKUBE_CHECKOUT")
    kept = Path(checkout) / ".anykube" / _INDEX if checkout else None
    if kept and kept.is_file():
        try:
            known = json.loads(kept.read_text())
            if known["version"] == version:
                files: dict[str, str] = known["files"]
                return files
        except (ValueError, KeyError):
            pass  # torn by a kill: made again
    files = _scan()
    if kept and kept.parent.is_dir():
        # Several threads of one plugin may be at it.
        beside = kept.with_suffix(f".{os.getpid()}.{threading.get_ident()}.tmp")
        beside.write_text(json.dumps({"version": version, "files": files}))
        beside.replace(kept)
    return files


def _scan() -> dict[str, str]:
    files = {}
    for path in sorted(root().rglob("*.py")):
        if path.name.startswith("_") or path.name == "outputs.py":
            continue
        for token in _TOKEN.findall(path.read_text()):
            files[token] = str(path.relative_to(root()))
    return files


@cache
def text(file: str) -> str:
    """The source of a file of the SDK; empty where there is none."""
    path = root() / file
    return path.read_text() if path.is_file() else ""


def cut(file: str, start: str) -> str:
    """The class or function whose definition starts so, such as `class Vpc(`; empty where there is none."""
    source = text(file)
    found = re.search(rf"^{re.escape(start)}", source, re.MULTILINE)
    if found is None:
        return ""
    after = _TOP_LEVEL.search(source, found.end())
    return source[found.start() : after.start() if after else len(source)]

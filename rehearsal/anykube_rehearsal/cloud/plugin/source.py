"""Extracts classes and functions from an installed SDK's source: importing the SDK takes seconds, this milliseconds."""

import importlib.metadata
import importlib.util
import json
import os
import re
import threading
from functools import cached_property
from pathlib import Path

_TOKEN = re.compile(r"""(?:__init__\(|runtime\.invoke\()\s*'([\w-]+:[\w/]+:\w+)'""")
_TOP_LEVEL = re.compile(r"^(?:@|class |def |async def )", re.MULTILINE)


class Source:
    """The source of one SDK, such as `pulumi_aws`."""

    def __init__(self, module: str) -> None:
        self.module = module
        self._texts: dict[str, str] = {}

    @cached_property
    def root(self) -> Path:
        """The folder of the installed package."""
        spec = importlib.util.find_spec(self.module)
        if spec is None or not spec.submodule_search_locations:
            raise RuntimeError(f"{self.module} is not installed. Run bootstrap with the extra of its cloud")
        return Path(spec.submodule_search_locations[0])

    @property
    def version(self) -> str:
        """The installed version."""
        return importlib.metadata.version(self.module.replace("_", "-"))

    @cached_property
    def index(self) -> dict[str, str]:
        """File (relative to the SDK) by type token. Cached on disk if the process runs in a checkout."""
        checkout = os.environ.get("ANYKUBE_CHECKOUT")
        cache = Path(checkout) / ".anykube" / f"{self.module}-index.json" if checkout else None
        if cache and cache.is_file():
            try:
                content = json.loads(cache.read_text())
                if content["version"] == self.version:
                    files: dict[str, str] = content["files"]
                    return files
            except (ValueError, KeyError):
                pass  # truncated by a kill: rebuilt below
        files = self._scan()
        if cache and cache.parent.is_dir():
            # Several threads of one plugin may write at once.
            temporary = cache.with_suffix(f".{os.getpid()}.{threading.get_ident()}.tmp")
            temporary.write_text(json.dumps({"version": self.version, "files": files}))
            temporary.replace(cache)
        return files

    def _scan(self) -> dict[str, str]:
        files = {}
        for path in sorted(self.root.rglob("*.py")):
            if path.name.startswith("_") or path.name == "outputs.py":
                continue
            for token in _TOKEN.findall(path.read_text()):
                files[token] = str(path.relative_to(self.root))
        return files

    def text(self, file: str) -> str:
        """The source of a file of the SDK; empty if it does not exist."""
        if file not in self._texts:
            path = self.root / file
            self._texts[file] = path.read_text() if path.is_file() else ""
        return self._texts[file]

    def cut(self, file: str, start: str) -> str:
        """The class or function whose definition starts like `class Vpc(`; empty if there is none."""
        source = self.text(file)
        match = re.search(rf"^{re.escape(start)}", source, re.MULTILINE)
        if match is None:
            return ""
        after = _TOP_LEVEL.search(source, match.end())
        return source[match.start() : after.start() if after else len(source)]

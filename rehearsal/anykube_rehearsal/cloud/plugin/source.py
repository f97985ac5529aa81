"""Finds and cuts an installed SDK's source: importing it all takes seconds, reading one class takes milliseconds."""

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
        found = importlib.util.find_spec(self.module)
        if found is None or not found.submodule_search_locations:
            raise RuntimeError(
                f"{self.module} is not installed here: bootstrap with the extra of its cloud installs it"
            )
        return Path(found.submodule_search_locations[0])

    @property
    def version(self) -> str:
        """The installed version."""
        return importlib.metadata.version(self.module.replace("_", "-"))

    @cached_property
    def index(self) -> dict[str, str]:
        """File (relative to the SDK) by token, kept on disk between runs where there is a checkout to keep it in."""
        checkout = os.environ.get("ANYKUBE_CHECKOUT")
        kept = Path(checkout) / ".anykube" / f"{self.module}-index.json" if checkout else None
        if kept and kept.is_file():
            try:
                known = json.loads(kept.read_text())
                if known["version"] == self.version:
                    files: dict[str, str] = known["files"]
                    return files
            except (ValueError, KeyError):
                pass  # torn by a kill: made again
        files = self._scan()
        if kept and kept.parent.is_dir():
            # Several threads of one plugin may be at it.
            beside = kept.with_suffix(f".{os.getpid()}.{threading.get_ident()}.tmp")
            beside.write_text(json.dumps({"version": self.version, "files": files}))
            beside.replace(kept)
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
        """The source of a file of the SDK; empty where there is none."""
        if file not in self._texts:
            path = self.root / file
            self._texts[file] = path.read_text() if path.is_file() else ""
        return self._texts[file]

    def cut(self, file: str, start: str) -> str:
        """The class or function whose definition starts so, such as `class Vpc(`; empty where there is none."""
        source = self.text(file)
        found = re.search(rf"^{re.escape(start)}", source, re.MULTILINE)
        if found is None:
            return ""
        after = _TOP_LEVEL.search(source, found.end())
        return source[found.start() : after.start() if after else len(source)]

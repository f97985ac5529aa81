"""Says where the table does not know whether a change replaces, so that nobody takes our word for it."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox.cloud.plugin.diff import Change
from toolchain import simulation


def unknown(urn: str, token: str, changes: Sequence[Change]) -> None:
    """To standard error, and to a file of the rehearsal where there is one. Paths only: values may be secret."""
    paths = [change.where for change in changes if not change.known]
    if not paths:
        return
    said = f"{token}: replacement unknown for {', '.join(paths)}; shown as an update, the real provider may replace"
    print(f"warning: {said}", file=sys.stderr, flush=True)
    folder = os.environ.get(simulation.VARIABLE)
    if folder:
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        with (Path(folder) / "unknown.jsonl").open("a") as file:
            file.write(json.dumps({"urn": urn, "type": token, "properties": paths}) + "\n")

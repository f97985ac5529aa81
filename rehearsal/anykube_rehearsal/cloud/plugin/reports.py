"""Says what a preview does not show: changes of which the table does not know whether they replace, so that nobody
takes our word for it, and updates that the cloud would refuse."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from anykube_cli.toolchain import simulation

from anykube_rehearsal.cloud.plugin.diff import Change


def unknown(urn: str, token: str, changes: Sequence[Change]) -> None:
    """To standard error, and to a file of the rehearsal where there is one. Paths only: values may be secret."""
    paths = [change.where for change in changes if not change.known]
    if not paths:
        return
    said = f"{token}: replacement unknown for {', '.join(paths)}; shown as an update, the real provider may replace"
    print(f"warning: {said}", file=sys.stderr, flush=True)
    _note("unknown.jsonl", {"urn": urn, "type": token, "properties": paths})


def refused(urn: str, token: str, said: str) -> None:
    """The same of an update of something that the account knows from a state alone; the sentence is the account's."""
    print(f"warning: {token}: the update would be refused: {said}", file=sys.stderr, flush=True)
    _note("refused.jsonl", {"urn": urn, "type": token, "said": said})


def _note(name: str, about: Mapping[str, object]) -> None:
    folder = os.environ.get(simulation.VARIABLE)
    if folder:
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        with (Path(folder) / name).open("a") as file:
            file.write(json.dumps(about) + "\n")

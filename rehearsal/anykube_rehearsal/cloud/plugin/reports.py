"""Reports what a preview does not show: changes that may replace, and updates that the cloud would refuse."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from anykube_cli.toolchain import simulation

from anykube_rehearsal.cloud.plugin.diff import Change


def report_unknown_replacements(urn: str, token: str, changes: Sequence[Change]) -> None:
    """Warns about changes of which the table does not say if they replace. Shows paths only: values may be secret."""
    paths = [change.input_path for change in changes if not change.effect_known]
    if not paths:
        return
    message = f"{token}: the real provider may replace it for changes of {', '.join(paths)}; shown as an update"
    print(f"warning: {message}", file=sys.stderr, flush=True)
    _append("unknown.jsonl", {"urn": urn, "type": token, "properties": paths})


def report_refused_update(urn: str, token: str, reason: str) -> None:
    """Warns about an update of a resource loaded from a state, with the account's reason."""
    print(f"warning: {token}: the update would be refused: {reason}", file=sys.stderr, flush=True)
    _append("refused.jsonl", {"urn": urn, "type": token, "said": reason})


def _append(name: str, entry: Mapping[str, object]) -> None:
    """Appends an entry to a file of the rehearsal, if there is a rehearsal."""
    folder = os.environ.get(simulation.VARIABLE)
    if folder:
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        with (Path(folder) / name).open("a") as file:
            file.write(json.dumps(entry) + "\n")

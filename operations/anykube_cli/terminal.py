"""Runs the engine on this terminal, with a line below its output that says how far it is."""

import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.text import Text

from anykube_cli.toolchain.progress import Status, is_terminal, live_status

_HEARTBEAT = re.compile(r"@ .*\.+")
"""A line of dots by which the engine shows that it lives."""
_PATIENCE = 5.0
"""Seconds for the last lines: a plugin that outlives its engine may hold the pipe open."""


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path, status: Callable[[], Status]) -> int:
    """Runs the command in the folder and returns its exit code.

    On a terminal its output scrolls above the status. Elsewhere it is passed on as it is, and the status goes to
    standard error.
    """
    out, errors = Console(), Console(stderr=True)
    if not (is_terminal(out) and is_terminal(errors)):
        with live_status(status, errors):
            return subprocess.run(command, env=environment, cwd=folder, check=False).returncode
    color = "never" if out.no_color else "always"
    with live_status(status, out), _printed_above(out) as pipe:
        coloured = [*command, "--color", color]
        return subprocess.run(
            coloured, env=environment, cwd=folder, stdout=pipe, stderr=subprocess.STDOUT, check=False
        ).returncode


@contextmanager
def _printed_above(console: Console) -> Iterator[int]:
    """A pipe of which each line is printed on the console as it comes, except for heartbeats."""
    reading, writing = os.pipe()
    thread = threading.Thread(target=_print_lines, args=(reading, console), daemon=True)
    thread.start()
    try:
        yield writing
    finally:
        os.close(writing)
        thread.join(_PATIENCE)


def _print_lines(reading: int, console: Console) -> None:
    with os.fdopen(reading, encoding="utf-8", errors="replace", newline="\n") as lines:
        for line in lines:
            text = Text.from_ansi(line.rstrip("\r\n"))
            if not _HEARTBEAT.fullmatch(text.plain):
                console.print(text, soft_wrap=True)

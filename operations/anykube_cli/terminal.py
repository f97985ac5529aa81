"""Runs Pulumi on this terminal, with a progress line below its output."""

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
"""The line of dots that Pulumi prints while it waits."""
_LAST_LINES_SECONDS = 5.0
"""Time to read the last lines. A plugin that outlives Pulumi may keep the pipe open."""


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path, status: Callable[[], Status]) -> int:
    """Runs the command in the folder and returns its exit code.

    On a terminal the output scrolls above the status line. Otherwise the output is passed on unchanged, and the status
    goes to standard error.
    """
    out, errors = Console(), Console(stderr=True)
    if not (is_terminal(out) and is_terminal(errors)):
        with live_status(status, errors):
            return subprocess.run(command, env=environment, cwd=folder, check=False).returncode
    color = "never" if out.no_color else "always"
    with live_status(status, out), _printed_above(out) as pipe:
        return subprocess.run(
            [*command, "--color", color],
            env=environment,
            cwd=folder,
            stdout=pipe,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode


@contextmanager
def _printed_above(console: Console) -> Iterator[int]:
    """A pipe whose lines are printed on the console, except for heartbeats."""
    reading, writing = os.pipe()
    thread = threading.Thread(target=_print_lines, args=(reading, console), daemon=True)
    thread.start()
    try:
        yield writing
    finally:
        os.close(writing)
        thread.join(_LAST_LINES_SECONDS)


def _print_lines(reading: int, console: Console) -> None:
    with os.fdopen(reading, encoding="utf-8", errors="replace", newline="\n") as lines:
        for line in lines:
            text = Text.from_ansi(line.rstrip("\r\n"))
            if not _HEARTBEAT.fullmatch(text.plain):
                console.print(text, soft_wrap=True)

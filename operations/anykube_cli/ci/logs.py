"""Redacts everything that a job prints: its own lines, the output of processes that it starts, and tracebacks."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

from anykube_cli.ci.redact import Redactor

_LAST_LINES_SECONDS = 5.0
"""Time to print the last lines at the end."""


@contextlib.contextmanager
def redacted(hide: Redactor) -> Iterator[None]:
    """Passes standard output and standard error through `hide`, line by line, also those of child processes.

    Redirects the file descriptors, so that no program can bypass it.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    redirections = [_Redirection(descriptor, hide) for descriptor in (1, 2)]
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for redirection in redirections:
            redirection.end()


class _Redirection:
    """A file descriptor whose output goes through a pipe and a thread."""

    def __init__(self, descriptor: int, hide: Redactor) -> None:
        self._descriptor, self._hide = descriptor, hide
        self._original = os.dup(descriptor)
        reading, writing = os.pipe()
        os.dup2(writing, descriptor)
        os.close(writing)
        self._thread = threading.Thread(target=self._copy, args=(reading,), daemon=True)
        self._thread.start()

    def _copy(self, reading: int) -> None:
        with os.fdopen(reading, "rb") as lines:
            for line in lines:
                output = self._hide(line.decode(errors="replace")).encode()
                while output:
                    output = output[os.write(self._original, output) :]

    def end(self) -> None:
        """Restores the descriptor after the last lines are printed."""
        os.dup2(self._original, self._descriptor)
        # Do not wait for ever: a process that outlives this one may keep the pipe open.
        self._thread.join(_LAST_LINES_SECONDS)

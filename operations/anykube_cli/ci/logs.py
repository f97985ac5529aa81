"""What a job prints, redacted: its own lines, those of the engine and all else that it starts, and a crash's."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

from anykube_cli.ci.redact import Redactor

_PATIENCE = 5.0
"""Seconds for the last lines, at the end."""


@contextlib.contextmanager
def redacted(hide: Redactor) -> Iterator[None]:
    """While it lasts, both streams of this process and of those that it starts pass through `hide`, line by line.

    It is done with the file descriptors, so that no program can go past it.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    ways = [_Way(descriptor, hide) for descriptor in (1, 2)]
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for way in ways:
            way.end()


class _Way:
    """A descriptor that leads through a pipe and a thread."""

    def __init__(self, descriptor: int, hide: Redactor) -> None:
        self._descriptor, self._hide = descriptor, hide
        self._real = os.dup(descriptor)
        reading, writing = os.pipe()
        os.dup2(writing, descriptor)
        os.close(writing)
        self._thread = threading.Thread(target=self._copy, args=(reading,), daemon=True)
        self._thread.start()

    def _copy(self, reading: int) -> None:
        with os.fdopen(reading, "rb") as lines:
            for line in lines:
                said = self._hide(line.decode(errors="replace")).encode()
                while said:
                    said = said[os.write(self._real, said) :]

    def end(self) -> None:
        """Leads the descriptor where it led, once what was said is out."""
        os.dup2(self._real, self._descriptor)
        # A process that outlives this one may hold the pipe open: it is not waited for.
        self._thread.join(_PATIENCE)

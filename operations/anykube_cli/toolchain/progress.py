"""One line for each part, with the time it takes, on standard error."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

_console = Console(stderr=True)


def say(sentence: str) -> None:
    """Prints a line, as it is: no wrapping, and brackets are not markup."""
    _console.out(sentence, style="dim", highlight=False)


@contextmanager
def step(label: str) -> Iterator[None]:
    """Shows that something is under way and for how long, then how long it took."""
    start = time.monotonic()
    if _console.is_terminal:
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        with Progress(*columns, console=_console, transient=True) as progress:
            progress.add_task(label, total=None)
            yield
    else:
        say(f"{label} …")
        yield
    say(f"{label}: {time.monotonic() - start:.0f} s")

"""Shows progress on standard error: one line updated in place on a terminal, otherwise a line every 15 seconds."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

_console = Console(stderr=True)
_TERMINAL_INTERVAL, _LINE_INTERVAL = 0.25, 15.0
"""Seconds between two updates on a terminal, and between two lines elsewhere."""
_BAR_WIDTH = 16
"""Columns of the progress bar."""


@dataclass(frozen=True)
class Status:
    """A status text with its progress. Without a `total`, a spinner replaces the bar."""

    text: str
    done: float = 0.0
    total: float | None = None


def print_line(sentence: str) -> None:
    """Prints a line without wrapping and without interpreting brackets as markup."""
    _console.out(sentence, style="dim", highlight=False)


@contextmanager
def step(label: str, status: Callable[[], Status] | None = None) -> Iterator[None]:
    """Shows the step while the block runs, and its duration when it ends.

    `status` returns the current progress. Default: the label and the elapsed time.
    """
    start = time.monotonic()

    def elapsed() -> Status:
        return Status(f"{label} · {duration(time.monotonic() - start)}")

    if not is_terminal(_console):
        print_line(f"{label} …")
    with live_status(status or elapsed, _console):
        yield
    print_line(f"{label}: {time.monotonic() - start:.0f} s")


@contextmanager
def live_status(status: Callable[[], Status], console: Console) -> Iterator[None]:
    """Shows what `status` returns until the block ends. Calls `status` repeatedly, in another thread."""
    live = Live(console=console, auto_refresh=False, transient=True) if is_terminal(console) else None
    ended = threading.Event()

    def display(current: Status) -> None:
        if live:
            live.update(_Line(current), refresh=True)
        else:
            print_on(console, current.text)

    interval = _TERMINAL_INTERVAL if live else _LINE_INTERVAL
    thread = threading.Thread(target=repeat, args=(status, display, lambda: ended.wait(interval)), daemon=True)
    with live or nullcontext():
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def repeat(status: Callable[[], Status], display: Callable[[Status], None], wait: Callable[[], bool]) -> None:
    """Displays the status after each wait, until a wait returns True. Skips a status without text."""
    while not wait():
        if (current := status()).text:
            display(current)


def print_on(console: Console, sentence: str) -> None:
    """Prints a line on the console without wrapping or colour."""
    console.out(sentence, highlight=False)


def is_terminal(console: Console) -> bool:
    """Whether lines can be redrawn. Rich's own check treats a pipe as a terminal if FORCE_COLOR is set."""
    return console.file.isatty() and not console.is_dumb_terminal


def duration(seconds: float) -> str:
    """Formats a duration, such as "40 s", "3 min" or "1 h 10 min"."""
    if round(seconds) < 60:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def time_left(seconds: float | None, suffix: str = "") -> str:
    """Formats an estimate, such as " · about 3 min left"; empty if there is none."""
    return "" if seconds is None else f" · about {duration(seconds)} left{suffix}"


class _Line:
    """The status as one line, cut at the width of the terminal."""

    def __init__(self, status: Status) -> None:
        self._status = status

    def __rich__(self) -> RenderableType:
        status, grid = self._status, Table.grid(padding=(0, 1))
        indicator = (
            Spinner("dots")
            if status.total is None
            else ProgressBar(total=max(status.total, 1.0), completed=status.done, width=_BAR_WIDTH)
        )
        grid.add_row(indicator, Text(status.text, no_wrap=True, overflow="ellipsis"))
        return grid

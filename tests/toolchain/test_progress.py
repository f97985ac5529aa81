"""What long work shows on a terminal and elsewhere."""

import contextlib
import io
import os
import pty
import threading
from collections.abc import Iterator

import pytest
from anykube_cli.toolchain.download import DownloadProgress
from anykube_cli.toolchain.progress import Status, duration, is_terminal, live_status, repeat, time_left
from rich.console import Console


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1 s"),
        (0.4, "1 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (200, "3 min"),
        (3599, "1 h 0 min"),
        (4200, "1 h 10 min"),
    ],
)
def test_durations_are_for_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_without_an_estimate_there_is_nothing_about_the_time_left() -> None:
    assert (time_left(None), time_left(90), time_left(20, " for all")) == (
        "",
        " · about 2 min left",
        " · about 20 s left for all",
    )


def test_it_is_shown_after_each_wait_until_the_end() -> None:
    waits: Iterator[bool] = iter((False, False, False, True))
    states = iter((Status("one"), Status(""), Status("three")))
    displayed: list[Status] = []
    repeat(lambda: next(states), displayed.append, lambda: next(waits))
    assert [status.text for status in displayed] == ["one", "three"]


def test_a_pipe_gets_plain_lines_even_where_colour_is_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr("anykube_cli.toolchain.progress._LINES", 0.0)
    out = _Reported()
    with live_status(lambda: Status("3 of 8 packages [b] " + "x" * 200, 3, 8), Console(file=out)):
        out.wait_for(2)
    assert not is_terminal(Console(file=out))
    assert set(out.getvalue().splitlines()) == {"3 of 8 packages [b] " + "x" * 200}


class _Reported(io.StringIO):
    """A pipe that knows when it was written to."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = threading.Semaphore(0)

    def write(self, text: str) -> int:
        self._lines.release()
        return super().write(text)

    def wait_for(self, writes: int) -> None:
        """Blocks until it was written to that often."""
        for _ in range(writes):
            assert self._lines.acquire(timeout=30)


class Screen:
    """Reads a terminal as long as somebody writes to it, so that no writer waits."""

    def __init__(self, master: int) -> None:
        self.seen = threading.Event()
        self._said, self._master = b"", master
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # EIO: the last writer has closed it
            while part := os.read(self._master, 4096):
                self._said += part
                if b"3 of 8 packages" in self._said:
                    self.seen.set()

    def rest(self) -> bytes:
        """All that was written, once the writers have closed the terminal."""
        self._reader.join(timeout=30)
        os.close(self._master)
        return self._said


def test_a_terminal_gets_one_line_in_place_and_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("anykube_cli.toolchain.progress._REFRESH", 0.0)
    master, slave = pty.openpty()
    screen = Screen(master)
    with os.fdopen(slave, "w") as terminal:
        console = Console(file=terminal, width=60)
        with live_status(lambda: Status("3 of 8 packages " + "x" * 200, 3, 8), console):
            assert screen.seen.wait(timeout=30)
    said = screen.rest()
    assert "━".encode() in said
    assert b"x" * 60 not in said
    assert b"\n" * 2 not in said
    assert said.endswith((b"\x1b[?25h", b"\x1b[2K"))


def test_a_download_shows_bytes_of_total() -> None:
    now = [10.0]
    received = DownloadProgress("etcd 3.6.8", lambda: now[0])
    assert received.status().text == "etcd 3.6.8 · download · 0 bytes"
    received.begin("30000000")
    now[0] += 5
    received.add(10_000_000)
    assert received.status() == Status("etcd 3.6.8 · download · 10.0 MB of 30.0 MB · about 10 s left", 1e7, 3e7)


def test_a_download_of_unknown_length_shows_bytes() -> None:
    received = DownloadProgress("etcd 3.6.8")
    received.begin(None)
    received.add(2_000)
    assert received.status() == Status("etcd 3.6.8 · download · 2.0 kB", 2000)

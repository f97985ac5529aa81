"""Progress on a terminal and elsewhere."""

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
def test_formats_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_shows_time_left_only_with_estimate() -> None:
    assert (time_left(None), time_left(90), time_left(20, " for all")) == (
        "",
        " · about 2 min left",
        " · about 20 s left for all",
    )


def test_shows_status_after_each_wait() -> None:
    waits: Iterator[bool] = iter((False, False, False, True))
    states = iter((Status("one"), Status(""), Status("three")))
    displayed: list[Status] = []
    repeat(lambda: next(states), displayed.append, lambda: next(waits))
    assert [status.text for status in displayed] == ["one", "three"]


def test_pipe_gets_lines_even_with_forced_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr("anykube_cli.toolchain.progress._LINE_INTERVAL", 0.0)
    out = _CountingPipe()
    with live_status(lambda: Status("3 of 8 packages [b] " + "x" * 200, 3, 8), Console(file=out)):
        out.wait_for(2)
    assert not is_terminal(Console(file=out))
    assert set(out.getvalue().splitlines()) == {"3 of 8 packages [b] " + "x" * 200}


class _CountingPipe(io.StringIO):
    """A pipe that counts writes."""

    def __init__(self) -> None:
        super().__init__()
        self._writes = threading.Semaphore(0)

    def write(self, text: str) -> int:
        self._writes.release()
        return super().write(text)

    def wait_for(self, writes: int) -> None:
        """Blocks until this many writes have happened."""
        for _ in range(writes):
            assert self._writes.acquire(timeout=30)


class Screen:
    """Reads everything written to a terminal, so that writers never block."""

    def __init__(self, master: int) -> None:
        self.has_status = threading.Event()
        self._output, self._master = b"", master
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # EIO: the last writer has closed it
            while chunk := os.read(self._master, 4096):
                self._output += chunk
                if b"3 of 8 packages" in self._output:
                    self.has_status.set()

    def output(self) -> bytes:
        """Everything that was written. Waits until the writers have closed the terminal."""
        self._reader.join(timeout=30)
        os.close(self._master)
        return self._output


def test_terminal_shows_one_updated_line_and_is_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("anykube_cli.toolchain.progress._TERMINAL_INTERVAL", 0.0)
    master, slave = pty.openpty()
    screen = Screen(master)
    with os.fdopen(slave, "w") as terminal:
        console = Console(file=terminal, width=60)
        with live_status(lambda: Status("3 of 8 packages " + "x" * 200, 3, 8), console):
            assert screen.has_status.wait(timeout=30)
    output = screen.output()
    assert "━".encode() in output
    assert b"x" * 60 not in output
    assert b"\n" * 2 not in output
    assert output.endswith((b"\x1b[?25h", b"\x1b[2K"))


def test_download_shows_received_and_total_bytes() -> None:
    now = [10.0]
    progress = DownloadProgress("etcd 3.6.8", lambda: now[0])
    assert progress.status().text == "etcd 3.6.8 · download · 0 bytes"
    progress.start("30000000")
    now[0] += 5
    progress.add(10_000_000)
    assert progress.status() == Status("etcd 3.6.8 · download · 10.0 MB of 30.0 MB · about 10 s left", 1e7, 3e7)


def test_download_of_unknown_length_shows_received_bytes() -> None:
    progress = DownloadProgress("etcd 3.6.8")
    progress.start(None)
    progress.add(2_000)
    assert progress.status() == Status("etcd 3.6.8 · download · 2.0 kB", 2000)

"""Pulumi's output above the status line, with real processes and a real terminal."""

import os
import pty
import signal
import subprocess
import sys
import textwrap
from collections.abc import Mapping

from anykube_cli.toolchain import paths

_RUN = """
    import sys
    from pathlib import Path
    from anykube_cli import terminal
    from anykube_cli.toolchain.progress import Status
    code = terminal.run(["sh", "-c", sys.argv[1], "sh"], {"PATH": "/usr/bin:/bin"}, Path.cwd(),
                        lambda: Status("3 of 8 resources", 3, 8))
    print("code", code)
"""
_ENGINE = """
    printf '@ updating....\\n'
    printf ' +  kubernetes:core/v1:Service [web] created (1s)\\n'
    printf '\\033[31m%0200d\\033[0m\\n' 7
    printf 'error: it failed\\n' >&2
    exit 3
"""


def _environment(**variables: str) -> Mapping[str, str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    return {**environment, "PYTHONPATH": str(paths.checkout()), "TERM": "xterm", "COLUMNS": "80", **variables}


def _command(engine: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(_RUN), textwrap.dedent(engine)]


class _Terminal:
    """A process with a controlling terminal of its own."""

    def __init__(self, engine: str, environment: Mapping[str, str]) -> None:
        self._pid, self._screen = pty.fork()
        if self._pid == 0:
            # Tests that run in the background ignore Ctrl-C, and the process would inherit that.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execve(sys.executable, _command(engine), dict(environment))
        self.output = b""

    def type(self, keys: bytes) -> None:
        os.write(self._screen, keys)

    def read_until(self, text: bytes) -> None:
        while text not in self.output:
            self.output += os.read(self._screen, 4096)

    def end(self) -> int:
        """Reads the rest of the output and returns the exit code."""
        try:
            while chunk := os.read(self._screen, 4096):
                self.output += chunk
        except OSError:  # Linux's error at the end of a terminal's output
            pass
        os.close(self._screen)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])


def test_prints_lines_without_heartbeats_above_the_status() -> None:
    terminal = _Terminal("sleep 1" + _ENGINE, _environment())
    terminal.read_until(b"3 of 8 resources")
    assert terminal.end() == 0
    output = terminal.output.replace(b"\r\n", b"\n")
    assert b"updating" not in output
    assert b" +  kubernetes:core/v1:Service [web] created (1s)\n" in output
    assert b"\x1b[31m" + b"0" * 199 + b"7\x1b[0m\n" in output
    assert b"error: it failed\n" in output
    assert output.endswith(b"code 3\n")
    assert b"\x1b[?25h" in output  # the cursor is shown again


def test_requests_colours_unless_no_color_is_set() -> None:
    for variables, colour in (({}, b"always"), ({"NO_COLOR": "1"}, b"never")):
        terminal = _Terminal('echo "$@"', _environment(**variables))
        assert terminal.end() == 0
        assert b"--color " + colour in terminal.output


def test_ctrl_c_reaches_pulumi_and_ends_this_process() -> None:
    engine = "trap 'echo interrupted; exit 0' INT; echo ready; while :; do sleep 0.02; done"
    terminal = _Terminal(engine, _environment())
    terminal.read_until(b"ready")
    terminal.type(b"\x03")
    assert terminal.end() != 0
    assert b"interrupted" in terminal.output
    assert b"KeyboardInterrupt" in terminal.output
    assert terminal.output.count(b"\x1b[?25h") >= 1


def test_passes_output_on_unchanged_without_a_terminal() -> None:
    result = subprocess.run(
        _command(_ENGINE), env=_environment(FORCE_COLOR="1"), capture_output=True, text=True, check=True
    )
    lines = result.stdout.splitlines()
    assert lines[:2] == ["@ updating....", " +  kubernetes:core/v1:Service [web] created (1s)"]
    assert lines[2] == "\x1b[31m" + "0" * 199 + "7\x1b[0m"
    assert lines[3:] == ["code 3"]
    assert result.stderr == "error: it failed\n"

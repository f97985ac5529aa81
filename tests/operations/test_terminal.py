"""The engine's output above the status, with real processes and a real terminal."""

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


def _environment(**more: str) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    return {**kept, "PYTHONPATH": str(paths.checkout()), "TERM": "xterm", "COLUMNS": "80", **more}


def _command(engine: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(_RUN), textwrap.dedent(engine)]


class _Terminal:
    """A process on a terminal of its own, which it controls."""

    def __init__(self, engine: str, environment: Mapping[str, str]) -> None:
        self._pid, self._screen = pty.fork()
        if self._pid == 0:
            # Whoever started the tests in the background had them ignore Ctrl-C, and they would pass that on.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execve(sys.executable, _command(engine), dict(environment))
        self.said = b""

    def type(self, keys: bytes) -> None:
        os.write(self._screen, keys)

    def read_until(self, text: bytes) -> None:
        while text not in self.said:
            self.said += os.read(self._screen, 4096)

    def end(self) -> int:
        """The exit code, once all is read."""
        try:
            while more := os.read(self._screen, 4096):
                self.said += more
        except OSError:  # Linux's way to say that nobody writes there any more
            pass
        os.close(self._screen)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])


def test_on_a_terminal_all_lines_but_heartbeats_are_printed_above_the_status() -> None:
    terminal = _Terminal("sleep 1" + _ENGINE, _environment())
    terminal.read_until(b"3 of 8 resources")
    assert terminal.end() == 0
    said = terminal.said.replace(b"\r\n", b"\n")
    assert b"updating" not in said
    assert b" +  kubernetes:core/v1:Service [web] created (1s)\n" in said
    assert b"\x1b[31m" + b"0" * 199 + b"7\x1b[0m\n" in said
    assert b"error: it failed\n" in said
    assert said.endswith(b"code 3\n")
    assert b"\x1b[?25h" in said  # the cursor is shown again


def test_colours_are_asked_for_unless_the_user_wants_none() -> None:
    for more, colour in (({}, b"always"), ({"NO_COLOR": "1"}, b"never")):
        terminal = _Terminal('echo "$@"', _environment(**more))
        assert terminal.end() == 0
        assert b"--color " + colour in terminal.said


def test_ctrl_c_reaches_the_engine_and_ends_this_process() -> None:
    engine = "trap 'echo interrupted; exit 0' INT; echo ready; while :; do sleep 0.02; done"
    terminal = _Terminal(engine, _environment())
    terminal.read_until(b"ready")
    terminal.type(b"\x03")
    assert terminal.end() != 0
    assert b"interrupted" in terminal.said
    assert b"KeyboardInterrupt" in terminal.said
    assert terminal.said.count(b"\x1b[?25h") >= 1


def test_elsewhere_output_is_passed_on_as_it_is_and_has_no_control_codes_added() -> None:
    answer = subprocess.run(
        _command(_ENGINE), env=_environment(FORCE_COLOR="1"), capture_output=True, text=True, check=True
    )
    lines = answer.stdout.splitlines()
    assert lines[:2] == ["@ updating....", " +  kubernetes:core/v1:Service [web] created (1s)"]
    assert lines[2] == "\x1b[31m" + "0" * 199 + "7\x1b[0m"
    assert lines[3:] == ["code 3"]
    assert answer.stderr == "error: it failed\n"

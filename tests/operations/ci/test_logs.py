"""Redaction of the output of a process, its children and its tracebacks."""

import subprocess
import sys

import pytest
from anykube_cli import __main__ as commands
from anykube_cli.ci.redact import HIDDEN
from anykube_cli.toolchain import paths

_SECRET = "Wren-7421-said"
_SCRIPT = f"""
import subprocess, sys
from anykube_cli.ci.logs import redacted
from anykube_cli.ci.redact import Redactor
with redacted(Redactor([{_SECRET!r}])):
    print("out", {_SECRET!r})
    print("err", {_SECRET!r}, file=sys.stderr)
    subprocess.run(["sh", "-c", "echo child {_SECRET}; echo child {_SECRET} >&2; printf last:{_SECRET}"])
print("after")
"""


def test_redacts_both_streams_also_of_children() -> None:
    result = subprocess.run(
        [sys.executable, "-c", _SCRIPT], cwd=paths.checkout(), capture_output=True, text=True, check=True
    )
    assert result.stdout == f"out {HIDDEN}\nchild {HIDDEN}\nlast:{HIDDEN}after\n"
    assert result.stderr == f"err {HIDDEN}\nchild {HIDDEN}\n"


@pytest.mark.parametrize("debug", ["", "1"])
def test_redacts_the_message_of_a_crash(
    debug: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(prog_name: str) -> None:
        raise RuntimeError(f"cannot do it with {_SECRET}")

    monkeypatch.setenv("ANYKUBE_SECRET_BIRD", _SECRET)
    monkeypatch.setenv("ANYKUBE_DEBUG", debug)
    monkeypatch.setattr(commands, "cli", crash)
    with pytest.raises(SystemExit) as exit_info:
        commands.main()
    error = capsys.readouterr().err
    assert exit_info.value.code == 1
    assert f"RuntimeError: cannot do it with {HIDDEN}" in error
    assert _SECRET not in error
    assert ("Traceback" in error) == bool(debug)

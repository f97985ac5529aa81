"""What a process says, and those that it starts, and what it says when it ends badly."""

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


def test_both_streams_pass_through_the_redactor_and_those_of_children_too() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", _SCRIPT], cwd=paths.checkout(), capture_output=True, text=True, check=True
    )
    assert answer.stdout == f"out {HIDDEN}\nchild {HIDDEN}\nlast:{HIDDEN}after\n"
    assert answer.stderr == f"err {HIDDEN}\nchild {HIDDEN}\n"


@pytest.mark.parametrize("debug", ["", "1"])
def test_a_crash_has_no_secret_in_it(
    debug: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(prog_name: str) -> None:
        raise RuntimeError(f"cannot do it with {_SECRET}")

    monkeypatch.setenv("ANYKUBE_SECRET_BIRD", _SECRET)
    monkeypatch.setenv("ANYKUBE_DEBUG", debug)
    monkeypatch.setattr(commands, "cli", crash)
    with pytest.raises(SystemExit) as ended:
        commands.main()
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert f"RuntimeError: cannot do it with {HIDDEN}" in said
    assert _SECRET not in said
    assert ("Traceback" in said) == bool(debug)

from anykube_cli.preflight import PreflightResult, Problem
from anykube_cli.preflight.report import render
from rich.console import Console


def _shown(preflight: PreflightResult) -> str:
    console = Console(width=160, force_terminal=False)
    with console.capture() as capture:
        render(preflight, console)
    return capture.get()


def test_nothing_wrong() -> None:
    shown = _shown(PreflightResult({"account": "123456789012", "who": "user mo"}, completed=["region", "version"]))
    assert "account  123456789012" in shown
    assert "user mo" in shown
    assert "2 questions answered; nothing speaks against it" in shown


def test_facts_stand_in_a_column() -> None:
    shown = _shown(PreflightResult({"subscription": "0000", "who": "user mo"}))
    assert "subscription  0000\nwho           user mo\n" in shown


def test_problems_with_their_remedies() -> None:
    problems = [Problem("cluster shop", "there is [one]", "choose another"), Problem("net", "w", "r", "warning")]
    shown = _shown(PreflightResult({}, problems, completed=["region"], skipped=["version"]))
    for text in ("✗", "!", "cluster shop", "there is [one]", "choose another", "not known: version"):
        assert text in shown
    assert "1 error, 1 warning; 1 questions answered" in shown


def test_warnings_alone_pass() -> None:
    preflight = PreflightResult({}, [Problem("net", "w", "r", "warning")], completed=["region", "zones"])
    assert not preflight.errors
    assert "2 questions answered; 0 errors, 1 warning" in _shown(preflight)

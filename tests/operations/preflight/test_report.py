from anykube_cli.preflight import PreflightResult, Problem
from anykube_cli.preflight.report import render
from rich.console import Console


def _render(preflight: PreflightResult) -> str:
    console = Console(width=160, force_terminal=False)
    with console.capture() as capture:
        render(preflight, console)
    return capture.get()


def test_reports_no_problems_for_a_good_account() -> None:
    output = _render(PreflightResult({"account": "123456789012", "who": "user mo"}, completed=["region", "version"]))
    assert "account  123456789012" in output
    assert "user mo" in output
    assert "2 checks completed; no problems found" in output


def test_aligns_facts() -> None:
    output = _render(PreflightResult({"subscription": "0000", "who": "user mo"}))
    assert "subscription  0000\nwho           user mo\n" in output


def test_prints_problems_with_remedies() -> None:
    problems = [Problem("cluster shop", "already used by [a]", "choose another"), Problem("net", "w", "r", "warning")]
    output = _render(PreflightResult({}, problems, completed=["region"], skipped=["version"]))
    for text in ("✗", "!", "cluster shop", "already used by [a]", "choose another", "not checked: version"):
        assert text in output
    assert "1 error, 1 warning; 1 check completed" in output


def test_warnings_are_not_errors() -> None:
    preflight = PreflightResult({}, [Problem("net", "w", "r", "warning")], completed=["region", "zones"])
    assert not preflight.errors
    assert "2 checks completed; 0 errors, 1 warning" in _render(preflight)

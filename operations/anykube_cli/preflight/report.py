"""Prints the result of a preflight: the account, then each problem with its remedy."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from anykube_cli.preflight.problem import PreflightResult

_MARKS = {"error": ("✗", "red"), "warning": ("!", "yellow")}


def render(result: PreflightResult, console: Console) -> None:
    """Prints the result. Texts from the cloud are not parsed as rich markup."""
    width = max((len(name) for name in result.facts), default=0) + 2
    for name, fact in result.facts.items():
        console.print(Text.assemble((f"{name:<{width}}", "dim"), fact))
    if result.problems:
        console.print(_table(result))
    if result.skipped:
        console.print(Text(f"not checked: {', '.join(result.skipped)}", style="yellow"))
    console.print(_summary(result))


def _table(result: PreflightResult) -> Table:
    table = Table(show_lines=True, border_style="dim", header_style="bold")
    for header in ("", "subject", "problem", "remedy"):
        table.add_column(header, overflow="fold")
    for problem in result.problems:
        mark = Text(*_MARKS[problem.severity])
        table.add_row(mark, Text(problem.subject), Text(problem.message), Text(problem.remedy))
    return table


def _summary(result: PreflightResult) -> Text:
    problems = f"{_count(len(result.errors), 'error')}, {_count(len(result.warnings), 'warning')}"
    checks = f"{_count(len(result.completed), 'check')} completed"
    if result.errors:
        return Text(f"{problems}; {checks}", style="bold red")
    return Text(f"{checks}; {problems if result.warnings else 'no problems found'}", style="bold green")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun if number == 1 else f'{noun}s'}"

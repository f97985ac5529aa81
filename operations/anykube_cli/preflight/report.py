"""How a preflight is shown: who asked where, then what is wrong and what would be right."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from anykube_cli.preflight.problem import Preflight

_MARKS = {"error": ("✗", "red"), "warning": ("!", "yellow")}


def render(preflight: Preflight, console: Console) -> None:
    """Prints it. Nothing of AWS' texts is taken for rich's markup."""
    width = max((len(name) for name in preflight.facts), default=0) + 2
    for name, fact in preflight.facts.items():
        console.print(Text.assemble((f"{name:<{width}}", "dim"), fact))
    if preflight.problems:
        console.print(_table(preflight))
    if preflight.unasked:
        console.print(Text(f"not known: {', '.join(preflight.unasked)}", style="yellow"))
    console.print(_verdict(preflight))


def _table(preflight: Preflight) -> Table:
    table = Table(show_lines=True, border_style="dim", header_style="bold")
    for header in ("", "subject", "what is wrong", "what would be right"):
        table.add_column(header, overflow="fold")
    for problem in preflight.problems:
        table.add_row(Text(*_MARKS[problem.severity]), Text(problem.subject), Text(problem.what), Text(problem.remedy))
    return table


def _verdict(preflight: Preflight) -> Text:
    errors, warnings = len(preflight.errors), len(preflight.warnings)
    counted = (
        f"{errors} {'error' if errors == 1 else 'errors'}, {warnings} {'warning' if warnings == 1 else 'warnings'}"
    )
    asked = f"{len(preflight.asked)} questions answered"
    if errors:
        return Text(f"{counted}; {asked}", style="bold red")
    return Text(f"{asked}; {counted if warnings else 'nothing speaks against it'}", style="bold green")

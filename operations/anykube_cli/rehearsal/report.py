"""Prints the result of a rehearsal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

_SIGNS = {"create": "+", "update": "~", "replace": "±", "delete": "-"}


@dataclass(frozen=True)
class Step:
    """A step with its duration in seconds, and the number of resources by operation."""

    name: str
    seconds: float
    passed: bool
    resources: Mapping[str, int] = field(default_factory=dict)


def draw(
    stack: str,
    steps: Sequence[Step],
    remaining: Sequence[str] | None,
    unknown_effects: Sequence[str],
    simulated: str,
    console: Console,
) -> None:
    """Prints the steps as a table, the remaining resources, changes of unknown effect, and what was simulated.

    `remaining` is None if the stack was kept.
    """
    table = Table(title=f"rehearsal of {stack}", title_justify="left", box=None, pad_edge=False)
    for heading in ("step", "seconds", "resources"):
        table.add_column(heading, justify="right" if heading == "seconds" else "left")
    for step in steps:
        mark = "[green]✓[/]" if step.passed else "[red]✗[/]"
        table.add_row(f"{mark} {step.name}", f"{step.seconds:.1f}", _counted(step.resources))
    table.add_row("  total", f"{sum(step.seconds for step in steps):.1f}", "")
    console.print(table)
    if remaining is not None:
        console.print("left in the account: " + (", ".join(remaining) if remaining else "nothing"))
    for change in unknown_effects:
        console.print(f"[red]unknown whether this change replaces the resource:[/] {change}")
    console.print(simulated, style="dim")


def _counted(resources: Mapping[str, int]) -> str:
    changed = [f"{sign}{resources[kind]}" for kind, sign in _SIGNS.items() if resources.get(kind)]
    same = resources.get("same")
    return "  ".join([*changed, *([f"{same} unchanged"] if same else [])])

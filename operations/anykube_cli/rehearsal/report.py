"""What a rehearsal did, for a person to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

_SIGNS = {"create": "+", "update": "~", "replace": "±", "delete": "-"}


@dataclass(frozen=True)
class Step:
    """A step with its time in seconds and its resources by what happened to them."""

    name: str
    seconds: float
    well: bool
    resources: Mapping[str, int] = field(default_factory=dict)


def draw(
    stack: str,
    steps: Sequence[Step],
    left: Sequence[str] | None,
    strange: Sequence[str],
    simulated: str,
    console: Console,
) -> None:
    """The steps as a table, what is left, changes of unknown effect, and what was simulated.

    `left` None: the stack was kept.
    """
    table = Table(title=f"rehearsal of {stack}", title_justify="left", box=None, pad_edge=False)
    for heading in ("step", "seconds", "resources"):
        table.add_column(heading, justify="right" if heading == "seconds" else "left")
    for step in steps:
        mark = "[green]✓[/]" if step.well else "[red]✗[/]"
        table.add_row(f"{mark} {step.name}", f"{step.seconds:.1f}", _counted(step.resources))
    table.add_row("  in all", f"{sum(step.seconds for step in steps):.1f}", "")
    console.print(table)
    if left is not None:
        console.print("left in the account: " + (", ".join(left) if left else "nothing"))
    for change in strange:
        console.print(f"[red]not known whether this replaces:[/] {change}")
    console.print(simulated, style="dim")


def _counted(resources: Mapping[str, int]) -> str:
    changed = [f"{sign}{resources[kind]}" for kind, sign in _SIGNS.items() if resources.get(kind)]
    same = resources.get("same")
    return "  ".join([*changed, *([f"{same} unchanged"] if same else [])])

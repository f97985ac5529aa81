"""`python -m anykube.settings`: checks pages, and keeps their JSON Schema."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from anykube.settings.effective import DEFAULT, differences, effective
from anykube.settings.loader import load
from anykube.settings.matrix import MATRIX, matrix
from anykube.settings.pages import ENVIRONMENTS, names
from anykube.settings.problems import Problem, SettingsError
from anykube.settings.schema import SCHEMA, rendered
from anykube.settings.written import compared, written

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)


@app.command()
def check(
    stacks: Annotated[list[str] | None, typer.Argument(metavar="[STACK]...", help="Which. None: all.")] = None,
    folder: Annotated[Path, typer.Option(help="Where the pages are.")] = ENVIRONMENTS,
) -> None:
    """Check pages. Ends with 2, and every mistake on stderr, where one is wrong."""
    wrong: list[Problem] = []
    for stack in stacks or names(folder):
        try:
            page = load(stack, folder)
        except SettingsError as error:
            wrong += error.problems
        else:
            typer.echo(f"{stack}: {len(page.apps)} app{'' if len(page.apps) == 1 else 's'}, all well")
    if wrong:
        typer.echo(str(SettingsError(wrong)), err=True)
        raise typer.Exit(2)


@app.command()
def show(
    stack: Annotated[str, typer.Argument(help="A page of stacks/environments/.")],
    differing: Annotated[str | None, typer.Option("--with", help="Another: only what differs is shown.")] = None,
    given: Annotated[bool, typer.Option("--given", help="Leave out what no page says.")] = False,
    folder: Annotated[Path, typer.Option(help="Where the pages are.")] = ENVIRONMENTS,
) -> None:
    """Show what a stack's settings come to, and where each value comes from. Ends with 2 where a page is wrong."""
    try:
        if differing is None:
            found = [setting for setting in effective(stack, folder) if not given or setting.origin != DEFAULT]
            written(found)
        else:
            compared(stack, differing, list(differences(stack, differing, folder)), Console())
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


@app.command()
def schema(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; end with 1 where it is stale.")] = False,
) -> None:
    """Write schema.json, by which editors complete a page."""
    if not check:
        SCHEMA.write_text(rendered(), encoding="utf-8")
    elif not SCHEMA.is_file() or SCHEMA.read_text(encoding="utf-8") != rendered():
        typer.echo(f"{SCHEMA.name} is stale. Run: python -m anykube.settings schema", err=True)
        raise typer.Exit(1)


@app.command()
def capabilities(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; end with 1 where it is stale.")] = False,
) -> None:
    """Write docs/capabilities.md: every field by cloud, supported, or refused with its message."""
    if not check:
        MATRIX.write_text(matrix(), encoding="utf-8")
    elif not MATRIX.is_file() or MATRIX.read_text(encoding="utf-8") != matrix():
        typer.echo(f"{MATRIX.name} is stale. Run: python -m anykube.settings capabilities", err=True)
        raise typer.Exit(1)


if __name__ == "__main__":
    app()

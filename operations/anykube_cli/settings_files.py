"""What `anykube settings` does."""

from collections.abc import Callable, Sequence
from pathlib import Path

import typer
from anykube.settings.effective import DEFAULT, differences, effective
from anykube.settings.loader import load
from anykube.settings.matrix import MATRIX, matrix
from anykube.settings.pages import ENVIRONMENTS, names
from anykube.settings.problems import Problem, SettingsError
from anykube.settings.schema import SCHEMA, rendered
from rich.console import Console

from anykube_cli import json_output
from anykube_cli.settings_view import compared, written
from anykube_cli.toolchain import paths


def check(stacks: Sequence[str] | None, folder: Path | None) -> None:
    """Checks the files of stacks, or of all. Ends with 2 and every mistake where one is wrong."""
    folder = folder or ENVIRONMENTS
    problems: list[Problem] = []
    for stack in stacks or names(folder):
        try:
            page = load(stack, folder)
        except SettingsError as error:
            problems += error.problems
        else:
            typer.echo(f"{stack}: {len(page.apps)} app{'' if len(page.apps) == 1 else 's'}, all well")
    if problems:
        typer.echo(str(SettingsError(problems)), err=True)
        raise typer.Exit(2)


def show(stack: str, other: str | None, *, given_only: bool, folder: Path | None, as_json: bool) -> None:
    """Shows the effective settings of a stack, or how they differ from another's. Ends with 2 where a file is wrong."""
    folder = folder or ENVIRONMENTS
    try:
        if other is None:
            settings = [one for one in effective(stack, folder) if not given_only or one.origin != DEFAULT]
            if as_json:
                json_output.write(json_output.settings(settings))
            else:
                written(settings)
        else:
            differing = list(differences(stack, other, folder))
            if as_json:
                json_output.write(json_output.differences(stack, other, differing))
            else:
                compared(stack, other, differing, Console())
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def schema(*, check: bool, out: Path | None) -> None:
    """Writes the JSON Schema, or ends with 1 where the file of it is out of date."""
    _write(rendered, out or _default(SCHEMA), "anykube settings schema", check=check)


def capabilities(*, check: bool, out: Path | None) -> None:
    """Writes the table of capabilities, or ends with 1 where the file of it is out of date."""
    _write(matrix, out or _default(MATRIX), "anykube settings capabilities", check=check)


def _default(file: Path) -> Path | None:
    """The file in this repository, which is kept there; None, so standard output, in a user's project."""
    return file if paths.is_repository() else None


def _write(render: Callable[[], str], file: Path | None, command: str, *, check: bool) -> None:
    if file is None:
        typer.echo(render(), nl=False)
    elif not check:
        file.write_text(render(), encoding="utf-8")
    elif not file.is_file() or file.read_text(encoding="utf-8") != render():
        typer.echo(f"{file.name} is out of date. Run: {command}", err=True)
        raise typer.Exit(1)

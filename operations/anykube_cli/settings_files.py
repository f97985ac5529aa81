"""Implements `anykube settings`."""

from collections.abc import Callable, Sequence
from pathlib import Path

import typer
from anykube.settings.effective import DEFAULT, differences, effective
from anykube.settings.files import ENVIRONMENTS, names
from anykube.settings.loader import load
from anykube.settings.matrix import MATRIX, matrix
from anykube.settings.problems import Problem, SettingsError
from anykube.settings.schema import SCHEMA, rendered
from rich.console import Console

from anykube_cli import json_output
from anykube_cli.settings_view import print_differences, write_yaml
from anykube_cli.toolchain import paths


def check(stacks: Sequence[str] | None, folder: Path | None) -> None:
    """Checks the settings files of some stacks, or of all. If one is invalid, lists every mistake; exit code 2."""
    folder = folder or ENVIRONMENTS
    problems: list[Problem] = []
    for stack in stacks or names(folder):
        try:
            settings = load(stack, folder)
        except SettingsError as error:
            problems += error.problems
        else:
            typer.echo(f"{stack}: valid, {len(settings.apps)} app{'' if len(settings.apps) == 1 else 's'}")
    if problems:
        typer.echo(str(SettingsError(problems)), err=True)
        raise typer.Exit(2)


def show(stack: str, other: str | None, *, given_only: bool, folder: Path | None, as_json: bool) -> None:
    """Shows the effective settings of a stack, or how they differ from another stack's. Exit code 2 if invalid."""
    folder = folder or ENVIRONMENTS
    try:
        if other is None:
            settings = [setting for setting in effective(stack, folder) if not given_only or setting.origin != DEFAULT]
            if as_json:
                json_output.write(json_output.settings(settings))
            else:
                write_yaml(settings)
        else:
            differing = list(differences(stack, other, folder))
            if as_json:
                json_output.write(json_output.differences(stack, other, differing))
            else:
                print_differences(stack, other, differing, Console())
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def schema(*, check: bool, out: Path | None) -> None:
    """Writes the JSON Schema. `check`: exit with code 1 if the file is out of date."""
    _write(rendered, out or _default(SCHEMA), "anykube settings schema", check=check)


def capabilities(*, check: bool, out: Path | None) -> None:
    """Writes the table of capabilities. `check`: exit with code 1 if the file is out of date."""
    _write(matrix, out or _default(MATRIX), "anykube settings capabilities", check=check)


def _default(file: Path) -> Path | None:
    """The committed file, in Anykube's own repository; None, which means standard output, in a user's project."""
    return file if paths.is_repository() else None


def _write(render: Callable[[], str], file: Path | None, command: str, *, check: bool) -> None:
    if file is None:
        typer.echo(render(), nl=False)
    elif not check:
        file.write_text(render(), encoding="utf-8")
    elif not file.is_file() or file.read_text(encoding="utf-8") != render():
        typer.echo(f"{file.name} is out of date. Run: {command}", err=True)
        raise typer.Exit(1)

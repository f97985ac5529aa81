"""Declares a command with its summary, examples and exit codes, which together make up its help."""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import typer

from anykube_cli.toolchain import paths

INVALID_INPUT = "The settings or the arguments are invalid."
"""The meaning of exit code 2 in most commands."""


class Panel(StrEnum):
    """The section of `anykube --help` that lists a command."""

    STACK = "Stacks"
    CHECK = "Checks"
    STATE = "State"
    AUTOMATION = "Continuous integration"
    PROJECT = "Project and tools"


def group(help_text: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help=help_text,
    )


def command(
    group: typer.Typer,
    name: str | None = None,
    *,
    examples: Sequence[str],
    exit_codes: Mapping[int, str],
    panel: Panel | None = None,
    needs_project: bool = True,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declares a command of the group. The function's docstring becomes the first part of its help.

    `needs_project`: the command exits with code 2 outside a project, that is, where there is no Pulumi.yaml.

    Example:
        @command(cli, examples=["anykube up"], exit_codes={0: "The stack is up."})
        def up(stack: Stack = LOCAL) -> None:
            '''Deploy a stack.'''
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        text = help_text(inspect.getdoc(function) or "", examples, exit_codes)
        group.command(name, help=text, rich_help_panel=panel)(_in_project(function) if needs_project else function)
        return function

    return register


def help_text(summary: str, examples: Sequence[str], exit_codes: Mapping[int, str]) -> str:
    """The help of a command, as Rich markup."""
    sections = [
        _escape("\n\n".join(" ".join(paragraph.split()) for paragraph in summary.split("\n\n"))),
        "\n".join(["[bold]Examples[/bold]", *(f"  $ {_escape(example)}" for example in examples)]),
        "\n".join(["[bold]Exit codes[/bold]", *(f"  {code}  {_escape(text)}" for code, text in exit_codes.items())]),
    ]
    return "\n\n".join(sections)


def require_project() -> None:
    """Exits with code 2 if neither the working directory nor a directory above it is a project."""
    if not (paths.checkout() / "Pulumi.yaml").is_file():
        typer.echo(
            f"No Pulumi.yaml in {paths.checkout()} or a directory above it. "
            "Run this command in a project, or create one with `anykube init DIR`.",
            err=True,
        )
        raise typer.Exit(2)


def _in_project(function: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> None:
        require_project()
        function(*args, **kwargs)

    return checked


def _escape(text: str) -> str:
    """Escapes Rich markup, so that the text is printed as it is."""
    return text.replace("[", r"\[")

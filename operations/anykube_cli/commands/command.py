"""How a command is declared: a sentence, examples and exit codes, which become its help."""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import typer

from anykube_cli.toolchain import paths

WRONG = "The settings or the arguments are wrong."
"""What exit code 2 means to most commands."""


class Panel(StrEnum):
    """Where `anykube --help` lists a command."""

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
    """Declares a command of the group. Its docstring is the beginning of its help.

    `needs_project`: the command ends with 2 where there is no Pulumi.yaml.

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
    """The help of a command, in rich's markup."""
    sections = [
        _plain("\n\n".join(" ".join(paragraph.split()) for paragraph in summary.split("\n\n"))),
        "\n".join(["[bold]Examples[/bold]", *(f"  $ {_plain(example)}" for example in examples)]),
        "\n".join(["[bold]Exit codes[/bold]", *(f"  {code}  {_plain(text)}" for code, text in exit_codes.items())]),
    ]
    return "\n\n".join(sections)


def require_project() -> None:
    """Ends the command with 2 where neither the working directory nor a folder above it is a project."""
    if not (paths.checkout() / "Pulumi.yaml").is_file():
        typer.echo(
            f"There is no Pulumi.yaml in {paths.checkout()} or above it: run this command in a project, "
            "or make one with `anykube init DIR`.",
            err=True,
        )
        raise typer.Exit(2)


def _in_project(function: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> None:
        require_project()
        function(*args, **kwargs)

    return checked


def _plain(text: str) -> str:
    """The text as rich's markup would show it."""
    return text.replace("[", r"\[")

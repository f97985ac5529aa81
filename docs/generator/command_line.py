"""docs/reference/command-line.md: every command with its options, examples and exit codes."""

import re
from collections.abc import Iterator
from typing import cast

import typer
from anykube_cli.commands.root import cli
from typer.core import TyperCommand, TyperGroup

from docs.generator.note import NOTE

Command = TyperCommand | TyperGroup
_HEADINGS = re.compile(r"\[bold\](Examples|Exit codes)\[/bold\]\n")


def pages() -> Iterator[tuple[str, str]]:
    """The page of this reference: name and text."""
    sections = (section for path, command in _walk(_root(), ("anykube",)) for section in _section(path, command))
    yield "command-line.md", "\n\n".join(["# Command line", NOTE, *sections])


def _root() -> Command:
    root = typer.main.get_command(cli)
    assert isinstance(root, TyperGroup)
    return root


def commands() -> list[str]:
    """Every command, such as `anykube ci deploy`."""
    return [" ".join(path) for path, _ in _walk(_root(), ("anykube",))]


def _walk(command: Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Command]]:
    yield path, command
    if isinstance(command, TyperGroup):
        for name, child in command.commands.items():
            if not child.hidden:
                yield from _walk(cast(Command, child), (*path, name))


def _section(path: tuple[str, ...], command: Command) -> Iterator[str]:
    summary, examples, exit_codes = _help(command)
    name = " ".join(path)
    yield f"{'##' if len(path) < 3 else '###'} {name}"
    yield summary
    context = typer.Context(command, info_name=name)
    yield f"```text\n{name} {' '.join(command.collect_usage_pieces(context))}\n```"
    yield "\n".join(_parameters(command, context))
    if examples:
        yield "Examples:\n\n```console\n" + "\n".join(line.strip() for line in examples.splitlines()) + "\n```"
    if exit_codes:
        rows = [line.strip().partition("  ") for line in exit_codes.splitlines()]
        yield "Exit codes:\n\n" + "\n".join(f"- `{code}`: {text}" for code, _, text in rows)


def _help(command: Command) -> tuple[str, str, str]:
    """The summary, the examples and the exit codes in the help of a command."""
    summary, *rest = _HEADINGS.split((command.help or "").replace(r"\[", "["))
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    return summary.strip(), sections.get("Examples", "").strip(), sections.get("Exit codes", "").strip()


def _parameters(command: Command, context: typer.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and "--help" not in parameter.opts:
            names, text = record
            yield f"- `{names}`: {_plain(text)}" if text else f"- `{names}`"


def _plain(text: str) -> str:
    """The text without rich's markup and without the width of a terminal."""
    return " ".join(text.replace(r"\[", "[").split())

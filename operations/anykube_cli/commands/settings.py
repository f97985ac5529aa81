"""Commands about settings files."""

from pathlib import Path
from typing import Annotated

import typer

from anykube_cli.commands.command import WRONG, Panel, command, group
from anykube_cli.commands.options import Json, complete_stack

Folder = Annotated[Path | None, typer.Option(help="The settings files.", show_default="stacks/environments")]
Check = Annotated[bool, typer.Option("--check", help="Write nothing. End with 1 if the file is out of date.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", dir_okay=False, help="The file.", show_default="standard output; here the file of the docs"),
]


def register(cli: typer.Typer) -> None:
    """Adds the group."""
    settings = group("Check, show and describe settings files.")
    cli.add_typer(settings, name="settings", rich_help_panel=Panel.CHECK)

    @command(
        settings,
        examples=["anykube settings check", "anykube settings check local aws-dev"],
        exit_codes={0: "All are valid.", 2: "A file is wrong. Standard error has every mistake."},
    )
    def check(
        stacks: Annotated[
            list[str] | None,
            typer.Argument(metavar="[STACK]...", help="The stacks.", show_default="all", autocompletion=complete_stack),
        ] = None,
        folder: Folder = None,
    ) -> None:
        """Check settings files, and report every mistake with its line and its remedy."""
        from anykube_cli import settings_files

        settings_files.check(stacks, folder)

    @command(
        settings,
        examples=["anykube settings show aws-prod", "anykube settings show aws-prod --with aws-dev --json"],
        exit_codes={0: "Shown.", 2: "A file is wrong."},
    )
    def show(
        stack: Annotated[str, typer.Argument(help="The stack.", autocompletion=complete_stack)],
        other: Annotated[
            str | None,
            typer.Option(
                "--with", metavar="STACK", help="Show what differs from this stack.", autocompletion=complete_stack
            ),
        ] = None,
        given: Annotated[bool, typer.Option("--given", help="Leave out defaults.")] = False,
        folder: Folder = None,
        as_json: Json = False,
    ) -> None:
        """Show the effective settings of a stack, and the file and line that each value comes from."""
        from anykube_cli import settings_files

        settings_files.show(stack, other, given_only=given, folder=folder, as_json=as_json)

    @command(
        settings,
        examples=["anykube settings schema --out schema.json"],
        exit_codes={0: "Written.", 1: "With --check: the file is out of date.", 2: WRONG},
        needs_project=False,
    )
    def schema(check: Check = False, out: Out = None) -> None:
        """Write the JSON Schema of settings files, with which editors complete and check them."""
        from anykube_cli import settings_files

        settings_files.schema(check=check, out=out)

    @command(
        settings,
        examples=["anykube settings capabilities --out capabilities.md"],
        exit_codes={0: "Written.", 1: "With --check: the file is out of date.", 2: WRONG},
        needs_project=False,
    )
    def capabilities(check: Check = False, out: Out = None) -> None:
        """Write a table of which cloud supports which field."""
        from anykube_cli import settings_files

        settings_files.capabilities(check=check, out=out)

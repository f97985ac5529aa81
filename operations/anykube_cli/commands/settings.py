"""Commands about settings files."""

from pathlib import Path
from typing import Annotated

import typer

from anykube_cli.commands.command import INVALID_INPUT, Panel, command, group
from anykube_cli.commands.options import Json, complete_stack

Folder = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="The directory of the settings files.", show_default="stacks/environments"),
]
Check = Annotated[
    bool,
    typer.Option("--check", help="Write nothing. Exit with code 1 if the file differs from what would be written."),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        dir_okay=False,
        help="The file to write, such as schema.json.",
        show_default="standard output; in Anykube's own repository the committed file",
    ),
]


def register(cli: typer.Typer) -> None:
    """Adds the group."""
    settings = group("Check, show and describe settings files.")
    cli.add_typer(settings, name="settings", rich_help_panel=Panel.CHECK)

    @command(
        settings,
        examples=["anykube settings check", "anykube settings check local aws-dev"],
        exit_codes={0: "All files are valid.", 2: "A file is invalid. Standard error lists every mistake."},
    )
    def check(
        stacks: Annotated[
            list[str] | None,
            typer.Argument(
                metavar="[STACK]...",
                help="The stacks to check, such as local aws-dev.",
                show_default="all",
                autocompletion=complete_stack,
            ),
        ] = None,
        folder: Folder = None,
    ) -> None:
        """Check settings files, and report every mistake with its line and how to fix it.

        The command needs neither a cloud account nor a cluster.
        """
        from anykube_cli import settings_files

        settings_files.check(stacks, folder)

    @command(
        settings,
        examples=["anykube settings show aws-prod", "anykube settings show aws-prod --with aws-dev --json"],
        exit_codes={0: "Shown.", 2: "A file is invalid."},
    )
    def show(
        stack: Annotated[
            str, typer.Argument(metavar="STACK", help="The stack, such as aws-prod.", autocompletion=complete_stack)
        ],
        other: Annotated[
            str | None,
            typer.Option(
                "--with",
                metavar="STACK",
                help="Show only the settings that differ from this stack, such as aws-dev.",
                show_default="show all settings",
                autocompletion=complete_stack,
            ),
        ] = None,
        given_only: Annotated[
            bool, typer.Option("--given", help="Leave out settings that have their default.")
        ] = False,
        folder: Folder = None,
        as_json: Json = False,
    ) -> None:
        """Show the effective settings of a stack, with the file and line that each value comes from.

        Effective settings are the values after `extends` is resolved and defaults are filled in.
        """
        from anykube_cli import settings_files

        settings_files.show(stack, other, given_only=given_only, folder=folder, as_json=as_json)

    @command(
        settings,
        examples=["anykube settings schema --out schema.json"],
        exit_codes={0: "Written.", 1: "With --check: the file is out of date.", 2: INVALID_INPUT},
        needs_project=False,
    )
    def schema(check: Check = False, out: Out = None) -> None:
        """Write the JSON Schema of settings files.

        Editors use it to complete and check settings files while you type.
        """
        from anykube_cli import settings_files

        settings_files.schema(check=check, out=out)

    @command(
        settings,
        examples=["anykube settings capabilities --out capabilities.md"],
        exit_codes={0: "Written.", 1: "With --check: the file is out of date.", 2: INVALID_INPUT},
        needs_project=False,
    )
    def capabilities(check: Check = False, out: Out = None) -> None:
        """Write a Markdown table of the fields that each cloud supports."""
        from anykube_cli import settings_files

        settings_files.capabilities(check=check, out=out)

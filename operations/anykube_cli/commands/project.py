"""Commands about a whole project."""

from pathlib import Path
from typing import Annotated

import typer

from anykube_cli.commands.command import Panel, command


def _complete_cloud(incomplete: str) -> list[str]:
    from anykube_cli import scaffold

    return [cloud for cloud in (scaffold.LOCAL, *scaffold.clouds()) if cloud.startswith(incomplete)]


def register(cli: typer.Typer) -> None:
    """Adds the commands."""

    @command(
        cli,
        panel=Panel.PROJECT,
        examples=["anykube init shop", "anykube init shop --cloud aws --cloud gcp"],
        exit_codes={
            0: "The project was created.",
            2: "A file already exists, or an argument is invalid. Nothing was written.",
        },
        needs_project=False,
    )
    def init(
        folder: Annotated[
            Path,
            typer.Argument(
                metavar="DIR", file_okay=False, help="The project's directory, such as shop. Created if it is missing."
            ),
        ],
        cloud: Annotated[
            list[str] | None,
            typer.Option(
                metavar="CLOUD",
                help="Also create a stack in this cloud: aws, gcp or azure. Repeat the option for several clouds.",
                show_default="only the stack local",
                autocompletion=_complete_cloud,
            ),
        ] = None,
        name: Annotated[
            str | None,
            typer.Option(metavar="NAME", help="The project's name, such as shop.", show_default="the name of DIR"),
        ] = None,
    ) -> None:
        """Create a project: settings files, a Pulumi program, policies and a GitHub workflow.

        The project has a stack `local`, a cluster on this machine, and a stack CLOUD-dev for each --cloud. The command
        never overwrites a file.
        """
        from anykube_cli import scaffold

        scaffold.init(folder, cloud or (), name)

    @command(
        cli,
        panel=Panel.PROJECT,
        examples=["anykube destroy && anykube clean"],
        exit_codes={0: "Removed.", 2: "A local cluster is still up. Nothing was removed."},
    )
    def clean() -> None:
        """Remove the files that Anykube wrote while it ran in this project.

        Removes the directory .anykube, with the state of local stacks, and their Pulumi config. Your own files and the
        shared cache of programs stay. Destroy local clusters first.
        """
        from anykube_cli import lifecycle

        lifecycle.clean()

"""Commands about a project as a whole."""

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
            0: "The project is ready.",
            2: "A file is in the way, or an argument is wrong. Nothing was written.",
        },
        needs_project=False,
    )
    def init(
        folder: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False, help="The project's folder.")],
        cloud: Annotated[
            list[str] | None,
            typer.Option(
                metavar="CLOUD",
                help="Also add a stack in this cloud, such as aws. Repeatable.",
                show_default="local",
                autocompletion=_complete_cloud,
            ),
        ] = None,
        name: Annotated[str | None, typer.Option(help="The project's name.", show_default="that of DIR")] = None,
    ) -> None:
        """Create a project: settings files, a Pulumi program, policies and a workflow. Overwrites nothing."""
        from anykube_cli import scaffold

        scaffold.init(folder, cloud or (), name)

    @command(
        cli,
        panel=Panel.PROJECT,
        examples=["anykube destroy && anykube clean"],
        exit_codes={0: "The project has its own files alone.", 2: "A local cluster is still up."},
    )
    def clean() -> None:
        """Remove everything that runs left in the project. Refuses while a local cluster is up."""
        from anykube_cli import lifecycle

        lifecycle.clean()

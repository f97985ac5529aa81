"""The command that writes settings from manifests and Compose files."""

from pathlib import Path
from typing import Annotated

import typer

from anykube_cli.commands.command import Panel, command
from anykube_cli.commands.options import Json


def register(cli: typer.Typer) -> None:
    """Adds the command."""

    @command(
        cli,
        "import",
        panel=Panel.PROJECT,
        examples=[
            "anykube import deployment.yaml service.yaml --output stacks/environments/shop.yaml",
            "helm template shop ./chart | anykube import -",
            "anykube import compose.yaml --compare",
        ],
        exit_codes={
            0: "The settings express everything.",
            2: "An input cannot be read, or the output exists. Nothing was written.",
            3: "The settings do not express everything, or need a correction. The report lists what and why.",
        },
        needs_project=False,
    )
    def import_(
        inputs: Annotated[
            list[str],
            typer.Argument(
                metavar="FILE...",
                help="Files with Kubernetes manifests or a Compose file, folders of them, or - for standard input.",
            ),
        ],
        output: Annotated[
            Path | None,
            typer.Option(
                "--output",
                "-o",
                metavar="FILE",
                dir_okay=False,
                help="The settings file to write, such as stacks/environments/shop.yaml. It must not exist.",
                show_default="standard output",
            ),
        ] = None,
        cluster: Annotated[
            str,
            typer.Option("--cluster", metavar="STACK", help="The stack whose cluster runs the apps, such as aws-dev."),
        ] = "local",
        patches: Annotated[
            bool,
            typer.Option("--patches", help="Express fields that have no setting by patches, and objects by manifests."),
        ] = False,
        compare: Annotated[
            bool, typer.Option("--compare", help="Print each field of the input, and what becomes of it.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """Write settings from Kubernetes manifests, a rendered chart or a Compose file.

        The report on standard error lists every field that the settings do not express, and every field that Anykube
        sets to another value. Values of secrets are not written and not printed.
        """
        from anykube_cli.importing import run

        run.run(inputs, cluster, output, patches=patches, compare=compare, as_json_=as_json)

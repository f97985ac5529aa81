"""The command that kubeconfigs of managed clusters call for a token."""

from typing import Annotated

import typer

from anykube_cli.commands.command import Panel, command


def register(cli: typer.Typer) -> None:
    """Adds the command."""

    @command(
        cli,
        panel=Panel.PROJECT,
        needs_project=False,
        examples=["anykube token aws --cluster shop --region eu-west-1", "anykube token gcp", "anykube token azure"],
        exit_codes={0: "Printed.", 1: "The login failed.", 2: "The cloud is unknown, or an option is missing."},
    )
    def token(
        cloud: Annotated[
            str, typer.Argument(metavar="CLOUD", help="The cloud, as in settings files: aws, gcp, azure.")
        ],
        cluster: Annotated[
            str, typer.Option(metavar="NAME", help="Name of the cluster. Required on AWS.", show_default="none")
        ] = "",
        region: Annotated[
            str, typer.Option(metavar="REGION", help="Region of the cluster. Required on AWS.", show_default="none")
        ] = "",
        account: Annotated[
            str,
            typer.Option(
                metavar="ID",
                help="The Azure subscription, which selects the login of `az`.",
                show_default="the default subscription",
            ),
        ] = "",
    ) -> None:
        """Print a token for a cluster's API, of the login in this environment.

        Kubeconfigs of managed clusters call this command, so kubectl needs no other program of the cloud.
        docs/how-to/log-in.md lists the logins.
        """
        from anykube_cli import tokens

        tokens.print_token(cloud, cluster, region, account)

"""The command that creates the cloud roles of a repository's CI jobs."""

from typing import Annotated

import typer

from anykube_cli.commands.command import INVALID_INPUT, Panel, command
from anykube_cli.commands.options import Stack


def register(cli: typer.Typer) -> None:
    """Adds the command."""

    @command(
        cli,
        panel=Panel.AUTOMATION,
        examples=[
            "anykube roles --stack aws-prod --repository acme/shop",
            "anykube roles --stack aws-prod --repository acme/shop --forge gitlab",
        ],
        exit_codes={0: "The roles are ready.", 1: "AWS refused a request.", 2: INVALID_INPUT},
    )
    def roles(
        stack: Stack,
        repository: Annotated[
            str,
            typer.Option(
                metavar="PATH", help="OWNER/NAME of the repository on GitHub, such as acme/shop; on GitLab its path."
            ),
        ],
        forge: Annotated[str, typer.Option(metavar="FORGE", help="Where the repository is: github or gitlab.")] = (
            "github"
        ),
        bucket: Annotated[
            str | None,
            typer.Option(
                metavar="NAME",
                help="The bucket that you passed to `anykube backend`.",
                show_default="as in `anykube backend`",
            ),
        ] = None,
        key: Annotated[
            str | None,
            typer.Option(
                metavar="NAME",
                help="The key that you passed to `anykube backend`.",
                show_default="as in `anykube backend`",
            ),
        ] = None,
    ) -> None:
        """Create the AWS roles that the CI jobs of a repository assume: to preview, to review and to deploy.

        The jobs log in with their OIDC token, so no access key is created. The command is safe to run again.
        """
        from anykube_cli.roles import setup

        setup.roles(stack, repository, forge, bucket, key)

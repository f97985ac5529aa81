"""The command that lets a repository's jobs into an account."""

from typing import Annotated

import typer

from anykube_cli.commands.command import WRONG, Panel, command
from anykube_cli.commands.options import Stack


def register(cli: typer.Typer) -> None:
    """Adds the command."""

    @command(
        cli,
        panel=Panel.AUTOMATION,
        examples=["anykube roles --stack aws-prod --repository acme/shop"],
        exit_codes={0: "The roles are ready.", 1: "The account refuses.", 2: WRONG},
    )
    def roles(
        stack: Stack,
        repository: Annotated[str, typer.Option(help="OWNER/NAME on GitHub, the project's path on GitLab.")],
        forge: Annotated[str, typer.Option(help="github or gitlab.")] = "github",
        bucket: Annotated[str | None, typer.Option(help="The bucket given to `anykube backend`.")] = None,
        key: Annotated[str | None, typer.Option(help="The key given to `anykube backend`.")] = None,
    ) -> None:
        """Create the roles in an AWS account that a repository's jobs assume: to read, to review, to deploy.

        No key is created: a job shows its OIDC token. A second run changes nothing.
        """
        from anykube_cli.roles import setup

        setup.roles(stack, repository, forge, bucket, key)

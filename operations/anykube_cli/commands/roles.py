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
            "anykube roles --stack gcp-prod --repository acme/shop --subject-prefix repo:acme@1234/shop@5678",
        ],
        exit_codes={0: "The roles are ready.", 1: "The cloud refused a request.", 2: INVALID_INPUT},
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
        subject_prefix: Annotated[
            list[str] | None,
            typer.Option(
                metavar="PREFIX",
                help="How the subjects of the repository's tokens on GitHub begin. Repeat it for several formats.",
                show_default="what GitHub's CLI says",
            ),
        ] = None,
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
        """Create the cloud identities of a repository's CI jobs: to preview, to review and to deploy.

        The jobs log in with their OIDC token, so no key is created. The command is safe to run again.
        """
        from anykube_cli.roles import setup
        from anykube_cli.state_backends.backend import BackendNames

        setup.roles(stack, repository, forge, subject_prefix or (), BackendNames(bucket, key))

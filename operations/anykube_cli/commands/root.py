"""The command `anykube` with all its groups."""

from typing import Annotated

import typer

from anykube_cli.commands import checks, ci, importing, project, roles, settings, stack, state, token, toolchain
from anykube_cli.commands.command import group

cli = group(
    """Deploy Kubernetes clusters and the apps on them: EKS, GKE, AKS, or this machine.

    Start with `anykube init DIR`. Most commands work on one stack: --stack or ANYKUBE_STACK names it.
    """
)
for commands in (stack, checks, settings, state, ci, roles, project, importing, token, toolchain):
    commands.register(cli)


def _print_version(requested: bool) -> None:
    if requested:
        from importlib.metadata import version

        typer.echo(f"anykube {version('anykube-cli')}")
        raise typer.Exit


@cli.callback()
def _options(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of `anykube` itself."""

"""Implements `anykube rehearse`."""

from collections.abc import Sequence
from functools import partial

import typer
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster
from rich.console import Console

from anykube_cli.runs import generate_secrets, notes, prepare_toolchain, require_settings
from anykube_cli.toolchain import bootstrap


def rehearse(stack: str, *, keep: bool, end: bool, faults: Sequence[str]) -> None:
    """Rehearses a stack with a cluster in a cloud. Exits with code 1 if a step fails."""
    settings = require_settings(stack)
    if not isinstance(settings.cluster, ManagedCluster):
        typer.echo(
            f"{stack} has no cluster in a cloud, so there is nothing to rehearse. Run `anykube up --stack {stack}`.",
            err=True,
        )
        raise typer.Exit(2)
    bootstrap.ensure(definitions()[settings.cluster.cloud].rehearsal_extras)
    # Import the simulated clouds after their extra is installed.
    from anykube_cli.rehearsal import clouds, run, workspace

    if settings.cluster.cloud not in clouds.supported_clouds():
        typer.echo(f"{stack} is in the cloud {settings.cluster.cloud}, which has no simulation.", err=True)
        raise typer.Exit(2)
    prepare_toolchain()
    if end:
        workspace.Workspace(stack, workspace.folder(stack), {}).end()
        return
    secrets = partial(generate_secrets, settings=settings)
    if not run.rehearse(stack, settings.cluster, secrets, Console(), keep=keep, faults=dict(map(_fault, faults))):
        raise typer.Exit(1)
    if keep:
        notes.print(
            f"The rehearsal stays up in {workspace.folder(stack)}. "
            f"To remove it: `anykube rehearse --stack {stack} --end`."
        )


def _fault(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value or "true"

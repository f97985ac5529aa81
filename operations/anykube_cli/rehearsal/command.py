"""Implements `anykube rehearse`."""

from collections.abc import Sequence
from functools import partial

import typer
from anykube._clouds.registry import definitions
from anykube._clusters.api_access import INTERNET
from anykube._clusters.managed import ManagedCluster, place_of_deployment
from rich.console import Console

from anykube_cli.preflight import reach
from anykube_cli.preflight.report import render
from anykube_cli.runs import generate_secrets, notes, prepare_toolchain, require_settings
from anykube_cli.toolchain import bootstrap

_out = Console()


def rehearse(stack: str, *, keep: bool, end: bool, faults: Sequence[str], origin: str | None) -> None:
    """Rehearses a stack with a cluster in a cloud. Exits with code 1 if a step fails.

    :param origin: where the run stands, as in `api.deploy_from`, which is the default.
    """
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
    place = _require_way_in(settings.cluster, origin)
    secrets, injected = partial(generate_secrets, settings=settings), dict(map(_fault, faults))
    if not run.rehearse(stack, settings.cluster, secrets, _out, keep=keep, faults=injected, place=place):
        raise typer.Exit(1)
    if keep:
        notes.print(
            f"The rehearsal stays up in {workspace.folder(stack)}. "
            f"To remove it: `anykube rehearse --stack {stack} --end`."
        )


def _require_way_in(cluster: ManagedCluster, origin: str | None) -> str:
    """Where the run stands. Exits with code 2 if it could not reach the API that the settings make."""
    try:
        place = place_of_deployment(origin or cluster.api.deploy_from or INTERNET)
    except ValueError as error:
        typer.echo(f"--from: {error}.", err=True)
        raise typer.Exit(2) from None
    result = reach.rehearse(cluster, place)
    if result.errors:
        render(result, _out)
        typer.echo("Nothing was created.", err=True)
        raise typer.Exit(2)
    return place


def _fault(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value or "true"

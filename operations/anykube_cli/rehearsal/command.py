"""What `anykube rehearse` does."""

from collections.abc import Sequence
from functools import partial

import typer
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster
from rich.console import Console

from anykube_cli.runs import invent_secrets, notes, programs, required_page
from anykube_cli.toolchain import bootstrap


def rehearse(stack: str, *, keep: bool, end: bool, faults: Sequence[str]) -> None:
    """Rehearses a stack of a cloud. Ends with 1 where a step fails."""
    page = required_page(stack)
    if not isinstance(page.cluster, ManagedCluster):
        typer.echo(
            f"{stack} has no cluster in a cloud, so it needs no rehearsal: `anykube up --stack {stack}`.", err=True
        )
        raise typer.Exit(2)
    bootstrap.ensure(definitions()[page.cluster.cloud].rehearsal_extras)
    # The simulated clouds come with that extra.
    from anykube_cli.rehearsal import clouds, run, workspace

    if page.cluster.cloud not in clouds.known():
        typer.echo(f"{stack} is in the cloud {page.cluster.cloud}, for which there is no simulation.", err=True)
        raise typer.Exit(2)
    programs()
    if end:
        workspace.Place(stack, workspace.folder(stack), {}).end()
        return
    invent = partial(invent_secrets, page=page)
    if not run.rehearse(stack, page.cluster, invent, Console(), keep=keep, faults=dict(map(_fault, faults))):
        raise typer.Exit(1)
    if keep:
        notes.print(f"It stays up in {workspace.folder(stack)}; `anykube rehearse --stack {stack} --end` removes it.")


def _fault(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value or "true"

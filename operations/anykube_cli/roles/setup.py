"""`anykube roles`: who a pipeline is in a cloud."""

from shlex import quote

import typer
from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster
from rich.console import Console

from anykube_cli.roles.forges import FORGES
from anykube_cli.runs import required_page
from anykube_cli.state_backends import clouds, report
from anykube_cli.state_backends.backend import BackendError, BackendNames, reconcile
from anykube_cli.toolchain import bootstrap


def roles(stack: str, repository: str, forge: str, bucket: str | None, key: str | None) -> None:
    """Makes the roles of a repository's jobs in a cloud's account, and prints the variables that name them."""
    spec = required_page(stack).cluster
    cloud = definitions()[spec.cloud] if isinstance(spec, ManagedCluster) else None
    if not isinstance(spec, ManagedCluster) or cloud is None or cloud.roles is None:
        able = " or ".join(one.facts.name for one in definitions().values() if one.roles)
        typer.echo(
            f"{stack} has no cluster on {able}: docs/first-account.md has the commands of the other clouds.", err=True
        )
        raise typer.Exit(2)
    if forge not in FORGES or repository.count("/") < 1 or set(repository) & set("*? "):
        typer.echo(f"--forge is {' or '.join(FORGES)}, and --repository is OWNER/NAME, without a wildcard.", err=True)
        raise typer.Exit(2)
    bootstrap.ensure(cloud.extras)
    try:
        kept = clouds.account(spec, BackendNames(bucket, key)).backend
        made = resolve(cloud.roles)(stack, spec, kept, repository, FORGES[forge])
        report.told(reconcile(made), Console(stderr=True))
    except BackendError as error:
        typer.echo(f"{error}.", err=True)
        raise typer.Exit(1) from None
    for name, value, environment in made.variables():
        place = f" --env {quote(environment)}" if environment else ""
        command = f"gh variable set {name}{place} --body {quote(value)}"
        typer.echo(command if forge == "github" else f"{name}={value}  # scope: {environment or 'all'}")

"""`anykube roles`: creates the cloud roles of a CI pipeline."""

from shlex import quote

import typer
from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster
from rich.console import Console

from anykube_cli.roles.forges import FORGES
from anykube_cli.runs import require_settings
from anykube_cli.state_backends import clouds, report
from anykube_cli.state_backends.backend import BackendError, BackendNames, reconcile
from anykube_cli.toolchain import bootstrap


def roles(stack: str, repository: str, forge: str, bucket: str | None, key: str | None) -> None:
    """Creates the roles of a repository's CI jobs in the stack's account, and prints CI variables with their names."""
    spec = require_settings(stack).cluster
    cloud = definitions()[spec.cloud] if isinstance(spec, ManagedCluster) else None
    if not isinstance(spec, ManagedCluster) or cloud is None or cloud.roles is None:
        supported = " or ".join(cloud.facts.name for cloud in definitions().values() if cloud.roles)
        typer.echo(
            f"{stack} has no cluster on {supported}. For other clouds, run the commands in docs/tutorials.",
            err=True,
        )
        raise typer.Exit(2)
    if forge not in FORGES or repository.count("/") < 1 or set(repository) & set("*? "):
        typer.echo(
            f"Use {' or '.join(FORGES)} for --forge, and OWNER/NAME without wildcards for --repository.", err=True
        )
        raise typer.Exit(2)
    bootstrap.ensure(cloud.extras)
    try:
        backend = clouds.account(spec, BackendNames(bucket, key)).backend
        pipeline_roles = resolve(cloud.roles)(stack, spec, backend, repository, FORGES[forge])
        report.print_results(reconcile(pipeline_roles), Console(stderr=True))
    except BackendError as error:
        typer.echo(f"{error}.", err=True)
        raise typer.Exit(1) from None
    for name, value, environment in pipeline_roles.variables():
        option = f" --env {quote(environment)}" if environment else ""
        command = f"gh variable set {name}{option} --body {quote(value)}"
        typer.echo(command if forge == "github" else f"{name}={value}  # scope: {environment or 'all'}")

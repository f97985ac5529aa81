"""`anykube roles`: who a pipeline is at AWS."""

from shlex import quote

import typer
from anykube.clusters.eks.spec import EksClusterSpec
from rich.console import Console

from anykube_cli.roles.forges import FORGES
from anykube_cli.runs import required_page
from anykube_cli.state_backends import clouds, report
from anykube_cli.state_backends.backend import BackendError, Names, establish
from anykube_cli.toolchain import bootstrap


def roles(stack: str, repository: str, forge: str, bucket: str | None, key: str | None) -> None:
    """Makes the roles of a repository's jobs in an account of AWS, and prints the variables that name them."""
    spec = required_page(stack).cluster
    if not isinstance(spec, EksClusterSpec):
        typer.echo(
            f"{stack} has no cluster on AWS: docs/first-account.md has the commands of the other clouds.", err=True
        )
        raise typer.Exit(2)
    if forge not in FORGES or repository.count("/") < 1 or set(repository) & set("*? "):
        typer.echo(f"--forge is {' or '.join(FORGES)}, and --repository is OWNER/NAME, without a wildcard.", err=True)
        raise typer.Exit(2)
    bootstrap.ensure({"aws"})
    from anykube_cli.roles.aws.account import Roles

    try:
        kept = clouds.account(spec, Names(bucket, key)).backend
        made = Roles(stack, spec, kept, repository, FORGES[forge])
        report.told(establish(made), Console(stderr=True))
    except BackendError as error:
        typer.echo(f"{error}.", err=True)
        raise typer.Exit(1) from None
    for name, value, environment in made.variables():
        place = f" --env {quote(environment)}" if environment else ""
        command = f"gh variable set {name}{place} --body {quote(value)}"
        typer.echo(command if forge == "github" else f"{name}={value}  # scope: {environment or 'all'}")

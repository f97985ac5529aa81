"""`anykube roles`: creates the cloud identities of a CI pipeline."""

from collections.abc import Sequence
from shlex import quote

import typer
from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster
from rich.console import Console

from anykube_cli.roles import github
from anykube_cli.roles.forges import FORGES, Pipeline
from anykube_cli.roles.pipeline_roles import PipelineRoles, StackJobs
from anykube_cli.runs import require_settings
from anykube_cli.state_backends import clouds, report
from anykube_cli.state_backends.backend import BackendError, BackendNames, reconcile
from anykube_cli.toolchain import bootstrap


def roles(stack: str, repository: str, forge: str, prefixes: Sequence[str], names: BackendNames) -> None:
    """Creates the identities of a repository's CI jobs in the stack's account, and prints CI variables for them."""
    settings = require_settings(stack)
    spec = settings.cluster
    cloud = definitions()[spec.cloud] if isinstance(spec, ManagedCluster) else None
    if not isinstance(spec, ManagedCluster) or cloud is None or cloud.roles is None:
        supported = " or ".join(cloud.facts.name for cloud in definitions().values() if cloud.roles)
        raise _invalid(f"{stack} has no cluster on {supported}, so its jobs need no roles")
    identities = [identity for app in settings.apps.values() if (identity := getattr(app, "identity", None))]
    jobs = StackJobs(stack, settings.secrets, _pipeline(repository, forge, prefixes), identities)
    bootstrap.ensure(cloud.extras)
    try:
        backend = clouds.account(spec, names).backend
        pipeline_roles: PipelineRoles = resolve(cloud.roles)(spec, backend, jobs)
        report.print_results(reconcile(pipeline_roles), Console(stderr=True))
    except BackendError as error:
        typer.echo(f"{error}.", err=True)
        raise typer.Exit(1) from None
    for name, value, environment in pipeline_roles.variables():
        option = f" --env {quote(environment)}" if environment else ""
        command = f"gh variable set {name}{option} --body {quote(value)}"
        typer.echo(command if forge == "github" else f"{name}={value}  # scope: {environment or 'all'}")


def _pipeline(repository: str, forge: str, prefixes: Sequence[str]) -> Pipeline:
    if forge not in FORGES or repository.count("/") < 1 or set(repository) & set("*? "):
        raise _invalid(f"Use {' or '.join(FORGES)} for --forge, and OWNER/NAME without wildcards for --repository")
    if prefixes and forge != "github":
        raise _invalid("--subject-prefix is for --forge github. GitLab has one format of subjects")
    try:
        known = [github.require_prefix(prefix, repository) for prefix in prefixes]
        return Pipeline(repository, FORGES[forge], known or [FORGES[forge].prefix(repository)])
    except github.SubjectError as error:
        raise _invalid(str(error)) from None


def _invalid(message: str) -> typer.Exit:
    typer.echo(f"{message}.", err=True)
    return typer.Exit(2)

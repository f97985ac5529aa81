"""`python -m anykube_cli`: what the Makefile's targets call."""

import os
import shutil
import sys
import traceback
from datetime import date
from functools import partial
from typing import Annotated

import typer
from anykube.clouds.registry import definitions
from anykube.clusters.managed import ManagedCluster
from anykube.settings import given
from anykube.settings.document import Page
from anykube_policies.enforcement import STRICT, enforcement_of
from anykube_policies.table import RULES
from rich.console import Console

from anykube_cli import pages, policies, rollouts
from anykube_cli.ci.changed import GitError
from anykube_cli.ci.commands import cli as ci
from anykube_cli.ci.forge import ForgeError
from anykube_cli.ci.login import LoginError
from anykube_cli.ci.redact import hidden
from anykube_cli.engine import Engine, EngineError
from anykube_cli.failures import failures
from anykube_cli.kubernetes.cluster import all_clusters
from anykube_cli.kubernetes.errors import SandboxError
from anykube_cli.live import UnreachableError, look
from anykube_cli.migration import MigrationError
from anykube_cli.picture import draw
from anykube_cli.preflight import clouds
from anykube_cli.preflight.report import render
from anykube_cli.recovery import LockedError
from anykube_cli.revisions import RevisionError, chosen, go_back, revisions, table
from anykube_cli.roles.commands import roles
from anykube_cli.runs import (
    Stack,
    bring_up,
    engine_of,
    invent_secrets,
    judged,
    notes,
    prepared,
    programs,
    require_base,
    require_here,
    require_real,
    require_unprotected,
    required_page,
    take_over,
    tear_down,
)
from anykube_cli.state import backend, migrate, unlock
from anykube_cli.state_backends.backend import BackendError
from anykube_cli.state_service import client
from anykube_cli.state_service.store import MovedError
from anykube_cli.toolchain import bootstrap, home, paths, simulation

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
for command in (roles, backend, migrate, unlock):
    cli.command()(command)
cli.add_typer(ci, name="ci")
_out = Console()

App = Annotated[str, typer.Option("--app", "-a", help="An app of the page.")]
Allow = Annotated[
    list[str] | None,
    typer.Option(help="A resource, by its name in Pulumi, that this run may replace or delete. As often as needed."),
]


@cli.command()
def up(stack: Stack = "local", allow: Allow = None) -> None:
    """Bring a stack up, whatever an earlier run left, and show what there is.

    One of production ends with 2, and untouched, where it would replace or delete what is guarded and not allowed.
    """
    page = required_page(stack)
    _guarded(stack, page, allow)
    programs()
    require_real(engine_of(stack))
    require_here(engine_of(stack))
    if isinstance(page.cluster, ManagedCluster):
        _preflight(stack, page.cluster)
    engine = prepared(stack, page)
    require_base(stack, page)
    take_over(engine, "up")
    code = bring_up(engine, page, allow or ())
    kubeconfig = _known_kubeconfig(stack, engine)
    if code == 0 and kubeconfig and (stuck := rollouts.failed(kubeconfig, page)):
        notes.print(f"not rolled out, though the engine took it for that: {', '.join(stuck)}")
        code = 1
    _show(stack, kubeconfig)
    if code:
        _explain(kubeconfig)
        notes.print(
            f"The run failed; what it made is above and stays. Correct stacks/environments/{stack}.yaml, "
            f"or whatever the error names, and run it again; `make destroy STACK={stack}` removes all of it."
        )
        raise typer.Exit(code)


@cli.command()
def destroy(stack: Stack = "local") -> None:
    """Remove a stack, and first those that are layered on its cluster. Its page need not be right."""
    require_unprotected(engine_of(stack))
    for dependent in pages.dependents(stack):
        if engine_of(dependent).exists():
            notes.print(f"{dependent} is layered on {stack} and goes first")
            destroy(dependent)
    engine = engine_of(stack)
    if not engine.exists():
        _out.print(f"There is no stack {stack}: nothing to remove.")
        return
    programs()
    require_real(engine)
    require_here(engine)
    take_over(engine, "destroy")
    if code := tear_down(engine):
        notes.print(f"What is left is in the state: `make destroy STACK={stack}` tries again.")
        raise typer.Exit(code)
    engine.ask("stack", "rm", "--yes", *(["--preserve-config"] if not pages.is_local(stack) else []))
    client.stop()


@cli.command()
def preflight(stack: Stack = "local") -> None:
    """Ask the cloud's account what it has against a stack. Ends with 2 where the stack could not come up."""
    page = required_page(stack)
    if not isinstance(page.cluster, ManagedCluster):
        typer.echo(f"{stack} has no cluster in a cloud: there is nothing to ask.")
        return
    _preflight(stack, page.cluster)


@cli.command()
def guard(stack: Stack = "local", allow: Allow = None) -> None:
    """Preview what `up` would do, and say as it would what is in danger. Changes nothing; ends with 2 where `up` would.

    A stack of development is told the same, and nothing stops it.
    """
    page = required_page(stack)
    programs()
    require_real(engine_of(stack))
    engine = prepared(stack, page)
    require_base(stack, page)
    if code := judged(engine, allow or (), stops=page.policies.profile == "production"):
        raise typer.Exit(code)


@cli.command()
def rehearse(
    stack: Stack = "local",
    keep: Annotated[bool, typer.Option("--keep", help="Leave it up after the first two steps.")] = False,
    end: Annotated[bool, typer.Option("--end", help="Only end one that was kept.")] = False,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            help="What goes wrong in the cloud, as NAME or NAME=VALUE: see the Faults of its account in sandbox/."
        ),
    ] = None,
) -> None:
    """Rehearse a cloud stack on this machine: up, every kind of change, destroy, on a simulated cloud."""
    page = required_page(stack)
    if not isinstance(page.cluster, ManagedCluster):
        typer.echo(
            f"{stack} has no cluster in a cloud; a local one needs no rehearsal: `make up STACK={stack}`.", err=True
        )
        raise typer.Exit(2)
    from anykube_cli.rehearsal import clouds, place, run

    if page.cluster.cloud not in clouds.known():
        typer.echo(f"{stack} is of the cloud {page.cluster.cloud}, which nothing here simulates.", err=True)
        raise typer.Exit(2)
    bootstrap.ensure(definitions()[page.cluster.cloud].rehearsal_extras)
    programs()
    faults = {name: value or "true" for name, _, value in (one.partition("=") for one in fault or ())}
    if end:
        place.Place(stack, place.folder(stack), {}).end()
        return
    invent = partial(invent_secrets, page=page)
    if not run.rehearse(stack, page.cluster, invent, _out, keep=keep, faults=faults):
        raise typer.Exit(1)
    if keep:
        folder = place.folder(stack)
        notes.print(f"It stays up in {folder}; `make rehearse STACK={stack} END=1` removes it.")


@cli.command()
def policy(
    stack: Stack = "local",
    strict: Annotated[bool, typer.Option("--strict", help="As production, whatever profile the page has.")] = False,
) -> None:
    """Judge a stack by the policy pack, on a preview. Ends with 1 where something would stop a run.

    One of a cloud is previewed on an empty simulated account: no real one is asked.
    """
    page = required_page(stack)
    if policies.rehearsed(stack):
        typer.echo(f"A rehearsal of it is up: `make rehearse STACK={stack} END=1` ends it.", err=True)
        raise typer.Exit(2)
    if strict:
        os.environ[STRICT] = "production"
    programs()
    with policies.previewed(stack, page) as engine:
        found = policies.judge(engine)
    policies.draw(stack, found, enforcement_of(stack, RULES, date.today()).settings, _out)
    if any(violation.stops for violation in found):
        raise typer.Exit(1)


@cli.command()
def show(stack: Stack = "local") -> None:
    """Show pools, nodes, the pods on them, and routes."""
    required_page(stack)
    _show(stack, _known_kubeconfig(stack, engine_of(stack)))


@cli.command()
def history(app: App, stack: Stack = "local") -> None:
    """Show the revisions of an app that the cluster keeps, and what else the page said then."""
    _out.print(table(revisions(_kubeconfig(stack), required_page(stack), app)))


@cli.command()
def rollback(
    app: App,
    stack: Stack = "local",
    revision: Annotated[int | None, typer.Option(help="As in `history`. Without it: the one before.")] = None,
) -> None:
    """Give the pods of an app an earlier revision again: the page says so, and is brought up.

    How many pods there are, and who reaches them, stays as the page says it now.
    """
    page = required_page(stack)
    wanted = chosen(revisions(_kubeconfig(stack), page, app), revision)
    changed = go_back(stack, app, wanted.settings or {})
    notes.print(
        f"{app} goes back to revision {wanted.number}, in the page too: {', '.join(changed) or 'which says so already'}"
    )
    up(stack)


@cli.command()
def env(stack: Stack = "local") -> None:
    """Print the exports that make plain `pulumi` work with this stack."""
    page = required_page(stack)
    prepared(stack, page)
    sys.stdout.write(home.exports(home.variables(cloud=pages.cloud(stack) is not None)))


@cli.command()
def clean() -> None:
    """Remove all that runs left in the checkout; refuses while a local cluster is there."""
    there = [cluster.name for cluster in all_clusters()]
    if there:
        typer.echo(f"The local cluster {', '.join(there)} is still there: `make destroy` first.", err=True)
        raise typer.Exit(2)
    client.stop()
    for config in (paths.checkout() / "stacks").glob("Pulumi.local*.yaml"):
        config.unlink()
    shutil.rmtree(paths.state_dir())


def _preflight(stack: str, spec: ManagedCluster) -> None:
    bootstrap.ensure(definitions()[spec.cloud].extras)
    found = clouds.check(stack, spec)
    render(found, _out)
    if found.errors:
        raise typer.Exit(2)


def _guarded(stack: str, page: Page, allow: list[str] | None) -> None:
    """Ends with 2 where somebody allows what nothing forbids: they took the stack for another."""
    if allow and page.policies.profile != "production":
        typer.echo(
            f"{stack} is a stack of {page.policies.profile} (policies.profile): nothing of it is guarded, so that "
            "ALLOW has nothing to name.",
            err=True,
        )
        raise typer.Exit(2)


def _show(stack: str, kubeconfig: str | None) -> None:
    if kubeconfig:
        draw(look(kubeconfig), _out, f"[bold]{stack}[/]")
    else:
        notes.print(f"{stack} has no cluster yet.")


def _explain(kubeconfig: str | None) -> None:
    """Says of each app with pods that are not ready which pod, why, and what helps."""
    for failure in failures(kubeconfig) if kubeconfig else ():
        _out.print(f"[red]not ready[/] {failure.namespace}/{failure.pod}: {failure.reason}: {failure.message}")
        if failure.remedy:
            _out.print(f"          {failure.remedy}")


def _known_kubeconfig(stack: str, engine: Engine) -> str | None:
    owner = engine if pages.cluster_stack(stack) == stack else engine_of(pages.cluster_stack(stack))
    try:
        kubeconfig = owner.outputs().get("kubeconfig")
    except EngineError:
        return None
    return kubeconfig if isinstance(kubeconfig, str) else None


def _kubeconfig(stack: str) -> str:
    found = _known_kubeconfig(stack, engine_of(stack))
    if found is None:
        typer.echo(f"{stack} has no cluster yet: `make up STACK={stack}` first.", err=True)
        raise typer.Exit(2)
    return found


def main() -> None:
    """Runs the command; what engine, cluster or sandbox cannot do is a sentence, with no secret in it."""
    hidden.learn(given.values())
    try:
        cli()
    except (RevisionError, simulation.ForeignStateError, GitError, ForgeError, LoginError) as error:
        typer.echo(hidden(f"{error}."), err=True)
        sys.exit(2)
    except (BackendError, MigrationError, MovedError) as error:
        typer.echo(hidden(f"{error}."), err=True)
        sys.exit(2)
    except LockedError as error:
        typer.echo(hidden(f"{error}."), err=True)
        sys.exit(1)
    except (EngineError, UnreachableError, SandboxError) as error:
        sys.exit(hidden(str(error)))
    except Exception:
        sys.exit(hidden(traceback.format_exc()))


if __name__ == "__main__":
    main()

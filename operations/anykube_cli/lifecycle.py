"""What the commands about one stack do: up, preview, destroy, rollback, env, clean."""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace

import typer
from anykube._clusters.managed import ManagedCluster
from anykube.settings import env_secrets
from anykube.settings.model import StackSettings

from anykube_cli import checks, json_output, pages, rollouts, status
from anykube_cli.assessment import assess
from anykube_cli.ci.redact import hidden
from anykube_cli.kubernetes.cluster import all_clusters
from anykube_cli.policies import violations
from anykube_cli.revisions import chosen, go_back, revisions
from anykube_cli.runs import (
    bring_up,
    engine_of,
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
    tell,
)
from anykube_cli.state_service import client
from anykube_cli.toolchain import home, paths


def up(stack: str, allowed: Sequence[str] = ()) -> None:
    """Deploys a stack, whatever an earlier run left, and shows its status. Ends with 1 or 2 where it fails."""
    page = required_page(stack)
    _require_guard(stack, page, allowed)
    programs()
    require_real(engine_of(stack))
    require_here(engine_of(stack))
    if isinstance(page.cluster, ManagedCluster):
        checks.require_account(stack, page.cluster)
    engine = prepared(stack, page)
    require_base(stack, page)
    take_over(engine, "up")
    code = bring_up(engine, page, allowed)
    kubeconfig = status.kubeconfig(stack)
    if code == 0 and kubeconfig and (stuck := rollouts.failed(kubeconfig, page)):
        notes.print(f"Pulumi reported success, but these apps are not ready: {', '.join(stuck)}")
        code = 1
    status.draw_cluster(stack, kubeconfig)
    if code:
        status.explain(kubeconfig)
        notes.print(
            f"The run failed; what it made is above and stays. Correct stacks/environments/{stack}.yaml, "
            f"or whatever the error names, and run it again; `anykube destroy --stack {stack}` removes all of it."
        )
        raise typer.Exit(code)


def preview(stack: str, allowed: Sequence[str], *, as_json: bool) -> None:
    """Previews a stack. Ends with 1 where the engine or a policy stops `up`, with 2 where the guard does."""
    page = required_page(stack)
    programs()
    require_real(engine_of(stack))
    engine = prepared(stack, page)
    require_base(stack, page)
    production = page.policies.profile == "production"
    assessment = assess(engine, allowed, notes.print, shown=not as_json)
    guard_stops = production and not assessment.judgement.passes
    if as_json:
        broken = list(violations(assessment.events))
        hidden.learn(env_secrets.values())
        safe = replace(assessment, said=hidden(assessment.said))
        json_output.write(json_output.preview(stack, safe, broken, guard_stops=guard_stops))
    else:
        tell(engine, assessment)
        notes.print(_verdict(assessment.judgement.passes, production=production))
    if assessment.code or guard_stops:
        raise typer.Exit(2 if guard_stops else 1)


def destroy(stack: str) -> None:
    """Removes a stack, and first those that are layered on its cluster."""
    require_unprotected(engine_of(stack))
    for dependent in pages.dependents(stack):
        if engine_of(dependent).exists():
            notes.print(f"{dependent} is layered on {stack} and goes first")
            destroy(dependent)
    engine = engine_of(stack)
    if not engine.exists():
        typer.echo(f"There is no stack {stack}: nothing to remove.")
        return
    programs()
    require_real(engine)
    require_here(engine)
    take_over(engine, "destroy")
    if code := tear_down(engine):
        notes.print(f"What is left is in the state: `anykube destroy --stack {stack}` tries again.")
        raise typer.Exit(code)
    engine.ask("stack", "rm", "--yes", *(["--preserve-config"] if not pages.is_local(stack) else []))
    client.stop()


def rollback(stack: str, app: str, number: int | None) -> None:
    """Has the stack's settings file say what it said at an earlier revision of the app, and deploys it."""
    revision = chosen(revisions(status.require_kubeconfig(stack), required_page(stack), app), number)
    changed = go_back(stack, app, revision.settings or {})
    notes.print(
        f"{app} returns to revision {revision.number}; changed in stacks/environments/{stack}.yaml: "
        f"{', '.join(changed) or 'nothing'}"
    )
    up(stack)


def env(stack: str) -> None:
    """Prints the exports that make plain `pulumi` work with the stack."""
    page = required_page(stack)
    prepared(stack, page)
    sys.stdout.write(home.render_exports(home.variables(cloud=pages.cloud(stack) is not None)))


def clean() -> None:
    """Removes all that runs left in the project. Ends with 2 while a local cluster is up."""
    clusters = [cluster.name for cluster in all_clusters()]
    if clusters:
        typer.echo(f"The local cluster {', '.join(clusters)} is still there: `anykube destroy` first.", err=True)
        raise typer.Exit(2)
    client.stop()
    for config in (paths.checkout() / "stacks").glob("Pulumi.local*.yaml"):
        config.unlink()
    if paths.state_dir().exists():
        shutil.rmtree(paths.state_dir())


def _require_guard(stack: str, page: StackSettings, allowed: Sequence[str]) -> None:
    """Ends with 2 where somebody allows what nothing forbids: they took the stack for another."""
    if allowed and page.policies.profile != "production":
        typer.echo(
            f"{stack} has the profile {page.policies.profile} (policies.profile): the guard stops nothing there, so "
            "--allow has nothing to name.",
            err=True,
        )
        raise typer.Exit(2)


def _verdict(passes: bool, *, production: bool) -> str:
    if passes:
        return "The guard has no objection."
    return "The guard stops `up`." if production else "In development the guard stops nothing."

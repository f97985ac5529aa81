"""Implements the commands that deploy and remove one stack: up, preview, destroy, rollback, env, clean."""

import contextlib
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace

import typer
from anykube._clusters.managed import ManagedCluster
from anykube.settings import env_secrets
from anykube.settings.model import StackSettings
from anykube.settings.problems import SettingsError

from anykube_cli import checks, json_output, stack_settings, status
from anykube_cli.assessment import assess
from anykube_cli.ci.redact import hidden
from anykube_cli.dry_run import check
from anykube_cli.kubernetes.cluster import all_clusters
from anykube_cli.outside_changes import find, restore, sentences
from anykube_cli.policies import read_violations
from anykube_cli.revisions import restore_settings, revisions, select
from anykube_cli.runs import (
    engine_for,
    explain_conflicts,
    notes,
    plan_storage,
    prepare_stack,
    prepare_toolchain,
    print_verdict,
    recover_stack,
    require_base,
    require_caller,
    require_no_rehearsal,
    require_not_moved,
    require_settings,
    require_unprotected,
    run_destroy,
    run_up,
    settle_ownership,
    take_back_fields,
)
from anykube_cli.state_service import client
from anykube_cli.stuck_pods import replaced_stuck_pods
from anykube_cli.toolchain import home, paths
from anykube_cli.verification import summary, verify
from anykube_cli.workloads import workloads


def up(stack: str, allowed: Sequence[str] = (), take_back: Sequence[str] = ()) -> None:
    """Deploys a stack and shows its status, whatever state an earlier run left. Exits with code 1 or 2 if it fails."""
    settings = require_settings(stack)
    _require_guard(stack, settings, allowed)
    prepare_toolchain()
    require_no_rehearsal(engine_for(stack))
    require_not_moved(engine_for(stack))
    require_caller(engine_for(stack), settings, changes=True)
    if isinstance(settings.cluster, ManagedCluster):
        checks.require_account(stack, settings.cluster)
    checks.require_key(stack)
    engine = prepare_stack(stack, settings)
    require_base(stack, settings)
    recover_stack(engine, "up")
    settle_ownership(engine, settings)
    kubeconfig = status.kubeconfig(stack)
    take_back_fields(engine, kubeconfig, take_back)
    restore(engine, kubeconfig, notes.print)
    with replaced_stuck_pods(kubeconfig, workloads(engine.deployment()), notes.print):
        code = run_up(engine, settings, allowed, kubeconfig, checks.objects_check(stack, settings, kubeconfig))
        kubeconfig = status.kubeconfig(stack)
        failures = verify(engine, kubeconfig, wait=code == 0)
    status.draw_cluster(stack, kubeconfig)
    status.explain(failures)
    if code == 0 and failures:
        notes.print(f"Pulumi reported success, but not everything is ready: {summary(failures)}.")
        code = 1
    if code:
        notes.print(
            f"The deployment failed. The resources that it created stay. Fix stacks/environments/{stack}.yaml or the "
            f"cause that the error names, and run the command again. To remove the stack: "
            f"`anykube destroy --stack {stack}`."
        )
        raise typer.Exit(1)


def preview(stack: str, allowed: Sequence[str], *, as_json: bool) -> None:
    """Previews a stack. Exits with code 1 if it fails or a policy stops `up`, with code 2 if the guard stops it."""
    settings = require_settings(stack)
    prepare_toolchain()
    require_no_rehearsal(engine_for(stack))
    require_caller(engine_for(stack), settings, changes=False)
    engine = prepare_stack(stack, settings)
    require_base(stack, settings)
    production = settings.policies.profile == "production"
    objects = check.check(stack, settings, status.kubeconfig(stack))
    if not as_json:
        checks.print_objects(stack, objects)
    if objects.errors:
        if as_json:
            json_output.write(json_output.preview(stack, None, [], guard_stops=False, objects=objects))
        raise typer.Exit(2)
    if check.NAME in objects.skipped and not objects.problems:
        notes.print(check.NO_CLUSTER)
    assessment = assess(engine, allowed, notes.print, show=not as_json)
    guard_stops = production and not assessment.verdict.passes
    if as_json:
        violations = list(read_violations(assessment.events))
        hidden.learn(env_secrets.values())
        redacted = replace(assessment, error=hidden(assessment.error))
        json_output.write(json_output.preview(stack, redacted, violations, guard_stops=guard_stops, objects=objects))
    else:
        print_verdict(engine, assessment)
        explain_conflicts(engine, (event.encode() for event in assessment.events))
        kubeconfig = status.kubeconfig(stack)
        storage = plan_storage(engine, settings, kubeconfig)
        for sentence in storage.refusals or storage.sentences():
            notes.print(sentence)
        changes = find(engine, kubeconfig)
        for sentence in sentences(changes, "`anykube up` creates it again", "`anykube up` creates them again"):
            notes.print(sentence)
        notes.print(_summary(assessment.verdict.passes, production=production))
    if assessment.code or guard_stops:
        raise typer.Exit(2 if guard_stops else 1)


def destroy(stack: str) -> None:
    """Removes a stack, after the stacks that use its cluster."""
    require_unprotected(engine_for(stack))
    _require_caller(stack)
    for dependent in stack_settings.dependents(stack):
        if engine_for(dependent).exists():
            notes.print(f"Removing {dependent} first, because it uses the cluster of {stack}.")
            destroy(dependent)
    engine = engine_for(stack)
    if not engine.exists():
        typer.echo(f"There is no stack {stack}: nothing to remove.")
        return
    prepare_toolchain()
    require_no_rehearsal(engine)
    require_not_moved(engine)
    recover_stack(engine, "destroy")
    if code := run_destroy(engine):
        notes.print(
            f"Some resources of {stack} are left, and the state still lists them. "
            f"To try again: `anykube destroy --stack {stack}`."
        )
        raise typer.Exit(code)
    engine.capture("stack", "rm", "--yes", *(["--preserve-config"] if not stack_settings.is_local(stack) else []))
    client.stop()


def _require_caller(stack: str) -> None:
    """Ends a destroy with the credentials of another account. Invalid settings name no account."""
    engine = engine_for(stack)
    if engine.exists():
        require_no_rehearsal(engine)
        with contextlib.suppress(SettingsError):
            require_caller(engine, stack_settings.load_stack_settings(stack), changes=True)


def rollback(stack: str, app: str, number: int | None) -> None:
    """Restores an app's settings of an earlier revision in the stack's settings file, and deploys the stack."""
    revision = select(revisions(status.require_kubeconfig(stack), require_settings(stack), app), number)
    file = paths.checkout() / stack_settings.ENVIRONMENTS / f"{stack}.yaml"
    before = file.read_text()
    changed = restore_settings(stack, app, revision.settings or {})
    notes.print(
        f"{app} returns to revision {revision.number}. Changed in stacks/environments/{stack}.yaml: "
        f"{', '.join(changed) or 'nothing'}"
    )
    try:
        up(stack)
    except typer.Exit as end:
        if end.exit_code == 2:  # the run stopped before it changed anything
            file.write_text(before)
            notes.print(f"{file.relative_to(paths.checkout())} is again as it was before the rollback.")
        raise


def env(stack: str) -> None:
    """Prints the environment variables with which plain `pulumi` works on the stack."""
    prepare_stack(stack, require_settings(stack))
    sys.stdout.write(home.render_exports(home.variables(cloud=stack_settings.cloud(stack) is not None)))


def clean() -> None:
    """Removes the files that runs left in the project. Exits with code 2 while a local cluster is up."""
    clusters = [cluster.name for cluster in all_clusters()]
    if clusters:
        typer.echo(f"These local clusters are still up: {', '.join(clusters)}. Run `anykube destroy` first.", err=True)
        raise typer.Exit(2)
    client.stop()
    for config in (paths.checkout() / "stacks").glob("Pulumi.local*.yaml"):
        config.unlink()
    if paths.state_dir().exists():
        shutil.rmtree(paths.state_dir())


def _require_guard(stack: str, settings: StackSettings, allowed: Sequence[str]) -> None:
    """Exits with code 2 if --allow is used where the guard stops nothing: probably a mistyped stack."""
    if allowed and settings.policies.profile != "production":
        typer.echo(
            f"--allow has no effect on {stack}: the guard stops nothing in the profile {settings.policies.profile} "
            "(policies.profile). Leave --allow out, or name the right stack.",
            err=True,
        )
        raise typer.Exit(2)


def _summary(passes: bool, *, production: bool) -> str:
    if passes:
        return "The guard does not stop `anykube up`."
    return (
        "The guard stops `anykube up`."
        if production
        else "The guard only warns: the profile is development, not production."
    )

"""The steps around a run of Pulumi: checks and preparations before it, and what follows it.

If a requirement is not met, these functions end the command with exit code 1 or 2 and a message on standard error.
"""

import os
import secrets
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import typer
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster
from anykube.settings import env_secrets, secret_managers
from anykube.settings.model import StackSettings, secret_names
from anykube.settings.problems import SettingsError
from rich.console import Console

from anykube_cli import (
    claims,
    conflicts,
    gke_identity,
    migration,
    outside_changes,
    ownership,
    partial_update,
    renames,
    stack_settings,
    take_back,
)
from anykube_cli.assessment import Assessment, assess
from anykube_cli.callers import check as callers
from anykube_cli.cluster_api import ClusterApi
from anykube_cli.engine import Engine
from anykube_cli.kubeconfig import UnreachableError
from anykube_cli.kubernetes.cluster import all_clusters
from anykube_cli.localkube.install import install
from anykube_cli.recovery import Aim, LockedError, recover
from anykube_cli.state_backends.clouds import cloud_of
from anykube_cli.state_service.partial_update import VARIABLE
from anykube_cli.state_service.store import MovedError
from anykube_cli.sweep.clouds import account_factory
from anykube_cli.sweep.state_backend import backend_sentence
from anykube_cli.sweep.sweep import destroy_and_sweep
from anykube_cli.toolchain import bootstrap, home, simulation
from anykube_cli.toolchain.build import BuildError

notes = Console(stderr=True, style="dim", soft_wrap=True, highlight=False)
"""Prints progress and results for people, on standard error."""


def require_settings(stack: str) -> StackSettings:
    """The stack's settings. If they are invalid, prints every mistake and exits with code 2."""
    try:
        return stack_settings.load_stack_settings(stack)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def engine_for(stack: str) -> Engine:
    """The engine for a stack. Installs the SDKs of its cloud, backend and secret managers if they are missing."""
    cloud = stack_settings.cloud(stack)
    backend_cloud = cloud_of(os.environ.get("PULUMI_BACKEND_URL", ""))
    clouds = [definitions()[name] for name in (cloud, backend_cloud) if name]
    secret_extras = secret_managers.extras(stack_settings.secrets(stack))
    if extras := secret_extras.union(*(definition.extras for definition in clouds)):
        bootstrap.ensure(set(extras))
    return Engine.for_stack(stack, cloud=cloud is not None)


def prepare_toolchain() -> None:
    """Installs the toolchain and this project's plugins, unless they are installed."""
    try:
        home.prepare()
    except BuildError as error:
        typer.echo(f"The toolchain is incomplete: {error}", err=True)
        raise typer.Exit(1) from None
    install()


def prepare_stack(stack: str, settings: StackSettings) -> Engine:
    """Prepares everything that plain `pulumi up` needs: the toolchain, the stack and, for a local one, its secrets."""
    prepare_toolchain()
    engine = engine_for(stack)
    if not engine.exists():
        _require_key(engine)
        engine.create()
    if stack_settings.is_local(stack):
        generate_secrets(engine, settings)
    return engine


def _require_key(engine: Engine) -> None:
    """Exits with code 2 if a new stack in a bucket would encrypt its secrets with this project's own passphrase."""
    url = engine.environment.get("PULUMI_BACKEND_URL", "")
    if cloud_of(url) and not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & set(os.environ):
        typer.echo(
            f"There is no stack {engine.stack} in {url} yet. Create it with the key that encrypts its secrets, as "
            f"`anykube backend --stack {engine.stack}` shows, or move an existing stack there with `anykube migrate`.",
            err=True,
        )
        raise typer.Exit(2)


def run_up(
    engine: Engine,
    settings: StackSettings,
    allowed: Sequence[str],
    kubeconfig: str | None,
    require_objects: Callable[[Collection[str] | None], None],
) -> int:
    """Runs `pulumi up`, on the changed apps only if the rest of the stack is known to be unchanged.

    `require_objects` ends the command if the API server would refuse an object of these apps, or of all (None).
    In production it first previews the run with the policies and the guard, and exits with code 2 if a guarded resource
    would be replaced or deleted that `allowed` does not name. `kubeconfig`: of the cluster, in which it changes claims
    and StatefulSets first; exits with code 2 if the settings change them in a way that is impossible without a loss of
    data.
    """
    storage = plan_storage(engine, settings, kubeconfig)
    if storage.refusals:
        typer.echo("\n".join((*storage.refusals, "Nothing was changed.")), err=True)
        raise typer.Exit(2)
    namespaces = ownership.namespaces_of(engine)
    inputs, update = partial_update.plan(engine.state, settings, engine.stacks) if engine.state else (None, None)
    if update:
        notes.print(f"Changed since the last run: {update.rpartition('/')[2]}. Other apps are skipped.")
    require_objects(update.rpartition("/")[2].split(",") if update else None)
    variables = {VARIABLE: update} if update else {}
    if settings.policies.profile == "production":
        previewing = replace(engine, environment={**engine.environment, **variables})
        if code := preview_with_guard(previewing, allowed):
            return code
    if storage.urns and kubeconfig:
        change_storage(engine, storage, kubeconfig)
        inputs, variables = partial_update.plan(engine.state, settings, engine.stacks)[0] if engine.state else None, {}
    if engine.state and inputs:
        partial_update.begin(engine.state, inputs)
    with tempfile.TemporaryDirectory(dir=engine.home / "tmp") as folder:
        log = Path(folder) / "events"
        code = engine.run_logged(log, "up", "--yes", "--skip-preview", **variables)
        if code and log.exists():
            explain_conflicts(engine, log.read_bytes().splitlines())
    if code == 0 and engine.state and inputs:
        partial_update.confirm(engine.state, inputs)
    if code == 0:
        ownership.leave_namespaces(engine, notes.print, ownership.kubeconfig_of(engine), namespaces)
    return code


def plan_storage(engine: Engine, settings: StackSettings, kubeconfig: str | None) -> claims.Plan:
    """The changes of claims and StatefulSets with which a run starts. None if the cluster does not respond."""
    try:
        if kubeconfig is None:
            return claims.Plan()
        with ClusterApi(kubeconfig) as api:
            return claims.plan(api, engine.deployment(), settings)
    except UnreachableError:
        return claims.Plan()  # the run itself reports it


def change_storage(engine: Engine, plan: claims.Plan, kubeconfig: str) -> None:
    """Changes claims and StatefulSets. Exits with code 1 if the API server refuses a change."""
    for sentence in plan.sentences():
        notes.print(sentence)
    try:
        with ClusterApi(kubeconfig) as api:
            claims.carry_out(api, plan)
    except claims.ClaimError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    outside_changes.refresh(engine, plan.urns)


def explain_conflicts(engine: Engine, events: Iterable[bytes]) -> None:
    """Prints which fields somebody changed outside Anykube, if Pulumi failed because of these, and what helps."""
    if conflicting := conflicts.read_conflicts(events):
        for sentence in conflicts.explain(conflicting, engine.stack, engine.deployment()):
            notes.print(sentence)


def settle_ownership(engine: Engine, settings: StackSettings) -> None:
    """Keeps the objects of apps that return to an earlier name, and removes objects of others from the state."""
    for before, app in renames.follow_renames(engine, settings).items():
        notes.print(f"{app} is the app that was {before}: its objects stay.")
    gke_identity.settle(engine)
    ownership.release(engine, notes.print)


def take_back_fields(engine: Engine, kubeconfig: str | None, names: Sequence[str]) -> None:
    """Makes the next run set the fields of these apps and objects that somebody changed outside Anykube.

    Exits with code 2 if the stack has no such app or object.
    """
    if not names:
        return
    try:
        if kubeconfig is None:
            raise take_back.UnknownNameError(f"{engine.stack} is not up, so there is nothing to take back")
        with ClusterApi(kubeconfig) as api:
            urns = take_back.take_back(api, engine.deployment(), names)
    except take_back.UnknownNameError as error:
        typer.echo(f"--take-back: {error}.", err=True)
        raise typer.Exit(2) from None
    outside_changes.refresh(engine, urns)


def preview_with_guard(engine: Engine, allowed: Sequence[str], *, stops: bool = True) -> int:
    """Previews on this terminal and returns Pulumi's exit code. Exits with code 2 if the guard stops the run."""
    assessment = assess(engine, allowed, notes.print)
    print_verdict(engine, assessment)
    explain_conflicts(engine, (event.encode() for event in assessment.events))
    if stops and not assessment.verdict.passes:
        raise typer.Exit(2)
    return assessment.code


def print_verdict(engine: Engine, assessment: Assessment) -> None:
    """Prints on standard error what the guard stops, if anything."""
    if not assessment.verdict.passes:
        typer.echo(assessment.verdict.sentences(engine.stack), err=True)


def generate_secrets(engine: Engine, settings: StackSettings) -> None:
    """Sets each secret of a local stack that has no value to a random one, encrypted in the stack's config.

    Nothing outside the machine depends on the secrets of a local stack.
    """
    managed = {
        name for name in settings.secrets if secret_managers.is_managed(settings.secrets, name, engine.environment)
    }
    missing = {name for name in secret_names(settings) - managed if env_secrets.value(name) is None}
    if not missing:
        return
    for name in sorted(missing - engine.config_keys()):
        engine.capture("config", "set", "--secret", name, standard_input=secrets.token_urlsafe(24))
        notes.print(f"Set the secret {name} of {engine.stack} to a random value.")


def require_base(stack: str, settings: StackSettings) -> None:
    """Exits with code 2 if the stack whose cluster this one uses is not up. Wakes a local cluster that is asleep."""
    base = stack_settings.base_stack(settings)
    if base and not engine_for(base).is_up():
        typer.echo(
            f"{stack} uses the cluster of {base}, which is not up. Run `anykube up --stack {base}` first.",
            err=True,
        )
        raise typer.Exit(2)
    if base:
        wake_clusters(stack)


def require_not_moved(engine: Engine) -> None:
    """Exits with code 2 if the stack was moved to another backend, and this is the copy left behind."""
    try:
        migration.require_not_moved(engine)
    except MovedError as error:
        typer.echo(f"{error}.", err=True)
        raise typer.Exit(2) from None


def require_no_rehearsal(engine: Engine) -> None:
    """Exits with code 2 in the shell of a rehearsal. Raises ForeignStateError if the state is a rehearsal's."""
    if simulation.VARIABLE in os.environ:
        typer.echo(
            f"This shell is set up for a rehearsal ({simulation.VARIABLE} is set). Open a new shell for a real stack.",
            err=True,
        )
        raise typer.Exit(2)
    if not stack_settings.is_local(engine.stack):
        simulation.check_state(engine.deployment(), simulated=False)


def require_caller(engine: Engine, settings: StackSettings, *, changes: bool) -> None:
    """Prints what is wrong with the identity of this run. Exits with code 2 if the run would certainly fail.

    Credentials of another account would find nothing, and a destroy would take that for deleted.
    """
    if not isinstance(settings.cluster, ManagedCluster):
        return
    problems = callers.problems(engine.stack, settings.cluster, engine.deployment(), changes=changes)
    for problem in problems:
        typer.echo(f"{problem.severity}: {problem.subject}: {problem.message}. To fix it, {problem.remedy}.", err=True)
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(2)


def require_unprotected(engine: Engine) -> None:
    """Exits with code 2 if a resource in the state is protected.

    Pulumi refuses to delete a protected resource too, but only after it has deleted everything that depends on it.
    https://github.com/pulumi/pulumi/issues/6191
    """
    resources = engine.deployment().get("resources") or ()
    if protected := [resource["urn"].rpartition("::")[2] for resource in resources if resource.get("protect")]:
        typer.echo(
            f"{engine.stack} has protected resources: {', '.join(protected)}. Nothing was removed. "
            f"Set `protect: false` under `cluster` in stacks/environments/{engine.stack}.yaml, add a waiver for the "
            f"rule cluster-protection, and run `anykube up --stack {engine.stack}`. "
            f"Then run `anykube destroy --stack {engine.stack}` again.",
            err=True,
        )
        raise typer.Exit(2)


def recover_stack(engine: Engine, aim: Aim) -> None:
    """Cleans up after an interrupted run. Exits with code 1 if another run holds the stack."""
    try:
        recover(engine, aim, notes.print)
    except LockedError as error:
        typer.echo(f"{engine.stack}: {error}.", err=True)
        raise typer.Exit(1) from None


def run_destroy(engine: Engine) -> int:
    """Runs `pulumi destroy` and returns its exit code.

    Meanwhile removes the cloud resources that Kubernetes controllers created, such as load balancers. Skips them if the
    settings are invalid, because the settings name the cluster.
    """
    stack = engine.stack
    unreachable = wake_clusters(stack)
    kubeconfig = None if ownership.has_cluster(engine) else ownership.kubeconfig_of(engine)
    namespaces = ownership.namespaces_of(engine)
    ownership.release(engine, notes.print, destroy=True)

    def run() -> int:
        return engine.run("destroy", "--yes", "--skip-preview", **unreachable)

    try:
        cluster = stack_settings.load_stack_settings(stack).cluster
    except SettingsError:
        cluster = None
    code = (
        destroy_and_sweep(run, account_factory(stack, cluster, engine.deployment(), engine.home), notes.print)
        if isinstance(cluster, ManagedCluster)
        else run()
    )
    if code == 0:
        ownership.leave_namespaces(engine, notes.print, kubeconfig, namespaces)
        if sentence := backend_sentence(engine.environment):
            notes.print(sentence)
    return code


def wake_clusters(stack: str) -> dict[str, str]:
    """Wakes the local clusters. Returns variables that make Pulumi forget the objects of a deleted local cluster."""
    clusters = [cluster for cluster in all_clusters() if cluster.exists]
    for cluster in clusters:
        cluster.start()
    return {} if clusters or not stack_settings.is_local(stack) else {"PULUMI_K8S_DELETE_UNREACHABLE": "true"}

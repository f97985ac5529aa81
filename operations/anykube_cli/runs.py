"""What a run of a stack needs before the engine begins, and beside it.

Where something is missing the command ends here, with 1 or 2 and a sentence on standard error.
"""

import os
import secrets
from collections.abc import Sequence

import typer
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster
from anykube.settings import env_secrets, secret_managers
from anykube.settings.model import StackSettings, secret_names
from anykube.settings.problems import SettingsError
from rich.console import Console

from anykube_cli import migration, pages, partial_update
from anykube_cli.assessment import Assessment, assess
from anykube_cli.engine import Engine
from anykube_cli.kubernetes.cluster import all_clusters
from anykube_cli.localkube.install import install
from anykube_cli.recovery import Aim, LockedError, recover
from anykube_cli.state_backends.clouds import cloud_of
from anykube_cli.state_service.partial_update import VARIABLE
from anykube_cli.state_service.store import MovedError
from anykube_cli.sweep.clouds import account_factory
from anykube_cli.sweep.sweep import destroy_and_sweep
from anykube_cli.toolchain import bootstrap, home, simulation
from anykube_cli.toolchain.build import BuildError

notes = Console(stderr=True, style="dim", soft_wrap=True, highlight=False)
"""For what a person should know, and no program reads."""


def required_page(stack: str) -> StackSettings:
    """The stack's page. A wrong one ends the command with 2, and every mistake on standard error."""
    try:
        return pages.page_of(stack)
    except SettingsError as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(2) from None


def engine_of(stack: str) -> Engine:
    """The engine for a stack; the SDKs of its cloud, its backend's and its secrets' are installed when first needed."""
    cloud = pages.cloud(stack)
    keeps = cloud_of(os.environ.get("PULUMI_BACKEND_URL", ""))
    clouds = [definitions()[name] for name in (cloud, keeps) if name]
    if needed := secret_managers.extras(pages.secrets(stack)).union(*(one.extras for one in clouds)):
        bootstrap.ensure(set(needed))
    return Engine.of(stack, cloud=cloud is not None)


def programs() -> None:
    """Sees to the toolchain and to the plugins of this checkout."""
    try:
        home.prepare()
    except BuildError as error:
        typer.echo(f"The toolchain is not complete: {error}", err=True)
        raise typer.Exit(1) from None
    install()


def prepared(stack: str, page: StackSettings) -> Engine:
    """Toolchain, stack and, on this machine, secrets: all that a plain `pulumi up` needs."""
    programs()
    engine = engine_of(stack)
    if not engine.exists():
        _require_key(engine)
        engine.make()
    if pages.is_local(stack):
        invent_secrets(engine, page)
    return engine


def _require_key(engine: Engine) -> None:
    """Ends with 2 where a new stack in a bucket would have its secrets encrypted by what only this checkout knows."""
    url = engine.environment.get("PULUMI_BACKEND_URL", "")
    if cloud_of(url) and not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & set(os.environ):
        typer.echo(
            f"There is no stack {engine.stack} in {url} yet. Make it with the key that encrypts its secrets, as "
            f"`anykube backend --stack {engine.stack}` shows, or move one there with `anykube migrate`.",
            err=True,
        )
        raise typer.Exit(2)


def bring_up(engine: Engine, page: StackSettings, allowed: Sequence[str] = ()) -> int:
    """Runs `pulumi up`, about a part of the stack where the rest is known to be as it was.

    In production after a preview, which policies and the guard judge: it ends with 2 where something is in danger that
    `allowed` does not name. The preview is of the whole stack, since some rules are about how its objects fit together.
    """
    made, about = partial_update.plan(engine.state, page, engine.stacks) if engine.state else (None, None)
    if about:
        notes.print(f"changed since the last run: {about.rpartition('/')[2]}; the other apps are left as they are")
    if page.policies.profile == "production" and (code := judged(engine, allowed)):
        return code
    if engine.state and made:
        partial_update.expect(engine.state, made)
    code = engine.run("up", "--yes", "--skip-preview", **({VARIABLE: about} if about else {}))
    if code == 0 and engine.state and made:
        partial_update.confirm(engine.state, made)
    return code


def judged(engine: Engine, allowed: Sequence[str], *, stops: bool = True) -> int:
    """Previews on this terminal, and returns the engine's exit code. Ends with 2 where the guard stops the run."""
    assessment = assess(engine, allowed, notes.print)
    tell(engine, assessment)
    if stops and not assessment.judgement.passes:
        raise typer.Exit(2)
    return assessment.code


def tell(engine: Engine, assessment: Assessment) -> None:
    """Says on standard error what the guard objects to."""
    if not assessment.judgement.passes:
        typer.echo(assessment.judgement.sentences(engine.stack), err=True)


def invent_secrets(engine: Engine, page: StackSettings) -> None:
    """A local stack's secrets protect nothing outside: each that has no value gets a random one, encrypted."""
    elsewhere = {name for name in page.secrets if secret_managers.asked(page.secrets, name, engine.environment)}
    wanted = {name for name in secret_names(page) - elsewhere if env_secrets.value(name) is None}
    if not wanted:
        return
    known = engine.config_keys()
    for name in sorted(wanted - known):
        engine.ask("config", "set", "--secret", name, standard_input=secrets.token_urlsafe(24))
        notes.print(f"the secret {name} of {engine.stack} had no value: a random one was encrypted for it")


def require_base(stack: str, page: StackSettings) -> None:
    """Ends the command where the stack whose cluster this one uses is not up; a local cluster is woken."""
    base = pages.base(page)
    if base and not engine_of(base).is_up():
        typer.echo(
            f"{stack} is layered on the cluster of {base}, which is not up: `anykube up --stack {base}` first.",
            err=True,
        )
        raise typer.Exit(2)
    if base:
        awake(stack)


def require_here(engine: Engine) -> None:
    """Ends with 2 where the stack was moved to another backend, and what is here is the copy that this left."""
    try:
        migration.require_here(engine)
    except MovedError as moved:
        typer.echo(f"{moved}.", err=True)
        raise typer.Exit(2) from None


def require_real(engine: Engine) -> None:
    """Ends with 2 where the shell is set for a rehearsal, or the state is one's."""
    if simulation.VARIABLE in os.environ:
        typer.echo(f"This shell is set for a rehearsal ({simulation.VARIABLE}): begin in a new one.", err=True)
        raise typer.Exit(2)
    if not pages.is_local(engine.stack):
        simulation.check_state(engine.deployment(), simulated=False)


def require_unprotected(engine: Engine) -> None:
    """Ends with 2 where the state holds something protected.

    The engine refuses to delete that too, but only when its turn comes: what depends on it is gone by then.
    https://github.com/pulumi/pulumi/issues/6191
    """
    there = engine.deployment().get("resources") or ()
    if protected := [one["urn"].rpartition("::")[2] for one in there if one.get("protect")]:
        typer.echo(
            f"{engine.stack} holds what is protected: {', '.join(protected)}. Nothing was removed. First, in a run of "
            f"its own, `protect: false` under `cluster` in stacks/environments/{engine.stack}.yaml, with a "
            f"waiver of cluster-protection, and `anykube up --stack {engine.stack}`; then "
            f"`anykube destroy --stack {engine.stack}` again.",
            err=True,
        )
        raise typer.Exit(2)


def take_over(engine: Engine, aim: Aim) -> None:
    """Clears what an earlier run left, or ends the command where somebody is at work."""
    try:
        recover(engine, aim, notes.print)
    except LockedError as locked:
        typer.echo(f"{engine.stack}: {locked}", err=True)
        raise typer.Exit(1) from None


def tear_down(engine: Engine) -> int:
    """Runs `pulumi destroy`, and returns its exit code. What controllers leave behind in a cloud is removed beside it,
    but for a stack without a right page, whose cluster has no name.
    """
    stack = engine.stack

    def run() -> int:
        return engine.run("destroy", "--yes", "--skip-preview", **awake(stack))

    try:
        cluster = pages.page_of(stack).cluster
    except SettingsError:
        return run()
    return (
        destroy_and_sweep(run, account_factory(stack, cluster), notes.print)
        if isinstance(cluster, ManagedCluster)
        else run()
    )


def awake(stack: str) -> dict[str, str]:
    """Wakes the local clusters; where the stack's own is gone, tells the engine to let go of what was on it."""
    clusters = [cluster for cluster in all_clusters() if cluster.exists]
    for cluster in clusters:
        cluster.start()
    return {} if clusters or not pages.is_local(stack) else {"PULUMI_K8S_DELETE_UNREACHABLE": "true"}

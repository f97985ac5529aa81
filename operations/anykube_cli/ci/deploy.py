"""Deploys one stack after a merge: preflight, guard, `pulumi up`, rollouts. Safe to run again after any failure."""

import contextlib
import signal
import sys
from collections.abc import Iterator, Sequence
from types import FrameType

import psutil
import typer
from anykube._clusters.managed import ManagedCluster
from anykube.settings.model import StackSettings
from rich.console import Console

from anykube_cli import checks, runs, stack_settings
from anykube_cli.ci import stack_access
from anykube_cli.engine import EngineError
from anykube_cli.outside_changes import restore
from anykube_cli.preflight import clouds
from anykube_cli.preflight.report import render
from anykube_cli.stuck_pods import replaced_stuck_pods
from anykube_cli.verification import summary, verify
from anykube_cli.workloads import workloads

_out = Console(soft_wrap=True, highlight=False)


def deploy(stack: str, settings: StackSettings, allowed: Sequence[str] = ()) -> int:
    """Deploys the stack and returns an exit code. Ends the command if a requirement is not met.

    `allowed`: names of resources that the guard allows to be replaced or deleted.
    """
    runs.prepare_toolchain()
    engine = stack_access.engine(stack)
    runs.require_not_moved(engine)
    if stack_access.rehearsal() is None:
        runs.require_caller(engine, settings, changes=True)
    _require_account(stack, settings)
    if not stack_access.rehearsal():
        checks.require_key(stack)
    _require_cluster(stack, settings)
    engine.create()
    stack_access.learn_secrets(engine)
    if stack_settings.is_local(stack):
        runs.generate_secrets(engine, settings)
    runs.recover_stack(engine, "up")
    runs.settle_ownership(engine, settings)
    kubeconfig = kubeconfig_of(stack)
    restore(engine, kubeconfig, runs.notes.print)
    with replaced_stuck_pods(kubeconfig, workloads(engine.deployment()), runs.notes.print):
        try:
            with finish_on_cancel():
                check = checks.objects_check(stack, settings, kubeconfig)
                code = runs.run_up(engine, settings, allowed, kubeconfig, check)
        except typer.Exit:  # the guard or the API server stopped the run, and the reason is printed
            return 1
        stack_access.learn_secrets(engine)
        kubeconfig = kubeconfig_of(stack)
        failures = verify(engine, kubeconfig, wait=code == 0)
    for failure in failures:
        _out.print(f"not ready: {failure}")
    if code == 0 and failures:
        runs.notes.print(f"Pulumi reported success, but not everything is ready: {summary(failures)}.")
        code = 1
    if code:
        runs.notes.print(
            f"The deployment of {stack} failed. The resources that it created stay. You can run this job again."
        )
    return code


def kubeconfig_of(stack: str) -> str | None:
    """The kubeconfig of the stack's cluster; None if it has none yet."""
    try:
        kubeconfig = stack_access.engine(stack_settings.cluster_stack(stack)).outputs().get("kubeconfig")
    except EngineError:
        return None
    return kubeconfig if isinstance(kubeconfig, str) else None


@contextlib.contextmanager
def finish_on_cancel() -> Iterator[None]:
    """If the job is cancelled in this block, Pulumi finishes the operations in progress and records them.

    GitHub and GitLab cancel a job by a signal to its first process, and kill the remaining processes seconds later.
    """

    def cancel(number: int, _: FrameType | None) -> None:
        # On a terminal Pulumi receives SIGINT itself. A second one would make it quit at once.
        if number == signal.SIGINT and sys.stdin is not None and sys.stdin.isatty():
            return
        runs.notes.print(
            "This job was cancelled. Pulumi finishes the operations in progress, and the next run continues from there."
        )
        for child in psutil.Process().children():
            with contextlib.suppress(psutil.Error):
                child.send_signal(signal.SIGINT)

    before = {number: signal.signal(number, cancel) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _require_account(stack: str, settings: StackSettings) -> None:
    if not isinstance(settings.cluster, ManagedCluster):
        return
    if stack_access.rehearsal():
        runs.notes.print("Skipping the checks of the cloud account, because this is a rehearsal.")
        return
    result = clouds.check(stack, settings.cluster, kubeconfig_of(stack))
    render(result, _out)
    if result.errors:
        raise typer.Exit(2)


def _require_cluster(stack: str, settings: StackSettings) -> None:
    base = stack_settings.base_stack(settings)
    if base and not stack_access.engine(base).exists():
        typer.echo(f"{stack} uses the cluster of {base}, which is not up. Deploy {base} first.", err=True)
        raise typer.Exit(2)

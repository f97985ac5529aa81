"""What a merge does to one stack: preflight, guard, up, rollouts. Safe to run again, whatever the last run left."""

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

from anykube_cli import pages, rollouts, runs
from anykube_cli.ci import stack_access
from anykube_cli.engine import EngineError
from anykube_cli.failures import failures
from anykube_cli.preflight import clouds
from anykube_cli.preflight.report import render

_out = Console(soft_wrap=True, highlight=False)


def deploy(stack: str, page: StackSettings, allowed: Sequence[str] = ()) -> int:
    """Brings the stack up, and returns an exit code; `allowed`: what the guard lets be replaced or deleted.

    Ends the command where something has to be right first.
    """
    runs.programs()
    engine = stack_access.engine(stack)
    runs.require_here(engine)
    _ask_the_account(stack, page)
    _require_cluster(stack, page)
    engine.make()
    stack_access.learn(engine)
    if pages.is_local(stack):
        runs.invent_secrets(engine, page)
    runs.take_over(engine, "up")
    try:
        with finishing():
            code = runs.bring_up(engine, page, allowed)
    except typer.Exit:  # the guard stops it, and has said why
        return 1
    stack_access.learn(engine)
    kubeconfig = kubeconfig_of(stack)
    if code == 0 and kubeconfig and (stuck := rollouts.failed(kubeconfig, page)):
        runs.notes.print(f"not rolled out, though the engine took it for that: {', '.join(stuck)}")
        code = 1
    if code:
        for failure in failures(kubeconfig) if kubeconfig else ():
            _out.print(f"not ready: {failure.namespace}/{failure.pod}: {failure.reason}: {failure.message}")
        runs.notes.print(f"{stack} is not as its page says. What was made stays; the job may be run again as it is.")
    return code


def kubeconfig_of(stack: str) -> str | None:
    """The kubeconfig of the cluster that the stack is on; None where there is none yet."""
    try:
        found = stack_access.engine(pages.cluster_stack(stack)).outputs().get("kubeconfig")
    except EngineError:
        return None
    return found if isinstance(found, str) else None


@contextlib.contextmanager
def finishing() -> Iterator[None]:
    """While it lasts, whoever ends this job has the engine finish the steps that are under way, and note them.

    Forges end a job by a signal to its first process, and kill what is left some seconds later.
    """

    def asked(number: int, _: FrameType | None) -> None:
        # At a terminal the engine gets the same signal itself; a second one would have it give up at once.
        if number == signal.SIGINT and sys.stdin is not None and sys.stdin.isatty():
            return
        runs.notes.print(
            "this job is ended: the engine finishes what is under way, and the next run goes on from there"
        )
        for child in psutil.Process().children():
            with contextlib.suppress(psutil.Error):
                child.send_signal(signal.SIGINT)

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ask_the_account(stack: str, page: StackSettings) -> None:
    if not isinstance(page.cluster, ManagedCluster):
        return
    if stack_access.rehearsal():
        runs.notes.print("a rehearsal: its account is not asked what speaks against the stack")
        return
    found = clouds.check(stack, page.cluster)
    render(found, _out)
    if found.errors:
        raise typer.Exit(2)


def _require_cluster(stack: str, page: StackSettings) -> None:
    below = pages.base(page)
    if below and not stack_access.engine(below).exists():
        typer.echo(f"{stack} is layered on the cluster of {below}, which is not up: it comes first.", err=True)
        raise typer.Exit(2)

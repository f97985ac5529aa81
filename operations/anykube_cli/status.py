"""Shows a stack's cluster: nodes, pods, routes, revisions, and why pods are not ready."""

import typer
from rich.console import Console

from anykube_cli import json_output, stack_settings
from anykube_cli.engine import EngineError
from anykube_cli.failures import failures
from anykube_cli.live import read_cluster
from anykube_cli.render_cluster import draw
from anykube_cli.revisions import revisions, table
from anykube_cli.runs import engine_for, notes, require_settings

_out = Console()


def show(stack: str, *, as_json: bool) -> None:
    """Shows the cluster of a stack."""
    require_settings(stack)
    config = kubeconfig(stack)
    if as_json:
        json_output.write(json_output.show(stack, read_cluster(config) if config else None))
    else:
        draw_cluster(stack, config)


def history(stack: str, app: str, *, as_json: bool) -> None:
    """Shows the revisions of an app, the current one first."""
    history = revisions(require_kubeconfig(stack), require_settings(stack), app)
    if as_json:
        json_output.write(json_output.history(history))
    else:
        _out.print(table(history))


def draw_cluster(stack: str, config: str | None) -> None:
    """Draws the cluster, or prints that there is none."""
    if config:
        draw(read_cluster(config), _out, f"[bold]{stack}[/]")
    else:
        notes.print(f"{stack} has no cluster yet.")


def explain(config: str | None) -> None:
    """For each app with pods that are not ready, prints a pod, the reason and the remedy."""
    for failure in failures(config) if config else ():
        _out.print(f"[red]not ready[/] {failure.namespace}/{failure.pod}: {failure.reason}: {failure.message}")
        if failure.remedy:
            _out.print(f"          {failure.remedy}")


def kubeconfig(stack: str) -> str | None:
    """The kubeconfig of the stack's cluster, which may be another stack's; None if it is not up."""
    engine = engine_for(stack_settings.cluster_stack(stack))
    if engine.state and not engine.state.exists:  # do not run Pulumi, which a new project has not installed yet
        return None
    try:
        config = engine.outputs().get("kubeconfig")
    except EngineError:
        return None
    return config if isinstance(config, str) else None


def require_kubeconfig(stack: str) -> str:
    """The kubeconfig of the stack's cluster. Exits with code 2 if there is none."""
    config = kubeconfig(stack)
    if config is None:
        typer.echo(f"{stack} has no cluster yet. Run `anykube up --stack {stack}` first.", err=True)
        raise typer.Exit(2)
    return config

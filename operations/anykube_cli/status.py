"""What a stack's cluster has: nodes, pods, routes, revisions, and why pods are not ready."""

import typer
from rich.console import Console

from anykube_cli import json_output, pages
from anykube_cli.engine import EngineError
from anykube_cli.failures import failures
from anykube_cli.live import look
from anykube_cli.render_cluster import draw
from anykube_cli.revisions import revisions, table
from anykube_cli.runs import engine_of, notes, required_page

_out = Console()


def show(stack: str, *, as_json: bool) -> None:
    """Shows the cluster of a stack."""
    required_page(stack)
    config = kubeconfig(stack)
    if as_json:
        json_output.write(json_output.show(stack, look(config) if config else None))
    else:
        draw_cluster(stack, config)


def history(stack: str, app: str, *, as_json: bool) -> None:
    """Shows the revisions of an app, the present one first."""
    kept = revisions(require_kubeconfig(stack), required_page(stack), app)
    if as_json:
        json_output.write(json_output.history(kept))
    else:
        _out.print(table(kept))


def draw_cluster(stack: str, config: str | None) -> None:
    """Draws the cluster, or says that there is none."""
    if config:
        draw(look(config), _out, f"[bold]{stack}[/]")
    else:
        notes.print(f"{stack} has no cluster yet.")


def explain(config: str | None) -> None:
    """Says of each app with pods that are not ready which pod, why, and what helps."""
    for failure in failures(config) if config else ():
        _out.print(f"[red]not ready[/] {failure.namespace}/{failure.pod}: {failure.reason}: {failure.message}")
        if failure.remedy:
            _out.print(f"          {failure.remedy}")


def kubeconfig(stack: str) -> str | None:
    """The kubeconfig of the stack's cluster, which may be another stack's; None where it is not up."""
    engine = engine_of(pages.cluster_stack(stack))
    if engine.state and not engine.state.exists:  # in a new project the programs are not there yet, to ask them
        return None
    try:
        config = engine.outputs().get("kubeconfig")
    except EngineError:
        return None
    return config if isinstance(config, str) else None


def require_kubeconfig(stack: str) -> str:
    """The same. Ends the command with 2 where there is none."""
    config = kubeconfig(stack)
    if config is None:
        typer.echo(f"{stack} has no cluster yet: `anykube up --stack {stack}` first.", err=True)
        raise typer.Exit(2)
    return config

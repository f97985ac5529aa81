"""Shows a stack's cluster: nodes, pods, routes, revisions, and why pods are not ready."""

from collections.abc import Mapping, Sequence

import typer
from anykube._workloads.routes.hosts import next_name
from anykube.settings.problems import SettingsError
from rich.console import Console
from rich.text import Text

from anykube_cli import json_output, stack_settings
from anykube_cli.engine import EngineError
from anykube_cli.failures import Failure
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
        json_output.write(json_output.show(stack, read_cluster(config, app_names(stack)) if config else None))
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
        draw(read_cluster(config, app_names(stack)), _out, f"[bold]{stack}[/]")
    else:
        notes.print(f"{stack} has no cluster yet.")


def app_names(stack: str) -> Mapping[tuple[str, str], str]:
    """The present names of renamed apps by namespace and object name, in all stacks on the stack's cluster."""
    base = stack_settings.cluster_stack(stack)
    names: dict[tuple[str, str], str] = {}
    for name in (base, *stack_settings.dependents(base)):
        try:
            settings = stack_settings.load_stack_settings(name)
        except SettingsError:
            continue  # another stack on the cluster, which is shown with the names of its objects
        for app, spec in settings.apps.items():
            if spec.renamed_from:
                namespace, former = spec.namespace or settings.namespace, spec.renamed_from[0]
                names |= {(namespace, former): app, (namespace, next_name(former)): next_name(app)}
    return names


def explain(failures: Sequence[Failure]) -> None:
    """Prints the failures with their remedies."""
    for failure in failures:
        _out.print(Text.assemble(("not ready", "red"), f" {failure}"), soft_wrap=True)
        if failure.remedy:
            _out.print(Text(f"          {failure.remedy}"), soft_wrap=True)


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

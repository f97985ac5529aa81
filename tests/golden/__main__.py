"""Records the state of a rehearsed stack, or checks that the current program keeps the resources of a recorded state.

python -m tests.golden record aws-prod
python -m tests.golden check aws-prod
"""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from anykube._clusters.managed import ManagedCluster
from anykube.settings.loader import load
from anykube.settings.model import StackSettings, secret_names
from anykube.settings.problems import SettingsError
from anykube_cli.engine import Engine, EngineError
from anykube_cli.rehearsal import workspace as workspaces
from anykube_cli.rehearsal.clouds import simulated_cloud
from anykube_cli.rehearsal.run import Rehearsal
from anykube_cli.rehearsal.workspace import Workspace
from anykube_cli.toolchain import bootstrap, home
from rich.console import Console

from tests.golden.files import Golden, goldens
from tests.golden.guard import advice, losses
from tests.golden.normalize import normalize

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
_notes = Console(stderr=True, style="dim", soft_wrap=True, highlight=False)

Stack = Annotated[str, typer.Argument(help="A stack in golden.toml.")]


@cli.command()
def record(stack: Stack) -> None:
    """Rehearse the stack and write its state to its golden file."""
    golden = _golden(stack)
    with _rehearsal(stack) as (workspace, settings, spec):
        if not Rehearsal(workspace, spec, lambda engine: _secrets(engine, settings), _notes, "node").run(keep=True):
            raise typer.Exit(1)
        state = json.loads(workspace.engine.capture("stack", "export"))
    golden.write(normalize(state, golden.package))
    typer.echo(f"{golden.file}: {len(golden.read()['deployment']['resources'])} resources")


@cli.command()
def check(stack: Stack) -> None:
    """Preview the current program with the recorded state. Exits with 1 if a resource would be lost."""
    golden = _golden(stack)
    with _rehearsal(stack) as (workspace, settings, spec):
        engine = workspace.engine
        engine.create()
        _secrets(engine, settings)
        engine.capture("stack", "import", standard_input=json.dumps(golden.read()))
        account = simulated_cloud(spec.cloud).client(workspace.environment)
        if account:
            account.load_known(golden.resources())
        preview = _preview(engine, golden)
        unknown = _read_reports(workspace.folder / "unknown.jsonl")
        refused = {report["urn"]: report["said"] for report in _read_reports(workspace.folder / "refused.jsonl")}
    typer.echo(f"{stack}: {_summary(preview)}")
    errors = _errors(preview)
    if lost := losses(golden, preview, unknown, refused):
        typer.echo(advice(golden, lost), err=True)
        if errors:
            typer.echo(f"The preview failed, so there may be more: {errors}", err=True)
        raise typer.Exit(1)
    if errors:
        raise EngineError(errors)
    if not _reaches_the_end(golden, preview):
        raise EngineError("The preview ended before it reached all resources.")
    typer.echo("No resource would be lost.")


def _golden(stack: str) -> Golden:
    files = goldens()
    if stack not in files:
        typer.echo(f"Stack {stack} is not in golden.toml, which has: {', '.join(files)}.", err=True)
        raise typer.Exit(2)
    return files[stack]


@contextmanager
def _rehearsal(stack: str) -> Iterator[tuple[Workspace, StackSettings, ManagedCluster]]:
    try:
        settings = load(stack)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    if not isinstance(settings.cluster, ManagedCluster):
        typer.echo(f"Stack {stack} cannot be rehearsed: it has no cluster in a cloud.", err=True)
        raise typer.Exit(2)
    if workspaces.folder(stack).exists():
        typer.echo(f"A rehearsal of {stack} is running. End it: make rehearse STACK={stack} END=1", err=True)
        raise typer.Exit(2)
    bootstrap.ensure({f"{settings.cluster.cloud}-rehearsal"})
    home.prepare()
    workspace = workspaces.prepare(stack, settings.cluster)
    # Policies would fail on objects that are recorded without content. Other tests cover policies.
    workspace = replace(workspace, environment={**workspace.environment, "PULUMI_OPTION_POLICY_PACK": ""})
    try:
        yield workspace, settings, settings.cluster
    finally:
        workspace.end()


def _secrets(engine: Engine, settings: StackSettings) -> None:
    """Sets a value for each secret in settings. Golden files do not contain secrets."""
    for name in sorted(secret_names(settings)):
        engine.capture("config", "set", "--secret", name, standard_input="rehearsed")


def _preview(engine: Engine, golden: Golden) -> dict[str, Any]:
    """Previews the cloud's resources. The result may be partial.

    It targets only the cloud's resources, since the Kubernetes API server of a recorded state does not exist. If the
    cluster would be replaced, so would its Kubernetes provider, and the engine fails on resources outside the target.
    """
    try:
        output = engine.capture("preview", "--json", "--target", f"**{golden.package}:**")
    except EngineError as error:
        output = str(error)
    try:
        preview: dict[str, Any] = json.loads(output)
    except ValueError:
        raise EngineError(output) from None
    return preview


def _reaches_the_end(golden: Golden, preview: dict[str, Any]) -> bool:
    """Whether the preview has a step for at least as many resources as were recorded. Its report names only changes."""
    summary: dict[str, int] = preview.get("changeSummary") or {}
    return sum(summary.values()) - summary.get("create", 0) >= len(golden.read()["deployment"]["resources"])


_OUTSIDE = re.compile(
    r"providers:kubernetes::\S+' depends on '\S+kubernetes:\S+ which was was not specified in --target"
)
"""The error for a new Kubernetes object that the provider of the apps depends on: the preview leaves it out."""


def _errors(preview: dict[str, Any]) -> str:
    diagnostics = preview.get("diagnostics") or []
    messages = [item["message"].strip() for item in diagnostics if item["severity"] == "error"]
    serious = [message for message in messages if not _OUTSIDE.search(message)]
    # The last error says only that there are others.
    is_only_outside = len(serious) < len(messages) and [text.endswith("preview failed") for text in serious] == [True]
    return "" if is_only_outside else "\n".join(serious)


def _read_reports(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def _summary(preview: dict[str, Any]) -> str:
    summary = preview.get("changeSummary") or {}
    return ", ".join(f"{count} {kind}" for kind, count in sorted(summary.items())) or "no steps"


if __name__ == "__main__":
    try:
        cli()
    except EngineError as error:
        sys.exit(str(error))

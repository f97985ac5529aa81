"""Records the state of a stack, rehearsed, or checks that the present program keeps what a recorded one has.

python -m tests.golden record aws-prod
python -m tests.golden check aws-prod
"""

import json
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
from anykube_cli.rehearsal import workspace as places
from anykube_cli.rehearsal.clouds import simulated_cloud
from anykube_cli.rehearsal.run import Rehearsal
from anykube_cli.rehearsal.workspace import Workspace
from anykube_cli.toolchain import bootstrap, home
from rich.console import Console

from tests.golden.guard import advice, losses
from tests.golden.kept import Golden, goldens
from tests.golden.normal import normalised

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
_notes = Console(stderr=True, style="dim", soft_wrap=True, highlight=False)

Stack = Annotated[str, typer.Argument(help="A stack of golden.toml.")]


@cli.command()
def record(stack: Stack) -> None:
    """Rehearse the stack and write its state over the golden file."""
    golden = _golden(stack)
    with _place(stack) as (place, page, spec):
        if not Rehearsal(place, spec, lambda engine: _secrets(engine, page), _notes).run(keep=True):
            raise typer.Exit(1)
        state = json.loads(place.engine.capture("stack", "export"))
    golden.write(normalised(state, golden.package))
    typer.echo(f"{golden.file}: {len(golden.read()['deployment']['resources'])} resources")


@cli.command()
def check(stack: Stack) -> None:
    """Preview the present program on the recorded state. Ends with 1 where something would be lost."""
    golden = _golden(stack)
    with _place(stack) as (place, page, spec):
        engine = place.engine
        engine.create()
        _secrets(engine, page)
        engine.capture("stack", "import", standard_input=json.dumps(golden.read()))
        account = simulated_cloud(spec.cloud).client(place.environment)
        if account:
            account.load_known(golden.resources())
        preview = _preview(engine, golden)
        unknown = _reported(place.folder / "unknown.jsonl")
        refused = {one["urn"]: one["said"] for one in _reported(place.folder / "refused.jsonl")}
    typer.echo(f"{stack}: {_counted(preview)}")
    complaint = _complaint(preview)
    if found := losses(golden, preview, unknown, refused):
        typer.echo(advice(golden, found), err=True)
        if complaint:
            typer.echo(f"There may be more: the preview ended early. {complaint}", err=True)
        raise typer.Exit(1)
    if complaint:
        raise EngineError(complaint)
    typer.echo("nothing would be lost")


def _golden(stack: str) -> Golden:
    known = goldens()
    if stack not in known:
        typer.echo(f"{stack} has no golden file; golden.toml lists {', '.join(known)}.", err=True)
        raise typer.Exit(2)
    return known[stack]


@contextmanager
def _place(stack: str) -> Iterator[tuple[Workspace, StackSettings, ManagedCluster]]:
    try:
        page = load(stack)
    except SettingsError as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(2) from None
    if not isinstance(page.cluster, ManagedCluster):
        typer.echo(f"{stack} has no cluster in a cloud that can be rehearsed.", err=True)
        raise typer.Exit(2)
    if places.folder(stack).exists():
        typer.echo(f"A rehearsal is up: `make rehearse STACK={stack} END=1` ends it.", err=True)
        raise typer.Exit(2)
    bootstrap.ensure({f"{page.cluster.cloud}-rehearsal"})
    home.prepare()
    place = places.prepare(stack, page.cluster)
    # Policies have tests of their own, and would judge objects that are recorded without their content.
    place = replace(place, environment={**place.environment, "PULUMI_OPTION_POLICY_PACK": ""})
    try:
        yield place, page, page.cluster
    finally:
        place.end()


def _secrets(engine: Engine, page: StackSettings) -> None:
    """A value for each secret of the page: none of them gets into a golden file."""
    for name in sorted(secret_names(page)):
        engine.capture("config", "set", "--secret", name, standard_input="rehearsed")


def _preview(engine: Engine, golden: Golden) -> dict[str, Any]:
    """What the engine plans, also where it cannot plan all of it.

    The cloud's resources alone: the Kubernetes of a recorded state is nowhere to be asked. With another cluster goes
    another provider of it, on which the engine plans nothing that is not targeted: it ends there with an error.
    """
    try:
        said = engine.capture("preview", "--json", "--target", f"**{golden.package}:**")
    except EngineError as error:
        said = str(error)
    try:
        preview: dict[str, Any] = json.loads(said)
    except ValueError:
        raise EngineError(said) from None
    return preview


def _complaint(preview: dict[str, Any]) -> str:
    said = [one["message"].strip() for one in preview.get("diagnostics") or [] if one["severity"] == "error"]
    return "\n".join(said)


def _reported(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def _counted(preview: dict[str, Any]) -> str:
    summary = preview.get("changeSummary") or {}
    return ", ".join(f"{count} {kind}" for kind, count in sorted(summary.items())) or "no steps"


if __name__ == "__main__":
    try:
        cli()
    except EngineError as error:
        sys.exit(str(error))

"""What the commands of `anykube ci` do. The YAML of a forge holds none of the logic.

Exit codes: 0 well, 1 something would stop or has failed, 2 mistakes in settings or arguments, 3 drift.
All that these commands and those that they start print is redacted.
"""

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import typer
from anykube.settings import env_secrets
from anykube.settings.pages import ENVIRONMENTS, names
from anykube.settings.problems import SettingsError

from anykube_cli import runs
from anykube_cli.ci import changed as changes
from anykube_cli.ci import comment, deploy, drift, forge, logs, order, review, stack_access
from anykube_cli.ci import login as identity
from anykube_cli.ci import pull_request as pull_requests
from anykube_cli.ci.redact import hidden
from anykube_cli.engine import EngineError
from anykube_cli.runs import required_page
from anykube_cli.toolchain import home, paths


def begin(context: typer.Context) -> None:
    """Everything below is said through the redactor."""
    hidden.learn(env_secrets.values())
    context.with_resource(logs.redacted(hidden))


def login() -> None:
    """Print the exports by which the clouds' SDKs know who this job is, by the token that its forge gave it.

    For `eval`; the later steps of a job of GitHub are told without. The token itself is in a file of the checkout, for
    its owner alone.
    """
    found = identity.variables(os.environ, paths.state_dir() / "identity")
    if told := os.environ.get("GITHUB_ENV"):
        with Path(told).open("a", encoding="utf-8") as file:
            file.writelines(f"{name}={value}\n" for name, value in found.items())
    else:
        sys.stdout.write(home.render_exports(found))


def changed(base: str, as_json: bool) -> None:
    """Print the stacks that the work tree has otherwise than a commit.

    A page changes those that extend it, and none whose settings come to the same. What stacks are made from
    (components, the program, policies, the toolchain, uv.lock) changes all.
    """
    with changes.pages_at(base) as before:
        found = changes.changed(base, before).stacks
    _list(found, as_json)


def ordered(
    stacks: list[str] | None, cloud: str | None, environment: str | None, base: str | None, as_json: bool
) -> None:
    """Print stacks in the order of promotion: dev, staging, prod of each cloud, clusters before what is on them.

    A stack's environment is a part of its name (`aws-dev`, `aws-dev-shop`). One of none is brought up by hand.
    """
    if base is not None:
        with changes.pages_at(base) as before:
            differing = changes.changed(base, before).stacks
        stacks = [one for one in differing if stacks is None or one in stacks]
    found = [
        one for one in order.promoted(stacks) if cloud in (None, one.cloud) and environment in (None, one.environment)
    ]
    typer.echo(json.dumps([asdict(one) for one in found]) if as_json else "\n".join(one.stack for one in found))


def pull_request(out: Path, base: str, stacks: list[str] | None, rehearse: bool, allow: list[str] | None) -> None:
    """Write the comment on a pull request: of each changed stack what would happen, and what would stop it.

    A stack that is up is previewed on its real state, where the job has an identity that may read it; nothing is
    changed. Any other on an empty simulated account.
    """
    with changes.pages_at(base) as before:
        found = changes.changed(base, before)
        wanted = {name: why for name, why in found.stacks.items() if not stacks or name in stacks}
        wanted |= {name: "named" for name in stacks or () if name not in wanted and _is_there(name)}
        told = [pull_requests.Told(stack, why) for stack, why in wanted.items()]
        if told:
            runs.programs()
        told = [_differing(one, before) for one in told]
        # In this order: once something was simulated, this process knows no real account.
        told = [pull_requests.on_real(one, allow or ()) for one in told]
        told = [pull_requests.on_nothing(one) for one in told]
        if rehearse:
            told = [pull_requests.rehearsed(one) for one in told]
    out.write_text(comment.comment(told, found.gone), encoding="utf-8")
    for one in told:
        typer.echo(f"{one.stack}: {'would be stopped' if one.stops else 'well'}")
        for said in (*one.mistakes, one.failed, *one.guarded):
            typer.echo(said, nl=bool(said))
    if any(one.mistakes for one in told):
        raise typer.Exit(2)
    if any(one.stops for one in told):
        raise typer.Exit(1)


def commented(file: Path, number: int | None) -> None:
    """Put the comment onto the pull request, in the place of the one that is there.

    GitHub's or GitLab's, by the variables that a job has; GITHUB_TOKEN or GITLAB_TOKEN may write comments.
    """
    did = forge.forge().comment(number or forge.number(), comment.MARK, hidden(file.read_text(encoding="utf-8")))
    typer.echo(f"comment: {did}")


def deployed(stack: str, allow: list[str] | None) -> None:
    """Bring a stack up as a merge does: preflight, guard, up, rollouts. Safe to run again.

    A signal to end has the engine finish what is under way; the next run goes on from there.
    """
    if deploy.deploy(stack, required_page(stack), allow or ()):
        raise typer.Exit(1)


def drifted(out: Path, stacks: list[str] | None) -> None:
    """Write a report on what is not as the state says, in clouds and clusters. Ends with 3 where something is.

    Nothing is changed or repaired. Without --stack: all stacks of an environment that are up.
    """
    runs.programs()
    found: dict[str, list[drift.Drift]] = {}
    failed: dict[str, str] = {}
    for stack in stacks or [one.stack for one in order.promoted()]:
        required_page(stack)
        engine = stack_access.engine(stack)
        if not engine.exists():
            continue
        stack_access.learn(engine)
        try:
            found[stack] = drift.drift(engine)
        except EngineError as error:
            failed[stack] = str(error)
    out.write_text(drift.report(found, failed), encoding="utf-8")
    for stack, those in found.items():
        typer.echo(f"{stack}: {len(those) or 'nothing'} not as the state says")
        for one in those:
            typer.echo("\n".join(one.lines()))
    for stack, why in failed.items():
        typer.echo(f"{stack} could not be asked: {why}", err=True)
    if failed:
        raise typer.Exit(1)
    if any(found.values()):
        raise typer.Exit(3)


def issue(file: Path) -> None:
    """Open the issue of the drift report, update the one that is open, or close it where there is no drift."""
    text = hidden(file.read_text(encoding="utf-8"))
    did = forge.forge().issue(drift.MARK, drift.TITLE, text, well=text.startswith(drift.WELL))
    typer.echo(f"issue: {did}")


def review_up(number: int, on: str) -> None:
    """Bring up the review stack of a pull request: the apps of ON, in the namespace pr-NUMBER of its cluster."""
    required_page(on)
    if review.up(review.Review(on, number)):
        raise typer.Exit(1)


def review_down(number: int, on: str) -> None:
    """Remove the review stack of a pull request. One that is not there is well."""
    if review.down(review.Review(on, number)):
        raise typer.Exit(1)


def sweep(hours: float) -> None:
    """Remove the review stacks that nobody has pushed to for so many hours."""
    runs.programs()
    failed = [one.stack for one in list(review.older(timedelta(hours=hours))) if not _removed(one)]
    if failed:
        typer.echo(f"still there: {', '.join(failed)}", err=True)
        raise typer.Exit(1)


def _removed(one: review.Review) -> bool:
    """Whether it is gone. One that somebody is at work on stays, and keeps no other."""
    try:
        return review.down(one) == 0
    except typer.Exit:
        return False


def _differing(told: pull_requests.Told, before: Path) -> pull_requests.Told:
    try:
        return replace(told, differences=changes.differing(told.stack, before))
    except SettingsError:
        return told


def _list(stacks: Iterable[str], as_json: bool) -> None:
    if not as_json:
        for stack in stacks:
            typer.echo(stack)
        return
    known = {one.stack: asdict(one) for one in order.promoted()}
    alone = {"cloud": None, "environment": None, "on": None}
    typer.echo(json.dumps([known.get(stack, {"stack": stack, **alone}) for stack in stacks]))


def _is_there(stack: str) -> bool:
    if stack in names(ENVIRONMENTS):
        return True
    required_page(stack)
    return False

"""Implements `anykube ci`. The workflow files of GitHub and GitLab only call these commands.

Exit codes: 0 success; 1 something failed or would be stopped; 2 invalid settings or arguments; 3 drift.
The output of these commands, and of the processes that they start, is redacted.
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
from anykube.settings.files import ENVIRONMENTS, names
from anykube.settings.problems import SettingsError

from anykube_cli import runs
from anykube_cli.ci import changed as changes
from anykube_cli.ci import comment, deploy, drift, forge, logs, order, review, stack_access
from anykube_cli.ci import login as ci_login
from anykube_cli.ci import pull_request as pull_requests
from anykube_cli.ci.redact import hidden
from anykube_cli.engine import EngineError
from anykube_cli.runs import require_settings
from anykube_cli.toolchain import home, paths


def begin(context: typer.Context) -> None:
    """Redacts everything that the command prints from here on."""
    hidden.learn(env_secrets.values())
    context.with_resource(logs.redacted(hidden))


def login() -> None:
    """Prints the variables that log the clouds' SDKs in. On GitHub sets them for the later steps of the job instead.

    The token itself goes to a private file in the project.
    """
    variables = ci_login.variables(os.environ, paths.state_dir() / "identity")
    if github_env := os.environ.get("GITHUB_ENV"):
        with Path(github_env).open("a", encoding="utf-8") as file:
            file.writelines(f"{name}={value}\n" for name, value in variables.items())
    else:
        sys.stdout.write(home.render_exports(variables))


def changed(base: str, as_json: bool) -> None:
    """Prints the stacks that differ between a commit and the working tree."""
    with changes.settings_at(base) as before:
        stacks = changes.changed(base, before).stacks
    _print_stacks(stacks, as_json)


def ordered(
    stacks: list[str] | None, cloud: str | None, environment: str | None, base: str | None, as_json: bool
) -> None:
    """Prints stacks in the order in which CI deploys them. Leaves out stacks that belong to no environment."""
    if base is not None:
        with changes.settings_at(base) as before:
            differing = changes.changed(base, before).stacks
        stacks = [stack for stack in differing if stacks is None or stack in stacks]
    selected = [
        stack
        for stack in order.promoted(stacks)
        if cloud in (None, stack.cloud) and environment in (None, stack.environment)
    ]
    if as_json:
        typer.echo(json.dumps([asdict(stack) for stack in selected]))
    else:
        typer.echo("\n".join(stack.stack for stack in selected))


def pull_request(out: Path, base: str, stacks: list[str] | None, rehearse: bool, allow: list[str] | None) -> None:
    """Writes the report on a pull request: what changes in each stack, and what would stop the deployment."""
    with changes.settings_at(base) as before:
        result = changes.changed(base, before)
        reasons = {name: reason for name, reason in result.stacks.items() if not stacks or name in stacks}
        reasons |= {name: "--stack" for name in stacks or () if name not in reasons and _has_settings(name)}
        reports = [pull_requests.StackReport(stack, reason) for stack, reason in reasons.items()]
        if reports:
            runs.prepare_toolchain()
        reports = [_with_differences(report, before) for report in reports]
        # Real accounts first: a simulated account removes the credentials from this process.
        reports = [pull_requests.preview_on_real_state(report, allow or ()) for report in reports]
        reports = [pull_requests.preview_on_simulated_account(report) for report in reports]
        if rehearse:
            reports = [pull_requests.rehearse(report) for report in reports]
    out.write_text(comment.comment(reports, result.removed), encoding="utf-8")
    for report in reports:
        typer.echo(f"{report.stack}: {'would be stopped' if report.stops else 'nothing stops the deployment'}")
        for line in (*report.mistakes, report.preview_error, *report.guarded):
            typer.echo(line, nl=bool(line))
    if any(report.mistakes for report in reports):
        raise typer.Exit(2)
    if any(report.stops for report in reports):
        raise typer.Exit(1)


def commented(file: Path, number: int | None) -> None:
    """Posts the comment on the pull request, or updates the earlier one."""
    text = hidden(file.read_text(encoding="utf-8"))
    action = forge.forge().comment(number or forge.number(), comment.MARK, text)
    typer.echo(f"comment: {action}")


def deployed(stack: str, allow: list[str] | None) -> None:
    """Deploys a stack after a merge: preflight, guard, `pulumi up`, rollouts. Safe to run again."""
    if deploy.deploy(stack, require_settings(stack), allow or ()):
        raise typer.Exit(1)


def drifted(out: Path, stacks: list[str] | None) -> None:
    """Writes a report on drift in clouds and clusters. Exits with code 3 if there is any.

    Without `stacks`: all deployed stacks of an environment. Changes nothing.
    """
    runs.prepare_toolchain()
    drift_by_stack: dict[str, list[drift.Drift]] = {}
    failed: dict[str, str] = {}
    for stack in stacks or [promoted.stack for promoted in order.promoted()]:
        settings = require_settings(stack)
        engine = stack_access.engine(stack)
        if not engine.exists():
            continue
        if stack_access.rehearsal() is None:
            runs.require_caller(engine, settings, changes=False)
        stack_access.learn_secrets(engine)
        try:
            drift_by_stack[stack] = drift.find_drift(engine)
        except EngineError as error:
            failed[stack] = str(error)
    out.write_text(drift.report(drift_by_stack, failed), encoding="utf-8")
    for stack, resources in drift_by_stack.items():
        typer.echo(f"{stack}: {len(resources) or 'no'} resource{'' if len(resources) == 1 else 's'} with drift")
        for resource in resources:
            typer.echo("\n".join(resource.lines()))
    for stack, reason in failed.items():
        typer.echo(f"{stack} could not be read: {reason}", err=True)
    if failed:
        raise typer.Exit(1)
    if any(drift_by_stack.values()):
        raise typer.Exit(3)


def issue(file: Path) -> None:
    """Opens the issue with the drift report, updates it, or closes it if there is no drift."""
    text = hidden(file.read_text(encoding="utf-8"))
    action = forge.forge().issue(drift.MARK, drift.TITLE, text, close=text.startswith(drift.NO_DRIFT))
    typer.echo(f"issue: {action}")


def review_up(number: int, on: str) -> None:
    """Deploys the review stack of a pull request: the apps of the stack `on`, in a namespace of its own."""
    require_settings(on)
    if review.up(review.Review(on, number)):
        raise typer.Exit(1)


def review_down(number: int, on: str) -> None:
    """Removes the review stack of a pull request, if there is one."""
    if review.down(review.Review(on, number)):
        raise typer.Exit(1)


def sweep(hours: float) -> None:
    """Removes the review stacks that were last deployed more than `hours` ago."""
    runs.prepare_toolchain()
    failed = [stack.stack for stack in list(review.older(timedelta(hours=hours))) if not _remove(stack)]
    if failed:
        typer.echo(f"These review stacks could not be removed: {', '.join(failed)}", err=True)
        raise typer.Exit(1)


def _remove(stack: review.Review) -> bool:
    """Removes a review stack, and returns whether it worked. A locked stack stays, and does not stop the others."""
    try:
        return review.down(stack) == 0
    except typer.Exit:
        return False


def _with_differences(report: pull_requests.StackReport, before: Path) -> pull_requests.StackReport:
    try:
        return replace(report, differences=changes.differing(report.stack, before))
    except SettingsError:
        return report


def _print_stacks(stacks: Iterable[str], as_json: bool) -> None:
    if not as_json:
        for stack in stacks:
            typer.echo(stack)
        return
    promoted = {stack.stack: asdict(stack) for stack in order.promoted()}
    unpromoted = {"cloud": None, "environment": None, "on": None}
    typer.echo(json.dumps([promoted.get(stack, {"stack": stack, **unpromoted}) for stack in stacks]))


def _has_settings(stack: str) -> bool:
    if stack in names(ENVIRONMENTS):
        return True
    require_settings(stack)
    return False

"""What preflight, guard and policy do."""

import os
from collections.abc import Sequence
from datetime import date

import typer
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster
from anykube_policies.enforcement import STRICT, enforcement_of
from anykube_policies.table import RULES
from rich.console import Console

from anykube_cli import json_output, policies
from anykube_cli.preflight import PreflightResult, clouds
from anykube_cli.preflight.report import render
from anykube_cli.runs import engine_of, judged, prepared, programs, require_base, require_real, required_page
from anykube_cli.toolchain import bootstrap

_out = Console()


def preflight(stack: str, *, as_json: bool) -> None:
    """Checks the account of a stack. Ends with 2 where it cannot take the stack."""
    page = required_page(stack)
    cluster = page.cluster if isinstance(page.cluster, ManagedCluster) else None
    if cluster is None and not as_json:
        typer.echo(f"{stack} has no cluster in a cloud: there is no account to check.")
        return
    answer = _ask_account(stack, cluster) if cluster else PreflightResult()
    if as_json:
        json_output.write(json_output.preflight(stack, answer))
    else:
        render(answer, _out)
    if answer.errors:
        raise typer.Exit(2)


def require_account(stack: str, cluster: ManagedCluster) -> None:
    """Shows what the account says of the stack. Ends with 2 where it cannot take it."""
    answer = _ask_account(stack, cluster)
    render(answer, _out)
    if answer.errors:
        raise typer.Exit(2)


def guard(stack: str, allowed: Sequence[str]) -> None:
    """Previews the stack. Ends with 2 where the guard would stop it."""
    page = required_page(stack)
    programs()
    require_real(engine_of(stack))
    engine = prepared(stack, page)
    require_base(stack, page)
    if code := judged(engine, allowed, stops=page.policies.profile == "production"):
        raise typer.Exit(code)


def policy(stack: str, *, strict: bool, as_json: bool) -> None:
    """Judges a stack by the policy pack, on a preview. Ends with 1 where a violation stops a run."""
    page = required_page(stack)
    if policies.rehearsed(stack):
        typer.echo(f"A rehearsal of it is up: `anykube rehearse --stack {stack} --end` ends it.", err=True)
        raise typer.Exit(2)
    if strict:
        os.environ[STRICT] = "production"
    programs()
    with policies.previewed(stack, page) as engine:
        violations = policies.judge(engine)
    settings = enforcement_of(stack, RULES, date.today()).settings
    if as_json:
        json_output.write(json_output.policy(stack, violations, settings))
    else:
        policies.draw(stack, violations, settings, _out)
    if any(violation.stops for violation in violations):
        raise typer.Exit(1)


def _ask_account(stack: str, cluster: ManagedCluster) -> PreflightResult:
    bootstrap.ensure(definitions()[cluster.cloud].extras)
    return clouds.check(stack, cluster)

"""Implements `anykube preflight`, `guard` and `policy`."""

import os
from collections.abc import Callable, Collection, Sequence
from datetime import date

import typer
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster
from anykube.settings.model import StackSettings
from anykube_policies.enforcement import PROFILE_VARIABLE, enforcement_of
from anykube_policies.table import RULES
from rich.console import Console

from anykube_cli import json_output, key_check, ownership, policies, status
from anykube_cli.callers import check as callers
from anykube_cli.dry_run import check
from anykube_cli.preflight import PreflightResult, clouds
from anykube_cli.preflight.report import render
from anykube_cli.runs import (
    engine_for,
    prepare_stack,
    prepare_toolchain,
    preview_with_guard,
    require_base,
    require_caller,
    require_no_rehearsal,
    require_settings,
)
from anykube_cli.toolchain import bootstrap

_out = Console()


def preflight(stack: str, *, as_json: bool) -> None:
    """Checks the cloud account of a stack. Exits with code 2 if a check fails."""
    settings = require_settings(stack)
    cluster = settings.cluster if isinstance(settings.cluster, ManagedCluster) else None
    if cluster is None and not as_json:
        typer.echo(f"{stack} has no cluster in a cloud: there is no account to check.")
    kubeconfig = _kubeconfig(stack)
    account = _check_account(stack, cluster, kubeconfig) if cluster else PreflightResult()
    if cluster:
        account += _check_caller(stack, cluster)
    account += key_check.check(stack)
    objects = check.check(stack, settings, kubeconfig)
    has_problems = objects.problems or account.problems
    if cluster is None and check.NAME in objects.skipped and not has_problems and not as_json:
        typer.echo(check.NO_CLUSTER)
        return
    result = account + objects
    if as_json:
        json_output.write(json_output.preflight(stack, result))
    else:
        render(result, _out)
    if result.errors:
        raise typer.Exit(2)


def require_account(stack: str, cluster: ManagedCluster) -> None:
    """Checks the cloud account of a stack and prints the result. Exits with code 2 if a check fails."""
    result = _check_account(stack, cluster, _kubeconfig(stack))
    render(result, _out)
    if result.errors:
        raise typer.Exit(2)


def require_key(stack: str) -> None:
    """Checks the key of the stack's secrets, and prints problems. Exits with code 2 if Pulumi cannot decrypt them."""
    result = key_check.check(stack)
    if result.problems:
        render(result, _out)
    if result.errors:
        raise typer.Exit(2)


def objects_check(
    stack: str, settings: StackSettings, kubeconfig: str | None
) -> Callable[[Collection[str] | None], None]:
    """A function of the names of apps, or None for all, that lets the API server judge their objects.

    It exits with code 2 if the API server would refuse any, and prints every problem. It needs a cluster to do so.
    """

    def require_objects(apps: Collection[str] | None) -> None:
        result = check.check(stack, settings, kubeconfig, apps)
        # The API server refuses changes of another's object too, but its reasons would mislead.
        if result.errors and (others := ownership.objects_of_others(engine_for(stack), settings, kubeconfig)):
            typer.echo(others, err=True)
            raise typer.Exit(2)
        print_objects(stack, result)
        if result.errors:
            raise typer.Exit(2)

    return require_objects


def print_objects(stack: str, result: PreflightResult) -> None:
    """Prints the problems of the dry run on standard error, if there are any."""
    if result.problems:
        typer.echo(check.report(result, stack), err=True)


def guard(stack: str, allowed: Sequence[str]) -> None:
    """Previews the stack. Exits with code 2 if the guard would stop `up`."""
    settings = require_settings(stack)
    prepare_toolchain()
    require_no_rehearsal(engine_for(stack))
    require_caller(engine_for(stack), settings, changes=False)
    engine = prepare_stack(stack, settings)
    require_base(stack, settings)
    if code := preview_with_guard(engine, allowed, stops=settings.policies.profile == "production"):
        raise typer.Exit(code)


def policy(stack: str, *, strict: bool, as_json: bool) -> None:
    """Previews the stack with the policy pack. Exits with code 1 if a violation would stop `up`."""
    settings = require_settings(stack)
    if policies.has_rehearsal(stack):
        typer.echo(
            f"A rehearsal of {stack} is up. End it first: `anykube rehearse --stack {stack} --end`.",
            err=True,
        )
        raise typer.Exit(2)
    if strict:
        os.environ[PROFILE_VARIABLE] = "production"
    prepare_toolchain()
    with policies.preview_engine(stack, settings) as engine:
        violations = policies.find_violations(engine)
    policy_settings = enforcement_of(stack, RULES, date.today()).settings
    if as_json:
        json_output.write(json_output.policy(stack, violations, policy_settings))
    else:
        policies.draw(stack, violations, policy_settings, _out)
    if any(violation.stops for violation in violations):
        raise typer.Exit(1)


def _kubeconfig(stack: str) -> str | None:
    try:
        return status.kubeconfig(stack)
    except OSError:  # Pulumi is not installed yet
        return None


def _check_caller(stack: str, cluster: ManagedCluster) -> PreflightResult:
    try:
        state = engine_for(stack).deployment()
    except OSError:  # Pulumi is not installed yet
        state = {}
    return PreflightResult(problems=callers.problems(stack, cluster, state, changes=False), completed=["identity"])


def _check_account(stack: str, cluster: ManagedCluster, kubeconfig: str | None) -> PreflightResult:
    bootstrap.ensure(definitions()[cluster.cloud].extras)
    return clouds.check(stack, cluster, kubeconfig)

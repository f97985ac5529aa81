"""Implements `anykube sweep`."""

import typer
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster

from anykube_cli import json_output
from anykube_cli.runs import (
    engine_for,
    notes,
    prepare_toolchain,
    require_caller,
    require_no_rehearsal,
    require_settings,
)
from anykube_cli.sweep.clouds import account_factory
from anykube_cli.sweep.survey import Survey, survey
from anykube_cli.sweep.sweep import Account, Sweep
from anykube_cli.toolchain import bootstrap

_INTERVAL_SECONDS, _TIMEOUT_SECONDS = 5.0, 120.0
"""Pause between two searches, and how long to search: clouds take a while to remove a load balancer."""


def sweep(stack: str, *, dry_run: bool, as_json: bool) -> None:
    """Removes what a deleted cluster left, or lists it. Exits with code 1 if something could not be removed."""
    account = _open_account(stack)
    listed = _survey(account)
    run = Sweep(lambda: account, notes.print)
    if not dry_run and not listed.cluster_exists:
        run.finish(_INTERVAL_SECONDS, _TIMEOUT_SECONDS)
    if as_json:
        json_output.write(listed.document(stack, run.removed))
    elif dry_run or not (listed.leftovers or listed.unproven or listed.kept):
        for sentence in listed.sentences(stack):
            typer.echo(sentence)
    if not run.passed:
        raise typer.Exit(1)


def _open_account(stack: str) -> Account:
    """The account of a stack. Exits with code 2 if the stack has no cluster of its own in a cloud."""
    settings = require_settings(stack)
    cluster = settings.cluster
    if not isinstance(cluster, ManagedCluster):
        typer.echo(f"{stack} has no cluster of its own in a cloud, so there is no account to sweep.", err=True)
        raise typer.Exit(2)
    bootstrap.ensure(definitions()[cluster.cloud].extras)
    prepare_toolchain()
    engine = engine_for(stack)
    require_no_rehearsal(engine)
    # Another account has no leftovers of the stack, or those of another stack. Who deploys does not matter here.
    require_caller(engine, settings, changes=False)
    factory = account_factory(stack, cluster, engine.deployment(), engine.home)
    try:
        return factory()
    except Exception as error:  # such as a failed login, with any error of the cloud's SDK
        raise _failed(f"the account of {stack}", type(error).__name__) from None


def _survey(account: Account) -> Survey:
    try:
        return survey(account)
    except Exception as error:  # any error of the cloud's SDK
        raise _failed("the account", account.summarize_error(error)) from None


def _failed(subject: str, reason: str) -> typer.Exit:
    typer.echo(f"Cannot search {subject} for leftovers ({reason}). Nothing was removed.", err=True)
    return typer.Exit(1)

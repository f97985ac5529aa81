"""`anykube backend`, `migrate` and `unlock`: where a stack's state is, and who holds it."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster
from rich.console import Console

from anykube_cli import json_output, migration, pages
from anykube_cli.locks import Lock
from anykube_cli.recovery import LockedError, break_lock, held
from anykube_cli.runs import engine_of, notes, programs, required_page
from anykube_cli.state_backends import clouds as backends
from anykube_cli.state_backends.backend import BackendNames, reconcile
from anykube_cli.state_backends.report import print_results, shell_exports
from anykube_cli.toolchain import bootstrap, paths


def backend(stack: str, bucket: str | None, key: str | None) -> None:
    """Creates the state backend of a stack in its cloud, and prints the exports that make Pulumi use it."""
    spec = _managed(stack)
    bootstrap.ensure(definitions()[spec.cloud].extras)
    account = backends.account(spec, BackendNames(bucket, key))
    print_results(reconcile(account), notes)
    sys.stdout.write(shell_exports(stack, account.backend))


def migrate(stack: str, to: str, secrets: str | None, passphrase_file: Path | None, *, remove_old: bool) -> None:
    """Moves a stack's state to another backend, or removes what an earlier move left."""
    required_page(stack)
    programs()
    engine = engine_of(stack)
    target = migration.Target(to, "passphrase" if remove_old else _provider_in(to, stack, secrets), passphrase_file)
    if remove_old:
        migration.remove_old(engine, target)
        notes.print(f"{stack} is no longer in {migration.address(engine)}.")
        return
    moved = migration.migrate(engine, target, notes.print)
    notes.print(f"{stack}: {moved.resources} resources and {moved.secrets} secrets are in {to}, each compared.")
    if moved.config:
        notes.print(f"{moved.config.relative_to(paths.checkout())} changed with it: commit it unless git ignores it.")
    old = f"anykube migrate --stack {stack} --to {shlex.quote(to)} --remove-old"
    notes.print(f"The old state is left in {migration.address(engine)}; before the export below, to remove it: {old}")
    sys.stdout.write(_exports(target, engine.environment))


def _exports(target: migration.Target, there: Mapping[str, str]) -> str:
    lines = [f"export PULUMI_BACKEND_URL={shlex.quote(target.url)}\n"]
    if target.url == migration.OWN:
        lines = ["unset PULUMI_BACKEND_URL\n"]
    if target.passphrase:
        file = target.environment(there)["PULUMI_CONFIG_PASSPHRASE_FILE"]
        lines.append(f"export PULUMI_CONFIG_PASSPHRASE_FILE={shlex.quote(file)}\n")
    return "".join(lines)


def _provider_in(to: str, stack: str, given: str | None) -> str:
    cloud = backends.cloud_of(to)
    if given or cloud is None:
        return given or "passphrase"
    spec = _managed(stack)
    if spec.cloud != cloud:
        typer.echo(f"{stack} is not of the cloud that {to} is in: name its key there with --secrets.", err=True)
        raise typer.Exit(2)
    bootstrap.ensure(definitions()[cloud].extras)
    return backends.account(spec, BackendNames()).backend.secrets


def unlock(stack: str, lock: str | None, *, as_json: bool) -> None:
    """Shows who holds a stack, or breaks one lock by its name."""
    engine = engine_of(stack)
    if lock is None:
        _show_locks(stack, held(engine), as_json=as_json)
        return
    programs()
    try:
        whose = break_lock(engine, lock)
    except LockedError as locked:
        typer.echo(f"{stack}: {locked}.", err=True)
        raise typer.Exit(1) from None
    notes.print(f"{stack}: broke the lock of {whose}")


def _show_locks(stack: str, locks: Sequence[Lock], *, as_json: bool) -> None:
    if as_json:
        json_output.write(json_output.locks(stack, locks))
        return
    for lock in locks:
        Console().print(f"{lock.words}{': its process is gone' if lock.gone else ''}", soft_wrap=True)


def _managed(stack: str) -> ManagedCluster:
    """The cluster in a cloud that the stack has, or is layered on."""
    required_page(stack)
    spec = required_page(pages.cluster_stack(stack)).cluster
    if not isinstance(spec, ManagedCluster):
        typer.echo(f"{stack} has no cluster in a cloud, so its page names no account for a backend.", err=True)
        raise typer.Exit(2)
    return spec

"""`python -m anykube_cli backend`, `migrate`, `unlock`: where a stack's state is, and who holds it."""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from anykube.clouds.registry import definitions
from anykube.clusters.managed import ManagedCluster
from rich.console import Console

from anykube_cli import migration, pages
from anykube_cli.recovery import LockedError, break_lock, held
from anykube_cli.runs import Stack, engine_of, notes, programs, required_page
from anykube_cli.state_backends import clouds as backends
from anykube_cli.state_backends.backend import Names, establish
from anykube_cli.state_backends.report import exports, told
from anykube_cli.toolchain import bootstrap, paths


def backend(
    stack: Stack = "local",
    bucket: Annotated[
        str | None,
        typer.Option(help="Name of the bucket, on Azure of the storage account; one of yours is taken over."),
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Alias of the key; on Google Cloud name of the key ring, on Azure of the vault.")
    ] = None,
) -> None:
    """Make the backend of a stack in its cloud: a bucket for its state and a key for its secrets; and how to use it.

    What is there already is strengthened where it is weaker, and a second run changes nothing.
    """
    spec = _managed(stack)
    bootstrap.ensure(definitions()[spec.cloud].extras)
    account = backends.account(spec, Names(bucket, key))
    told(establish(account), notes)
    sys.stdout.write(exports(stack, account.backend))


def migrate(
    to: Annotated[
        str, typer.Option(help="The backend as Pulumi names it (s3://…, file://…), or own: this checkout's.")
    ],
    stack: Stack = "local",
    secrets: Annotated[
        str | None,
        typer.Option(help="The secrets provider there. Without it: the key of `backend`, or a passphrase on a disk."),
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="With the passphrase there, if it is another.")
    ] = None,
    remove_old: Annotated[bool, typer.Option("--remove-old", help="Only remove what an earlier move left.")] = False,
) -> None:
    """Move a stack's state to another backend, with every resource and secret; the old one is left, and marked."""
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
    old = f"make migrate STACK={stack} TO={shlex.quote(to)} REMOVE_OLD=1"
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
        typer.echo(f"{stack} is not of the cloud that {to} is in: say its key there with SECRETS=….", err=True)
        raise typer.Exit(2)
    bootstrap.ensure(definitions()[cloud].extras)
    return backends.account(spec, Names()).backend.secrets


def unlock(
    stack: Stack = "local",
    lock: Annotated[str | None, typer.Option(help="The lock's name. Without it: shows who holds the stack.")] = None,
) -> None:
    """Show who holds a stack, or break one lock by its name. `up` breaks by itself those of processes that are gone."""
    engine = engine_of(stack)
    if lock is None:
        for one in held(engine):
            Console().print(f"{one.words}{': its process is gone' if one.gone else ''}", soft_wrap=True)
        return
    programs()
    try:
        whose = break_lock(engine, lock)
    except LockedError as locked:
        typer.echo(f"{stack}: {locked}.", err=True)
        raise typer.Exit(1) from None
    notes.print(f"{stack}: broke the lock of {whose}")


def _managed(stack: str) -> ManagedCluster:
    """The cluster in a cloud that the stack has, or is layered on."""
    required_page(stack)
    spec = required_page(pages.cluster_stack(stack)).cluster
    if not isinstance(spec, ManagedCluster):
        typer.echo(f"{stack} has no cluster in a cloud, so its page names no account for a backend.", err=True)
        raise typer.Exit(2)
    return spec

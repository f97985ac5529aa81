"""Implements `anykube backend`, `migrate`, `rotate-key` and `unlock`: where a stack's state is, and who holds it."""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster
from rich.console import Console

from anykube_cli import json_output, key_rotation, migration, secrets_provider, stack_settings
from anykube_cli.ci import stack_access
from anykube_cli.engine import Engine
from anykube_cli.locks import Lock
from anykube_cli.recovery import LockedError, break_lock, list_locks
from anykube_cli.runs import engine_for, notes, prepare_toolchain, require_settings
from anykube_cli.state_backends import clouds as backends
from anykube_cli.state_backends import keys
from anykube_cli.state_backends.backend import OLD_VERSIONS_DAYS, BackendNames, reconcile
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
    """Moves a stack's state to another backend, or removes the copy that an earlier move left behind."""
    require_settings(stack)
    prepare_toolchain()
    engine = engine_for(stack)
    passphrase_file = passphrase_file or _passphrase_of_project(to)
    target = migration.Target(to, "passphrase" if remove_old else _provider_in(to, stack, secrets), passphrase_file)
    if remove_old:
        migration.remove_old(engine, target)
        notes.print(f"Removed the old copy of {stack} from {migration.backend_url(engine)}.")
        return
    result = migration.migrate(engine, target, notes.print)
    notes.print(f"Moved {stack} to {to}: {result.resources} resources and {result.secrets} secrets, all verified.")
    if result.config:
        notes.print(f"Commit {result.config.relative_to(paths.checkout())}, unless Git ignores it: it changed too.")
    command = f"anykube migrate --stack {stack} --to {shlex.quote(to)} --remove-old"
    notes.print(
        f"The old state stays in {migration.backend_url(engine)}. "
        f"To remove it, run this before you apply the exports below: {command}"
    )
    sys.stdout.write(_exports(target, engine.environment))


def rotate_key(stack: str, *, pin_only: bool) -> None:
    """Rotates the key of a stack's secrets and encrypts them anew, or only records the version of the key."""
    require_settings(stack)
    prepare_toolchain()
    engine = engine_for(stack)
    _install_sdk_of_key(engine)
    if pin_only:
        notes.print(f"The secrets of {stack} stay readable: {key_rotation.pin(engine, notes.print).url}")
        return
    result = key_rotation.rotate(engine, notes.print)
    notes.print(f"Encrypted {result.secrets} secrets of {stack} anew, all verified.")
    if result.config:
        notes.print(f"Commit {result.config.relative_to(paths.checkout())}, unless Git ignores it: it changed too.")
    others = [name for entry in stack_access.stacks() if (name := str(entry["name"]).rpartition("/")[2]) != stack]
    for name in key_rotation.outdated(engine, others):
        notes.print(f"{name} still needs the older version of the key. Run: anykube rotate-key --stack {name}")
    notes.print(
        f"Keep older versions of the key for {OLD_VERSIONS_DAYS} days: older versions of the state in the bucket need "
        "them."
    )


def _install_sdk_of_key(engine: Engine) -> None:
    provider = secrets_provider.of_config(secrets_provider.config_file(engine.stack))
    if provider and (cloud := keys.cloud_of(provider.url)):
        bootstrap.ensure(definitions()[cloud].extras)


def _passphrase_of_project(to: str) -> Path | None:
    """This project's own passphrase, if the stack moves to this project and the shell has another passphrase."""
    is_foreign = {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & {*os.environ}
    return paths.state_dir() / "passphrase" if to == migration.OWN and is_foreign else None


def _exports(target: migration.Target, environment: Mapping[str, str]) -> str:
    lines = [f"export PULUMI_BACKEND_URL={shlex.quote(target.url)}\n"]
    if target.url == migration.OWN:
        lines = ["unset PULUMI_BACKEND_URL\n"]
    if target.passphrase:
        file = target.environment(environment)["PULUMI_CONFIG_PASSPHRASE_FILE"]
        lines.append(f"export PULUMI_CONFIG_PASSPHRASE_FILE={shlex.quote(file)}\n")
    return "".join(lines)


def _provider_in(to: str, stack: str, secrets: str | None) -> str:
    """The secrets provider in the new backend. Without --secrets: the key that `anykube backend` creates there."""
    cloud = backends.cloud_of(to)
    if secrets or cloud is None:
        return secrets or "passphrase"
    spec = _managed(stack)
    if spec.cloud != cloud:
        typer.echo(
            f"{to} is not in the cloud of {stack}, so its key is not known. Name it with --secrets PROVIDER.", err=True
        )
        raise typer.Exit(2)
    bootstrap.ensure(definitions()[cloud].extras)
    return backends.account(spec, BackendNames()).backend.secrets


def unlock(stack: str, lock: str | None, *, as_json: bool) -> None:
    """Lists the locks of a stack, or removes one by its ID."""
    engine = engine_for(stack)
    if lock is None:
        _show_locks(stack, list_locks(engine), as_json=as_json)
        return
    prepare_toolchain()
    try:
        holder = break_lock(engine, lock)
    except LockedError as error:
        typer.echo(f"{stack}: {error}.", err=True)
        raise typer.Exit(1) from None
    notes.print(f"{stack}: removed the lock of {holder}")


def _show_locks(stack: str, locks: Sequence[Lock], *, as_json: bool) -> None:
    if as_json:
        json_output.write(json_output.locks(stack, locks))
        return
    for lock in locks:
        Console().print(f"{lock.description}{': its process is gone' if lock.is_stale else ''}", soft_wrap=True)


def _managed(stack: str) -> ManagedCluster:
    """The cluster in a cloud that the stack has or uses. Exits with code 2 if there is none."""
    require_settings(stack)
    spec = require_settings(stack_settings.cluster_stack(stack)).cluster
    if not isinstance(spec, ManagedCluster):
        typer.echo(f"{stack} has no cluster in a cloud, so there is no cloud account for a backend.", err=True)
        raise typer.Exit(2)
    return spec

"""Recovers from a killed run.

The state records the process that works on a stack. If that process is gone on this host, the next run keeps what the
killed run had recorded, and ends the processes that it left behind. Then it settles the operations that were in
progress: `up` repeats them, `destroy` adopts their resources to delete them. Both are safe, because the ID of each
Kubernetes object follows from its inputs: nothing is created twice, and nothing is forgotten.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import psutil

from anykube_cli.engine import Engine
from anykube_cli.locks import Lock, locks_of
from anykube_cli.state_service.store import BusyError, Stack
from anykube_cli.toolchain import paths

Aim = Literal["up", "destroy"]
_PROCESS_ERRORS = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)
_SECRET_FILES = ("kubeconfig*", "events")
"""Files with secrets: kubeconfigs written by the Kubernetes provider, and Pulumi's event log."""
_SECRET_FILE_SECONDS = 3600
"""A run reads its secret files within this time."""
_PLUGINS = ("pulumi-language-", "pulumi-resource-", "pulumi-analyzer-")
_MODULES = ("anykube_cli.localkube", "anykube_rehearsal.")
"""Anykube's own plugins, which run as `python -m MODULE`."""


class LockedError(Exception):
    """Another run holds the stack, or a lock cannot be removed. The text says which, without a full stop."""


def recover(engine: Engine, aim: Aim, say: Callable[[str], None]) -> None:
    """Cleans up after dead runs of this stack. Raises LockedError if a live run, or one on another host, holds it."""
    state = engine.state
    if state is None:
        if release_dead(engine, say):
            _end_orphans(say)
            _settle_by_pulumi(engine, aim, say)
        return
    if not state.exists:
        return
    release_dead(engine, say)
    _end_orphans(say)
    remove_secret_files(paths.state_dir() / "tmp")
    _settle_state(state, aim, say)


def remove_secret_files(folder: Path) -> None:
    """Removes old files with secrets that killed runs left in the folder. Files of live runs are newer and stay."""
    for file in (file for pattern in _SECRET_FILES for file in folder.rglob(pattern)):
        if time.time() - file.stat().st_mtime > _SECRET_FILE_SECONDS:
            file.unlink(missing_ok=True)


def release_dead(engine: Engine, say: Callable[[str], None]) -> bool:
    """Removes the locks of runs whose process is gone, and returns whether there were any. Their results stay.

    Raises LockedError if another run holds the stack, BackendError if the backend cannot be read.
    """
    if engine.state is not None:
        try:
            killed = engine.state.recover()
        except BusyError as error:
            raise LockedError(f"{error}. Wait for it. {_how_to_unlock(engine, error.run)}") from None
        if killed:
            say(f"The last run (process {killed.engine.pid}) was killed. Continuing from what it recorded.")
        return killed is not None
    locks = locks_of(engine)
    stack_locks = locks.list() if locks else ()
    if alive := [lock for lock in stack_locks if not lock.is_stale]:
        holders = "; ".join(lock.description for lock in alive)
        raise LockedError(f"the stack is locked by {holders}. Wait for it. {_how_to_unlock(engine, alive[0].id)}")
    for lock in stack_locks:
        assert locks is not None
        locks.release(lock)
        say(f"Removed the lock of {lock.description}: its process was killed.")
    return bool(stack_locks)


def _how_to_unlock(engine: Engine, lock: str) -> str:
    return f"If its process is gone, run: anykube unlock --stack {engine.stack} --lock {lock}"


def break_lock(engine: Engine, lock_id: str) -> str:
    """Removes the lock with this ID, whoever holds it, and returns its description.

    Raises LockedError if there is no such lock, or if its process is alive on this host.
    """
    locks = {lock.id: lock for lock in list_locks(engine)}
    if lock_id not in locks:
        raise LockedError(f"there is no lock {lock_id}. The stack's locks: {', '.join(locks) or 'none'}")
    lock = locks[lock_id]
    if lock.is_alive_here:
        raise LockedError(f"{lock.description} is still running on this machine. End the process to release its lock")
    if engine.state is not None:
        engine.state.cancel_update()
    elif backend := locks_of(engine):
        backend.release(lock)
    return lock.description


def list_locks(engine: Engine) -> Sequence[Lock]:
    """The locks of the stack, including those of killed runs. Raises BackendError."""
    if engine.state is not None:
        update = engine.state.current_update() if engine.state.exists else None
        return [Lock(update.id, "", update.engine)] if update else []
    locks = locks_of(engine)
    return locks.list() if locks else ()


def _settle_by_pulumi(engine: Engine, aim: Aim, say: Callable[[str], None]) -> None:
    """As `_settle_state`, through Pulumi, for a state in another backend."""
    exported = json.loads(engine.capture("stack", "export"))
    if pending := exported["deployment"].get("pending_operations"):
        engine.capture("stack", "import", standard_input=json.dumps(settle(exported, aim)))
        say(_settled_message(len(pending)))


def _settled_message(count: int) -> str:
    return f"The last run ended with {count} operations in progress. They are settled."


def _end_orphans(say: Callable[[str], None]) -> None:
    orphans = list(_orphans())
    for process in orphans:
        try:
            process.kill()
        except _PROCESS_ERRORS:
            continue
    psutil.wait_procs(orphans, timeout=5)
    if orphans:
        say(f"Ended {len(orphans)} processes that a killed run left behind.")


def _orphans() -> Iterator[psutil.Process]:
    """Language hosts, programs, plugins and policy packs of this project without a running `pulumi` above them."""
    checkout = str(paths.checkout())
    for process in psutil.process_iter():
        try:
            if not _is_started_by_pulumi(process.cmdline()):
                continue
            if process.environ().get("ANYKUBE_CHECKOUT") != checkout:
                continue
            if not any(parent.name() == "pulumi" for parent in process.parents()):
                yield process
        except _PROCESS_ERRORS:
            continue


def _is_started_by_pulumi(argv: list[str]) -> bool:
    """Whether this is a process that Pulumi starts. An editor with a plugin's source file open is not one."""
    if not argv:
        return False
    if Path(argv[0]).name.startswith(_PLUGINS):
        return True
    if not Path(argv[0]).name.startswith("python"):
        return False
    if any(Path(argument).name.startswith(_PLUGINS) or argument.startswith(_MODULES) for argument in argv[1:5]):
        return True
    return any(_is_pack(argument) for argument in argv[1:3])


def _is_pack(argument: str) -> bool:
    """Whether an argument is the folder of a policy pack. It may be any text, even the source of a program."""
    try:
        return (Path(argument) / "PulumiPolicy.yaml").is_file()
    except OSError:  # longer than a file name can be
        return False


def _settle_state(state: Stack, aim: Aim, say: Callable[[str], None]) -> None:
    exported = state.deployment() if state.has_pending_operations() else {"deployment": {}}
    if pending := exported["deployment"].get("pending_operations"):
        state.import_state(settle(exported, aim))
        say(_settled_message(len(pending)))


def settle(state: Mapping[str, Any], aim: Aim) -> dict[str, Any]:
    """The exported state without pending operations.

    `up` drops them: it creates the same objects again under the same names, which is idempotent. `destroy` adopts the
    resources that were being created, so that it deletes them whether or not they exist.
    """
    deployment = dict(state["deployment"])
    pending = deployment.pop("pending_operations", [])
    resources = list(deployment.get("resources", []))
    if aim == "destroy":
        urns = {resource["urn"] for resource in resources}
        for operation in pending:
            adopted = _adopt(operation["resource"]) if operation["type"] == "creating" else None
            if adopted and adopted["urn"] not in urns:
                resources.append(adopted)
    return {**state, "deployment": {**deployment, "resources": resources}}


def _adopt(resource: Mapping[str, Any]) -> dict[str, Any] | None:
    inputs = resource.get("inputs", {})
    resource_id = _resource_id(resource["type"], inputs)
    if resource_id is None:
        return None
    return {**resource, "id": resource_id, "outputs": {**inputs, **resource.get("outputs", {})}}


def _resource_id(token: str, inputs: Mapping[str, Any]) -> str | None:
    """The ID that the resource has if it was created; None if it does not follow from the inputs."""
    package = token.partition(":")[0]
    if package == "kubernetes":
        metadata = inputs["metadata"]
        return "/".join(filter(None, (metadata.get("namespace"), metadata["name"])))
    if token == "localkube:index:NodePool":
        return f"{inputs['cluster']}/{inputs['name']}"
    if package == "localkube":
        return str(inputs["name"])
    return None

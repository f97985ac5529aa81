"""What a killed run leaves behind, and how the next one gets past it.

The state knows which process is at work on a stack; where that is gone on this host, it takes over what was done. Then
the dead engine's own processes are ended, and what it was making at that moment is made again (`up`) or taken over to
be removed (`destroy`): every object of ours has an id that follows from its inputs, so nothing is there twice and
nothing is forgotten.
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
_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)
_OPEN = ("kubeconfig*", "events")
"""Files that have secrets in them: what plugins of Kubernetes write, and the engine's log of its events."""
_PLUGINS = ("pulumi-language-", "pulumi-resource-", "pulumi-analyzer-")
_MODULES = ("anykube_cli.localkube", "anykube_rehearsal.")
"""Plugins of our own are these modules, run by `python -m`."""


class LockedError(Exception):
    """Somebody else is at work on the stack."""


def recover(engine: Engine, aim: Aim, say: Callable[[str], None]) -> None:
    """Clears what dead runs of this stack left. Raises LockedError while a live one, or one elsewhere, holds it."""
    state = engine.state
    if state is None:
        if release_dead(engine, say):
            _reap(say)
            _settle_elsewhere(engine, aim, say)
        return
    if not state.exists:
        return
    release_dead(engine, say)
    _reap(say)
    forget(paths.state_dir() / "tmp")
    _settle_pending(state, aim, say)


def forget(folder: Path) -> None:
    """Removes files with secrets that killed runs left there; a live one has read its own within the hour."""
    for file in (found for name in _OPEN for found in folder.rglob(name)):
        if time.time() - file.stat().st_mtime > 3600:
            file.unlink(missing_ok=True)


def release_dead(engine: Engine, say: Callable[[str], None]) -> bool:
    """Breaks the locks of runs whose process is known to be gone; what they did stays. Whether there was one.

    Raises LockedError where another holds the stack, BackendError where its backend cannot be asked.
    """
    if engine.state is not None:
        try:
            killed = engine.state.recover()
        except BusyError as busy:
            raise LockedError(f"{busy}; wait for it, or {_named(engine, busy.run)}") from None
        if killed:
            say(f"the run of process {killed.engine.pid} was killed at work; what it did is known")
        return killed is not None
    locks = locks_of(engine)
    held = locks.held() if locks else ()
    if alive := [lock for lock in held if not lock.gone]:
        others = "; ".join(lock.words for lock in alive)
        raise LockedError(f"at work on this stack: {others}; wait for it, or {_named(engine, alive[0].id)}")
    for lock in held:
        assert locks is not None
        locks.release(lock)
        say(f"broke the lock of {lock.words}: its process is gone, killed at work")
    return bool(held)


def _named(engine: Engine, lock: str) -> str:
    return f"if you know that it is gone: anykube unlock --stack {engine.stack} --lock {lock}"


def break_lock(engine: Engine, wanted: str) -> str:
    """Breaks the one lock of that name, whoever has it, and says whose it was.

    Raises LockedError where there is none, or its process lives on this host.
    """
    found = {lock.id: lock for lock in held(engine)}
    if wanted not in found:
        there = ", ".join(found) or "none"
        raise LockedError(f"there is no lock {wanted}; of this stack there is {there}")
    lock = found[wanted]
    if lock.lives_here:
        raise LockedError(f"{lock.words} is at work on this very machine: end it, and its lock goes with it")
    if engine.state is not None:
        engine.state.cancel_update()
    elif locks := locks_of(engine):
        locks.release(lock)
    return lock.words


def held(engine: Engine) -> Sequence[Lock]:
    """Who holds the stack, or held it when they were killed. Raises BackendError."""
    if engine.state is not None:
        update = engine.state.current_update() if engine.state.exists else None
        return [Lock(update.id, "", update.engine)] if update else []
    locks = locks_of(engine)
    return locks.held() if locks else ()


def _settle_elsewhere(engine: Engine, aim: Aim, say: Callable[[str], None]) -> None:
    """As `_settle_pending`, by the engine, which alone knows where the state lies."""
    left = json.loads(engine.ask("stack", "export"))
    if pending := left["deployment"].get("pending_operations"):
        engine.ask("stack", "import", standard_input=json.dumps(settle(left, aim)))
        say(f"{len(pending)} operations were under way when the last run ended; they are settled")


def _reap(say: Callable[[str], None]) -> None:
    orphans = list(_orphans())
    for process in orphans:
        try:
            process.kill()
        except _GONE:
            continue
    psutil.wait_procs(orphans, timeout=5)
    if orphans:
        say(f"ended {len(orphans)} processes of an engine that is gone")


def _orphans() -> Iterator[psutil.Process]:
    """Language hosts, programs, plugins and policy packs of this checkout above which no engine lives."""
    ours = str(paths.checkout())
    for process in psutil.process_iter():
        try:
            if not _is_engines_child(process.cmdline()):
                continue
            if process.environ().get("ANYKUBE_CHECKOUT") != ours:
                continue
            if not any(parent.name() == "pulumi" for parent in process.parents()):
                yield process
        except _GONE:
            continue


def _is_engines_child(argv: list[str]) -> bool:
    """By what runs, not by what is merely mentioned: an editor with a plugin's source open is not one."""
    if not argv:
        return False
    if Path(argv[0]).name.startswith(_PLUGINS):
        return True
    if not Path(argv[0]).name.startswith("python"):
        return False
    if any(Path(part).name.startswith(_PLUGINS) or part.startswith(_MODULES) for part in argv[1:5]):
        return True
    return any(_is_pack(part) for part in argv[1:3])


def _is_pack(argument: str) -> bool:
    """Whether an argument of some process is the folder of a policy pack. A whole program may be one, too."""
    try:
        return (Path(argument) / "PulumiPolicy.yaml").is_file()
    except OSError:  # longer than a name can be
        return False


def _settle_pending(state: Stack, aim: Aim, say: Callable[[str], None]) -> None:
    left = state.deployment() if state.has_pending_operations() else {"deployment": {}}
    if pending := left["deployment"].get("pending_operations"):
        state.import_state(settle(left, aim))
        say(f"{len(pending)} operations were under way when the last run ended; they are settled")


def settle(state: Mapping[str, Any], aim: Aim) -> dict[str, Any]:
    """The exported state without pending operations.

    For `up` they are forgotten: the same objects are created again under the same names, and creating is idempotent.
    For `destroy` what was being created is taken over, so that it is deleted whether or not it came to be.
    """
    deployment = dict(state["deployment"])
    pending = deployment.pop("pending_operations", [])
    resources = list(deployment.get("resources", []))
    if aim == "destroy":
        known = {resource["urn"] for resource in resources}
        for operation in pending:
            adopted = _adopted(operation["resource"]) if operation["type"] == "creating" else None
            if adopted and adopted["urn"] not in known:
                resources.append(adopted)
    return {**state, "deployment": {**deployment, "resources": resources}}


def _adopted(resource: Mapping[str, Any]) -> dict[str, Any] | None:
    inputs = resource.get("inputs", {})
    identity = _identity(resource["type"], inputs)
    if identity is None:
        return None
    return {**resource, "id": identity, "outputs": {**inputs, **resource.get("outputs", {})}}


def _identity(token: str, inputs: Mapping[str, Any]) -> str | None:
    """The id that the object has if it came to be."""
    package = token.partition(":")[0]
    if package == "kubernetes":
        metadata = inputs["metadata"]
        return "/".join(filter(None, (metadata.get("namespace"), metadata["name"])))
    if token == "localkube:index:NodePool":
        return f"{inputs['cluster']}/{inputs['name']}"
    if package == "localkube":
        return str(inputs["name"])
    return None

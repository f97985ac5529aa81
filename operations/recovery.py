"""What a killed run leaves behind, and how the next one gets past it.

The state knows which process is at work on a stack; where that is gone on this host, it takes over what was done. Then
the dead engine's own processes are ended, and what it was making at that moment is made again (`up`) or taken over to
be removed (`destroy`): every object of ours has an id that follows from its inputs, so nothing is there twice and
nothing is forgotten.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import psutil

from backend.store import BusyError, Stack
from operations.engine import Engine
from toolchain import paths

Aim = Literal["up", "destroy"]
_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)
_PLUGINS = ("pulumi-language-", "pulumi-resource-", "pulumi-analyzer-")


class LockedError(Exception):
    """Somebody else is at work on the stack."""


def recover(engine: Engine, aim: Aim, say: Callable[[str], None]) -> None:
    """Clears what dead runs of this stack left. Raises LockedError while a live one, or one elsewhere, holds it."""
    state = engine.state
    if state is None or not state.exists:
        return
    try:
        killed = state.settle()
    except BusyError as busy:
        raise LockedError(f"{busy}; wait for it, or if you know that it is gone: pulumi cancel") from None
    if killed:
        say(f"the run of process {killed.engine.pid} was killed at work; what it did is known")
    _reap(say)
    for kubeconfig in (paths.state_dir() / "tmp").rglob("kubeconfig*"):
        # A killed plugin leaves them; a live one has read its own long before.
        if time.time() - kubeconfig.stat().st_mtime > 3600:
            kubeconfig.unlink(missing_ok=True)
    _settle_pending(state, aim, say)


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
    """Language hosts, programs and plugins of this checkout above which no engine lives."""
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
    is_python = Path(argv[0]).name.startswith("python")
    return is_python and any(Path(part).name.startswith(_PLUGINS) or part.startswith("sandbox.") for part in argv[1:5])


def _settle_pending(state: Stack, aim: Aim, say: Callable[[str], None]) -> None:
    left = state.deployment() if state.under_way() else {"deployment": {}}
    if pending := left["deployment"].get("pending_operations"):
        state.put(settle(left, aim))
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

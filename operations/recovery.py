"""What a killed run leaves behind, and how the next one gets past it.

A lock is broken only when it was taken on this host by a process that is gone. Then the dead engine's own processes
are ended, and what it was making at that moment is made again (`up`) or taken over to be removed (`destroy`): every
object of ours has an id that follows from its inputs, so nothing is there twice and nothing is forgotten.
"""

import json
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import psutil

from operations.engine import Engine
from toolchain import paths

Aim = Literal["up", "destroy"]
_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)
_PLUGINS = ("pulumi-language-", "pulumi-resource-", "pulumi-analyzer-")


class LockedError(Exception):
    """Somebody else is at work on the stack."""


@dataclass(frozen=True)
class _Lock:
    file: Path
    pid: int
    host: str
    user: str
    since: datetime

    @staticmethod
    def read(file: Path) -> "_Lock | None":
        try:
            content = json.loads(file.read_text())
            since = datetime.fromisoformat(content["timestamp"])
            return _Lock(file, content["pid"], content["hostname"], content["username"], since)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError):
            # Half-written: whoever wrote it was killed on the way, or still writes it.
            return None

    @property
    def dead(self) -> bool:
        """Whether its process is known to be gone: on this host, and the pid free or given to a later process."""
        if self.host != platform.node():
            return False
        try:
            return psutil.Process(self.pid).create_time() > self.since.timestamp()
        except psutil.NoSuchProcess:
            return True


def recover(engine: Engine, aim: Aim, say: Callable[[str], None]) -> None:
    """Clears what dead runs of this stack left. Raises LockedError while a live one, or one elsewhere, holds it."""
    folder = engine.state_folder
    if folder is None or not engine.exists():
        return
    _break_dead_locks(folder / "locks" / "organization" / "anykube" / engine.stack, say)
    _reap(say)
    for leftover in engine.checkpoint_file().parent.glob(f"{engine.stack}.*.tmp*"):
        leftover.unlink(missing_ok=True)
    for kubeconfig in (paths.state_dir() / "tmp").rglob("kubeconfig*"):
        # A killed plugin leaves them; a live one has read its own long before.
        if time.time() - kubeconfig.stat().st_mtime > 3600:
            kubeconfig.unlink(missing_ok=True)
    _settle_pending(engine, aim, say)


def _break_dead_locks(folder: Path, say: Callable[[str], None]) -> None:
    for file in folder.glob("*.json"):
        lock = _Lock.read(file)
        if lock is None:
            continue
        if not lock.dead:
            raise LockedError(
                f"{lock.user} on {lock.host} is at work on this stack (process {lock.pid}, since "
                f"{lock.since:%Y-%m-%d %H:%M:%S}); wait for it, or if you know that it is gone: pulumi cancel"
            )
        say(f"the run of process {lock.pid} was killed at work; its lock is broken")
        file.unlink(missing_ok=True)


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


def _settle_pending(engine: Engine, aim: Aim, say: Callable[[str], None]) -> None:
    checkpoint = json.loads(engine.checkpoint_file().read_text())
    if not (checkpoint["checkpoint"].get("latest") or {}).get("pending_operations"):
        return
    state = json.loads(engine.ask("stack", "export"))
    settled = settle(state, aim)
    engine.ask("stack", "import", "--force", standard_input=json.dumps(settled))
    count = len(state["deployment"]["pending_operations"])
    say(f"{count} operations were under way when the last run ended; they are settled")


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

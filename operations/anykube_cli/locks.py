"""The locks of a stack in a backend of the user's own: a folder or a bucket.

Pulumi writes `.pulumi/locks/…/STACK/ID.json` before a run and removes it afterwards, unless the run is killed. Path and
content follow `pkg/backend/diy/lock.go` of github.com/pulumi/pulumi, v3.255.
"""

import json
import platform
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from anykube_cli.engine import Engine
from anykube_cli.state_backends import clouds
from anykube_cli.state_backends.backend import BackendError, Files
from anykube_cli.state_service import client
from anykube_cli.state_service.store import Engine as Holder

_FOLDERS = ("organization/{project}/{stack}", "{stack}")
"""Below `.pulumi/locks`: for stacks within projects, and for stacks from before Pulumi scoped them to projects."""


@dataclass(frozen=True)
class Lock:
    """A lock and the process that holds it."""

    id: str
    """The ID that `anykube unlock --lock` takes."""
    path: str
    """Its path below the backend's URL."""
    holder: Holder | None
    """None if the lock's content cannot be read."""

    @property
    def is_stale(self) -> bool:
        """Whether the process is known to be gone: it ran on this host, and its PID is free or another process's."""
        return self.holder is not None and self.holder.is_gone

    @property
    def is_alive_here(self) -> bool:
        """Whether the process is alive on this host."""
        return self.holder is not None and self.holder.host == platform.node() and not self.holder.is_gone

    @property
    def description(self) -> str:
        """Who holds the lock, on which host and since when."""
        if self.holder is None:
            return f"an unknown process (lock {self.id} is not readable)"
        since = datetime.fromtimestamp(self.holder.since)
        return (
            f"{self.holder.user} on {self.holder.host} (process {self.holder.pid}, since {since:%Y-%m-%d %H:%M:%S}; "
            f"lock {self.id})"
        )


class Locks:
    """The locks of one stack."""

    def __init__(self, files: Files, stack: str, project: str | None = None) -> None:
        self._files = files
        name = project or client.project()
        self._folders = [f".pulumi/locks/{folder.format(project=name, stack=stack)}/" for folder in _FOLDERS]

    def list(self) -> Sequence[Lock]:
        """The locks, oldest first. Raises BackendError."""
        return sorted(self._locks(), key=lambda lock: lock.holder.since if lock.holder else 0.0)

    def _locks(self) -> Iterator[Lock]:
        for folder in self._folders:
            for path in self._files.names(folder):
                name = path.removeprefix(folder)
                if "/" in name or not name.endswith(".json"):
                    continue
                content = self._files.read(path)
                if content is not None:
                    yield Lock(name.removesuffix(".json"), path, _holder(content))

    def release(self, lock: Lock) -> None:
        """Removes a lock. Raises BackendError."""
        self._files.remove(lock.path)


def locks_of(engine: Engine) -> Locks | None:
    """The locks of the engine's stack. Raises BackendError.

    None if the backend is this project's own or Pulumi Cloud, which manage locks themselves.
    """
    url = engine.environment.get("PULUMI_BACKEND_URL", "")
    if url.startswith("file://"):
        return Locks(_Folder(_path(url, engine.folder)), engine.stack)
    return Locks(clouds.files(url), engine.stack) if clouds.cloud_of(url) else None


def _path(url: str, project: Path) -> Path:
    """The folder of a file:// URL. As in Pulumi, `file://~` is the home folder, and other relative paths start at the
    project.
    """
    parts = urlsplit(url)
    return project / Path(unquote(f"{parts.netloc}{parts.path}")).expanduser()


def _holder(content: bytes) -> Holder | None:
    with suppress(ValueError, KeyError, TypeError):
        lock = json.loads(content)
        since = datetime.fromisoformat(lock["timestamp"]).timestamp()
        return Holder(int(lock["pid"]), since, str(lock["hostname"]), str(lock["username"]))
    return None


class _Folder:
    """Files in a folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self, prefix: str) -> Sequence[str]:
        files = (self._folder / prefix).glob("*")
        return sorted(str(file.relative_to(self._folder)) for file in files if file.is_file())

    def read(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BackendError(f"cannot read {self._folder / name}: {error.strerror}") from error

    def remove(self, name: str) -> None:
        try:
            for file in (name, f"{name}.attrs"):  # Pulumi's Go library stores attributes beside each file
                (self._folder / file).unlink(missing_ok=True)
        except OSError as error:
            raise BackendError(f"cannot remove {self._folder / name}: {error.strerror}") from error

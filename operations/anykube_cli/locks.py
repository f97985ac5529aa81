"""Who is at work on a stack in a backend that is not ours: the lock that an engine leaves there while it runs.

Pulumi's file backend, on a disk or in a bucket, writes `.pulumi/locks/…/STACK/ID.json` before a run and removes it
after it, unless it is killed. What is in it, and where it lies, is that of `pkg/backend/diy/lock.go` of
github.com/pulumi/pulumi, v3.255.
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

_PLACES = ("organization/{project}/{stack}", "{stack}")
"""Below `.pulumi/locks`: with stacks of projects, and as it was before Pulumi had these."""


@dataclass(frozen=True)
class Lock:
    """A lock, and who has it."""

    id: str
    """Its name, which `anykube unlock` takes."""
    path: str
    """Below the backend's address."""
    holder: Holder | None
    """None where its content is not to be understood."""

    @property
    def gone(self) -> bool:
        """Whether whoever had it is known to be gone: a process of this host, whose pid is free or another's."""
        return self.holder is not None and self.holder.is_gone

    @property
    def lives_here(self) -> bool:
        """Whether it is a live process of this host."""
        return self.holder is not None and self.holder.host == platform.node() and not self.holder.is_gone

    @property
    def words(self) -> str:
        """Who has it, where and since when."""
        if self.holder is None:
            return f"the lock {self.id}, which does not say whose it is"
        since = datetime.fromtimestamp(self.holder.since)
        return (
            f"{self.holder.user} on {self.holder.host} (process {self.holder.pid}, since {since:%Y-%m-%d %H:%M:%S}; "
            f"lock {self.id})"
        )


class Locks:
    """Those of one stack."""

    def __init__(self, files: Files, stack: str, project: str | None = None) -> None:
        self._files = files
        name = project or client.project()
        self._folders = [f".pulumi/locks/{place.format(project=name, stack=stack)}/" for place in _PLACES]

    def held(self) -> Sequence[Lock]:
        """Those that are there. Raises BackendError."""
        return sorted(self._held(), key=lambda lock: lock.holder.since if lock.holder else 0.0)

    def _held(self) -> Iterator[Lock]:
        for folder in self._folders:
            for path in self._files.names(folder):
                name = path.removeprefix(folder)
                if "/" in name or not name.endswith(".json"):
                    continue
                content = self._files.read(path)
                if content is not None:
                    yield Lock(name.removesuffix(".json"), path, _holder(content))

    def release(self, lock: Lock) -> None:
        """Removes it. Raises BackendError."""
        self._files.remove(lock.path)


def locks_of(engine: Engine) -> Locks | None:
    """The locks of the engine's stack; None where its backend is our own, or a service that keeps its own.

    Raises BackendError.
    """
    url = engine.environment.get("PULUMI_BACKEND_URL", "")
    if url.startswith("file://"):
        return Locks(_Folder(_path(url, engine.folder)), engine.stack)
    return Locks(clouds.files(url), engine.stack) if clouds.cloud_of(url) else None


def _path(url: str, project: Path) -> Path:
    """`file://~` is the home folder; a path without a slash in front begins at the project, as the engine has it."""
    parts = urlsplit(url)
    return project / Path(unquote(f"{parts.netloc}{parts.path}")).expanduser()


def _holder(content: bytes) -> Holder | None:
    with suppress(ValueError, KeyError, TypeError):
        said = json.loads(content)
        since = datetime.fromisoformat(said["timestamp"]).timestamp()
        return Holder(int(said["pid"]), since, str(said["hostname"]), str(said["username"]))
    return None


class _Folder:
    """Files below a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self, prefix: str) -> Sequence[str]:
        there = (self._folder / prefix).glob("*")
        return sorted(str(file.relative_to(self._folder)) for file in there if file.is_file())

    def read(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BackendError(f"{self._folder / name} cannot be read: {error.strerror}") from error

    def remove(self, name: str) -> None:
        try:
            for file in (name, f"{name}.attrs"):  # what Go's library of Pulumi's keeps beside each file
                (self._folder / file).unlink(missing_ok=True)
        except OSError as error:
            raise BackendError(f"{self._folder / name} cannot be removed: {error.strerror}") from error

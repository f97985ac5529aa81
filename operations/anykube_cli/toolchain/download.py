"""Official releases, verified against their published checksums."""

import hashlib
import json
import re
import shutil
import tarfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from rich import filesize

from anykube_cli.toolchain.progress import Status, print_line, time_left
from anykube_cli.toolchain.tools import Release

_PATIENCE = 3.0
"""Seconds after which a host counts as out of reach."""
_STALL = 30.0
"""Seconds that a download may stand still."""


class ReleaseError(Exception):
    """The release is not there, breaks off, or is not what its checksum says."""


class DownloadProgress:
    """How many bytes of a download are here. `clock`: seconds, from any start."""

    def __init__(self, title: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._title, self._clock = title, clock
        self._start, self._done = clock(), 0
        self._total: int | None = None

    def begin(self, length: str | None) -> None:
        """Takes the Content-Length of the answer; None where the server names none."""
        self._start, self._total = self._clock(), int(length) if length else None

    def add(self, count: int) -> None:
        """Counts bytes that have arrived."""
        self._done += count

    def status(self) -> Status:
        """Bytes of total and, from the rate so far, the time left."""
        rate = (self._clock() - self._start) / self._done if self._done else None
        rest = rate * (self._total - self._done) if rate and self._total else None
        total = f" of {filesize.decimal(self._total)}" if self._total else ""
        return Status(
            f"{self._title} · download · {filesize.decimal(self._done)}{total}{time_left(rest)}",
            self._done,
            self._total,
        )


class Downloader:
    """Downloads, and remembers which hosts cannot be reached, so that each is tried once a run."""

    def __init__(self) -> None:
        self._reachable: dict[str, bool] = {}

    def reaches(self, release: Release) -> bool:
        """Whether the release's hosts answer. Says so, once, of each that does not."""
        return all(self._reaches(url) for url in (release.url, release.checksums))

    def fetch(self, release: Release, folder: Path, name: str, received: "DownloadProgress | None" = None) -> None:
        """Puts the release's programs into the folder; one that is no archive is called `name`. Raises ReleaseError.

        `received`: counts the bytes.
        """
        received = received or DownloadProgress(name)
        published = release.url.rpartition("/")[2]
        archive = folder / published
        try:
            with _open(release.checksums) as answer:
                expected = _checksum(answer.read().decode(errors="replace"), published)
            with _open(release.url) as answer, archive.open("wb") as out:
                received.begin(answer.headers.get("Content-Length"))
                for chunk in answer.iter_bytes():
                    received.add(out.write(chunk))
        except httpx2.HTTPError as error:
            if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
                # The host answered, the one that it points to does not: the other parts need not wait for that too.
                self._reachable[urlsplit(release.url).netloc] = False
            raise ReleaseError(f"{release.url}: {error or type(error).__name__}") from error
        with archive.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                raise ReleaseError(f"{release.url} is not what {release.checksums} says: its SHA-256 differs")
        if release.members:
            _unpack(archive, release.members, folder)
            archive.unlink()
        else:
            archive.rename(folder / name)

    def _reaches(self, url: str) -> bool:
        host = urlsplit(url).netloc
        if host not in self._reachable:
            self._reachable[host] = _answers(url)
            if not self._reachable[host]:
                print_line(f"{host} cannot be reached: what it publishes is built instead")
        return self._reachable[host]


def _answers(url: str) -> bool:
    """Whether the host answers at all. In a thread, since looking up a name has no time limit of its own."""
    answered = threading.Event()

    def ask() -> None:
        try:
            httpx2.head(url, timeout=_PATIENCE)
        except httpx2.HTTPError:
            return
        answered.set()

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    return answered.is_set()


@contextmanager
def _open(url: str) -> Iterator[httpx2.Response]:
    patience = httpx2.Timeout(_STALL, connect=_PATIENCE)
    # As it was published: what a server packs on the way has another checksum.
    plain = {"Accept-Encoding": "identity"}
    with httpx2.stream("GET", url, headers=plain, follow_redirects=True, timeout=patience) as answer:
        yield answer.raise_for_status()


def _checksum(text: str, name: str) -> str:
    """The SHA-256 of the file of that name."""
    sums = _github_sums(text) if text.lstrip().startswith("{") else _listed_sums(text, name)
    found = sums.get(name, "").lower()
    if not re.fullmatch("[0-9a-f]{64}", found):
        raise ReleaseError(f"the published checksums hold no SHA-256 of {name}")
    return found


def _listed_sums(text: str, name: str) -> dict[str, str]:
    """Lines as sha256sum writes them; a sum alone is that of the file asked for."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    return {(line[1:] or [name])[0].lstrip("*").rpartition("/")[2]: line[0] for line in lines}


def _github_sums(text: str) -> dict[str, str]:
    try:
        files = json.loads(text)["assets"]
        return {file["name"]: str(file["digest"]).removeprefix("sha256:") for file in files}
    except (ValueError, KeyError, TypeError):
        return {}


def _unpack(archive: Path, members: Sequence[str], folder: Path) -> None:
    try:
        with tarfile.open(archive) as tar:
            for member in members:
                source = tar.extractfile(member)
                if source is None:
                    raise ReleaseError(f"in {archive.name} {member} is no file")
                with source, (folder / member.rpartition("/")[2]).open("wb") as out:
                    shutil.copyfileobj(source, out)
    except (KeyError, EOFError, tarfile.TarError) as error:
        raise ReleaseError(f"{archive.name} cannot be unpacked: {error}") from error

"""Official releases, verified against their published checksums."""

import hashlib
import shutil
import tarfile
import threading
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from toolchain.parts import PLATFORM, Release

_PATIENCE = 3.0
"""Seconds after which a host counts as out of reach."""


class UnreachableError(Exception):
    """The host does not answer."""


class RefusedError(Exception):
    """The host answers, but what is wanted is not there, or is not what its checksum says."""


class Downloader:
    """Downloads, and remembers which hosts cannot be reached, so that each is tried once a run."""

    def __init__(self) -> None:
        self._reachable: dict[str, bool] = {}

    def fetch(self, release: Release, folder: Path) -> None:
        """Puts the release's programs into the folder. Raises UnreachableError or RefusedError."""
        host = urlsplit(release.url).netloc
        if not self._reachable.setdefault(host, _answers(release.checksums)):
            raise UnreachableError(f"{host} cannot be reached")
        name = release.url.rpartition("/")[2]
        archive = folder / name
        try:
            expected = _checksum(_get(release.checksums).text, name)
            with (
                httpx.stream("GET", release.url, follow_redirects=True, timeout=30) as answer,
                archive.open("wb") as out,
            ):
                answer.raise_for_status()
                for chunk in answer.iter_bytes():
                    out.write(chunk)
        except httpx.HTTPError as error:
            raise RefusedError(f"{release.url}: {error}") from error
        with archive.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                raise RefusedError(f"{release.url} is not what {release.checksums} says: its SHA-256 differs")
        if release.members:
            _unpack(archive, release.members, folder)
            archive.unlink()
        else:
            archive.rename(folder / name.removesuffix(f"-{PLATFORM}"))


def _answers(url: str) -> bool:
    """Whether the host answers at all. In a thread, since looking up a name has no time limit of its own."""
    answered = threading.Event()

    def ask() -> None:
        try:
            httpx.head(url, timeout=_PATIENCE)
        except httpx.HTTPError:
            return
        answered.set()

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    return answered.is_set()


def _get(url: str) -> httpx.Response:
    return httpx.get(url, follow_redirects=True, timeout=30).raise_for_status()


def _checksum(text: str, name: str) -> str:
    lines = [line.split() for line in text.splitlines() if line.strip()]
    for fields in lines:
        if len(fields) == 1 or fields[1].lstrip("*").rpartition("/")[2] == name:
            return fields[0].lower()
    raise RefusedError(f"the published checksums do not name {name}")


def _unpack(archive: Path, members: Sequence[str], folder: Path) -> None:
    with tarfile.open(archive) as tar:
        for member in members:
            source = tar.extractfile(member)
            if source is None:
                raise RefusedError(f"{archive.name} holds no {member}")
            target = folder / member.rpartition("/")[2]
            with source, target.open("wb") as out:
                shutil.copyfileobj(source, out)

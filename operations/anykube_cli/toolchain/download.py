"""Downloads official releases and verifies them against their published checksums."""

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

_CONNECT_TIMEOUT = 3.0
"""Seconds after which a host counts as unreachable."""
_READ_TIMEOUT = 30.0
"""Seconds without data after which a download fails."""


class ReleaseError(Exception):
    """A release is missing, its download fails, or its checksum does not match."""


class DownloadProgress:
    """The progress of one download in bytes. `clock` returns seconds from any starting point."""

    def __init__(self, title: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._title, self._clock = title, clock
        self._start, self._done = clock(), 0
        self._total: int | None = None

    def start(self, length: str | None) -> None:
        """Starts with the Content-Length of the response, or None if the server sent none."""
        self._start, self._total = self._clock(), int(length) if length else None

    def add(self, count: int) -> None:
        """Adds received bytes."""
        self._done += count

    def status(self) -> Status:
        """Received and total bytes and, from the rate so far, the time left."""
        seconds_per_byte = (self._clock() - self._start) / self._done if self._done else None
        remaining = seconds_per_byte * (self._total - self._done) if seconds_per_byte and self._total else None
        total = f" of {filesize.decimal(self._total)}" if self._total else ""
        return Status(
            f"{self._title} · download · {filesize.decimal(self._done)}{total}{time_left(remaining)}",
            self._done,
            self._total,
        )


class Downloader:
    """Downloads releases. Remembers unreachable hosts, so that each is tried only once per run."""

    def __init__(self) -> None:
        self._reachable: dict[str, bool] = {}

    def can_reach(self, release: Release) -> bool:
        """Whether the release's hosts can be reached. Prints a message, once, for each that cannot."""
        return all(self._can_reach(url) for url in (release.url, release.checksums))

    def fetch(self, release: Release, folder: Path, name: str, progress: "DownloadProgress | None" = None) -> None:
        """Downloads the release's programs into the folder and reports to `progress`.

        A release that is a bare program, not an archive, is saved as `name`. Raises ReleaseError.
        """
        progress = progress or DownloadProgress(name)
        published = release.url.rpartition("/")[2]
        archive = folder / published
        try:
            with _open(release.checksums) as response:
                expected = _checksum(response.read().decode(errors="replace"), published)
            with _open(release.url) as response, archive.open("wb") as out:
                progress.start(response.headers.get("Content-Length"))
                for chunk in response.iter_bytes():
                    progress.add(out.write(chunk))
        except httpx2.HTTPError as error:
            if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
                # The host answered, but the host it redirects to does not. Do not try again for the other tools.
                self._reachable[urlsplit(release.url).netloc] = False
            raise ReleaseError(f"{release.url}: {error or type(error).__name__}") from error
        with archive.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                raise ReleaseError(f"the SHA-256 of {release.url} does not match {release.checksums}")
        if release.members:
            _unpack(archive, release.members, folder)
            archive.unlink()
        else:
            archive.rename(folder / name)

    def _can_reach(self, url: str) -> bool:
        host = urlsplit(url).netloc
        if host not in self._reachable:
            self._reachable[host] = _responds(url)
            if not self._reachable[host]:
                print_line(f"cannot reach {host}: its tools are built from source instead")
        return self._reachable[host]


def _responds(url: str) -> bool:
    """Whether the host responds. Runs in a thread, because DNS lookups have no timeout of their own."""
    responded = threading.Event()

    def send() -> None:
        try:
            httpx2.head(url, timeout=_CONNECT_TIMEOUT)
        except httpx2.HTTPError:
            return
        responded.set()

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    thread.join(_CONNECT_TIMEOUT)
    return responded.is_set()


@contextmanager
def _open(url: str) -> Iterator[httpx2.Response]:
    timeout = httpx2.Timeout(_READ_TIMEOUT, connect=_CONNECT_TIMEOUT)
    # A response that the server compresses has another checksum than the published file.
    headers = {"Accept-Encoding": "identity"}
    with httpx2.stream("GET", url, headers=headers, follow_redirects=True, timeout=timeout) as response:
        yield response.raise_for_status()


def _checksum(text: str, name: str) -> str:
    """The published SHA-256 of the file `name`."""
    checksums = _github_checksums(text) if text.lstrip().startswith("{") else _listed_checksums(text, name)
    checksum = checksums.get(name, "").lower()
    if not re.fullmatch("[0-9a-f]{64}", checksum):
        raise ReleaseError(f"the published checksums contain no SHA-256 for {name}")
    return checksum


def _listed_checksums(text: str, name: str) -> dict[str, str]:
    """Parses lines in sha256sum's format. A checksum without a file name belongs to `name`."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    return {(line[1:] or [name])[0].lstrip("*").rpartition("/")[2]: line[0] for line in lines}


def _github_checksums(text: str) -> dict[str, str]:
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
                    raise ReleaseError(f"{member} in {archive.name} is not a file")
                with source, (folder / member.rpartition("/")[2]).open("wb") as out:
                    shutil.copyfileobj(source, out)
    except (KeyError, EOFError, tarfile.TarError) as error:
        raise ReleaseError(f"cannot unpack {archive.name}: {error}") from error

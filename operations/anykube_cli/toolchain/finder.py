"""Finds each part: on PATH, in the cache, as an official release, or by a Go build, in this order."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from filelock import FileLock, Timeout

from anykube_cli.toolchain import build, paths
from anykube_cli.toolchain.build_progress import BuildProgress, BuildQueue
from anykube_cli.toolchain.download import Downloader, DownloadProgress, ReleaseError
from anykube_cli.toolchain.progress import print_line, step
from anykube_cli.toolchain.tools import TOOLS, Tool

Origin = Literal["PATH", "cache", "release", "build"]


@dataclass(frozen=True)
class InstalledTool:
    """Where a part is, and how it came there."""

    part: Tool
    folder: Path
    origin: Origin

    @property
    def program(self) -> Path:
        """The program itself."""
        return self.folder / self.part.name


class Finder:
    """Looks for parts; makes what is not there, each in a folder that appears whole or not at all."""

    def __init__(
        self, downloader: Downloader | None = None, builder: Callable[[Tool, Path, BuildProgress], None] = build.build
    ) -> None:
        self._downloader = downloader or Downloader()
        self._builder = builder
        self._queue = BuildQueue()

    def find_all(self, parts: Sequence[Tool] = TOOLS) -> list[InstalledTool]:
        """Every part. Raises build.BuildError for the first that cannot be had.

        After a build Go's caches are removed, unless ANYKUBE_KEEP_GO_CACHE is set.
        """
        present = {part: find_installed(part) for part in parts}
        missing = [part for part, place in present.items() if not place]
        self._queue = BuildQueue([part for part in missing if not self._downloader.reaches(part.release)])
        found = [present[part] or self.find(part) for part in parts]
        if not os.environ.get("ANYKUBE_KEEP_GO_CACHE") and any(one.origin == "build" for one in found):
            # Another run that builds still needs them, and removes them when it is done.
            with suppress(Timeout), _go_lock().acquire(timeout=0):
                build.remove_go_caches()
        return found

    def find(self, part: Tool) -> InstalledTool:
        """One part. Raises build.BuildError."""
        return find_installed(part) or self._make(part)

    def _make(self, part: Tool) -> InstalledTool:
        place = _place(part)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(place.with_name(f".{part.key}.lock"), mode=0o600)
        with _patiently(lock, f"{part.title} · another run is making it; waiting for that"):
            if found := find_cached(part):
                return found
            # Only the holder of the lock is here: what lies around is of runs that were killed.
            for left in (place, *place.parent.glob(f".{part.key}.*.part")):
                shutil.rmtree(left, ignore_errors=True)
            # A name of its own: the compiler of a killed run may live on, and write into that run's folder.
            with TemporaryDirectory(dir=place.parent, prefix=f".{part.key}.", suffix=".part") as draft:
                made, origin = self._fill(part, Path(draft))
                for program in made.iterdir():
                    program.chmod(0o755)
                made.rename(place)
            return InstalledTool(part, place, origin)

    def _fill(self, part: Tool, draft: Path) -> tuple[Path, Origin]:
        if self._downloader.reaches(part.release):
            released = draft / "release"
            released.mkdir()
            try:
                received = DownloadProgress(part.title)
                with step(f"{part.title} · download", received.status):
                    self._downloader.fetch(part.release, released, part.name, received)
                return released, "release"
            except ReleaseError as reason:
                print_line(f"{part.title} · {reason}; it is built instead")
        built = draft / "build"
        built.mkdir()
        # One build at a time: a second one would only take the first one's processors.
        otherwise = f"{part.title} · another run is building; waiting for that"
        queue = self._queue
        with (
            _patiently(_go_lock(), otherwise),
            queue.building(part) as progress,
            step(queue.label(part), queue.status),
        ):
            self._builder(part, built, progress)
        return built, "build"


def find_installed(part: Tool) -> InstalledTool | None:
    """The part on PATH or in the cache."""
    return find_on_path(part) or find_cached(part)


def find_cached(part: Tool) -> InstalledTool | None:
    """The part in the cache."""
    place = _place(part)
    return InstalledTool(part, place, "cache") if (place / part.name).is_file() else None


def find_on_path(part: Tool) -> InstalledTool | None:
    """The part on PATH, when it says that its version works."""
    if not part.asks:
        return None
    ours = str(paths.bin_dir())
    elsewhere = os.pathsep.join(place for place in os.get_exec_path() if place != ours)
    program = shutil.which(part.name, path=elsewhere)
    if program is None or (part.is_binary and _is_script(program)):
        return None
    try:
        answer = subprocess.run([program, *part.asks], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = re.search(r"\d+\.\d+(\.\d+)?", answer.stdout + answer.stderr)
    if answer.returncode == 0 and said and _numbers(part.version)[:2] <= _numbers(said[0]) < _numbers(part.below):
        return InstalledTool(part, Path(program).parent, "PATH")
    return None


def _is_script(program: str) -> bool:
    with Path(program).open("rb") as file:
        return file.read(2) == b"#!"


def _place(part: Tool) -> Path:
    return paths.cache_dir() / "parts" / part.key


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _go_lock() -> FileLock:
    return FileLock(paths.cache_dir() / ".go.lock", mode=0o600)


@contextmanager
def _patiently(lock: FileLock, otherwise: str) -> Iterator[None]:
    """Holds the lock; when another run has it, says so and waits."""
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print_line(otherwise)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()

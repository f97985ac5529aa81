"""Finds each part: on PATH, in the cache, as an official release, or by a Go build, in this order."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from toolchain import build, paths
from toolchain.download import Downloader, RefusedError, UnreachableError
from toolchain.parts import PARTS, Part
from toolchain.progress import say, step

Origin = Literal["PATH", "cache", "release", "build"]


@dataclass(frozen=True)
class Found:
    """Where a part is, and how it came there."""

    part: Part
    folder: Path
    origin: Origin

    @property
    def program(self) -> Path:
        """The program itself."""
        return self.folder / self.part.name


class Finder:
    """Looks for parts; makes what is not there, each in a folder that appears whole or not at all."""

    def __init__(
        self, downloader: Downloader | None = None, builder: Callable[[Part, Path], None] = build.build
    ) -> None:
        self._downloader = downloader or Downloader()
        self._builder = builder

    def find_all(self, parts: Sequence[Part] = PARTS) -> list[Found]:
        """Every part. Raises build.BuildError for the first that cannot be had."""
        found = [self.find(part) for part in parts]
        if not os.environ.get("ANYKUBE_KEEP_GO_CACHE") and any(one.origin == "build" for one in found):
            build.forget()
        return found

    def find(self, part: Part) -> Found:
        """One part."""
        return on_path(part) or cached(part) or self._make(part)

    def _make(self, part: Part) -> Found:
        place = _place(part)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _patiently(place.with_name(f".{part.key}.lock"), part):
            if here := cached(part):
                return here
            # Only the holder of the lock is here: what lies at this name is a dead run's.
            draft = place.with_name(f".{part.key}.part")
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            origin = self._fill(part, draft)
            for program in draft.iterdir():
                program.chmod(0o755)
            draft.rename(place)
            return Found(part, place, origin)

    def _fill(self, part: Part, draft: Path) -> Origin:
        try:
            with step(f"{part.name} {part.version} · download"):
                self._downloader.fetch(part.release, draft)
            return "release"
        except (UnreachableError, RefusedError) as reason:
            say(f"{part.name} {part.version} · {reason}; it is built instead")
        shutil.rmtree(draft)
        draft.mkdir()
        # One build at a time: a second one would only take the first one's processors.
        with _patiently(paths.cache_dir() / ".go.lock", part), step(f"{part.name} {part.version} · Go build"):
            self._builder(part, draft)
        return "build"


def cached(part: Part) -> Found | None:
    """The part in the cache."""
    place = _place(part)
    return Found(part, place, "cache") if (place / part.name).is_file() else None


def on_path(part: Part) -> Found | None:
    """The part on PATH, when it says that its version works."""
    if not part.asks:
        return None
    ours = str(paths.bin_dir())
    elsewhere = os.pathsep.join(place for place in os.get_exec_path() if place != ours)
    program = shutil.which(part.name, path=elsewhere)
    if program is None:
        return None
    try:
        answer = subprocess.run([program, *part.asks], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = re.search(r"(\d+\.\d+(?:\.\d+)?)", answer.stdout + answer.stderr)
    if said and _numbers(part.version)[:2] <= _numbers(said[1]) < _numbers(part.below):
        return Found(part, Path(program).parent, "PATH")
    return None


def _place(part: Part) -> Path:
    return paths.cache_dir() / "parts" / part.key


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


@contextmanager
def _patiently(lock: Path, part: Part) -> Iterator[None]:
    """Holds the lock; says so when another run has it."""
    held = FileLock(lock, mode=0o600)
    try:
        held.acquire(timeout=0)
    except Timeout:
        say(f"{part.name} {part.version} · another run is making it; waiting for that")
        held.acquire()
    try:
        yield
    finally:
        held.release()

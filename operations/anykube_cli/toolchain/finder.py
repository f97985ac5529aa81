"""Finds each tool: on PATH, in the cache, as an official release, or by a Go build, in this order."""

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
    """A tool, its folder and where it came from."""

    tool: Tool
    folder: Path
    origin: Origin

    @property
    def program(self) -> Path:
        """The program itself."""
        return self.folder / self.tool.name


class Finder:
    """Finds tools and installs missing ones into the cache. Each cache folder is complete or does not exist."""

    def __init__(
        self, downloader: Downloader | None = None, builder: Callable[[Tool, Path, BuildProgress], None] = build.build
    ) -> None:
        self._downloader = downloader or Downloader()
        self._builder = builder
        self._queue = BuildQueue()

    def find_all(self, tools: Sequence[Tool] = TOOLS) -> list[InstalledTool]:
        """Finds or installs all tools. Raises build.BuildError for the first that fails.

        Removes Go's caches after a build, unless ANYKUBE_KEEP_GO_CACHE is set.
        """
        installed = {tool: find_installed(tool) for tool in tools}
        missing = [tool for tool, result in installed.items() if not result]
        self._queue = BuildQueue([tool for tool in missing if not self._downloader.can_reach(tool.release)])
        results = [installed[tool] or self.find(tool) for tool in tools]
        if not os.environ.get("ANYKUBE_KEEP_GO_CACHE") and any(result.origin == "build" for result in results):
            # If another run is building, it still needs the caches and removes them when it is done.
            with suppress(Timeout), _go_lock().acquire(timeout=0):
                build.remove_go_caches()
        return results

    def find(self, tool: Tool) -> InstalledTool:
        """Finds or installs one tool. Raises build.BuildError."""
        return find_installed(tool) or self._install(tool)

    def _install(self, tool: Tool) -> InstalledTool:
        folder = _cache_folder(tool)
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(folder.with_name(f".{tool.key}.lock"), mode=0o600)
        with _waiting_for(lock, f"{tool.title} · another run is installing it; waiting for it"):
            if cached := find_cached(tool):
                return cached
            # This run holds the lock, so these are leftovers of killed runs.
            for leftover in (folder, *folder.parent.glob(f".{tool.key}.*.part")):
                shutil.rmtree(leftover, ignore_errors=True)
            # Use a unique name: the compiler of a killed run may still write into that run's folder.
            with TemporaryDirectory(dir=folder.parent, prefix=f".{tool.key}.", suffix=".part") as scratch:
                finished, origin = self._download_or_build(tool, Path(scratch))
                for program in finished.iterdir():
                    program.chmod(0o755)
                finished.rename(folder)
            return InstalledTool(tool, folder, origin)

    def _download_or_build(self, tool: Tool, scratch: Path) -> tuple[Path, Origin]:
        if self._downloader.can_reach(tool.release):
            release_folder = scratch / "release"
            release_folder.mkdir()
            try:
                download = DownloadProgress(tool.title)
                with step(f"{tool.title} · download", download.status):
                    self._downloader.fetch(tool.release, release_folder, tool.name, download)
                return release_folder, "release"
            except ReleaseError as reason:
                print_line(f"{tool.title} · {reason}; building it instead")
        build_folder = scratch / "build"
        build_folder.mkdir()
        # One build at a time, because two builds would compete for the same CPUs.
        queue = self._queue
        with (
            _waiting_for(_go_lock(), f"{tool.title} · another run is building; waiting for it"),
            queue.building(tool) as progress,
            step(queue.label(tool), queue.status),
        ):
            self._builder(tool, build_folder, progress)
        return build_folder, "build"


def find_installed(tool: Tool) -> InstalledTool | None:
    """Finds the tool on PATH or in the cache."""
    return find_on_path(tool) or find_cached(tool)


def find_cached(tool: Tool) -> InstalledTool | None:
    """Finds the tool in the cache."""
    folder = _cache_folder(tool)
    return InstalledTool(tool, folder, "cache") if (folder / tool.name).is_file() else None


def find_on_path(tool: Tool) -> InstalledTool | None:
    """Finds the tool on PATH, if it reports a compatible version."""
    if not tool.version_arguments:
        return None
    anykube_bin = str(paths.bin_dir())
    other_folders = os.pathsep.join(folder for folder in os.get_exec_path() if folder != anykube_bin)
    program = shutil.which(tool.name, path=other_folders)
    if program is None or (tool.must_be_binary and _is_script(program)):
        return None
    try:
        result = subprocess.run(
            [program, *tool.version_arguments], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r"\d+\.\d+(\.\d+)?", result.stdout + result.stderr)
    if result.returncode == 0 and version and _is_compatible(tool, version[0]):
        return InstalledTool(tool, Path(program).parent, "PATH")
    return None


def _is_compatible(tool: Tool, version: str) -> bool:
    return _version_tuple(tool.version)[:2] <= _version_tuple(version) < _version_tuple(tool.below_version)


def _is_script(program: str) -> bool:
    with Path(program).open("rb") as file:
        return file.read(2) == b"#!"


def _cache_folder(tool: Tool) -> Path:
    return paths.cache_dir() / "parts" / tool.key


def _version_tuple(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _go_lock() -> FileLock:
    return FileLock(paths.cache_dir() / ".go.lock", mode=0o600)


@contextmanager
def _waiting_for(lock: FileLock, message: str) -> Iterator[None]:
    """Holds the lock. If another run has it, prints the message and waits."""
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print_line(message)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()

"""The order in which tools are searched, and that the cache never holds incomplete tools."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from anykube_cli.toolchain import download, paths
from anykube_cli.toolchain.build import BuildError
from anykube_cli.toolchain.build_progress import BuildProgress
from anykube_cli.toolchain.download import DownloadProgress
from anykube_cli.toolchain.finder import Finder, find_installed
from anykube_cli.toolchain.progress import print_line
from anykube_cli.toolchain.tools import TOOLS, Release, Tool
from filelock import FileLock

AddToPath = Callable[[str, str], Path]

_RUN = """
    import sys, time
    from pathlib import Path
    from anykube_cli.toolchain.finder import Finder
    from anykube_cli.toolchain.tools import Module, Tool, Release

    def build(tool, folder, progress):
        (folder / tool.name).write_text("incomplete")
        print("building", flush=True)
        while not Path(sys.argv[1]).exists():
            time.sleep(0.02)
        (folder / tool.name).write_text("complete")

    unreachable = Release("http://127.0.0.1:9/tool", "http://127.0.0.1:9/tool.sha256")
    installed = Finder(builder=build).find(Tool("tool", "1.2.3", unreachable, Module("tool", ".")))
    print(installed.origin, installed.program.read_text())
"""


def _start(proceed: Path) -> subprocess.Popen[str]:
    """Starts another run, whose build waits until the file `proceed` exists."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_RUN), str(proceed)],
        env={**os.environ, "PYTHONPATH": str(paths.checkout())},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _line(run: subprocess.Popen[str]) -> str:
    assert run.stdout
    return run.stdout.readline().strip()


def _build(tool: Tool, folder: Path, progress: BuildProgress) -> None:
    (folder / tool.name).write_text("built")


def _no_build(tool: Tool, folder: Path, progress: BuildProgress) -> None:
    raise BuildError(f"cannot build {tool.name}")


def _cache(tool: Tool) -> Path:
    folder = paths.cache_dir() / "parts" / tool.key
    folder.mkdir(parents=True)
    (folder / tool.name).write_text("cached")
    return folder


def test_prefers_path_to_cache(tool: Tool, on_path: AddToPath) -> None:
    program = on_path("tool", "echo tool version v1.2.9")
    _cache(tool)
    installed = Finder(builder=_no_build).find(tool)
    assert (installed.origin, installed.program) == ("PATH", program)


@pytest.mark.parametrize("version", ["1.2.0", "1.2.3", "1.2.99", "v1.2"])
def test_uses_compatible_version_on_path(tool: Tool, on_path: AddToPath, version: str) -> None:
    on_path("tool", f"echo {version} >&2")
    installed = find_installed(tool)
    assert installed
    assert installed.origin == "PATH"


@pytest.mark.parametrize(
    "script",
    ["echo 1.1.9", "echo 1.3.0", "echo 2.2.3", "echo hello", "echo 1.2.3; exit 1"],
    ids=["too old", "too new", "far too new", "no version", "fails"],
)
def test_ignores_incompatible_version_on_path(tool: Tool, on_path: AddToPath, script: str) -> None:
    on_path("tool", script)
    _cache(tool)
    installed = Finder(builder=_no_build).find(tool)
    assert installed.origin == "cache"


def test_ignores_path_if_version_cannot_be_read(tool: Tool, on_path: AddToPath) -> None:
    on_path("tool", "echo 1.2.3")
    assert find_installed(replace(tool, version_arguments=())) is None


def test_ignores_own_bin_folder_on_path(tool: Tool, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths.bin_dir().mkdir(parents=True)
    program = paths.bin_dir() / "tool"
    program.write_text("#!/bin/sh\necho 1.2.3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{paths.bin_dir()}:/usr/bin:/bin")
    assert find_installed(tool) is None


def test_prefers_cache_to_build(tool: Tool) -> None:
    _cache(tool)
    installed = Finder(builder=_no_build).find(tool)
    assert (installed.origin, installed.program.read_text()) == ("cache", "cached")


def test_rebuilds_cached_folder_without_program(tool: Tool) -> None:
    (_cache(tool) / tool.name).rename(paths.cache_dir() / "parts" / tool.key / "other")
    installed = Finder(builder=_build).find(tool)
    assert [file.name for file in installed.folder.iterdir()] == [tool.name]


def test_built_program_is_executable(tool: Tool) -> None:
    assert os.access(Finder(builder=_build).find(tool).program, os.X_OK)


def test_unreachable_host_is_tried_and_reported_once(
    tool: Tool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(download, "_CONNECT_TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        release = Release(f"http://{host}/tool", f"http://{host}/tool.sha256")
        results = Finder(builder=_build).find_all([replace(tool, name=name, release=release) for name in ("a", "b")])
        silent.settimeout(0.5)
        silent.accept()[0].close()
        with pytest.raises(TimeoutError):
            silent.accept()
    assert [installed.origin for installed in results] == ["build", "build"]
    stderr = capsys.readouterr().err
    assert stderr.count(f"cannot reach {host}") == 1
    assert "download" not in stderr
    assert "a 1.2.3 · Go build" in stderr


def test_builds_tool_if_port_is_closed(tool: Tool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        host = f"127.0.0.1:{closed.getsockname()[1]}"
    release = Release(f"http://{host}/tool", f"http://{host}/tool.sha256")
    assert Finder(builder=_build).find(replace(tool, release=release)).origin == "build"


def test_failed_build_leaves_nothing_in_cache(tool: Tool) -> None:
    def fail(tool: Tool, folder: Path, progress: BuildProgress) -> None:
        _build(tool, folder, progress)
        _no_build(tool, folder, progress)

    with pytest.raises(BuildError):
        Finder(builder=fail).find(tool)
    assert [file.name for file in (paths.cache_dir() / "parts").iterdir()] == [f".{tool.key}.lock"]


def test_killed_build_leaves_nothing_and_next_run_rebuilds(tool: Tool, tmp_path: Path) -> None:
    proceed = tmp_path / "proceed"
    killed = _start(proceed)
    assert _line(killed) == "building"
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert find_installed(replace(tool, version_arguments=())) is None
    proceed.touch()
    assert _start(proceed).communicate()[0].splitlines() == ["building", "build complete"]
    names = {file.name for file in (paths.cache_dir() / "parts").iterdir()}
    assert names == {tool.key, f".{tool.key}.lock"}


def test_second_concurrent_run_waits_for_first(tmp_path: Path) -> None:
    proceed = tmp_path / "proceed"
    first = _start(proceed)
    assert _line(first) == "building"
    second = _start(proceed)
    assert second.stderr
    assert second.stderr.readline() == "tool 1.2.3 · another run is installing it; waiting for it\n"
    proceed.touch()
    assert second.communicate()[0].splitlines() == ["cache complete"]
    assert first.communicate()[0].splitlines() == ["build complete"]


def test_removes_go_caches_after_build(tool: Tool, cache: Path) -> None:
    (cache / "go").mkdir(parents=True)
    Finder(builder=_build).find_all([tool])
    assert not (cache / "go").exists()


def test_keeps_go_caches_if_requested(tool: Tool, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYKUBE_KEEP_GO_CACHE", "1")
    (cache / "go").mkdir(parents=True)
    Finder(builder=_build).find_all([tool])
    assert (cache / "go").exists()


def test_keeps_go_caches_while_another_run_builds(tool: Tool, cache: Path) -> None:
    (cache / "go").mkdir(parents=True)
    other = FileLock(cache / ".go.lock")

    class _Downloader(download.Downloader):
        """Has a release of one of the two tools. While it downloads, another run starts to build."""

        def can_reach(self, release: Release) -> bool:
            return release.url == "published"

        def fetch(self, release: Release, folder: Path, name: str, progress: DownloadProgress | None = None) -> None:
            other.acquire()
            (folder / name).write_text(release.url)

    published = replace(tool, name="published", release=Release("published", "published"))
    results = Finder(_Downloader(), _build).find_all([tool, published])
    other.release()
    assert [installed.origin for installed in results] == ["build", "release"]
    assert (cache / "go").exists()


def test_prints_line_without_wrapping_or_markup(capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "word " * 40 + "[bold]kept[/bold] :warning:"
    print_line(sentence)
    assert capsys.readouterr().err == f"{sentence}\n"


def test_tools_with_version_arguments_have_upper_bound() -> None:
    assert all(tool.below_version for tool in TOOLS if tool.version_arguments)
    assert len({tool.key for tool in TOOLS}) == len(TOOLS)

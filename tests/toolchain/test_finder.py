"""The order of search, and that what appears in the cache is whole."""

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

    def build(part, folder, progress):
        (folder / part.name).write_text("half")
        print("building", flush=True)
        while not Path(sys.argv[1]).exists():
            time.sleep(0.02)
        (folder / part.name).write_text("whole")

    nowhere = Release("http://127.0.0.1:9/tool", "http://127.0.0.1:9/tool.sha256")
    found = Finder(builder=build).find(Tool("tool", "1.2.3", nowhere, Module("tool", ".")))
    print(found.origin, found.program.read_text())
"""


def _start(goes_on: Path) -> subprocess.Popen[str]:
    """Another run, whose build goes on when that file is there."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_RUN), str(goes_on)],
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
    raise BuildError(f"{tool.name} cannot be built here")


def _cache(tool: Tool) -> Path:
    folder = paths.cache_dir() / "parts" / tool.key
    folder.mkdir(parents=True)
    (folder / tool.name).write_text("cached")
    return folder


def test_path_comes_before_the_cache(tool: Tool, on_path: AddToPath) -> None:
    program = on_path("tool", "echo tool version v1.2.9")
    _cache(tool)
    found = Finder(builder=_no_build).find(tool)
    assert (found.origin, found.program) == ("PATH", program)


@pytest.mark.parametrize("version", ["1.2.0", "1.2.3", "1.2.99", "v1.2"])
def test_a_version_that_works_is_taken_from_path(tool: Tool, on_path: AddToPath, version: str) -> None:
    on_path("tool", f"echo {version} >&2")
    found = find_installed(tool)
    assert found
    assert found.origin == "PATH"


@pytest.mark.parametrize(
    "script",
    ["echo 1.1.9", "echo 1.3.0", "echo 2.2.3", "echo I am new here", "echo 1.2.3; exit 1"],
    ids=["too old", "too new", "far too new", "says none", "fails"],
)
def test_a_version_that_does_not_work_is_not_taken_from_path(tool: Tool, on_path: AddToPath, script: str) -> None:
    on_path("tool", script)
    _cache(tool)
    found = Finder(builder=_no_build).find(tool)
    assert found.origin == "cache"


def test_a_part_that_cannot_be_asked_is_not_taken_from_path(tool: Tool, on_path: AddToPath) -> None:
    on_path("tool", "echo 1.2.3")
    assert find_installed(replace(tool, version_arguments=())) is None


def test_what_the_checkout_itself_put_on_path_does_not_count(
    tool: Tool, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths.bin_dir().mkdir(parents=True)
    program = paths.bin_dir() / "tool"
    program.write_text("#!/bin/sh\necho 1.2.3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{paths.bin_dir()}:/usr/bin:/bin")
    assert find_installed(tool) is None


def test_the_cache_comes_before_a_build(tool: Tool) -> None:
    _cache(tool)
    found = Finder(builder=_no_build).find(tool)
    assert (found.origin, found.program.read_text()) == ("cache", "cached")


def test_a_cached_folder_without_its_program_is_made_again(tool: Tool) -> None:
    (_cache(tool) / tool.name).rename(paths.cache_dir() / "parts" / tool.key / "other")
    found = Finder(builder=_build).find(tool)
    assert [file.name for file in found.folder.iterdir()] == [tool.name]


def test_what_is_made_can_be_run(tool: Tool) -> None:
    assert os.access(Finder(builder=_build).find(tool).program, os.X_OK)


def test_a_host_out_of_reach_is_tried_once_and_named_once(
    tool: Tool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(download, "_PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        release = Release(f"http://{host}/tool", f"http://{host}/tool.sha256")
        found = Finder(builder=_build).find_all([replace(tool, name=name, release=release) for name in ("a", "b")])
        silent.settimeout(0.5)
        silent.accept()[0].close()
        with pytest.raises(TimeoutError):
            silent.accept()
    assert [one.origin for one in found] == ["build", "build"]
    said = capsys.readouterr().err
    assert said.count(f"{host} cannot be reached") == 1
    assert "download" not in said
    assert "a 1.2.3 · Go build" in said


def test_a_closed_port_leads_to_a_build(tool: Tool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        host = f"127.0.0.1:{closed.getsockname()[1]}"
    release = Release(f"http://{host}/tool", f"http://{host}/tool.sha256")
    assert Finder(builder=_build).find(replace(tool, release=release)).origin == "build"


def test_a_failed_build_leaves_nothing(tool: Tool) -> None:
    def fail(tool: Tool, folder: Path, progress: BuildProgress) -> None:
        _build(tool, folder, progress)
        _no_build(tool, folder, progress)

    with pytest.raises(BuildError):
        Finder(builder=fail).find(tool)
    assert [file.name for file in (paths.cache_dir() / "parts").iterdir()] == [f".{tool.key}.lock"]


def test_a_killed_build_leaves_nothing_half_made_and_the_next_run_makes_it(tool: Tool, tmp_path: Path) -> None:
    goes_on = tmp_path / "goes-on"
    killed = _start(goes_on)
    assert _line(killed) == "building"
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert find_installed(replace(tool, version_arguments=())) is None
    goes_on.touch()
    assert _start(goes_on).communicate()[0].splitlines() == ["building", "build whole"]
    left = {file.name for file in (paths.cache_dir() / "parts").iterdir()}
    assert left == {tool.key, f".{tool.key}.lock"}


def test_of_two_runs_at_once_one_builds_and_the_other_waits_and_says_so(tmp_path: Path) -> None:
    goes_on = tmp_path / "goes-on"
    first = _start(goes_on)
    assert _line(first) == "building"
    second = _start(goes_on)
    assert second.stderr
    assert second.stderr.readline() == "tool 1.2.3 · another run is making it; waiting for that\n"
    goes_on.touch()
    assert second.communicate()[0].splitlines() == ["cache whole"]
    assert first.communicate()[0].splitlines() == ["build whole"]


def test_gos_caches_go_after_a_build(tool: Tool, cache: Path) -> None:
    (cache / "go").mkdir(parents=True)
    Finder(builder=_build).find_all([tool])
    assert not (cache / "go").exists()


def test_gos_caches_stay_where_that_is_asked_for(tool: Tool, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYKUBE_KEEP_GO_CACHE", "1")
    (cache / "go").mkdir(parents=True)
    Finder(builder=_build).find_all([tool])
    assert (cache / "go").exists()


def test_gos_caches_stay_while_another_run_builds(tool: Tool, cache: Path) -> None:
    (cache / "go").mkdir(parents=True)
    other = FileLock(cache / ".go.lock")

    class _Downloader(download.Downloader):
        """Has one of the two parts; while that comes, another run starts to build."""

        def can_reach(self, release: Release) -> bool:
            return release.url == "published"

        def fetch(self, release: Release, folder: Path, name: str, received: DownloadProgress | None = None) -> None:
            other.acquire()
            (folder / name).write_text(release.url)

    published = replace(tool, name="published", release=Release("published", "published"))
    found = Finder(_Downloader(), _build).find_all([tool, published])
    other.release()
    assert [one.origin for one in found] == ["build", "release"]
    assert (cache / "go").exists()


def test_a_long_line_is_not_wrapped_and_brackets_are_not_markup(capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "word " * 40 + "[bold]kept[/bold] :warning:"
    print_line(sentence)
    assert capsys.readouterr().err == f"{sentence}\n"


def test_the_table_asks_only_parts_that_have_an_upper_bound() -> None:
    assert all(tool.below_version for tool in TOOLS if tool.version_arguments)
    assert len({tool.key for tool in TOOLS}) == len(TOOLS)

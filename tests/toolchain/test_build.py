"""Builds a small Go module with the machine's real Go."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from anykube_cli.toolchain import build
from anykube_cli.toolchain.build_progress import BuildProgress
from anykube_cli.toolchain.progress import Status
from anykube_cli.toolchain.tools import Module, Tool

# Imports nothing from the standard library, and the embedded file is Go code, so the build takes a second or two.
_MAIN = """package main

var version = "v0.0.0"

func main() { println(greeting, version) }
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    other = tmp_path / "other"
    other.mkdir()
    (other / "go.mod").write_text("module example.test/other\n\ngo 1.21\n")
    (other / "greeting.txt").write_text('package main\n\nconst greeting = "hello"\n')
    (other / "script.sh").write_text("#!/bin/sh\n")
    module = tmp_path / "modules" / "tool"
    module.mkdir(parents=True)
    (module / "main.go").write_text(_MAIN)
    (module / "go.mod").write_text(
        "module example.test/tool\n\ngo 1.21\n\n"
        f'require example.test/other v0.0.0\n\nreplace example.test/other => "{other}"\n'
    )
    monkeypatch.setattr(build, "MODULES", module.parent)
    return module.parent


def test_build_sets_linker_values_and_copies_files_offline(
    modules: Path, tool: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOPROXY", "off")
    monkeypatch.setenv("GOFLAGS", "-mod=mod")
    module = Module(
        "tool",
        ".",
        linker_values=("main.version=v1.2.3",),
        extra_files=(("example.test/other", "script.sh", "tool-script"),),
        embedded_files=(("example.test/other", "greeting.txt", "greeting.go"),),
    )
    files_before = sorted(modules.rglob("*"))
    folder = tmp_path / "built"
    folder.mkdir()
    build.build(replace(tool, module=module), folder)
    assert sorted(file.name for file in folder.iterdir()) == ["tool", "tool-script"]
    output = subprocess.run([folder / "tool"], capture_output=True, text=True, check=True).stderr
    assert output == "hello v1.2.3\n"
    assert sorted(modules.rglob("*")) == files_before


def test_failed_build_shows_output_of_go(modules: Path, tool: Tool, tmp_path: Path) -> None:
    (modules / "tool" / "go.mod").write_text("module example.test/tool\n\ngo 1.21\n\nnonsense\n")
    with pytest.raises(build.BuildError, match=r"cannot build tool 1\.2\.3: `.*go list` failed:(.|\n)*nonsense"):
        build.build(tool, tmp_path)


def test_missing_go_names_version_to_install(
    modules: Path, tool: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        build.BuildError, match=r"cannot build tool 1\.2\.3: Go is not installed\. Install Go 1\.26 or newer"
    ):
        build.build(tool, tmp_path)


@pytest.mark.parametrize(
    "script",
    [
        "echo go1.20",
        "echo go1.25.9",
        'echo "go: go.mod requires go >= 1.26 (running go 1.24.4; GOTOOLCHAIN=local)" >&2; exit 1',
        'echo "go: download go1.26.0 for linux/amd64: toolchain not available" >&2; exit 1',
    ],
)
def test_old_go_names_version_to_install(
    modules: Path, tool: Tool, tmp_path: Path, on_path: Callable[[str, str], Path], script: str
) -> None:
    program = on_path("go", script)
    with pytest.raises(build.BuildError) as caught:
        build.build(tool, tmp_path)
    assert f"cannot build tool 1.2.3 with {program}" in str(caught.value)
    assert "Install Go 1.26 or newer" in str(caught.value)


def test_build_reports_every_package_and_second_build_uses_cache(
    modules: Path, tool: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOFLAGS", "-mod=mod")
    (modules / "tool" / "main.go").write_text('package main\n\nimport "example.test/tool/a"\n\nfunc main() { a.A() }\n')
    (modules / "tool" / "a").mkdir()
    (modules / "tool" / "a" / "a.go").write_text("package a\n\nfunc A() { println(1) }\n")
    first, second = _RecordingProgress(tool), _RecordingProgress(tool)
    for name, progress in (("first", first), ("second", second)):
        folder = tmp_path / name
        folder.mkdir()
        build.build(tool, folder, progress)
    assert {"example.test/tool/a", "example.test/tool", "runtime"} <= first.planned
    assert first.planned == first.reported
    assert first.status == Status("linking", first.total, first.total)
    assert (second.total, second.planned) == (first.total, {"example.test/tool"})  # Go does not cache linked programs


class _RecordingProgress(BuildProgress):
    """Records the packages that the build reports."""

    def plan(self, packages: Sequence[tuple[str, bool]]) -> None:
        super().plan(packages)
        self.total, self.reported = len(packages), set[str]()
        self.planned = {package for package, is_stale in packages if is_stale}

    def parse_line(self, line: str) -> bool:
        is_progress = super().parse_line(line)
        if is_progress:
            self.reported.add(line)
        return is_progress


def test_compile_error_is_shown_without_package_list(modules: Path, tool: Tool, tmp_path: Path) -> None:
    (modules / "tool" / "main.go").write_text("package main\n\nfunc main() { nonsense() }\n")
    with pytest.raises(build.BuildError) as caught:
        build.build(tool, tmp_path)
    assert str(caught.value).splitlines()[1:] == ["# example.test/tool", "./main.go:3:15: undefined: nonsense"]

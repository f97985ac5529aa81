"""Builds a tool from its pinned Go module."""

import os
import re
import shutil
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import IO

from anykube_cli.toolchain import paths
from anykube_cli.toolchain.build_progress import BuildProgress
from anykube_cli.toolchain.tools import Tool

MODULES = Path(__file__).parent / "modules"
_MIN_GO_VERSION = (1, 26)
_REMEDY = "Install Go 1.26 or newer (https://go.dev/dl)"


class BuildError(Exception):
    """A tool cannot be built. The message says why and what to do."""


def build(tool: Tool, folder: Path, progress: BuildProgress | None = None) -> None:
    """Builds the tool, with its extra files, into the folder and reports to `progress`. Raises BuildError."""
    go, progress = _find_go(tool), progress or BuildProgress(tool)
    work = folder / "work"
    source = work / "source"
    # Build a copy: embedded files must lie beside main.go, and the checkout must not change.
    shutil.copytree(MODULES / tool.module.folder, source)
    (work / "tmp").mkdir()

    def run(*arguments: str) -> str:
        return _run(tool, source, [go, *arguments], progress.parse_line)

    # Run in the module's folder, because Go 1.21 and newer download the Go version that go.mod requires, if allowed.
    go_version = run("env", "GOVERSION").strip()
    version = re.search(r"go(\d+)\.(\d+)", go_version)
    if not version or (int(version[1]), int(version[2])) < _MIN_GO_VERSION:
        raise BuildError(f"cannot build {tool.title} with {go} ({go_version}). {_REMEDY}")
    for files, target in ((tool.module.embedded_files, source), (tool.module.extra_files, folder)):
        for module, path, name in files:
            # `go list` prints no folder for a module that is not downloaded.
            run("mod", "download", module)
            shutil.copyfile(Path(run("list", "-m", "-f", "{{.Dir}}", module).strip()) / path, target / name)
    if tool.module.manifest_folder:
        module, path = tool.module.manifest_folder
        run("mod", "download", module)
        manifests = sorted((Path(run("list", "-m", "-f", "{{.Dir}}", module).strip()) / path).glob("*.yaml"))
        (folder / tool.name).write_text(
            "---\n".join(file.read_text(encoding="utf-8") for file in manifests), encoding="utf-8"
        )
        shutil.rmtree(work)
        return
    linker_values = " ".join(f"-X {value}" for value in tool.module.linker_values)
    flags = ("-trimpath", "-buildvcs=false", f"-ldflags=-s -w {linker_values}")
    # A package is stale if the build cache does not have it.
    listed = run("list", "-deps", *flags, "-f", "{{.ImportPath}}\t{{.Stale}}", tool.module.package)
    lines = (line.split("\t") for line in listed.splitlines())
    progress.plan([(package, stale == "true") for package, stale in lines])
    run("build", "-v", *flags, "-o", str(folder / tool.name), tool.module.package)
    shutil.rmtree(work)


def remove_go_caches() -> None:
    """Removes Go's downloads and compiled packages: gigabytes that an installed toolchain does not need."""
    shutil.rmtree(paths.cache_dir() / "go", ignore_errors=True)


def _find_go(tool: Tool) -> str:
    if go := shutil.which("go"):
        return go
    raise BuildError(
        f"cannot build {tool.title}: Go is not installed. {_REMEDY}, "
        "or give this machine access to the internet to download the release instead"
    )


def _run(tool: Tool, source: Path, command: list[str], is_progress: Callable[[str], bool]) -> str:
    """Returns the command's standard output.

    Passes each line of standard error to `is_progress`. An error shows the last lines that report no progress.
    """
    last: deque[str] = deque(maxlen=10)
    with tempfile.TemporaryFile("w+", dir=source.parent) as out:
        code = _follow(command, source, out, lambda line: last.extend(() if is_progress(line) else (line,)))
        if code == 0:
            out.seek(0)
            return out.read()
    errors = "\n".join(last).strip()
    if "go.mod requires go" in errors or "download go1." in errors:
        raise BuildError(f"cannot build {tool.title} with {command[0]}: {errors}. {_REMEDY}")
    raise BuildError(f"cannot build {tool.title}: `{' '.join(command[:2])}` failed:\n{errors}")


def _follow(command: list[str], source: Path, out: IO[str], on_error_line: Callable[[str], object]) -> int:
    """Runs the command, passes on each line of its standard error, and returns its exit code."""
    environment = _environment(source.parent / "tmp")
    with subprocess.Popen(
        command,
        cwd=source,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        try:
            assert process.stderr
            for line in process.stderr:
                on_error_line(line.rstrip())
        except BaseException:  # such as Ctrl-C: Popen's own exit would wait for the compiler
            process.kill()
            raise
    return process.returncode


def _environment(temporary: Path) -> dict[str, str]:
    """Keeps Go's downloads and compiled packages in Anykube's cache, where they can be removed."""
    go = paths.cache_dir() / "go"
    return {
        **os.environ,
        "GOCACHE": str(go / "build"),
        "GOMODCACHE": str(go / "mod"),
        "GOTMPDIR": str(temporary),
        "GOFLAGS": f"{os.environ.get('GOFLAGS', '')} -modcacherw".strip(),
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }

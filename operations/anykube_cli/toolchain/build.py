"""Builds a part from its pinned Go module."""

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
_GO = (1, 26)
_REMEDY = "install Go 1.26 or newer (https://go.dev/dl)"


class BuildError(Exception):
    """The part cannot be built; the text says why and what to do."""


def build(part: Tool, folder: Path, progress: BuildProgress | None = None) -> None:
    """Puts the part, and what goes with it, into the folder. `progress` is told how far it is. Raises BuildError."""
    go, progress = _find_go(part), progress or BuildProgress(part)
    work = folder / "work"
    source = work / "source"
    # A copy: embedded files are laid beside main.go, and the checkout stays as it is.
    shutil.copytree(MODULES / part.module.folder, source)
    (work / "tmp").mkdir()

    def run(*arguments: str) -> str:
        return _run(part, source, [go, *arguments], progress.hear)

    # Asked where the module is: a Go from 1.21 on fetches the toolchain that it names, where it may.
    said = run("env", "GOVERSION").strip()
    version = re.search(r"go(\d+)\.(\d+)", said)
    if not version or (int(version[1]), int(version[2])) < _GO:
        raise BuildError(f"{part.title} cannot be built with {go}, which is {said}; {_REMEDY}")
    for files, target in ((part.module.embeds, source), (part.module.copies, folder)):
        for module, path, name in files:
            # `go list` names no folder for a module that was not downloaded yet.
            run("mod", "download", module)
            shutil.copyfile(Path(run("list", "-m", "-f", "{{.Dir}}", module).strip()) / path, target / name)
    if part.module.gathers:
        module, path = part.module.gathers
        run("mod", "download", module)
        found = sorted((Path(run("list", "-m", "-f", "{{.Dir}}", module).strip()) / path).glob("*.yaml"))
        (folder / part.name).write_text(
            "---\n".join(file.read_text(encoding="utf-8") for file in found), encoding="utf-8"
        )
        shutil.rmtree(work)
        return
    stamps = " ".join(f"-X {stamp}" for stamp in part.module.stamps)
    flags = ("-trimpath", "-buildvcs=false", f"-ldflags=-s -w {stamps}")
    # "Stale" is what the build cache does not have.
    listed = run("list", "-deps", *flags, "-f", "{{.ImportPath}}\t{{.Stale}}", part.module.package)
    lines = (line.split("\t") for line in listed.splitlines())
    progress.plan([(package, stale == "true") for package, stale in lines])
    run("build", "-v", *flags, "-o", str(folder / part.name), part.module.package)
    shutil.rmtree(work)


def remove_go_caches() -> None:
    """Removes Go's downloads and compiled packages: gigabytes that a finished toolchain does not need."""
    shutil.rmtree(paths.cache_dir() / "go", ignore_errors=True)


def _find_go(part: Tool) -> str:
    if go := shutil.which("go"):
        return go
    raise BuildError(
        f"there is no Go to build {part.title} with; {_REMEDY}, or let this machine reach the internet, from where "
        "finished programs are then taken"
    )


def _run(part: Tool, source: Path, command: list[str], is_progress: Callable[[str], bool]) -> str:
    """What the command prints. Its standard error is passed on line by line; an error shows the last other lines."""
    last: deque[str] = deque(maxlen=10)
    with tempfile.TemporaryFile("w+", dir=source.parent) as out:
        code = _follow(command, source, out, lambda line: last.extend(() if is_progress(line) else (line,)))
        if code == 0:
            out.seek(0)
            return out.read()
    said = "\n".join(last).strip()
    if "go.mod requires go" in said or "download go1." in said:
        raise BuildError(f"{part.title} cannot be built with {command[0]}: {said}; {_REMEDY}")
    raise BuildError(f"{part.title} cannot be built; `{' '.join(command[:2])}` said:\n{said}")


def _follow(command: list[str], source: Path, out: IO[str], hear: Callable[[str], object]) -> int:
    """Runs the command, hears each line of its standard error, and returns its exit code."""
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
                hear(line.rstrip())
        except BaseException:  # such as Ctrl-C: Popen alone would wait for the compiler
            process.kill()
            raise
    return process.returncode


def _environment(temporary: Path) -> dict[str, str]:
    """Go's downloads and compiled packages lie in our cache, and can be removed from there."""
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

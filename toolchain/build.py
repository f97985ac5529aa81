"""Builds a part from its pinned Go module."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from toolchain import paths
from toolchain.parts import Part

MODULES = Path(__file__).parent / "modules"
_GO = (1, 26)


class BuildError(Exception):
    """The part cannot be built; the text says why and what to do."""


def environment() -> dict[str, str]:
    """Go's environment: its downloads and compiled packages lie in our cache, and can be removed from there."""
    go = paths.cache_dir() / "go"
    flags = f"{os.environ.get('GOFLAGS', '')} -modcacherw".strip()
    return {
        **os.environ,
        "GOCACHE": str(go / "build"),
        "GOMODCACHE": str(go / "mod"),
        "GOFLAGS": flags,
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }


def build(part: Part, folder: Path) -> None:
    """Puts the program, and what goes with it, into the folder. Raises BuildError."""
    go = _go()
    # A copy: embedded files are laid beside main.go, and the checkout stays as it is.
    source = folder / "source"
    shutil.copytree(MODULES / part.module.folder, source)
    for module, path, name in (*part.module.embeds, *part.module.copies):
        target = source if (module, path, name) in part.module.embeds else folder
        shutil.copyfile(_module_folder(go, module, source) / path, target / name)
    stamps = " ".join(f"-X {stamp}" for stamp in part.module.stamps)
    arguments = ["build", "-trimpath", f"-ldflags=-s -w {stamps}", "-o", str(folder / part.name), part.module.package]
    _run([go, *arguments], source)
    shutil.rmtree(source)


def forget() -> None:
    """Removes Go's downloads and compiled packages: gigabytes that a finished toolchain does not need."""
    shutil.rmtree(paths.cache_dir() / "go", ignore_errors=True)


def _go() -> str:
    go = shutil.which("go")
    if go is None:
        raise BuildError(
            "no Go was found to build it with; install Go 1.26 or newer (https://go.dev/dl), or let this machine reach "
            "the internet, from where finished programs are then taken"
        )
    # Asked where the modules are: a Go from 1.21 on fetches the toolchain that they name, where it may.
    answer = subprocess.run(
        [go, "env", "GOVERSION"], cwd=MODULES / "pulumi", env=environment(), capture_output=True, text=True, check=False
    )
    found = re.match(r"go(\d+)\.(\d+)", answer.stdout)
    if not found or (int(found[1]), int(found[2])) < _GO:
        raise BuildError(
            f"{go} is too old ({answer.stdout.strip() or answer.stderr.strip()}); install Go 1.26 or newer (https://go.dev/dl)"
        )
    return go


def _module_folder(go: str, module: str, source: Path) -> Path:
    # `go list` names no folder for a module that was not downloaded yet.
    _run([go, "mod", "download", module], source)
    return Path(_run([go, "list", "-m", "-f", "{{.Dir}}", module], source).strip())


def _run(command: Sequence[str], folder: Path, env: Mapping[str, str] | None = None) -> str:
    answer = subprocess.run(
        command,
        cwd=folder,
        env=env or environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        said = "\n".join(answer.stderr.strip().splitlines()[-10:])
        raise BuildError(f"`{' '.join(command[:2])}` of {folder.parent.name} failed:\n{said}")
    return answer.stdout

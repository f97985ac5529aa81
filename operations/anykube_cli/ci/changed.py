"""Finds the stacks that a change affects: those whose effective settings differ, or all if their sources differ."""

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from anykube.settings.effective import Difference, compare
from anykube.settings.files import ENVIRONMENTS, names
from anykube.settings.loader import load
from anykube.settings.problems import SettingsError

from anykube_cli import stack_settings
from anykube_cli.stack_settings import ENVIRONMENTS as SETTINGS_FOLDER
from anykube_cli.toolchain import paths

_SOURCES = (
    "components/*",
    "stacks/*",
    "policies/*",
    "operations/anykube_cli/toolchain/*",
    "pyproject.toml",
    "uv.lock",
    "Pulumi.yaml",
)
"""The files that affect every stack. `*` includes subfolders."""
_NO_SOURCES = (f"{SETTINGS_FOLDER}/*", "stacks/Pulumi.*.yaml", "*.md", "*/schema.json")


class GitError(Exception):
    """There is no such commit, or this is no Git working tree. The text is Git's message."""


@dataclass(frozen=True)
class Changed:
    """What differs between a commit and the working tree."""

    stacks: Mapping[str, str]
    """The changed stacks, each with the reason."""
    removed: tuple[str, ...]
    """Stacks whose settings file was removed."""


@contextmanager
def settings_at(ref: str) -> Iterator[Path]:
    """A temporary folder with the settings files of a commit. Raises GitError."""
    with tempfile.TemporaryDirectory(dir=paths.state_dir() / "tmp") as folder:
        target = Path(folder)
        for name in _git("ls-tree", "-r", "-z", "--name-only", ref, "--", str(SETTINGS_FOLDER)).split("\0"):
            if name:
                file = target / Path(name).relative_to(SETTINGS_FOLDER)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(_git("show", f"{ref}:{name}"), encoding="utf-8")
        yield target


def changed(ref: str, before: Path) -> Changed:
    """What the working tree changes since a commit. `before`: a folder with its settings files. Raises GitError."""
    files = [*_git("diff", "--name-only", "-z", ref, "--").split("\0")]
    files += _git("ls-files", "--others", "--exclude-standard", "-z").split("\0")
    source = next((file for file in sorted(files) if _is_source(file)), None)
    stacks = names(ENVIRONMENTS)
    reasons = dict.fromkeys(stacks, f"its sources: {source}") if source else {}
    for stack in stacks:
        if f"stacks/Pulumi.{stack}.yaml" in files:
            reasons.setdefault(stack, "its config")
        if reason := _changed_settings(stack, before):
            reasons.setdefault(stack, reason)
    return Changed(reasons, tuple(sorted(set(names(before)) - set(stacks))))


def differing(stack: str, before: Path) -> list[Difference]:
    """The effective settings of a stack that differ from those in `before`; current first. Raises SettingsError."""
    return list(compare((stack, ENVIRONMENTS), (stack, before)))


def _changed_settings(stack: str, before: Path) -> str | None:
    if stack not in names(before):
        return "new"
    try:
        if differences := differing(stack, before):
            return f"its settings: {differences[0].path}"
        base = stack_settings.base_stack(load(stack, ENVIRONMENTS))
        base_differences = differing(base, before) if base else []
    except SettingsError:
        return "its settings are invalid now, or were before"
    paths_of_cluster = (change.path for change in base_differences if change.path.startswith("cluster."))
    return next((f"the cluster of {base}: {path}" for path in paths_of_cluster), None)


def _is_source(file: str) -> bool:
    return any(fnmatch(file, pattern) for pattern in _SOURCES) and not any(
        fnmatch(file, pattern) for pattern in _NO_SOURCES
    )


def _git(*arguments: str) -> str:
    result = subprocess.run(["git", *arguments], cwd=paths.checkout(), capture_output=True, text=True, check=False)
    if result.returncode:
        raise GitError(result.stderr.strip())
    return result.stdout

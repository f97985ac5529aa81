"""Which stacks a change is about: those whose settings come to something else, or all where their sources changed."""

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from anykube.settings.effective import Difference, between
from anykube.settings.loader import load
from anykube.settings.pages import ENVIRONMENTS, names
from anykube.settings.problems import SettingsError

from anykube_cli import pages
from anykube_cli.pages import ENVIRONMENTS as PAGES
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
"""What stacks are made from, beside their pages. `*` reaches into folders."""
_NO_SOURCES = (f"{PAGES}/*", "stacks/Pulumi.*.yaml", "*.md", "*/schema.json")


class GitError(Exception):
    """The reference is none, or this is no work tree of git; the text is what git said."""


@dataclass(frozen=True)
class Changed:
    """What differs between a commit and the work tree."""

    stacks: Mapping[str, str]
    """Why each is changed, in a few words."""
    gone: tuple[str, ...]
    """Stacks that had a page and have none now."""


@contextmanager
def pages_at(ref: str) -> Iterator[Path]:
    """A folder with the pages as that commit has them, as long as it lasts. Raises GitError."""
    with tempfile.TemporaryDirectory(dir=paths.state_dir() / "tmp") as folder:
        to = Path(folder)
        for name in _git("ls-tree", "-r", "-z", "--name-only", ref, "--", str(PAGES)).split("\0"):
            if name:
                file = to / Path(name).relative_to(PAGES)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(_git("show", f"{ref}:{name}"), encoding="utf-8")
        yield to


def changed(ref: str, before: Path) -> Changed:
    """What the work tree has changed since the commit, whose pages are in the folder `before`. Raises GitError."""
    files = [*_git("diff", "--name-only", "-z", ref, "--").split("\0")]
    files += _git("ls-files", "--others", "--exclude-standard", "-z").split("\0")
    source = next((file for file in sorted(files) if _is_source(file)), None)
    there = names(ENVIRONMENTS)
    found = dict.fromkeys(there, f"its sources: {source}") if source else {}
    for stack in there:
        if f"stacks/Pulumi.{stack}.yaml" in files:
            found.setdefault(stack, "its config")
        if why := _page_changed(stack, before):
            found.setdefault(stack, why)
    return Changed(found, tuple(sorted(set(names(before)) - set(there))))


def differing(stack: str, before: Path) -> list[Difference]:
    """What the settings of a stack come to differently, the present first. Raises SettingsError."""
    return list(between((stack, ENVIRONMENTS), (stack, before)))


def _page_changed(stack: str, before: Path) -> str | None:
    if stack not in names(before):
        return "new"
    try:
        if found := differing(stack, before):
            return f"its settings: {found[0].path}"
        base = pages.base(load(stack, ENVIRONMENTS))
        below = differing(base, before) if base else []
    except SettingsError:
        return "its page is wrong, or was"
    return next((f"the cluster of {base}: {one.path}" for one in below if one.path.startswith("cluster.")), None)


def _is_source(file: str) -> bool:
    return any(fnmatch(file, one) for one in _SOURCES) and not any(fnmatch(file, one) for one in _NO_SOURCES)


def _git(*arguments: str) -> str:
    answer = subprocess.run(["git", *arguments], cwd=paths.checkout(), capture_output=True, text=True, check=False)
    if answer.returncode:
        raise GitError(answer.stderr.strip())
    return answer.stdout

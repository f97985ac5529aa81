"""A clean checkout of the project in a folder of its own, driven as a person would: make, pulumi, kubectl."""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil
from anykube.settings import pages
from ruamel.yaml import YAML

SOURCE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        """Both streams."""
        return self.out + self.err


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or a file that its writer has just replaced
        with suppress(FileNotFoundError):
            shutil.copy2(source, target)


class Checkout:
    """The project as git would hand it out, with the changes that are not committed yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(SOURCE), str(folder)], check=True)
        changed = subprocess.run(
            ["git", "ls-files", "--modified", "--others", "--exclude-standard", "-z"],
            cwd=SOURCE,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name in filter(None, changed.split("\0")):
            if (SOURCE / name).exists():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(SOURCE / name, folder / name)
            else:
                (folder / name).unlink()
        self._have_compiled()
        self._git("add", "--all")
        self._git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "--allow-empty", "-m", "as it is")

    def _have_compiled(self) -> None:
        """What Python has compiled of the SDKs here: ten seconds of work less in each checkout.

        A file is used only where it is of a source with the same time and size.
        """
        libraries = Path(".anykube", "venv", "lib")
        here, there = (
            root / ".anykube" / "pycache" / (root / libraries).relative_to("/") for root in (SOURCE, self.folder)
        )
        if here.exists():
            # Python replaces such a file, and never writes into it.
            shutil.copytree(here, there, copy_function=_linked)

    def _git(self, *arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=True).stdout

    @property
    def status(self) -> str:
        """`git status --porcelain`: empty when the checkout is clean."""
        return self._git("status", "--porcelain")

    @cached_property
    def plain_environment(self) -> dict[str, str]:
        """The machine's environment without anything that a surrounding make or Pulumi run has set."""
        ours = ("PULUMI_", "MAKE", "MFLAGS", "ANYKUBE_CHECKOUT", "VIRTUAL_ENV", "PYTHONPYCACHEPREFIX", "TMPDIR")
        return {key: value for key, value in os.environ.items() if not key.startswith(ours)}

    @cached_property
    def environment(self) -> dict[str, str]:
        """What `eval "$(make -s env)"` makes of it."""
        exports = self.make("-s", "env").out
        changed = dict(word.split("=", 1) for word in shlex.split(exports) if word != "export")
        return {**self.plain_environment, **changed}

    def run(self, *command: str, environment: Mapping[str, str] | None = None, ok: bool = True) -> Said:
        """Runs a command in the checkout; unless it may fail, it must not."""
        answer = subprocess.run(
            command,
            cwd=self.folder,
            env=dict(environment or self.plain_environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        said = Said(answer.returncode, answer.stdout, answer.stderr)
        assert said.code == 0 or not ok, f"{' '.join(command)} ended with {said.code}:\n{said.all}"
        return said

    def make(self, *arguments: str, ok: bool = True) -> Said:
        """`make …`."""
        return self.run("make", *arguments, ok=ok)

    def pulumi(self, *arguments: str, ok: bool = True) -> Said:
        """Plain `pulumi …`, as after `eval "$(make -s env)"`."""
        return self.run("pulumi", *arguments, environment=self.environment, ok=ok)

    def up(self, stack: str = "local", ok: bool = True) -> "Update":
        """A plain `pulumi up`, with what it changed."""
        said = self.pulumi("up", "--yes", "--skip-preview", "--stack", stack, ok=ok)
        history = json.loads(self.pulumi("stack", "history", "--json", "--stack", stack).out)
        return Update(said, history[0]["resourceChanges"])

    def kubectl(self, *arguments: str, ok: bool = True) -> Said:
        """kubectl with the kubeconfig that the stack `local` has as its output."""
        file = self.folder / ".anykube" / "test.kubeconfig"
        kubeconfig = self.pulumi("stack", "output", "kubeconfig", "--show-secrets", "--stack", "local").out
        file.touch(mode=0o600)
        file.write_text(kubeconfig)
        return self.run("kubectl", "--kubeconfig", str(file), *arguments, environment=self.environment, ok=ok)

    def get(self, *arguments: str) -> list[dict[str, Any]]:
        """The items that `kubectl get … -o json` finds."""
        found: list[dict[str, Any]] = json.loads(self.kubectl("get", *arguments, "-o", "json").out)["items"]
        return found

    def state(self, stack: str = "local") -> str:
        """The exported state, secrets encrypted."""
        return self.pulumi("stack", "export", "--stack", stack).out

    @contextmanager
    def page(self, name: str = "local") -> Iterator[Any]:
        """A page of settings, to be changed; it is written when the block ends, with what it extends in it."""
        folder = self.folder / "stacks" / "environments"
        file, yaml = folder / f"{name}.yaml", YAML()
        document: Any = pages.read(name, folder)[0].to_data() if file.exists() else {}
        document.pop("extends", None)
        yield document
        yaml.dump(document, file)

    def processes(self) -> list[psutil.Process]:
        """Every live process that runs from this checkout, or for it."""
        found = []
        for process in psutil.process_iter():
            try:
                if str(self.folder) in " ".join(process.cmdline()):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def remove(self) -> None:
        """Ends what still runs and removes the folder."""
        for process in self.processes():
            process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(frozen=True)
class Update:
    """A run of `pulumi up` and its count of resources by operation."""

    said: Said
    changes: Mapping[str, int]

    @property
    def changed(self) -> dict[str, int]:
        """All but what stayed the same."""
        return {operation: count for operation, count in self.changes.items() if operation != "same"}

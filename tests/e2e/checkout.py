"""A clean checkout of the project in a separate folder, used as a person would: with make, pulumi and kubectl."""

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
from anykube.settings import files
from ruamel.yaml import YAML

SOURCE = Path(__file__).parents[2]
_SOURCES = ("components", "policies", "operations", "rehearsal", "stacks")
"""Folders with the Python files that a run imports."""


@dataclass(frozen=True)
class CommandResult:
    """The output and exit code of a command."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        """Standard output, then standard error."""
        return self.out + self.err


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # on another file system, or a file that was just replaced
        with suppress(FileNotFoundError):
            shutil.copy2(source, target)


class Checkout:
    """A clone of the project that includes uncommitted changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cluster: tuple[bytes, ...] = ()
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
        self._reuse_compiled_files()
        self._git("add", "--all")
        self._git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "--allow-empty", "-m", "as it is")

    def _reuse_compiled_files(self) -> None:
        """Reuses the compiled files of the SDKs and of the sources, which saves twelve seconds in each checkout.

        Python uses a compiled file only if its source has the same modification time and size.
        """
        for file in self.folder.rglob("*.py"):
            os.utime(file, ns=(0, (SOURCE / file.relative_to(self.folder)).stat().st_mtime_ns))
        compiled = Path(".anykube", "pycache")
        for sources in (Path(".anykube", "venv", "lib"), *_SOURCES):
            source, target = (root / compiled / (root / sources).relative_to("/") for root in (SOURCE, self.folder))
            if source.exists():
                # Hard links are safe, because Python replaces these files and never writes into them.
                shutil.copytree(source, target, copy_function=_link)

    def _git(self, *arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=True).stdout

    @property
    def status(self) -> str:
        """`git status --porcelain`: empty when the checkout is clean."""
        return self._git("status", "--porcelain")

    @cached_property
    def base_environment(self) -> dict[str, str]:
        """The machine's environment, without variables of a surrounding make or Pulumi run."""
        prefixes = ("PULUMI_", "MAKE", "MFLAGS", "ANYKUBE_CHECKOUT", "VIRTUAL_ENV", "PYTHONPYCACHEPREFIX", "TMPDIR")
        return {key: value for key, value in os.environ.items() if not key.startswith(prefixes)}

    @cached_property
    def environment(self) -> dict[str, str]:
        """The environment after `eval "$(make -s env)"`."""
        exports = self.make("-s", "env").out
        variables = dict(word.split("=", 1) for word in shlex.split(exports) if word != "export")
        return {**self.base_environment, **variables}

    def run(self, *command: str, environment: Mapping[str, str] | None = None, ok: bool = True) -> CommandResult:
        """Runs a command in the checkout. With `ok`, asserts that it succeeds."""
        process = subprocess.run(
            command,
            cwd=self.folder,
            env=dict(environment or self.base_environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        result = CommandResult(process.returncode, process.stdout, process.stderr)
        assert result.code == 0 or not ok, f"{' '.join(command)} failed with exit code {result.code}:\n{result.all}"
        return result

    def make(self, *arguments: str, ok: bool = True) -> CommandResult:
        """Runs `make …`."""
        return self.run("make", *arguments, ok=ok)

    def pulumi(self, *arguments: str, ok: bool = True) -> CommandResult:
        """Runs `pulumi …` as after `eval "$(make -s env)"`."""
        return self.run("pulumi", *arguments, environment=self.environment, ok=ok)

    def up(self, stack: str = "local", ok: bool = True) -> "Update":
        """Runs `pulumi up` and returns its changes."""
        result = self.pulumi("up", "--yes", "--skip-preview", "--stack", stack, ok=ok)
        history = json.loads(self.pulumi("stack", "history", "--json", "--page-size", "1", "--stack", stack).out)
        return Update(result, history[0]["resourceChanges"])

    def kubectl(self, *arguments: str, ok: bool = True) -> CommandResult:
        """Runs kubectl with the kubeconfig from the outputs of the stack `local`."""
        return self.run(
            "kubectl", "--kubeconfig", str(self._kubeconfig()), *arguments, environment=self.environment, ok=ok
        )

    def _kubeconfig(self) -> Path:
        """The file with that kubeconfig. Decrypting outputs takes a second, so it is written again only after the
        cluster or its address has changed."""
        file, cluster = self.folder / ".anykube" / "test.kubeconfig", self.folder / ".anykube/local/clusters/local"
        present = tuple(
            (cluster / name).read_bytes() for name in ("pki/ca.crt", "kwok.yaml") if (cluster / name).exists()
        )
        if not present or present != self._cluster:
            kubeconfig = self.pulumi("stack", "output", "kubeconfig", "--show-secrets", "--stack", "local").out
            file.touch(mode=0o600)
            file.write_text(kubeconfig)
            self._cluster = present
        return file

    def get(self, *arguments: str) -> list[dict[str, Any]]:
        """Returns the items of `kubectl get … -o json`."""
        items: list[dict[str, Any]] = json.loads(self.kubectl("get", *arguments, "-o", "json").out)["items"]
        return items

    def state(self, stack: str = "local") -> str:
        """Returns the exported state, with encrypted secrets."""
        return self.pulumi("stack", "export", "--stack", stack).out

    @contextmanager
    def edit_settings(self, name: str = "local") -> Iterator[Any]:
        """Yields a stack's settings to be changed, merged with those it extends. Writes them when the block ends."""
        folder = self.folder / "stacks" / "environments"
        file, yaml = folder / f"{name}.yaml", YAML()
        document: Any = files.read(name, folder)[0].to_data() if file.exists() else {}
        document.pop("extends", None)
        yield document
        yaml.dump(document, file)

    def processes(self) -> list[psutil.Process]:
        """Returns the running processes that have this checkout in their command line."""
        processes = []
        for process in psutil.process_iter():
            try:
                if str(self.folder) in " ".join(process.cmdline()):
                    processes.append(process)
            except psutil.Error:
                continue
        return processes

    def remove(self) -> None:
        """Kills the checkout's processes and removes its folder. Some end by themselves in between, and their numbers
        may already belong to other processes."""
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(frozen=True)
class Update:
    """A run of `pulumi up`, with the number of resources by operation."""

    result: CommandResult
    changes: Mapping[str, int]

    @property
    def changed(self) -> dict[str, int]:
        """The numbers of changed resources."""
        return {operation: count for operation, count in self.changes.items() if operation != "same"}

"""A scratch repository with a few small stacks, and the environment of an empty simulated account of a cloud."""

import json
import subprocess
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil
from anykube_rehearsal.cloud.account.client import Client
from anykube_rehearsal.gcp.plugin.account import VARIABLE
from ruamel.yaml import YAML

from tests.e2e.checkout import Checkout, CommandResult

_CREATE_ACCOUNT = """
import json, sys
from anykube_cli import runs, stack_settings
from anykube_cli.toolchain import bootstrap
bootstrap.ensure({f"{sys.argv[2]}-rehearsal"})
from anykube_cli.rehearsal import workspace
runs.prepare_toolchain()
made = workspace.prepare("account", stack_settings.load_stack_settings(sys.argv[1]).cluster)
print(json.dumps(dict(made.environment)))
"""
"""Creates an empty account, as at the start of a rehearsal, and prints the variables of its environment."""


class Project:
    """The repository, its account, and the commands that a job runs."""

    def __init__(self, folder: Path, pages: Mapping[str, Any], cloud: str = "gcp") -> None:
        self.cloud = cloud
        self.checkout = Checkout(folder)
        self.folder = folder
        self.outputs: list[str] = []
        """The output of all commands."""
        for file in self.pages.rglob("*.yaml"):
            file.unlink()
        for name, content in pages.items():
            self.write(name, content)
        self.commit("Add stacks")
        self.checkout.make("-s", "toolchain")

    @property
    def pages(self) -> Path:
        return self.folder / "stacks" / "environments"

    @cached_property
    def environment(self) -> dict[str, str]:
        """The environment of a job with access to the account and the repository's stacks."""
        stack = sorted(file.stem for file in self.pages.glob("*.yaml"))[0]
        result = self.checkout.run(str(self.python), "-c", _CREATE_ACCOUNT, stack, self.cloud)
        variables: dict[str, str] = json.loads(result.out.splitlines()[-1])
        del variables["ANYKUBE_ENVIRONMENTS"]
        return variables

    @property
    def python(self) -> Path:
        return self.folder / ".anykube" / "venv" / "bin" / "python"

    @property
    def place(self) -> Path:
        """Where the account and its stacks' state are."""
        return self.folder / ".anykube" / "rehearsals" / "account"

    def write(self, page: str, content: Any) -> None:
        """Writes a page; `base/NAME` is one that others extend."""
        file = self.pages / f"{page}.yaml"
        file.parent.mkdir(exist_ok=True)
        YAML().dump(content, file)

    def git(self, *arguments: str) -> str:
        result = self.checkout.run("git", "-c", "user.name=t", "-c", "user.email=t@t", *arguments)
        return result.out

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", message)

    def ci(self, *arguments: str, variables: Mapping[str, str] | None = None, code: int = 0) -> CommandResult:
        """Runs `python -m anykube_cli ci …` as a job's step and asserts its exit code."""
        environment = {**self.environment, **(variables or {})}
        result = self.checkout.run(
            str(self.python), "-m", "anykube_cli", "ci", *arguments, environment=environment, ok=False
        )
        self.outputs.append(result.all)
        assert result.code == code, f"ci {' '.join(arguments)} ended with {result.code}, not {code}:\n{result.all}"
        return result

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Starts `python -m anykube_cli ci …` and returns without waiting."""
        command = [str(self.python), "-m", "anykube_cli", "ci", *arguments]
        out = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=out, stderr=subprocess.STDOUT, text=True
        )

    def outputs_by(self, job: "subprocess.Popen[str]") -> str:
        """Waits for a job and returns its output."""
        result, _ = job.communicate(timeout=60)
        self.outputs.append(result)
        return result

    def settings(self, stack: str) -> CommandResult:
        """Runs `make settings`."""
        result = self.checkout.make("-s", "settings", f"STACK={stack}")
        self.outputs.append(result.all)
        return result

    def pulumi(self, *arguments: str) -> CommandResult:
        """Plain `pulumi`, in that shell."""
        result = subprocess.run(
            ["pulumi", *arguments],
            cwd=self.place / "project",
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return CommandResult(result.returncode, result.stdout, result.stderr)

    def secret(self, stack: str, name: str, value: str) -> None:
        """Encrypts a secret for a stack, as its owner does once."""
        subprocess.run(
            ["pulumi", "config", "set", "--secret", name, "--stack", stack],
            cwd=self.place / "project",
            env=self.environment,
            input=value,
            capture_output=True,
            text=True,
            check=True,
        )

    def exists(self, stack: str) -> bool:
        """Whether the backend knows the stack."""
        return stack in {
            stack_summary["name"] for stack_summary in json.loads(self.pulumi("stack", "ls", "--json").out)
        }

    def pending(self, stack: str) -> list[Any]:
        """What the state says is still under way."""
        exported = json.loads(self.pulumi("stack", "export", "--stack", stack).out)
        return exported["deployment"].get("pending_operations") or []

    def kubectl(self, stack: str, *arguments: str) -> CommandResult:
        """kubectl, on the cluster of a stack."""
        file = self.place / f"{stack}.kubeconfig"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(self.pulumi("stack", "output", "kubeconfig", "--show-secrets", "--stack", stack).out)
        return self.checkout.run("kubectl", "--kubeconfig", str(file), *arguments, environment=self.environment)

    @property
    def account(self) -> Client:
        return Client(self.environment[VARIABLE])

    def clusters(self) -> set[str]:
        """The names of the clusters that the account has."""
        return {resource["inputs"]["name"] for resource in self.account.all() if resource["token"].endswith(":Cluster")}

    def remove(self) -> None:
        """Removes the checkout and its processes."""
        self.checkout.remove()
        psutil.wait_procs(self.checkout.processes(), timeout=30)

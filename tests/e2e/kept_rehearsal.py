"""A rehearsal from start to end, and one that stays deployed for a test."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
from anykube_cli.toolchain import simulation

from tests.e2e.checkout import Checkout, CommandResult


def rehearse(checkout: Checkout, stack: str, *steps: str, faults: str = "") -> str:
    """Rehearses a stack, asserts that all went well and that nothing is left behind, and returns the output."""
    result = checkout.make("rehearse", f"STACK={stack}", *([f"FAULT={faults}"] if faults else []))
    assert "left in the account: nothing" in result.out
    for step in ("up", "nothing to do", *steps, "destroy"):
        assert f"✓ {step}" in result.out
    assert "✗" not in result.out
    psutil.wait_procs(checkout.processes(), timeout=30)
    assert checkout.processes() == []
    assert not (checkout.folder / ".anykube" / "rehearsals" / stack).exists()
    return result.out


class KeptRehearsal:
    """A rehearsal started with KEEP=1, with its own Pulumi and kubectl.

    `variables`: additional environment variables of the shell that starts it.
    """

    def __init__(self, checkout: Checkout, stack: str, variables: Mapping[str, str] | None = None) -> None:
        self.checkout, self.stack = checkout, stack
        environment = {**checkout.base_environment, **(variables or {})}
        self.result = checkout.run("make", "rehearse", f"STACK={stack}", "KEEP=1", environment=environment)
        self.folder = checkout.folder / ".anykube" / "rehearsals" / stack
        self.account = json.loads((self.folder / "account" / "account.json").read_text())
        self.environment = {
            **checkout.environment,
            "ANYKUBE_ENVIRONMENTS": str(self.folder / "environments"),
            "PATH": f"{self.folder / 'bin'}:{checkout.environment['PATH']}",
            "PULUMI_HOME": str(self.folder / "pulumi"),
            simulation.VARIABLE: str(self.folder),
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.folder / "passphrase"),
        }
        self.kubeconfig = self.folder / "kubeconfig"
        self.kubeconfig.write_text(self.pulumi("stack", "output", "kubeconfig", "--show-secrets").out)

    def pulumi(self, *arguments: str, stack: str | None = None, ok: bool = True) -> CommandResult:
        """Runs `pulumi` in the rehearsal's project."""
        process = subprocess.run(
            ["pulumi", *arguments, "--stack", stack or self.stack],
            cwd=self.folder / "project",
            env=self.with_credentials,
            capture_output=True,
            text=True,
            check=False,
        )
        result = CommandResult(process.returncode, process.stdout, process.stderr)
        assert result.code == 0 or not ok, f"pulumi {' '.join(arguments)} failed ({result.code}):\n{result.all}"
        return result

    @property
    def with_credentials(self) -> dict[str, str]:
        """The environment with the deployer's credentials."""
        variables: dict[str, str] = json.loads((self.folder / "variables.json").read_text())
        return {**self.environment, **variables}

    def kubectl(self, *arguments: str, kubeconfig: Path | None = None, ok: bool = True) -> CommandResult:
        command = ("kubectl", "--kubeconfig", str(kubeconfig or self.kubeconfig), *arguments)
        return self.checkout.run(*command, environment=self.with_credentials, ok=ok)

    def get(self, *arguments: str) -> list[dict[str, Any]]:
        """Returns the items of `kubectl get … -o json`."""
        items: list[dict[str, Any]] = json.loads(self.kubectl("get", *arguments, "-o", "json").out)["items"]
        return items

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.account['port']}"

    def client(self, service: str) -> Any:
        """Returns a boto3 client of a service of the simulated AWS account."""
        import boto3

        session = boto3.session.Session("test", "test", region_name="eu-west-1")
        return session.client(service, endpoint_url=self.url)

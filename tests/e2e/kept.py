"""A rehearsal that stays up for a test."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anykube_cli.toolchain import simulation

from tests.e2e.checkout import Checkout, Said


class Kept:
    """A rehearsal that was left up, and its own Pulumi and kubectl.

    `more`: variables of the shell that it is begun in.
    """

    def __init__(self, checkout: Checkout, stack: str, more: Mapping[str, str] | None = None) -> None:
        self.checkout, self.stack = checkout, stack
        there = {**checkout.plain_environment, **(more or {})}
        self.said = checkout.run("make", "rehearse", f"STACK={stack}", "KEEP=1", environment=there)
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

    def pulumi(self, *arguments: str, stack: str | None = None, ok: bool = True) -> Said:
        """Plain `pulumi`, in the rehearsal's place."""
        answer = subprocess.run(
            ["pulumi", *arguments, "--stack", stack or self.stack],
            cwd=self.folder / "project",
            env=self.with_credentials,
            capture_output=True,
            text=True,
            check=False,
        )
        said = Said(answer.returncode, answer.stdout, answer.stderr)
        assert said.code == 0 or not ok, f"pulumi {' '.join(arguments)} ended with {said.code}:\n{said.all}"
        return said

    @property
    def with_credentials(self) -> dict[str, str]:
        """The environment of somebody who may act as the deployer."""
        variables: dict[str, str] = json.loads((self.folder / "variables.json").read_text())
        return {**self.environment, **variables}

    def kubectl(self, *arguments: str, kubeconfig: Path | None = None, ok: bool = True) -> Said:
        command = ("kubectl", "--kubeconfig", str(kubeconfig or self.kubeconfig), *arguments)
        return self.checkout.run(*command, environment=self.with_credentials, ok=ok)

    def get(self, *arguments: str) -> list[dict[str, Any]]:
        """The items that `kubectl get … -o json` finds."""
        found: list[dict[str, Any]] = json.loads(self.kubectl("get", *arguments, "-o", "json").out)["items"]
        return found

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.account['port']}"

    def client(self, service: str) -> Any:
        """boto3's client of a service, on AWS."""
        import boto3

        session = boto3.session.Session("test", "test", region_name="eu-west-1")
        return session.client(service, endpoint_url=self.url)

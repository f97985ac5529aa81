"""The policy pack before the real engine, on a stack that knows none of our components: it finds what was planted.

Clouds are the simulated plugins, which need no account to answer a preview; Kubernetes' own plugin renders YAML, and so
needs no cluster. Nothing is made.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from anykube_cli.policies import Violation, read_violations
from anykube_cli.rehearsal.programs import plugin
from anykube_cli.toolchain import home, paths, simulation
from anykube_policies.rule import Severity
from anykube_policies.table import RULES
from ruamel.yaml import YAML

_RULES = {rule.name: rule for rule in RULES}
_PROGRAM = Path(__file__).parent / "planted"
_NOBODY = "http://127.0.0.1:9"
"""An address on this machine at which nobody answers."""
_ALONE: Mapping[str, str] = {
    "ANYKUBE_AZURE_ACCOUNT": _NOBODY,
    "ANYKUBE_GOOGLE_ENDPOINT": _NOBODY,
    "AWS_ENDPOINT_URL": _NOBODY,
    "ARM_SUBSCRIPTION_ID": "00000000-0000-0000-0000-000000000000",
    "AWS_REGION": "eu-west-1",
    "GOOGLE_PROJECT": "planted",
    "GOOGLE_REGION": "europe-west1",
    "PULUMI_DEBUG_COMMANDS": "true",
    "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
}

PLANTED: Mapping[str, str] = {
    "pod-privileged": "privileged",
    "pod-privilege-escalation": "escalating",
    "pod-non-root": "root",
    "pod-capabilities": "capable",
    "pod-host-network": "on-the-host",
    "pod-host-path": "reading-the-node",
    "pod-literal-secret": "talkative",
    "pod-image-pinned": "latest",
    "pod-memory-limit": "boundless",
    "pod-readiness": "unready",
    "pod-cron-job-deadline": "late",
    "rbac-cluster-admin": "everybody",
    "rbac-wildcards": "anything",
    "rbac-escalation": "rising",
    "exposure-public-service": "balanced-by-itself-service",
    "exposure-ingress-tls": "plain",
    "exposure-ingress-class": "retired",
    "exposure-snippets": "injected",
    "exposure-pod-security": "lax",
    "stack-network-policy": "open",
    "stack-dangling-service": "gone-service",
    "stack-autoscaled-replicas": "fought-over",
    "stack-budget-able": "immovable",
    "stack-default-provider": "wherever",
    "cluster-endpoint": "eks-for-everybody",
    "cluster-audit-logs": "eks-that-forgets",
    "cluster-private-nodes": "gke-in-the-open",
    "cluster-secure-boot": "gke-unsigned-nodes",
    "cluster-legacy-auth": "aks-of-strangers",
    "cluster-network-policy": "aks-without-walls",
}
"""By rule, the only resource of the program that breaks it."""


@dataclass(frozen=True)
class Judged:
    """A preview: its exit code, what it printed, and what its log of events has of rules."""

    code: int
    out: str
    violations: list[Violation]

    @property
    def broken(self) -> list[tuple[str, str]]:
        """Rule and resource of every violation."""
        return sorted(
            (violation.rule, violation.resource) for violation in self.violations if not violation.is_undetermined
        )

    @property
    def unjudged(self) -> set[str]:
        """The rules that would have to know an unknown value."""
        return {violation.rule for violation in self.violations if violation.is_undetermined}


class Project:
    """The program, in a folder of its own with its own Pulumi."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "project"
        self._folder.mkdir()
        home.prepare()
        variables = home.create_home(folder)
        for package, module in (("aws", "aws"), ("azure-native", "azure"), ("gcp", "gcp")):
            plugin(package, f"anykube_rehearsal.{module}.plugin", folder)
        runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
        YAML().dump({"name": "planted", "main": str(_PROGRAM), "runtime": runtime}, self._folder / "Pulumi.yaml")
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "KUBE"))},
            **variables,
            **_ALONE,
            # The program is a package of the tests, which nothing installs.
            "PYTHONPATH": str(paths.checkout()),
            # Pulumi's default provider would else look for a kubeconfig there.
            "HOME": str(folder),
            simulation.VARIABLE: str(folder),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        }
        del self._environment["PULUMI_OPTION_POLICY_PACK"]
        result = self._pulumi("stack", "init", "planted", "--secrets-provider", "passphrase")
        assert result.returncode == 0, result.stderr

    def _pulumi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["pulumi", "--non-interactive", "--color", "never", *arguments]
        return subprocess.run(
            command, cwd=self._folder, env=self._environment, capture_output=True, text=True, check=False
        )

    def judged(self, *, faults: bool) -> Judged:
        assert self._pulumi("config", "set", "faults", str(faults).lower(), "--stack", "planted").returncode == 0
        log = self._folder / "events"
        log.unlink(missing_ok=True)
        packs = ("--policy-pack", str(paths.checkout() / "policies"))
        result = self._pulumi("preview", "--stack", "planted", *packs, "--event-log", str(log))
        found_violations = list(read_violations(log.read_text().splitlines()))
        assert "Traceback" not in result.stdout, result.stdout
        return Judged(result.returncode, result.stdout, found_violations)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def preview(project: Project) -> Judged:
    return project.judged(faults=True)


def test_finds_exactly_the_planted_violations(preview: Judged) -> None:
    assert len(PLANTED) == 30
    assert preview.broken == sorted(PLANTED.items())
    assert preview.unjudged == set()


def test_critical_and_high_violations_stop_the_run(preview: Judged) -> None:
    assert preview.code != 0
    stopping = {violation.rule for violation in preview.violations if violation.stops}
    assert stopping == {name for name in PLANTED if _RULES[name].severity in (Severity.CRITICAL, Severity.HIGH)}
    groups = {rule.partition("-")[0] for rule in _RULES}
    assert {rule.partition("-")[0] for rule in stopping} == groups


def test_violations_name_resource_remedy_and_controls(preview: Judged) -> None:
    assert preview.violations
    printed = " ".join(preview.out.split())
    for violation in preview.violations:
        rule = _RULES[violation.rule]
        assert violation.message.casefold().count(rule.remedy.casefold()) == 1
        assert violation.message.endswith(f"[{'; '.join(map(str, rule.controls))}]")
        assert " ".join(violation.message.split()) in printed
        assert re.search(rf"\[severity: {rule.severity}\] {violation.rule} \(\S+: {violation.resource}\)", printed), (
            violation
        )


def test_accepts_the_stack_without_violations(project: Project) -> None:
    """The stack without the planted resources has no violations."""
    preview = project.judged(faults=False)
    assert (preview.code, preview.violations) == (0, []), preview.out

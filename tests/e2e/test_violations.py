"""What must not get through is refused by a sentence that names field and rule: settings, resources, requests."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.e2e.checkout import Checkout, CommandResult
from tests.e2e.kept_rehearsal import KeptRehearsal
from tests.e2e.violations.aws import AWS
from tests.e2e.violations.azure import AZURE
from tests.e2e.violations.gcp import GCP
from tests.e2e.violations.model import Resource, Violations

_RAW = Path(__file__).parent / "raw"
_CLOUDS = {"aws": AWS, "azure": AZURE, "gcp": GCP}


@pytest.fixture(scope="module", params=_CLOUDS)
def cloud(request: pytest.FixtureRequest) -> Violations:
    return _CLOUDS[request.param]


@pytest.fixture(scope="module")
def rehearsal(cloud: Violations, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptRehearsal]:
    """An account to try it on, with a plugin, and a cluster in it."""
    checkout = Checkout(tmp_path_factory.mktemp("violations") / "anykube")
    try:
        yield KeptRehearsal(checkout, cloud.stack)
        checkout.make("rehearse", f"STACK={cloud.stack}", "END=1")
    finally:
        checkout.remove()


class Raw:
    """A project of raw resources in the rehearsal's account."""

    def __init__(self, rehearsal: KeptRehearsal, folder: Path) -> None:
        self._kept, self._folder = rehearsal, folder
        self._resources = folder / "resources.json"
        self._resources.write_text("[]")
        python = rehearsal.checkout.folder / ".anykube" / "venv"
        runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(python)}}
        YAML().dump({"name": "raw", "main": str(_RAW), "runtime": runtime}, folder / "Pulumi.yaml")
        # The account is to judge them, and not before it the policy pack.
        policy_variables = {"PULUMI_OPTION_POLICY_PACK"}
        current = {name: value for name, value in rehearsal.with_credentials.items() if name not in policy_variables}
        self.environment = {**current, "RAW_RESOURCES": str(self._resources)}
        self("stack", "init", "raw", "--secrets-provider", "passphrase")

    def __call__(self, *arguments: str, ok: bool = True) -> CommandResult:
        command = ("pulumi", "--cwd", str(self._folder), "--non-interactive", *arguments)
        return self._kept.checkout.run(*command, environment=self.environment, ok=ok)

    def up(self, *resources: Resource, ok: bool = True) -> CommandResult:
        self.write(*resources)
        return self("up", "--yes", "--skip-preview", ok=ok)

    def write(self, *resources: Resource) -> None:
        """Each by name, type and properties; `${name.id}` is the id of one before it."""
        declarations = [dict(zip(("name", "type", "properties"), resource, strict=True)) for resource in resources]
        self._resources.write_text(json.dumps(declarations))


@pytest.fixture(scope="module")
def raw(rehearsal: KeptRehearsal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Raw]:
    project = Raw(rehearsal, tmp_path_factory.mktemp("raw"))
    yield project
    project("destroy", "--yes", "--skip-preview")


def test_rejects_invalid_settings(rehearsal: KeptRehearsal, cloud: Violations) -> None:
    """The program that the engine runs says all that is wrong with a page, and registers nothing."""
    for stack_name, violations in cloud.invalid_settings.items():
        settings: dict[str, Any] = {"cluster": {**cloud.cluster}, "apps": {}}
        for violation in violations.values():
            for key, value in violation.invalid.items():
                current = settings["cluster"].get(key)
                merge = isinstance(value, dict) and current is not None and current is not cloud.cluster.get(key)
                settings["cluster"][key] = {**current, **value} if merge else value
        folder = rehearsal.folder / "environments"
        YAML().dump(settings, folder / f"{stack_name}.yaml")
        rehearsal.pulumi("stack", "init", "--no-select", "--secrets-provider", "passphrase", stack=stack_name)
        result = rehearsal.pulumi("preview", stack=stack_name, ok=False)
        assert result.code != 0
        assert "Traceback" not in result.all
        for name, violation in violations.items():
            lines = [line for line in result.all.splitlines() if f": {violation.field}: " in line]
            assert len(lines) == 1, f"{name}: {result.all}"
            assert violation.rule in lines[0], name
        assert "+ 1 to create" in result.all, "the stack itself and nothing else"


def test_plugin_rejects_invalid_resources(raw: Raw, cloud: Violations) -> None:
    """The plugin validates the inputs of raw resources. A program ends at its first invalid resource."""
    for name, violation in cloud.provider.items():
        raw.write(("one", *violation.invalid))
        result = raw("preview", ok=False)
        assert result.code != 0, name
        lines = result.all.splitlines()
        assert any(violation.field in line and violation.rule in line for line in lines), f"{name}: {result.all}"


def test_account_rejects_invalid_requests(raw: Raw, cloud: Violations) -> None:
    """The account enforces the cloud's rules on the plugin's requests."""
    for step in cloud.requests:
        succeeds = not step.messages
        if step.resources is None:
            result = raw("destroy", "--yes", "--skip-preview", ok=succeeds)
        else:
            result = raw.up(*step.resources, ok=succeeds)
        for message in step.messages:
            assert message in result.all


def test_has_enough_violations(cloud: Violations) -> None:
    assert cloud.count >= 20

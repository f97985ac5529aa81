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
def kept(cloud: Violations, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptRehearsal]:
    """An account to try it on, with a plugin, and a cluster in it."""
    checkout = Checkout(tmp_path_factory.mktemp("violations") / "anykube")
    try:
        yield KeptRehearsal(checkout, cloud.stack)
        checkout.make("rehearse", f"STACK={cloud.stack}", "END=1")
    finally:
        checkout.remove()


class Raw:
    """A project of raw resources in the rehearsal's account."""

    def __init__(self, kept: KeptRehearsal, folder: Path) -> None:
        self._kept, self._folder = kept, folder
        self._resources = folder / "resources.json"
        self._resources.write_text("[]")
        python = kept.checkout.folder / ".anykube" / "venv"
        runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(python)}}
        YAML().dump({"name": "raw", "main": str(_RAW), "runtime": runtime}, folder / "Pulumi.yaml")
        # The account is to judge them, and not before it the policy pack.
        judged = {"PULUMI_OPTION_POLICY_PACK"}
        there = {name: value for name, value in kept.with_credentials.items() if name not in judged}
        self.environment = {**there, "RAW_RESOURCES": str(self._resources)}
        self("stack", "init", "raw", "--secrets-provider", "passphrase")

    def __call__(self, *arguments: str, ok: bool = True) -> CommandResult:
        command = ("pulumi", "--cwd", str(self._folder), "--non-interactive", *arguments)
        return self._kept.checkout.run(*command, environment=self.environment, ok=ok)

    def up(self, *resources: Resource, ok: bool = True) -> CommandResult:
        self.write(*resources)
        return self("up", "--yes", "--skip-preview", ok=ok)

    def write(self, *resources: Resource) -> None:
        """Each by name, type and properties; `${name.id}` is the id of one before it."""
        named = [dict(zip(("name", "type", "properties"), one, strict=True)) for one in resources]
        self._resources.write_text(json.dumps(named))


@pytest.fixture(scope="module")
def raw(kept: KeptRehearsal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Raw]:
    project = Raw(kept, tmp_path_factory.mktemp("raw"))
    yield project
    project("destroy", "--yes", "--skip-preview")


def test_settings(kept: KeptRehearsal, cloud: Violations) -> None:
    """The program that the engine runs says all that is wrong with a page, and registers nothing."""
    for page, wanted in cloud.pages.items():
        document: dict[str, Any] = {"cluster": {**cloud.cluster}, "apps": {}}
        for violation in wanted.values():
            for key, value in violation.wrong.items():
                there = document["cluster"].get(key)
                merge = isinstance(value, dict) and there is not None and there is not cloud.cluster.get(key)
                document["cluster"][key] = {**there, **value} if merge else value
        pages = kept.folder / "environments"
        YAML().dump(document, pages / f"{page}.yaml")
        kept.pulumi("stack", "init", "--no-select", "--secrets-provider", "passphrase", stack=page)
        said = kept.pulumi("preview", stack=page, ok=False)
        assert said.code != 0
        assert "Traceback" not in said.all
        for name, violation in wanted.items():
            lines = [line for line in said.all.splitlines() if f": {violation.field} " in line]
            assert len(lines) == 1, f"{name}: {said.all}"
            assert violation.rule in lines[0], name
        assert "+ 1 to create" in said.all, "the stack itself and nothing else"


def test_resources(raw: Raw, cloud: Violations) -> None:
    """The provider judges what a program gives it past our components. The program ends at the first of them."""
    for name, violation in cloud.provider.items():
        raw.write(("one", *violation.wrong))
        said = raw("preview", ok=False)
        assert said.code != 0, name
        lines = said.all.splitlines()
        assert any(violation.field in line and violation.rule in line for line in lines), f"{name}: {said.all}"


def test_requests(raw: Raw, cloud: Violations) -> None:
    """The account judges what the provider asks of it."""
    for step in cloud.requests:
        well = not step.said
        if step.resources is None:
            said = raw("destroy", "--yes", "--skip-preview", ok=well)
        else:
            said = raw.up(*step.resources, ok=well)
        for part in step.said:
            assert part in said.all


def test_there_are_enough(cloud: Violations) -> None:
    assert cloud.count >= 20

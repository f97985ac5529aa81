"""What must not get through is refused by a sentence that names field and rule: settings, resources, requests."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.e2e import violations
from tests.e2e.checkout import Checkout, Said
from tests.e2e.kept import Kept

_RAW = Path(__file__).parent / "raw"
_CLUSTER: dict[str, Any] = {
    "cloud": "aws",
    "name": "a",
    "region": "eu-west-1",
    "zones": ["eu-west-1a", "eu-west-1b"],
    "pools": {"main": {"count": 1}},
}
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """An account to try it on, with a plugin, and a cluster in it."""
    checkout = Checkout(tmp_path_factory.mktemp("violations") / "anykube")
    try:
        yield Kept(checkout, "aws-dev")
        checkout.make("rehearse", "STACK=aws-dev", "END=1")
    finally:
        checkout.remove()


class Raw:
    """A project of raw resources in the rehearsal's account."""

    def __init__(self, kept: Kept, folder: Path) -> None:
        self._kept, self._folder = kept, folder
        self._resources = folder / "resources.json"
        self._resources.write_text("[]")
        python = kept.checkout.folder / ".anykube" / "venv"
        runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(python)}}
        YAML().dump({"name": "raw", "main": str(_RAW), "runtime": runtime}, folder / "Pulumi.yaml")
        self.environment = {**kept.with_credentials, "RAW_RESOURCES": str(self._resources)}
        self("stack", "init", "raw", "--secrets-provider", "passphrase")

    def __call__(self, *arguments: str, ok: bool = True) -> Said:
        command = ("pulumi", "--cwd", str(self._folder), "--non-interactive", *arguments)
        return self._kept.checkout.run(*command, environment=self.environment, ok=ok)

    def up(self, *resources: tuple[str, str, dict[str, Any]], ok: bool = True) -> Said:
        self.write(*resources)
        return self("up", "--yes", "--skip-preview", ok=ok)

    def write(self, *resources: tuple[str, str, dict[str, Any]]) -> None:
        """Each by name, type and properties; `${name.id}` is the id of one before it."""
        named = [dict(zip(("name", "type", "properties"), one, strict=True)) for one in resources]
        self._resources.write_text(json.dumps(named))


@pytest.fixture(scope="module")
def raw(kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Raw]:
    project = Raw(kept, tmp_path_factory.mktemp("raw"))
    yield project
    project("destroy", "--yes", "--skip-preview")


@pytest.mark.parametrize("page", violations.PAGES)
def test_settings(kept: Kept, page: str) -> None:
    """The program that the engine runs says all that is wrong with a page, and registers nothing."""
    wanted = violations.PAGES[page].values()
    document: dict[str, Any] = {"cluster": {**_CLUSTER}, "apps": {}}
    for violation in wanted:
        for key, value in violation.wrong.items():
            there = document["cluster"].get(key)
            merge = key in ("network", "pools") and there is not _CLUSTER.get(key)
            document["cluster"][key] = {**there, **value} if merge else value
    pages = kept.folder / "environments"
    YAML().dump(document, pages / f"{page}.yaml")
    kept.pulumi("stack", "init", "--no-select", "--secrets-provider", "passphrase", stack=page)
    said = kept.pulumi("preview", stack=page, ok=False)
    assert said.code != 0
    assert "Traceback" not in said.all
    for violation in wanted:
        (line,) = [line for line in said.all.splitlines() if f": {violation.field} " in line]
        assert violation.rule in line
    assert "+ 1 to create" in said.all, "the stack itself and nothing else"


@pytest.mark.parametrize("name", violations.PROVIDER)
def test_resources(raw: Raw, name: str) -> None:
    """The provider judges what a program gives it past our components. The program ends at the first of them."""
    violation = violations.PROVIDER[name]
    raw.write(("one", *violation.wrong))
    said = raw("preview", ok=False)
    assert said.code != 0
    assert any(violation.field in line and violation.rule in line for line in said.all.splitlines()), said.all


def _network(*more: tuple[str, str, dict[str, Any]]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        ("vpc", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.9.0.0/16"}),
        ("a", "aws:ec2/subnet:Subnet", _subnet("10.9.0.0/24", "a")),
        ("b", "aws:ec2/subnet:Subnet", _subnet("10.9.1.0/24", "b")),
        ("twin", "aws:ec2/subnet:Subnet", _subnet("10.9.2.0/24", "a")),
        ("role", "aws:iam/role:Role", {"name": "raw", "assumeRolePolicy": json.dumps(_TRUST)}),
        *more,
    ]


def _subnet(cidr: str, zone: str) -> dict[str, Any]:
    return {"vpcId": "${vpc.id}", "cidrBlock": cidr, "availabilityZone": f"eu-west-1{zone}"}


def _cluster(*subnets: str, **more: Any) -> tuple[str, str, dict[str, Any]]:
    vpc = {"subnetIds": [f"${{{one}.id}}" for one in subnets], "endpointPrivateAccess": True}
    role = "arn:aws:iam::123456789012:role/raw"
    about = {"name": "raw", "roleArn": role, "vpcConfig": vpc, "version": "1.34", **more}
    return "cluster", "aws:eks/cluster:Cluster", about


def test_requests(raw: Raw) -> None:
    """The account judges what the provider asks of it."""
    raw.up(*_network())

    twins = raw.up(*_network(_cluster("a", "twin")), ok=False)
    assert "must be in at least two different AZs" in twins.all

    overlapping = ("c", "aws:ec2/subnet:Subnet", _subnet("10.9.1.128/25", "c"))
    outside = ("d", "aws:ec2/subnet:Subnet", _subnet("10.8.0.0/24", "c"))
    ranges = raw.up(*_network(overlapping, outside), ok=False)
    assert "'10.9.1.128/25' conflicts with another subnet" in ranges.all
    assert "'10.8.0.0/24' is invalid" in ranges.all

    stranger = raw.up(*_network(_cluster("a", "b", roleArn="arn:aws:iam::123456789012:role/nobody")), ok=False)
    assert "role/nobody, could not be assumed because it does not exist" in stranger.all

    old = raw.up(*_network(_cluster("a", "b", version="1.29")), ok=False)
    assert "1.29" in old.all

    raw.up(*_network(_cluster("a", "b", deletionProtection=True)))
    skip = raw.up(*_network(_cluster("a", "b", version="1.36", deletionProtection=True)), ok=False)
    assert "Unsupported Kubernetes minor version update from 1.34 to 1.36" in skip.all

    protected = raw("destroy", "--yes", "--skip-preview", ok=False)
    assert "Cannot delete cluster raw because deletionProtection is enabled" in protected.all
    raw.up(*_network(_cluster("a", "b", deletionProtection=False)))


def test_there_are_enough() -> None:
    told = sum(map(len, violations.PAGES.values())) + len(violations.PROVIDER) + 7
    assert told >= 25

"""Stacks that are in use: the present program, previewed by the real engine on their recorded states."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest

from tests.e2e.checkout import Checkout, Said
from tests.golden.kept import goldens
from toolchain import simulation


class Fresh:
    """A checkout elsewhere, in which a golden file, the pages and the program can be changed."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        checkout.make("everything")
        self.environment = checkout.environment

    def check(self, stack: str, *, ok: bool = True) -> Said:
        python = str(self.checkout.folder / ".anykube" / "venv" / "bin" / "python")
        # Nothing is asked that is not on this machine.
        offline = {f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https")} | {"no_proxy": "127.0.0.1"}
        command = (python, "-m", "tests.golden", "check", stack)
        return self.checkout.run(*command, environment={**self.environment, **offline}, ok=ok)

    @contextmanager
    def changed(self, name: str, old: str, new: str) -> Iterator[None]:
        """Another text in a file, for a while."""
        file = self.checkout.folder / name
        before = file.read_text()
        assert old in before
        file.write_text(before.replace(old, new))
        try:
            yield
        finally:
            file.write_text(before)

    def resources(self, stack: str) -> "Recorded":
        return Recorded(self.checkout, stack)


class Recorded:
    """A golden file that is changed for a while."""

    def __init__(self, checkout: Checkout, stack: str) -> None:
        self._file = checkout.folder / "tests" / "golden" / f"{stack}.json"
        self._before = self._file.read_text()

    def __enter__(self) -> "Recorded":
        self._state = json.loads(self._before)
        return self

    def named(self, kind: str, ending: str = "") -> dict[str, Any]:
        """The first resource of a type whose name ends so."""
        return next(
            one for one in self._state["deployment"]["resources"] if one["type"] == kind and one["urn"].endswith(ending)
        )

    def was(self, resource: dict[str, Any], **values: Any) -> str:
        """The resource was made with other values than the program gives now. Returns its URN."""
        resource["inputs"].update(values)
        resource["outputs"][simulation.MARK].update(values)
        urn: str = resource["urn"]
        return urn

    def write(self) -> None:
        self._file.write_text(json.dumps(self._state))

    def __exit__(self, *error: object) -> None:
        self._file.write_text(self._before)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    checkout = Checkout(tmp_path_factory.mktemp("golden") / "elsewhere")
    try:
        yield Fresh(checkout)
        assert not (checkout.folder / ".anykube" / "rehearsals" / "aws-prod").exists()
    finally:
        checkout.remove()


@pytest.mark.parametrize("stack", goldens())
def test_nothing_that_is_in_use_would_be_lost(fresh: Fresh, stack: str) -> None:
    assert "nothing would be lost" in fresh.check(stack).out
    assert fresh.checkout.status == ""


def test_other_settings_are_stopped(fresh: Fresh) -> None:
    """A page that would move the network: VPC and subnets, and with them the pools."""
    name = "  name: anykube-prod\n"
    with fresh.changed("stacks/environments/aws-prod.yaml", name, f"{name}  network: {{cidr: 10.1.0.0/16}}\n"):
        said = fresh.check("aws-prod", ok=False)
    assert said.code == 1
    lost = _lost(said)
    assert lost[_urn("aws:ec2/vpc:Vpc", "anykube-prod-vpc")] == "would be replaced by cidrBlock"
    subnet = lost[_urn("aws:ec2/subnet:Subnet", "anykube-prod-private-eu-west-1a")]
    assert subnet == "would be replaced by cidrBlock, vpcId"
    assert lost[_urn("aws:eks/nodeGroup:NodeGroup", "anykube-prod-servers")] == "would be replaced by subnetIds"
    assert "aliases" in said.err


def test_another_program_is_stopped(fresh: Fresh) -> None:
    """The program gives other values than it did; renames; gives what no table knows. Updates are let through."""
    with fresh.resources("aws-prod") as recorded:
        pool = recorded.named("aws:eks/nodeGroup:NodeGroup", "-servers")
        updated = recorded.named("aws:eks/nodeGroup:NodeGroup", "-web")
        provider = recorded.named("aws:iam/openIdConnectProvider:OpenIdConnectProvider")
        logs = recorded.named("aws:cloudwatch/logGroup:LogGroup")
        role = recorded.named("aws:iam/role:Role")
        recorded.was(recorded.named("aws:eks/cluster:Cluster"), deletionProtection=False)
        recorded.was(pool, amiType="AL2_x86_64")
        recorded.was(updated, labels={"another": "label"})
        recorded.was(provider, url="https://oidc.eks.eu-west-1.amazonaws.com/id/0")
        recorded.was(role, madeUpLater="a value")
        recorded.was(recorded.named("aws:kms/key:Key"), description="another")
        recorded.was(logs, name="/aws/eks/another")
        recorded.write()
        said = fresh.check("aws-prod", ok=False)
    assert said.code == 1
    assert _lost(said) == {
        pool["urn"]: "would be replaced by amiType",
        provider["urn"]: "would be replaced by url",
        logs["urn"]: "would be replaced by name",
        role["urn"]: "would be changed with an effect that no table knows by madeUpLater",
    }


def test_another_cluster_is_stopped(fresh: Fresh) -> None:
    """All that is in the cluster goes with it, since two cannot have one name."""
    with fresh.resources("aws-prod") as recorded:
        cluster = recorded.named("aws:eks/cluster:Cluster")
        recorded.was(cluster, roleArn="arn:aws:iam::123456789012:role/another")
        recorded.write()
        said = fresh.check("aws-prod", ok=False)
    assert said.code == 1
    lost = _lost(said)
    assert lost[cluster["urn"]] == "would be replaced by roleArn"
    assert lost[_urn("aws:eks/nodeGroup:NodeGroup", "anykube-prod-web")] == "would be replaced with what it depends on"


def test_a_new_name_is_stopped(fresh: Fresh) -> None:
    """What the program registers under another name is deleted under the old one."""
    name = "components/clusters/eks/control_plane.py", 'children.name("logs")', 'children.name("log-group")'
    with fresh.changed(*name):
        said = fresh.check("aws-prod", ok=False)
    assert said.code == 1
    assert _lost(said) == {_urn("aws:cloudwatch/logGroup:LogGroup", "anykube-prod-logs"): "would be deleted"}


def _urn(kind: str, name: str) -> str:
    return f"urn:pulumi:aws-prod::anykube::anykube:index:EksCluster${kind}::{name}"


def _lost(said: Said) -> dict[str, str]:
    """What is told as lost, by URN."""
    lines = [line.strip() for line in said.err.splitlines()]
    return {line: after for line, after in pairwise(lines) if line.startswith("urn:pulumi:")}

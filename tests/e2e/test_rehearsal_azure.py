"""Stacks of Azure, rehearsed: the real program and engine, a simulated Azure, a real Kubernetes API."""

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from anykube_rehearsal.azure.token import SERVER, SIGNER
from anykube_rehearsal.cloud.account.client import Client
from ruamel.yaml import YAML

from tests.e2e.checkout import Checkout
from tests.e2e.kept_rehearsal import KeptRehearsal


@pytest.mark.parametrize(("stack", "steps"), [("azure-dev", ("upgrade 1.35 → 1.36", "add a pool")), ("azure-auto", ())])
def test_a_rehearsal_leaves_nothing(checkout: Checkout, stack: str, steps: tuple[str, ...]) -> None:
    said = checkout.make("rehearse", f"STACK={stack}")
    assert "left in the account: nothing" in said.out
    for step in ("up", "nothing to do", *steps, "destroy"):
        assert f"✓ {step}" in said.out
    assert "✗" not in said.out
    psutil.wait_procs(checkout.processes(), timeout=30)
    assert checkout.processes() == []
    assert checkout.status == ""
    assert not (checkout.folder / ".anykube" / "rehearsals" / stack).exists()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptRehearsal]:
    checkout = Checkout(tmp_path_factory.mktemp("azure") / "anykube")
    try:
        yield KeptRehearsal(checkout, "azure-prod")
        checkout.make("rehearse", "STACK=azure-prod", "END=1")
        psutil.wait_procs(checkout.processes(), timeout=30)
        assert checkout.processes() == []
    finally:
        checkout.remove()


def _inputs(kept: KeptRehearsal, kind: str) -> list[dict[str, Any]]:
    """What was asked for of a type."""
    return [one["inputs"] for one in Client(kept.url).all() if one["token"].rpartition(":")[2] == kind]


def test_the_account_has_what_the_stack_asked_for(kept: KeptRehearsal) -> None:
    [cluster] = _inputs(kept, "ManagedCluster")
    assert cluster["kubernetesVersion"] == "1.35"
    assert cluster["disableLocalAccounts"] is True
    assert cluster["aadProfile"] == {"managed": True, "enableAzureRBAC": True}
    assert cluster["apiServerAccessProfile"]["enablePrivateCluster"] is True
    assert cluster["securityProfile"]["azureKeyVaultKms"]["enabled"] is True
    pools = [pool["agentPoolName"] for pool in _inputs(kept, "AgentPool")]
    assert {name[:3] for name in pools} == {"sys", "ser", "web", "gpu"}
    assert len(_inputs(kept, "NatGateway")) == 3
    assert [lock["level"] for lock in _inputs(kept, "ManagementLockByScope")] == ["CanNotDelete"]
    assert {window["configName"] for window in _inputs(kept, "MaintenanceConfiguration")} == {
        "aksManagedAutoUpgradeSchedule",
        "aksManagedNodeOSUpgradeSchedule",
    }


def test_the_stacks_own_kubeconfig_works(kept: KeptRehearsal) -> None:
    labels = [node["metadata"]["labels"] for node in kept.get("nodes")]
    assert {one["kubernetes.io/arch"] for one in labels} == {"amd64", "arm64"}
    assert {one["topology.kubernetes.io/zone"] for one in labels} == {f"westeurope-{zone}" for zone in (1, 2, 3)}
    assert {one["kubernetes.azure.com/mode"] for one in labels} == {"system", "user"}
    assert all(one["agentpool"] == one["kubernetes.azure.com/agentpool"] for one in labels)
    spot = [one for one in labels if one.get("kubernetes.azure.com/scalesetpriority") == "spot"]
    assert {one["kubernetes.io/arch"] for one in spot} == {"arm64"}


def _refused(kept: KeptRehearsal, token: str) -> None:
    config = json.loads(kept.kubeconfig.read_text())
    config["users"][0]["user"] = {"token": token}
    other = kept.kubeconfig.with_suffix(".refused")
    other.write_text(json.dumps(config))
    said = kept.kubectl("get", "nodes", kubeconfig=other, ok=False)
    assert said.code != 0
    assert "Unauthorized" in said.err


def test_tokens_that_are_none_are_refused(kept: KeptRehearsal) -> None:
    """A made-up one, one that is too old, and one for another application."""
    account, who = kept.folder / "account", "00000000-0000-4000-8000-000000000001"
    _refused(kept, "made-up")
    _refused(kept, SIGNER.make(account, SERVER, who, lifetime_seconds=-1))
    _refused(kept, SIGNER.make(account, "another-application", who))


def test_the_stand_in_asks_nobody(kept: KeptRehearsal) -> None:
    program = str(kept.folder / "bin" / "kubelogin")
    command = [program, "get-token", "--login", "devicecode", "--server-id", SERVER]
    said = subprocess.run(command, env=kept.with_credentials, capture_output=True, text=True, check=False)
    assert said.returncode != 0
    assert "is interactive" in said.stderr


def test_pods_land_where_taints_say(kept: KeptRehearsal) -> None:
    pools = {node["metadata"]["name"]: node["metadata"]["labels"]["anykube.dev/pool"] for node in kept.get("nodes")}
    pods = kept.get("pods", "-n", "demo")
    assert pods
    assert {pools[pod["spec"]["nodeName"]] for pod in pods} <= {"servers", "web"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"disk": 64}, "its disk size of 128 GiB to 64. Set `disk: 128` for it"),
        ({"zones": ["2", "3"]}, 'its zones "1" to "2"'),
        ({"aks": {"image": "Ubuntu"}}, None),
    ],
)
def test_what_is_fixed_of_the_first_pool_is_refused(
    kept: KeptRehearsal, asked: dict[str, Any], said: str | None
) -> None:
    """Already in a preview; what AKS changes in place is shown there."""
    yaml, page = YAML(), kept.folder / "environments" / "azure-prod.yaml"
    before = page.read_text()
    document = yaml.load(before)
    document["cluster"]["pools"]["system"] = asked
    try:
        yaml.dump(document, page)
        preview = kept.pulumi("preview", "--diff", ok=said is None)
    finally:
        page.write_text(before)
    if said is None:
        assert "~ azure-native:containerservice:ManagedCluster: (update)" in preview.all
        assert re.search(r'osSKU +: "AzureLinux" => "Ubuntu"', preview.all)
    else:
        assert f"Pool system was created with the cluster, and AKS cannot change {said}" in preview.all
        assert "Traceback" not in preview.all


def test_a_network_in_use_is_not_deleted(kept: KeptRehearsal) -> None:
    """Past the engine, as a person in the portal would."""
    client = Client(kept.url)
    nodes = next(one for one in client.all() if one["token"].endswith(":Subnet") and "nodes" in one["id"])
    with pytest.raises(Exception, match="InUseSubnetCannotBeDeleted"):
        client.delete(nodes["token"], nodes["id"])

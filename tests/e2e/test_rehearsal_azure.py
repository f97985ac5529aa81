"""Stacks of Azure, rehearsed: the real program and engine, a simulated Azure, a real Kubernetes API."""

import json
import re
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from anykube_rehearsal.azure.token import SERVER, SIGNER
from anykube_rehearsal.cloud.account.client import Client
from ruamel.yaml import YAML

from tests.e2e.checkout import Checkout
from tests.e2e.kept_rehearsal import KeptRehearsal, rehearse


@pytest.mark.parametrize(("stack", "steps"), [("azure-dev", ("upgrade 1.35 → 1.36", "add a pool")), ("azure-auto", ())])
def test_rehearsal_leaves_nothing_behind(checkout: Checkout, stack: str, steps: tuple[str, ...]) -> None:
    rehearse(checkout, stack, *steps)
    assert checkout.status == ""


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptRehearsal]:
    checkout = Checkout(tmp_path_factory.mktemp("azure") / "anykube")
    try:
        yield KeptRehearsal(checkout, "azure-prod")
        checkout.make("rehearse", "STACK=azure-prod", "END=1")
        psutil.wait_procs(checkout.processes(), timeout=30)
        assert checkout.processes() == []
    finally:
        checkout.remove()


def _inputs(rehearsal: KeptRehearsal, kind: str) -> list[dict[str, Any]]:
    """The inputs of all resources of a type."""
    return [record["inputs"] for record in Client(rehearsal.url).all() if record["token"].rpartition(":")[2] == kind]


def test_account_has_the_stacks_resources(rehearsal: KeptRehearsal) -> None:
    [cluster] = _inputs(rehearsal, "ManagedCluster")
    assert cluster["kubernetesVersion"] == "1.35"
    assert cluster["disableLocalAccounts"] is True
    assert cluster["aadProfile"] == {"managed": True, "enableAzureRBAC": True}
    assert cluster["apiServerAccessProfile"]["enablePrivateCluster"] is True
    assert cluster["securityProfile"]["azureKeyVaultKms"]["enabled"] is True
    pools = [pool["agentPoolName"] for pool in _inputs(rehearsal, "AgentPool")]
    assert {name[:3] for name in pools} == {"sys", "ser", "web", "gpu"}
    assert len(_inputs(rehearsal, "NatGateway")) == 3
    assert [lock["level"] for lock in _inputs(rehearsal, "ManagementLockByScope")] == ["CanNotDelete"]
    assert {window["configName"] for window in _inputs(rehearsal, "MaintenanceConfiguration")} == {
        "aksManagedAutoUpgradeSchedule",
        "aksManagedNodeOSUpgradeSchedule",
    }


def test_kubeconfig_of_the_stack_works(rehearsal: KeptRehearsal) -> None:
    labels = [node["metadata"]["labels"] for node in rehearsal.get("nodes")]
    assert {node_labels["kubernetes.io/arch"] for node_labels in labels} == {"amd64", "arm64"}
    assert {node_labels["topology.kubernetes.io/zone"] for node_labels in labels} == {
        f"westeurope-{zone}" for zone in (1, 2, 3)
    }
    assert {node_labels["kubernetes.azure.com/mode"] for node_labels in labels} == {"system", "user"}
    assert all(node_labels["agentpool"] == node_labels["kubernetes.azure.com/agentpool"] for node_labels in labels)
    spot = [node_labels for node_labels in labels if node_labels.get("kubernetes.azure.com/scalesetpriority") == "spot"]
    assert {node_labels["kubernetes.io/arch"] for node_labels in spot} == {"arm64"}


def _refused(rehearsal: KeptRehearsal, token: str) -> None:
    config = json.loads(rehearsal.kubeconfig.read_text())
    config["users"][0]["user"] = {"token": token}
    other = rehearsal.kubeconfig.with_suffix(".refused")
    other.write_text(json.dumps(config))
    result = rehearsal.kubectl("get", "nodes", kubeconfig=other, ok=False)
    assert result.code != 0
    assert "Unauthorized" in result.err


def test_rejects_invalid_tokens(rehearsal: KeptRehearsal) -> None:
    """A made-up token, an expired one, and one for another application."""
    account, principal = rehearsal.folder / "account", "00000000-0000-4000-8000-000000000001"
    _refused(rehearsal, "made-up")
    _refused(rehearsal, SIGNER.make(account, SERVER, principal, lifetime_seconds=-1))
    _refused(rehearsal, SIGNER.make(account, "another-application", principal))


def test_another_login_gets_no_token(rehearsal: KeptRehearsal) -> None:
    """And kubectl says why, without asking anybody."""
    variables = {**rehearsal.with_credentials, "ARM_CLIENT_ID": "00000000-0000-4000-8000-00000000dead"}
    command = ("kubectl", "--kubeconfig", str(rehearsal.kubeconfig), "get", "nodes")
    result = rehearsal.checkout.run(*command, environment=variables, ok=False)
    assert result.code != 0
    assert "anykube token: " in result.err


def test_pods_avoid_tainted_nodes(rehearsal: KeptRehearsal) -> None:
    pools = {
        node["metadata"]["name"]: node["metadata"]["labels"]["anykube.dev/pool"] for node in rehearsal.get("nodes")
    }
    pods = rehearsal.get("pods", "-n", "demo")
    assert pods
    assert {pools[pod["spec"]["nodeName"]] for pod in pods} <= {"servers", "web"}


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"disk": 64}, "its disk size of 128 GiB to 64. Set `disk: 128` for it"),
        ({"zones": ["2", "3"]}, 'its zones "1" to "2"'),
        ({"aks": {"image": "Ubuntu"}}, None),
    ],
)
def test_rejects_changes_aks_cannot_make_to_the_first_pool(
    rehearsal: KeptRehearsal, overrides: dict[str, Any], message: str | None
) -> None:
    """Already in a preview; what AKS changes in place is shown there."""
    yaml, settings_file = YAML(), rehearsal.folder / "environments" / "azure-prod.yaml"
    before = settings_file.read_text()
    settings = yaml.load(before)
    settings["cluster"]["pools"]["system"] = overrides
    try:
        yaml.dump(settings, settings_file)
        preview = rehearsal.pulumi("preview", "--diff", ok=message is None)
    finally:
        settings_file.write_text(before)
    if message is None:
        assert "~ azure-native:containerservice:ManagedCluster: (update)" in preview.all
        assert re.search(r'osSKU +: "AzureLinux" => "Ubuntu"', preview.all)
    else:
        assert f"Pool system was created with the cluster, and AKS cannot change {message}" in preview.all
        assert "Traceback" not in preview.all


def test_rejects_deleting_a_subnet_in_use(rehearsal: KeptRehearsal) -> None:
    """Past the engine, as a person in the portal would."""
    client = Client(rehearsal.url)
    nodes = next(record for record in client.all() if record["token"].endswith(":Subnet") and "nodes" in record["id"])
    with pytest.raises(Exception, match="InUseSubnetCannotBeDeleted"):
        client.delete(nodes["token"], nodes["id"])

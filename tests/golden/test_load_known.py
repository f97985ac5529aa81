"""Simulated accounts check updates of recorded states by the clouds' own rules."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from anykube._clusters.aks.spec import AksClusterSpec
from anykube.settings.loader import load
from anykube_cli.plugin.values import UNKNOWN
from anykube_cli.rehearsal.azure_fixtures import existing_resources
from anykube_cli.toolchain import simulation
from anykube_rehearsal.azure.account.__main__ import create_account as create_azure_account
from anykube_rehearsal.azure.account.directory import FILE
from anykube_rehearsal.azure.plugin import account as azure
from anykube_rehearsal.azure.plugin.cloud import AZURE
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.client import Client
from anykube_rehearsal.cloud.account.server import Server
from anykube_rehearsal.cloud.plugin.resources import Resource, Resources
from anykube_rehearsal.gcp.account.__main__ import create_account as create_gcp_account
from anykube_rehearsal.gcp.plugin import account as gcp
from anykube_rehearsal.gcp.plugin.cloud import GCP

from tests.golden.files import Golden, goldens

_ACCOUNTS: Mapping[str, Callable[[Path], Account]] = {
    "gcp-prod": create_gcp_account,
    "azure-prod": create_azure_account,
}
_RESOURCES: Mapping[str, Callable[[str], Resources[Any]]] = {
    "gcp-prod": lambda url: Resources(GCP, gcp.Account(url, "my-project", "europe-west1")),
    "azure-prod": lambda _: Resources(AZURE, azure.Account("0", "westeurope")),
}
_SUBNETS = {"gcp-prod": "gcp:compute/subnetwork:Subnetwork", "azure-prod": "azure-native:network:Subnet"}
_RANGES = {"gcp-prod": "ipCidrRange", "azure-prod": "addressPrefix"}
_CLUSTERS = {"gcp-prod": "gcp:container/cluster:Cluster", "azure-prod": "azure-native:containerservice:ManagedCluster"}
_IDENTITIES = {"gcp-prod": "selfLink", "azure-prod": "resourceUID"}


class _RecordedAccount:
    """A simulated account with the resources of a recorded state, and the plugin for it."""

    def __init__(self, golden: Golden, url: str, folder: Path) -> None:
        self._golden, self._folder = golden, folder
        self._resources = _RESOURCES[golden.stack](url)

    def all(self, token: str = "") -> list[Resource]:
        """All resources of the cloud, or those of a type."""
        return [
            Resource(item["type"], item["urn"], item["id"], item["inputs"], item["outputs"])
            for item in self._golden.read()["deployment"]["resources"]
            if (item["type"] == token if token else self._golden.owns(item["type"]))
        ]

    def preview(self, resource: Resource, **changes: Any) -> dict[str, object] | None:
        return self._resources.preview_loaded(resource, {**resource.inputs, **changes})

    @property
    def errors(self) -> dict[str, str]:
        """The reported errors, by URN."""
        file = self._folder / "refused.jsonl"
        reports = map(json.loads, file.read_text().splitlines()) if file.exists() else ()
        return {report["urn"]: report["said"] for report in reports}


@contextmanager
def _account(
    stack: str, folder: Path, environment: pytest.MonkeyPatch, *, loaded: bool = True
) -> Iterator[_RecordedAccount]:
    golden, account_folder = goldens()[stack], folder / "account"
    account_folder.mkdir()
    spec = load(stack).cluster
    if isinstance(spec, AksClusterSpec):
        (account_folder / FILE).write_text(
            json.dumps({"subscription": spec.aks.subscription, "existing": existing_resources(spec)})
        )
    server = Server(_ACCOUNTS[stack](account_folder))
    threading.Thread(target=server.serve, daemon=True).start()
    try:
        environment.setenv(simulation.VARIABLE, str(folder))
        environment.setenv(azure.VARIABLE, server.url)
        if loaded:
            Client(server.url).load_known(golden.resources())
        yield _RecordedAccount(golden, server.url, folder)
    finally:
        server.stop()


@pytest.mark.parametrize("stack", _ACCOUNTS)
def test_recorded_resources_follow_all_rules(stack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _account(stack, tmp_path, monkeypatch) as account:
        for resource in account.all():
            assert account.preview(resource) is not None
        assert account.errors == {}


@pytest.mark.parametrize("stack", _ACCOUNTS)
def test_reports_invalid_updates(stack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _account(stack, tmp_path, monkeypatch) as account:
        subnets, field = account.all(_SUBNETS[stack]), _RANGES[stack]
        for subnet in subnets:
            account.preview(subnet, **{field: "10.1.0.0/28"})
        errors = account.errors
        assert errors.keys() == {subnet.urn for subnet in subnets}
        assert all(field in error and "10.1.0.0/28" in error and "https://" in error for error in errors.values())


@pytest.mark.parametrize("stack", _ACCOUNTS)
def test_preview_keeps_the_outputs_of_a_cluster(stack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the preview would stop there. Unknown inputs are checked with their old value, and stay unknown."""
    with _account(stack, tmp_path, monkeypatch) as account:
        (cluster,) = account.all(_CLUSTERS[stack])
        labels = "resourceLabels" if "resourceLabels" in cluster.inputs else "tags"
        preview = account.preview(cluster, **{labels: UNKNOWN})
        assert preview is not None
        assert preview[labels] is UNKNOWN
        assert preview[_IDENTITIES[stack]] == cluster.state[_IDENTITIES[stack]] != ""
        assert account.errors == {}


@pytest.mark.parametrize("stack", _ACCOUNTS)
def test_no_preview_without_a_loaded_state(stack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _account(stack, tmp_path, monkeypatch, loaded=False) as account:
        (cluster,) = account.all(_CLUSTERS[stack])
        assert account.preview(cluster) is None

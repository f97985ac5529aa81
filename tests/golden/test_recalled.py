"""What accounts say of updates of recorded states, which they know from these alone: by the clouds' own rules."""

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
from anykube_rehearsal.azure.account.__main__ import make
from anykube_rehearsal.azure.account.directory import FILE
from anykube_rehearsal.azure.plugin import account as azure
from anykube_rehearsal.azure.plugin.cloud import AZURE
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.client import Client
from anykube_rehearsal.cloud.account.server import Server
from anykube_rehearsal.cloud.plugin.resources import Resource, Resources
from anykube_rehearsal.gcp.account.__main__ import made
from anykube_rehearsal.gcp.plugin import account as gcp
from anykube_rehearsal.gcp.plugin.cloud import GCP

from tests.golden.kept import Golden, goldens

_ACCOUNTS: Mapping[str, Callable[[Path], Account]] = {"gcp-prod": made, "azure-prod": make}
_RESOURCES: Mapping[str, Callable[[str], Resources[Any]]] = {
    "gcp-prod": lambda url: Resources(GCP, gcp.Account(url, "my-project", "europe-west1")),
    "azure-prod": lambda _: Resources(AZURE, azure.Account("0", "westeurope")),
}
_SUBNETS = {"gcp-prod": "gcp:compute/subnetwork:Subnetwork", "azure-prod": "azure-native:network:Subnet"}
_RANGES = {"gcp-prod": "ipCidrRange", "azure-prod": "addressPrefix"}
_CLUSTERS = {"gcp-prod": "gcp:container/cluster:Cluster", "azure-prod": "azure-native:containerservice:ManagedCluster"}
_IDENTITIES = {"gcp-prod": "selfLink", "azure-prod": "resourceUID"}


class _World:
    """An account that was told of a recorded state, and the plugin's view of it."""

    def __init__(self, golden: Golden, url: str, folder: Path) -> None:
        self._golden, self._folder = golden, folder
        self._resources = _RESOURCES[golden.stack](url)

    def all(self, token: str = "") -> list[Resource]:
        """The resources of the state, or of a type."""
        recorded = self._golden.read()["deployment"]["resources"]
        return [
            Resource(one["type"], one["urn"], one["id"], one["inputs"], one["outputs"])
            for one in recorded
            if (one["type"] == token if token else self._golden.owns(one["type"]))
        ]

    def foreseen(self, resource: Resource, **changed: Any) -> dict[str, object] | None:
        return self._resources.preview_loaded(resource, {**resource.inputs, **changed})

    @property
    def refused(self) -> dict[str, str]:
        """What was reported, by URN."""
        file = self._folder / "refused.jsonl"
        said = map(json.loads, file.read_text().splitlines()) if file.exists() else ()
        return {one["urn"]: one["said"] for one in said}


@contextmanager
def _world(stack: str, folder: Path, environment: pytest.MonkeyPatch, *, told: bool = True) -> Iterator[_World]:
    golden, place = goldens()[stack], folder / "account"
    place.mkdir()
    spec = load(stack).cluster
    if isinstance(spec, AksClusterSpec):
        (place / FILE).write_text(
            json.dumps({"subscription": spec.aks.subscription, "there": existing_resources(spec)})
        )
    server = Server(_ACCOUNTS[stack](place))
    threading.Thread(target=server.serve, daemon=True).start()
    try:
        environment.setenv(simulation.VARIABLE, str(folder))
        environment.setenv(azure.VARIABLE, server.url)
        if told:
            Client(server.url).load_known(golden.resources())
        yield _World(golden, server.url, folder)
    finally:
        server.stop()


@pytest.mark.parametrize("stack", _ACCOUNTS)
def test_what_was_recorded_breaks_no_rule(stack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _world(stack, tmp_path, monkeypatch) as world:
        for one in world.all():
            assert world.foreseen(one) is not None
        assert world.refused == {}


@pytest.mark.parametrize("stack", _ACCOUNTS)
def test_an_update_is_judged_as_the_cloud_does(stack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _world(stack, tmp_path, monkeypatch) as world:
        subnets, wire = world.all(_SUBNETS[stack]), _RANGES[stack]
        for one in subnets:
            world.foreseen(one, **{wire: "10.1.0.0/28"})
        refused = world.refused
        assert refused.keys() == {one.urn for one in subnets}
        assert all(wire in said and "10.1.0.0/28" in said and "https://" in said for said in refused.values())


@pytest.mark.parametrize("stack", _ACCOUNTS)
def test_a_cluster_that_is_updated_is_known(stack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the preview goes on behind it; what is not known yet is judged as it was, and stays unknown."""
    with _world(stack, tmp_path, monkeypatch) as world:
        (cluster,) = world.all(_CLUSTERS[stack])
        labels = "resourceLabels" if "resourceLabels" in cluster.inputs else "tags"
        foreseen = world.foreseen(cluster, **{labels: UNKNOWN})
        assert foreseen is not None
        assert foreseen[labels] is UNKNOWN
        assert foreseen[_IDENTITIES[stack]] == cluster.state[_IDENTITIES[stack]] != ""
        assert world.refused == {}


@pytest.mark.parametrize("stack", _ACCOUNTS)
def test_of_what_is_there_nothing_is_foreseen(stack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _world(stack, tmp_path, monkeypatch, told=False) as world:
        (cluster,) = world.all(_CLUSTERS[stack])
        assert world.foreseen(cluster) is None

"""A simulated Google Cloud project without real Kubernetes clusters, and an engine with the simulated gcp plugin."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from anykube_cli.kubernetes.nodes import Node
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.server import Server
from anykube_rehearsal.cloud.kubernetes import Clusters, ControlPlane
from anykube_rehearsal.gcp.account.access import review
from anykube_rehearsal.gcp.account.functions import FUNCTIONS
from anykube_rehearsal.gcp.account.model import Faults
from anykube_rehearsal.gcp.account.rules import RULES
from anykube_rehearsal.gcp.account.rules.identity import AGENT
from anykube_rehearsal.gcp.account.types import TYPES
from anykube_rehearsal.gcp.plugin.cloud import GCP

from tests.rehearsal.cloud.engine import Engine, Resource

PROJECT = "shop-dev"


class RecordingClusters(Clusters):
    """Records what the account does to Kubernetes clusters. The tests in tests/e2e use real ones."""

    def __init__(self, folder: Path, reviews: str) -> None:
        super().__init__(folder, reviews)
        self.versions: dict[str, str] = {}
        self.nodes: dict[tuple[str, str], Sequence[Node]] = {}

    def create(self, cluster: str, version: str) -> ControlPlane:
        self.versions[cluster] = version
        return ControlPlane("https://127.0.0.1:6443", "Q0E=")

    def upgrade(self, cluster: str, version: str) -> None:
        self.versions[cluster] = version

    def create_objects(self, cluster: str, objects: Any) -> None:
        assert cluster in self.versions

    def delete(self, cluster: str) -> None:
        del self.versions[cluster]
        self.nodes = {key: nodes for key, nodes in self.nodes.items() if key[0] != cluster}

    def set_nodes(self, cluster: str, group: str, nodes: Sequence[Node]) -> None:
        assert cluster in self.versions
        self.nodes[cluster, group] = nodes

    def drain(self, cluster: str, group: str) -> None:
        del self.nodes[cluster, group]


@dataclass
class Project:
    """The account, and the resources of a GKE stack by short names."""

    engine: Engine
    account: Account
    resources: dict[str, Resource] = field(default_factory=dict)

    @property
    def kubernetes(self) -> RecordingClusters:
        clusters = self.account.clusters
        assert isinstance(clusters, RecordingClusters)
        return clusters

    def create(self, name: str, token: str, /, **inputs: Any) -> Resource:
        self.resources[name] = self.engine.create(token, name, **inputs)
        return self.resources[name]

    def enable(self, *names: str) -> None:
        for name in names or ("compute", "container", "cloudkms", "iam", "cloudresourcemanager"):
            service = f"{name}.googleapis.com"
            self.create(name, "gcp:projects/service:Service", service=service, disableOnDestroy=False)

    def network(self) -> None:
        """Creates a network, and a subnetwork with ranges for pods and Services. Enables the APIs first."""
        self.enable()
        network = self.create("network", "gcp:compute/network:Network", autoCreateSubnetworks=False, name="shop")
        self.create(
            "subnetwork",
            "gcp:compute/subnetwork:Subnetwork",
            name="nodes",
            network=network.identifier,
            ipCidrRange="10.0.0.0/20",
            privateIpGoogleAccess=True,
            secondaryIpRanges=[
                {"rangeName": "pods", "ipCidrRange": "10.4.0.0/14"},
                {"rangeName": "services", "ipCidrRange": "172.20.0.0/16"},
            ],
        )

    def key(self, *, grant: bool = True) -> str:
        """Creates a key and, with `grant`, the role that GKE needs on it."""
        ring = self.create("ring", "gcp:kms/keyRing:KeyRing", name="shop", location="europe-west1")
        key = self.create("key", "gcp:kms/cryptoKey:CryptoKey", name="secrets", keyRing=ring.identifier)
        if grant:
            self.create(
                "grant",
                "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
                cryptoKeyId=key.identifier,
                role="roles/cloudkms.cryptoKeyEncrypterDecrypter",
                member=AGENT,
            )
        return key.identifier

    def inputs(self, **overrides: Any) -> dict[str, Any]:
        """Valid inputs of a cluster, with overrides. None removes an input."""
        defaults: dict[str, Any] = {
            "name": "prod",
            "location": "europe-west1",
            "network": self.resources["network"].identifier,
            "subnetwork": self.resources["subnetwork"].identifier,
            "ipAllocationPolicy": {"clusterSecondaryRangeName": "pods", "servicesSecondaryRangeName": "services"},
            "privateClusterConfig": {"enablePrivateNodes": True, "masterIpv4CidrBlock": "172.16.0.0/28"},
            "releaseChannel": {"channel": "REGULAR"},
            "minMasterVersion": "1.35",
            "removeDefaultNodePool": True,
            "initialNodeCount": 1,
            "deletionProtection": False,
            "workloadIdentityConfig": {"workloadPool": f"{PROJECT}.svc.id.goog"},
        }
        return {key: value for key, value in {**defaults, **overrides}.items() if value is not None}

    def cluster(self, **overrides: Any) -> Resource:
        return self.create("cluster", "gcp:container/cluster:Cluster", **self.inputs(**overrides))

    def refusal(self, **overrides: Any) -> str:
        """The error message when creating a cluster with these overrides."""
        with pytest.raises(Exception) as error:  # noqa: PT011  (callers check the message)
            self.cluster(**overrides)
        return str(error.value)

    def pool(self, **overrides: Any) -> Resource:
        return self.create("pool", "gcp:container/nodePool:NodePool", **pool_inputs(**overrides))

    def pool_refusal(self, **overrides: Any) -> str:
        with pytest.raises(Exception) as error:  # noqa: PT011
            self.pool(**overrides)
        return str(error.value)


def pool_inputs(**overrides: Any) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "name": "web",
        "cluster": "prod",
        "location": "europe-west1",
        "initialNodeCount": 1,
        "nodeConfig": {"machineType": "e2-standard-4"},
    }
    return {key: value for key, value in {**defaults, **overrides}.items() if value is not None}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    account = Account(tmp_path / "account", TYPES, RULES, review, FUNCTIONS, Faults(), RecordingClusters)
    server = Server(account)
    threading.Thread(target=server.serve, daemon=True).start()
    monkeypatch.setenv("ANYKUBE_GOOGLE_ENDPOINT", server.url)
    monkeypatch.setenv("ANYKUBE_REHEARSAL", str(tmp_path))
    for name in ("GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GOOGLE_REGION", "ANYKUBE_CHECKOUT"):
        monkeypatch.delenv(name, raising=False)
    engine = Engine(GCP, {"project": PROJECT, "region": "europe-west1"})
    engine.configure()
    yield Project(engine, account)
    server.stop()


@pytest.fixture
def stack(project: Project) -> Project:
    """A project with a network."""
    project.network()
    return project

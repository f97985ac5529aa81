"""A project of Google Cloud in which nothing speaks against the plan, and answers to make it otherwise."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from anykube_cli.preflight import Problem
from anykube_cli.preflight.runner import Check
from anykube_cli.preflight.gcp.clients import Clients, Session, clients
from anykube_cli.preflight.gcp.plan import GcpPlan, GcpPool
from google.oauth2.credentials import Credentials

from tests.operations.preflight.gcp.wire import Answer, Asked, Wire

REGION = "europe-west1"
ZONES = ("europe-west1-b", "europe-west1-c", "europe-west1-d")
OURS = {"anykube-stack": "prod", "anykube-cluster": "shop"}
FOREIGN = {"anykube-stack": "elsewhere"}
RANGES = {
    "nodes": "10.20.0.0/16",
    "pods": "10.4.0.0/14",
    "Services": "172.20.0.0/16",
    "the control plane": "172.16.0.0/28",
}
PERMISSIONS = {
    "roles/container.admin": ("container.clusters.create", "container.clusters.delete"),
    "roles/compute.networkAdmin": ("compute.networks.create",),
}
SERVICES = ("compute.googleapis.com", "container.googleapis.com")

SERVERS = GcpPool("servers", ["n2-standard-4"], 4, disk=100)
PLAN = GcpPlan(
    cluster="shop",
    region=REGION,
    version="1.35",
    zones=ZONES,
    cidr="10.20.0.0/16",
    nat="zone",
    pools=[SERVERS],
    stack="prod",
    project="acme-shop",
    channel="REGULAR",
    ranges=RANGES,
    network="GKE cluster shop",
    account="shop-nodes",
    account_display="Nodes of the GKE cluster shop",
    services=SERVICES,
    permissions=PERMISSIONS,
)

_AT = "https://www.googleapis.com/compute/v1/projects/acme-shop"

MACHINES: Mapping[str, Mapping[str, Any]] = {
    "n2-standard-4": {"guestCpus": 4},
    "e2-standard-2": {"guestCpus": 2},
    "c4a-standard-4": {"guestCpus": 4, "architecture": "ARM64"},
    "g2-standard-4": {
        "guestCpus": 4,
        "accelerators": [{"guestAcceleratorType": "nvidia-l4", "guestAcceleratorCount": 1}],
    },
}


_current: list[Wire] = []


@cache
def _session() -> Session:
    return Session(Credentials("secret-token"), lambda: _current[-1])


@cache
def _clients() -> Clients:
    """One for all tests: the documents that they are made of take long to read."""
    return clients(_session())


class Project:
    """The project that a session leads to."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.limits: dict[str, float] = {}
        """Quotas by their metric; 1000 of any other."""
        self.usage: dict[str, float] = {}
        self.held: Sequence[str] = [one for some in PERMISSIONS.values() for one in some]
        self.machines: dict[str, Sequence[str]] = dict.fromkeys(MACHINES, ZONES)
        """In which zones there are which machines."""
        self.session = _session()
        _current[:] = [self.wire]
        answer = self.wire.answer
        answer("cloudresourcemanager.projects.get", {"projectId": "acme-shop", "state": "ACTIVE"})
        answer("cloudresourcemanager.projects.testIamPermissions", self._permissions)
        answer("serviceusage.services.batchGet", enabled(*SERVICES))
        answer("compute.regions.list", lambda *_: {"items": [self._region(REGION), self._region("europe-west9")]})
        answer("compute.zones.list", {"items": [zone(name) for name in (*ZONES, "us-east1-b")]})
        answer("compute.projects.get", lambda *_: {"name": "acme-shop", "quotas": self._quotas(_PROJECT)})
        answer("compute.machineTypes.aggregatedList", self._machine_types)
        answer("compute.acceleratorTypes.aggregatedList", spread("acceleratorTypes", {}))
        answer("compute.networks.list", {"items": [{"name": "office"}]})
        answer("compute.instances.aggregatedList", spread("instances", {}))
        answer("compute.subnetworks.aggregatedList", spread("subnetworks", {}))
        answer("container.projects.locations.getServerConfig", {"channels": channels()})

    def answer(self, method: str, answer: Answer) -> None:
        self.wire.answer(method, answer)

    @property
    def calls(self) -> set[str]:
        return self.wire.calls

    def found(self, check: Check[GcpPlan, Clients], plan: GcpPlan) -> list[Problem]:
        """What a single question brings up."""
        return list(check(plan, _clients()))

    def _permissions(self, _: Asked, body: Any) -> Mapping[str, Any]:
        held = [one for one in body["permissions"] if one in self.held]
        return {"permissions": held} if held else {}

    def _region(self, name: str) -> Mapping[str, Any]:
        return {"name": name, "status": "UP", "quotas": self._quotas(_REGION)}

    def _quotas(self, metrics: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        return [
            {"metric": metric, "limit": self.limits.get(metric, 1000), "usage": self.usage.get(metric, 0)}
            for metric in metrics
        ]

    def _machine_types(self, asked: Asked, _: Any) -> Mapping[str, Any]:
        there = {name: zones for name, zones in self.machines.items() if f'"{name}"' in asked["filter"]}
        return spread("machineTypes", {name: (zones, MACHINES[name]) for name, zones in there.items()})


_REGION = (
    "CPUS",
    "N2_CPUS",
    "PREEMPTIBLE_CPUS",
    "NVIDIA_L4_GPUS",
    "PREEMPTIBLE_NVIDIA_L4_GPUS",
    "SSD_TOTAL_GB",
    "DISKS_TOTAL_GB",
    "STATIC_ADDRESSES",
    "IN_USE_ADDRESSES",
)
_PROJECT = ("CPUS_ALL_REGIONS", "GPUS_ALL_REGIONS", "NETWORKS", "SUBNETWORKS", "ROUTERS")


def spread(key: str, things: Mapping[str, tuple[Sequence[str], Mapping[str, Any]]]) -> Mapping[str, Any]:
    """An aggregated list: things by name, with where they are and what else they have; nothing elsewhere."""
    scopes: dict[str, Any] = {"zones/us-east1-b": {"warning": {"code": "NO_RESULTS_ON_PAGE"}}}
    for name, (places, more) in things.items():
        for place in places:
            at = f"{'zones' if place.count('-') == 2 else 'regions'}/{place}"
            scopes.setdefault(at, {}).setdefault(key, []).append({"name": name, **more})
    return {"items": scopes}


def zone(name: str, **changed: Any) -> Mapping[str, Any]:
    return {"name": name, "status": "UP", "region": f"{_AT}/regions/{name.rpartition('-')[0]}", **changed}


def network(name: str) -> str:
    """URL of a network."""
    return f"{_AT}/global/networks/{name}"


def machine(zone: str, kind: str) -> str:
    """URL of a machine type."""
    return f"{_AT}/zones/{zone}/machineTypes/{kind}"


def enabled(*names: str) -> Mapping[str, Any]:
    """What is said of APIs that are enabled."""
    services = [{"name": f"projects/42/services/{name}", "state": "ENABLED"} for name in names]
    return {"services": services}


def channels(**changed: Any) -> Sequence[Mapping[str, Any]]:
    """RAPID has 1.36, REGULAR 1.34 and 1.35, and is at neither's end."""
    regular = {
        "channel": "REGULAR",
        "defaultVersion": "1.35.2-gke.1000",
        "upgradeTargetVersion": "1.35.3-gke.1000",
        "validVersions": ["1.35.3-gke.1000", "1.34.7-gke.1000"],
    }
    return [
        {"channel": "RAPID", "validVersions": ["1.36.1-gke.1000", "1.35.3-gke.1000"]},
        {**regular, **changed},
    ]

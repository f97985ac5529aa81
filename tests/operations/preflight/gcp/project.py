"""A fake Google Cloud project without problems; tests replace single responses."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from anykube_cli.preflight import Problem
from anykube_cli.preflight.gcp.clients import Clients, Session, clients
from anykube_cli.preflight.gcp.plan import GcpPlan, GcpPool
from anykube_cli.preflight.runner import Check
from google.oauth2.credentials import Credentials

from tests.operations.preflight.gcp.wire import Parameters, Response, Wire

REGION = "europe-west1"
ZONES = ("europe-west1-b", "europe-west1-c", "europe-west1-d")
OWN_LABELS = {"anykube-stack": "prod", "anykube-cluster": "shop"}
FOREIGN_LABELS = {"anykube-stack": "elsewhere"}
RANGES = {
    "nodes": "10.20.0.0/16",
    "pods": "10.4.0.0/14",
    "Services": "172.20.0.0/16",
    "control plane": "172.16.0.0/28",
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
    network_description="GKE cluster shop",
    service_account="shop-nodes",
    service_account_display_name="Nodes of the GKE cluster shop",
    services=SERVICES,
    permissions=PERMISSIONS,
)

_PROJECT_URL = "https://www.googleapis.com/compute/v1/projects/acme-shop"

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
    """One set of clients for all tests, because loading the discovery documents is slow."""
    return clients(_session())


class Project:
    """The project of a session."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.limits: dict[str, float] = {}
        """Quotas by metric. Any other quota is 1000."""
        self.usage: dict[str, float] = {}
        self.granted: Sequence[str] = [name for names in PERMISSIONS.values() for name in names]
        self.machines: dict[str, Sequence[str]] = dict.fromkeys(MACHINES, ZONES)
        """Machine types with the zones that offer them."""
        self.session = _session()
        _current[:] = [self.wire]
        respond = self.wire.respond
        respond("cloudresourcemanager.projects.get", {"projectId": "acme-shop", "state": "ACTIVE"})
        respond("cloudresourcemanager.projects.testIamPermissions", self._permissions)
        respond("serviceusage.services.batchGet", enabled(*SERVICES))
        respond("compute.regions.list", lambda *_: {"items": [self._region(REGION), self._region("europe-west9")]})
        respond("compute.zones.list", {"items": [zone(name) for name in (*ZONES, "us-east1-b")]})
        respond("compute.projects.get", lambda *_: {"name": "acme-shop", "quotas": self._quotas(_PROJECT)})
        respond("compute.machineTypes.aggregatedList", self._machine_types)
        respond("compute.acceleratorTypes.aggregatedList", aggregated_list("acceleratorTypes", {}))
        respond("compute.networks.list", {"items": [{"name": "office"}]})
        respond("compute.instances.aggregatedList", aggregated_list("instances", {}))
        respond("compute.subnetworks.aggregatedList", aggregated_list("subnetworks", {}))
        respond("container.projects.locations.getServerConfig", {"channels": channels()})

    def respond(self, method: str, response: Response) -> None:
        self.wire.respond(method, response)

    @property
    def calls(self) -> set[str]:
        return self.wire.calls

    def run(self, check: Check[GcpPlan, Clients], plan: GcpPlan) -> list[Problem]:
        """The problems that one check reports."""
        return list(check(plan, _clients()))

    def _permissions(self, _: Parameters, body: Any) -> Mapping[str, Any]:
        granted = [name for name in body["permissions"] if name in self.granted]
        return {"permissions": granted} if granted else {}

    def _region(self, name: str) -> Mapping[str, Any]:
        return {"name": name, "status": "UP", "quotas": self._quotas(_REGION)}

    def _quotas(self, metrics: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        return [
            {"metric": metric, "limit": self.limits.get(metric, 1000), "usage": self.usage.get(metric, 0)}
            for metric in metrics
        ]

    def _machine_types(self, parameters: Parameters, _: Any) -> Mapping[str, Any]:
        offered = {name: zones for name, zones in self.machines.items() if f'"{name}"' in parameters["filter"]}
        return aggregated_list("machineTypes", {name: (zones, MACHINES[name]) for name, zones in offered.items()})


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


def aggregated_list(key: str, items: Mapping[str, tuple[Sequence[str], Mapping[str, Any]]]) -> Mapping[str, Any]:
    """An aggregated list of items by name, each with its zones or regions and its other fields."""
    scopes: dict[str, Any] = {"zones/us-east1-b": {"warning": {"code": "NO_RESULTS_ON_PAGE"}}}
    for name, (locations, fields) in items.items():
        for location in locations:
            scope = f"{'zones' if location.count('-') == 2 else 'regions'}/{location}"
            scopes.setdefault(scope, {}).setdefault(key, []).append({"name": name, **fields})
    return {"items": scopes}


def zone(name: str, **changed: Any) -> Mapping[str, Any]:
    return {"name": name, "status": "UP", "region": f"{_PROJECT_URL}/regions/{name.rpartition('-')[0]}", **changed}


def network(name: str) -> str:
    """URL of a network."""
    return f"{_PROJECT_URL}/global/networks/{name}"


def machine(zone: str, kind: str) -> str:
    """URL of a machine type."""
    return f"{_PROJECT_URL}/zones/{zone}/machineTypes/{kind}"


def enabled(*names: str) -> Mapping[str, Any]:
    """The response for enabled APIs."""
    services = [{"name": f"projects/42/services/{name}", "state": "ENABLED"} for name in names]
    return {"services": services}


def channels(**changed: Any) -> Sequence[Mapping[str, Any]]:
    """RAPID offers 1.35 and 1.36, REGULAR 1.34 and 1.35."""
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

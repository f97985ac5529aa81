"""A fake Azure subscription without problems; tests replace single responses."""

import base64
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from anykube_cli.preflight import PoolPlan, Problem
from anykube_cli.preflight.azure.clients import Clients, Session, clients, vm_sizes
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.runner import Check
from azure.core.credentials import AccessToken
from requests import PreparedRequest, Response

from tests.operations.preflight.azure.wire import CannedResponse, RefusedError, Transport, Wire

ID = "00000000-1111-2222-3333-444444444444"
REGION = "westeurope"
ZONES = ("1", "2", "3")
OWN_TAGS = {"anykube-stack": "prod", "anykube-cluster": "shop"}
FOREIGN_TAGS = {"anykube-stack": "elsewhere"}
ACTIONS = {
    "Contributor": ("Microsoft.ContainerService/managedClusters/write",),
    "Role Based Access Control Administrator": ("Microsoft.Authorization/roleAssignments/write",),
}
PROVIDERS = ("Microsoft.ContainerService", "Microsoft.Network")

SERVERS = PoolPlan("servers", ["Standard_D4s_v5"], 4)
PLAN = AzurePlan(
    cluster="shop",
    region=REGION,
    version="1.35",
    zones=ZONES,
    cidr="10.20.0.0/16",
    nat="zone",
    pools=[SERVERS],
    stack="prod",
    subscription=ID,
    ranges={"network": "10.20.0.0/16", "pods": "10.244.0.0/14", "Services": "172.20.0.0/16"},
    node_group="shop-nodes",
    host_encryption=True,
    providers=PROVIDERS,
    actions=ACTIONS,
)

OWNER = f"/subscriptions/{ID}/providers/Microsoft.Authorization/roleDefinitions/owner"

SIZES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "Standard_D4s_v5": ("standardDSv5Family", {"vCPUs": "4"}),
    "Standard_D8s_v5": ("standardDSv5Family", {"vCPUs": "8", "vCPUsAvailable": "6"}),
    "Standard_D4ps_v6": ("StandardDpsv6Family", {"vCPUs": "4", "LowPriorityCapable": "False"}),
    "Standard_NC4as_T4_v3": ("Standard NCASv3_T4 Family", {"vCPUs": "4", "GPUs": "1"}),
    "Standard_A2_v2": ("standardAv2Family", {"vCPUs": "2", "EncryptionAtHostSupported": "False"}),
}


class Credential:
    """A credential with an unsigned token that has the claims of an Entra token."""

    def __init__(self, **claims: Any) -> None:
        self.claims = claims or {"oid": "me", "upn": "mo@example.com"}

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        payload = base64.urlsafe_b64encode(json.dumps(self.claims).encode()).decode().rstrip("=")
        return AccessToken(f"secret.{payload}.secret", int(time.time()) + 3600)


_current: list[Wire] = []


class _Switch(Wire):
    """Forwards to the wire of the current test."""

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        return _current[-1].send(request)


@cache
def _clients() -> Clients:
    """One set of clients for all tests, because creating them is slow."""
    return clients(Session(Credential(), Transport(_Switch())), ID, REGION, "me")


class Subscription:
    """The subscription of a session."""

    def __init__(self) -> None:
        self.wire = Wire()
        _current[:] = [self.wire]
        self.session = Session(Credential(), Transport(self.wire))
        self.limits: dict[str, int] = {}
        """Quotas by name. Any other quota is 1000."""
        self.usage: dict[str, int] = {}
        self.actions: Sequence[str] = ["*"]
        self.not_actions: Sequence[str] = []
        respond = self.wire.respond
        respond("subscription", {"subscriptionId": ID, "state": "Enabled"})
        respond("locations", {"value": [location(REGION), location("northeurope", zones=())]})
        respond("provider", lambda names: {"namespace": names["namespace"], "registrationState": "Registered"})
        respond("feature", {"properties": {"state": "Registered"}})
        respond("skus", {"value": [sku(name) for name in SIZES]})
        respond("cores", lambda _: {"value": self._usages(_CORES)})
        respond("addresses", lambda _: {"value": self._usages(_NETWORK)})
        respond("networks", {"value": []})
        respond("versions", {"values": versions()})
        respond("assignments", {"value": [assignment(f"/subscriptions/{ID}")]})
        respond("role", lambda _: {"properties": {"permissions": [self._permission()]}})

    def respond(self, route: str, response: CannedResponse) -> None:
        """Sets the response of a route."""
        self.wire.respond(route, response)

    def run(self, check: Check[AzurePlan, Clients], plan: AzurePlan) -> list[Problem]:
        """The problems that one check reports."""
        clients = _clients()
        return list(check(plan, replace(clients, vm_sizes=lambda: vm_sizes(clients.compute, REGION))))

    def add_groups(self, **groups: Mapping[str, str]) -> None:
        """Adds resource groups with tags, by name with '_' for '-'."""
        existing = {name.replace("_", "-"): {"location": REGION, "tags": tags} for name, tags in groups.items()}
        self.respond("group", lambda names: existing.get(names["name"], RefusedError(404, "ResourceGroupNotFound")))

    def _permission(self) -> Mapping[str, Any]:
        return {"actions": self.actions, "notActions": self.not_actions}

    def _usages(self, names: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        return [
            {
                "unit": "Count",
                "currentValue": self.usage.get(name, 0),
                "limit": self.limits.get(name, 1000),
                "name": {"value": name},
            }
            for name in names
        ]


_CORES = ("cores", "lowPriorityCores", "StandardDSv5Family", "Standard NCASv3_T4 Family")
_NETWORK = ("VirtualNetworks", "PublicIPAddresses", "StandardSkuPublicIpAddresses")


def location(name: str, zones: Sequence[str] = ZONES) -> Mapping[str, Any]:
    mapped = [{"logicalZone": zone, "physicalZone": f"{name}-az{zone}"} for zone in zones]
    return {"name": name, "metadata": {"regionType": "Physical"}, "availabilityZoneMappings": mapped}


def sku(name: str, zones: Sequence[str] = ZONES, **fields: Any) -> Mapping[str, Any]:
    family, capabilities = SIZES[name]
    return {
        "resourceType": "virtualMachines",
        "name": name,
        "family": family,
        "locationInfo": [{"location": REGION, "zones": list(zones)}],
        "capabilities": [{"name": key, "value": value} for key, value in capabilities.items()],
        "restrictions": [],
        **fields,
    }


def versions() -> Sequence[Mapping[str, Any]]:
    """1.33 has only long-term support, 1.34 and 1.35 are supported, 1.36 is a preview."""
    plans = {"1.33": ["AKSLongTermSupport"], "1.36": ["KubernetesOfficial"]}
    both = ["KubernetesOfficial", "AKSLongTermSupport"]
    return [
        {
            "version": name,
            "capabilities": {"supportPlan": plans.get(name, both)},
            **({"isPreview": True} if name == "1.36" else {}),
        }
        for name in ("1.33", "1.34", "1.35", "1.36")
    ]


def assignment(scope: str) -> Mapping[str, Any]:
    """An assignment of the only role."""
    return {"properties": {"scope": scope, "roleDefinitionId": OWNER, "principalId": "me"}}


def cluster(tags: Mapping[str, str], state: str = "Succeeded", **pools: int) -> Mapping[str, Any]:
    """A cluster with pools of Standard_D4s_v5 nodes, by name with the number of nodes."""
    profiles = [{"name": name, "count": count, "vmSize": "Standard_D4s_v5"} for name, count in pools.items()]
    properties = {"provisioningState": state, "agentPoolProfiles": profiles}
    return {"location": REGION, "tags": tags, "properties": properties}

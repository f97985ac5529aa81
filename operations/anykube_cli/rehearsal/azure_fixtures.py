"""Existing Azure resources that a stack's settings refer to. A rehearsal creates them in the simulated account."""

from collections.abc import Iterator
from typing import Any

from anykube._clusters.aks.spec import AksClusterSpec, AksNetwork
from anykube._model import text_of
from anykube_rehearsal.azure.ids import ArmId, parse
from anykube_rehearsal.azure.plugin.facts import NAT, NETWORK, SUBNET

_ZONE = "azure-native:dns:Zone"
_ROUTES = "azure-native:network:RouteTable"
_SPACE, _NODES, _API_SERVER, _BALANCERS = "10.0.0.0/8", "10.64.0.0/16", "10.65.0.0/24", "10.66.0.0/24"
"""The real ranges are unknown; these are large enough."""


def existing_resources(spec: AksClusterSpec) -> list[dict[str, Any]]:
    """The resources, each with token, id and inputs."""
    zone = _zone(text_of(spec.aks.dns_zone)) if spec.aks.dns_zone else ()
    return [*zone, *(_network(spec.aks.network) if spec.aks.network else ())]


def _zone(zone_id: str) -> Iterator[dict[str, Any]]:
    yield {"token": _ZONE, "id": zone_id, "inputs": {}}


def _network(network: AksNetwork) -> Iterator[dict[str, Any]]:
    nodes = parse(text_of(network.nodes))
    assert nodes is not None, "the settings' pattern ensures it"
    virtual_network = ArmId(nodes.subscription, nodes.group, "Microsoft.Network/virtualNetworks", nodes.names[:1])
    yield {"token": NETWORK, "id": str(virtual_network), "inputs": {"addressSpace": {"addressPrefixes": [_SPACE]}}}
    reference, token, kind = (
        ("natGateway", NAT, "natGateways")
        if network.outbound == "userAssignedNATGateway"
        else ("routeTable", _ROUTES, "routeTables")
    )
    outbound_id = str(ArmId(nodes.subscription, nodes.group, f"Microsoft.Network/{kind}", ("out",)))
    yield {"token": token, "id": outbound_id, "inputs": {}}
    yield _subnet(text_of(network.nodes), _NODES, **{reference: {"id": outbound_id}})
    yield _subnet(
        text_of(network.api_server), _API_SERVER, delegations=_delegations("Microsoft.ContainerService/managedClusters")
    )
    if network.load_balancers:
        service = "Microsoft.ServiceNetworking/trafficControllers"
        yield _subnet(text_of(network.load_balancers), _BALANCERS, delegations=_delegations(service))


def _subnet(subnet_id: str, prefix: str, **inputs: Any) -> dict[str, Any]:
    return {"token": SUBNET, "id": subnet_id, "inputs": {"addressPrefix": prefix, **inputs}}


def _delegations(service: str) -> list[dict[str, str]]:
    return [{"name": "delegation", "serviceName": service}]

"""What a page names as there already: in a rehearsal it is put there, so that it can be named."""

from collections.abc import Iterator
from typing import Any

from anykube._clusters.aks.spec import AksClusterSpec, AksNetwork
from anykube._model import text_of
from anykube_rehearsal.azure.ids import ArmId, parse
from anykube_rehearsal.azure.plugin.facts import NAT, NETWORK, SUBNET

_ZONE = "azure-native:dns:Zone"
_ROUTES = "azure-native:network:RouteTable"
_SPACE, _NODES, _API_SERVER, _BALANCERS = "10.0.0.0/8", "10.64.0.0/16", "10.65.0.0/24", "10.66.0.0/24"
"""A rehearsal does not know the real ranges: these are large enough."""


def there(spec: AksClusterSpec) -> list[dict[str, Any]]:
    """Things by token, id and inputs."""
    zone = _zone(text_of(spec.aks.dns_zone)) if spec.aks.dns_zone else ()
    return [*zone, *(_network(spec.aks.network) if spec.aks.network else ())]


def _zone(identifier: str) -> Iterator[dict[str, Any]]:
    yield {"token": _ZONE, "id": identifier, "inputs": {}}


def _network(network: AksNetwork) -> Iterator[dict[str, Any]]:
    nodes = parse(text_of(network.nodes))
    assert nodes is not None, "the page's pattern says so"
    around = ArmId(nodes.subscription, nodes.group, "Microsoft.Network/virtualNetworks", nodes.names[:1])
    yield {"token": NETWORK, "id": str(around), "inputs": {"addressSpace": {"addressPrefixes": [_SPACE]}}}
    wire, token, kind = (
        ("natGateway", NAT, "natGateways")
        if network.outbound == "userAssignedNATGateway"
        else ("routeTable", _ROUTES, "routeTables")
    )
    way = str(ArmId(nodes.subscription, nodes.group, f"Microsoft.Network/{kind}", ("out",)))
    yield {"token": token, "id": way, "inputs": {}}
    yield _subnet(text_of(network.nodes), _NODES, **{wire: {"id": way}})
    yield _subnet(
        text_of(network.api_server), _API_SERVER, delegations=_delegated("Microsoft.ContainerService/managedClusters")
    )
    if network.load_balancers:
        service = "Microsoft.ServiceNetworking/trafficControllers"
        yield _subnet(text_of(network.load_balancers), _BALANCERS, delegations=_delegated(service))


def _subnet(identifier: str, prefix: str, **more: Any) -> dict[str, Any]:
    return {"token": SUBNET, "id": identifier, "inputs": {"addressPrefix": prefix, **more}}


def _delegated(service: str) -> list[dict[str, str]]:
    return [{"name": "delegation", "serviceName": service}]

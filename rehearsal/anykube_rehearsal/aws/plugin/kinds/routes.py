"""Route tables, routes and associations."""

import hashlib

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import ProviderAccount
from anykube_rehearsal.aws.plugin.kinds.ec2_kind import Ec2Kind, Row
from anykube_rehearsal.aws.plugin.kinds.kind import (
    ClientError,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    call_or_none,
    error_code,
)

_TARGETS = {
    "gatewayId": "GatewayId",
    "natGatewayId": "NatGatewayId",
    "networkInterfaceId": "NetworkInterfaceId",
    "transitGatewayId": "TransitGatewayId",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
    "vpcEndpointId": "VpcEndpointId",
    "carrierGatewayId": "CarrierGatewayId",
    "localGatewayId": "LocalGatewayId",
    "coreNetworkArn": "CoreNetworkArn",
}
_DESTINATIONS = {
    "destinationCidrBlock": "DestinationCidrBlock",
    "destinationIpv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}
_INLINE = {"cidrBlock": "DestinationCidrBlock", "ipv6CidrBlock": "DestinationIpv6CidrBlock"} | {
    "destinationPrefixListId": "DestinationPrefixListId"
}


def _set_route(account: ProviderAccount, table: str, route: Json) -> None:
    """Creates a route, or replaces the one with the same destination."""
    client = account.client("ec2")
    try:
        client.create_route(RouteTableId=table, **route)
    except ClientError as error:
        if error_code(error) != "RouteAlreadyExists":
            raise
        client.replace_route(RouteTableId=table, **route)


def _parameters(values: Inputs, names: dict[str, str]) -> Json:
    return {name: values[wire] for wire, name in names.items() if values.get(wire)}


def _inline(inputs: Inputs) -> dict[tuple[str, ...], Json]:
    """The inline routes of a table, by destination."""
    routes = {}
    for route in inputs.get("routes") or []:
        destination = _parameters(route, _INLINE)
        routes[tuple(map(str, destination.values()))] = {**destination, **_parameters(route, _TARGETS)}
    return routes


def _table_apply(account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
    before, after = _inline(old), _inline(new)
    for destination, route in after.items():
        if before.get(destination) != route:
            _set_route(account, identifier, route)
    for destination in before.keys() - after.keys():
        parameters = {name: value for name, value in before[destination].items() if name.startswith("Destination")}
        call_or_none(account.client("ec2").delete_route, "InvalidRoute.NotFound", RouteTableId=identifier, **parameters)


def _table_outputs(account: ProviderAccount, description: Json) -> Json:
    del account
    routes = []
    for route in description.get("Routes", []):
        if route.get("GatewayId") == "local" or str(route.get("GatewayId", "")).startswith("vpce-"):
            continue
        wires = {**{wire: name for name, wire in ((v, k) for k, v in _INLINE.items())}, **_TARGETS}
        routes.append({wire: route.get(name, "") for wire, name in wires.items()})
    return {
        "routes": routes,
        "propagatingVgws": [gateway["GatewayId"] for gateway in description.get("PropagatingVgws", [])],
    }


class RouteKind(Kind):
    """A route of a table."""

    token = "aws:ec2/route:Route"

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the resource."""
        inputs, table = request.inputs, str(request.inputs["routeTableId"])
        destination = _parameters(inputs, _DESTINATIONS)
        _set_route(request.account, table, {**destination, **_parameters(inputs, _TARGETS)})
        digits = hashlib.sha256(str(next(iter(destination.values()))).encode()).hexdigest()
        return f"r-{table}{int(digits[:8], 16)}"

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the route with this destination from its table."""
        destination = _parameters(state, _DESTINATIONS)
        table = state.get("routeTableId")
        response = call_or_none(
            account.client("ec2").describe_route_tables, "InvalidRouteTableID.NotFound", RouteTableIds=[table]
        )
        for route_table in (response or {"RouteTables": []})["RouteTables"]:
            for route in route_table["Routes"]:
                if destination and all(route.get(name) == value for name, value in destination.items()):
                    outputs = {wire: route.get(name, "") for wire, name in {**_DESTINATIONS, **_TARGETS}.items()}
                    description = {"state": route.get("State", "active"), "origin": route.get("Origin", "CreateRoute")}
                    machine = {"instanceId": route.get("InstanceId", ""), "instanceOwnerId": ""}
                    return {**outputs, **description, **machine, "routeTableId": table}
        return None

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Sets another target."""
        route = {**_parameters(new, _DESTINATIONS), **_parameters(new, _TARGETS)}
        account.client("ec2").replace_route(RouteTableId=new["routeTableId"], **route)

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the resource."""
        missing = ("InvalidRoute.NotFound", "InvalidRouteTableID.NotFound")
        destination = _parameters(state, _DESTINATIONS)
        call_or_none(account.client("ec2").delete_route, *missing, RouteTableId=state["routeTableId"], **destination)


class RouteTableAssociationKind(Kind):
    """The association of a subnet or gateway with a route table."""

    token = "aws:ec2/routeTableAssociation:RouteTableAssociation"

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the association, or adopts the existing one: a subnet has at most one."""
        inputs, client = request.inputs, request.account.client("ec2")
        target = {"SubnetId": inputs.get("subnetId"), "GatewayId": inputs.get("gatewayId")}
        table = str(inputs["routeTableId"])
        for description in client.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Associations"]:
            matches = any(value and description.get(name) == value for name, value in target.items())
            if matches and not request.replacement and description["RouteTableAssociationId"] not in request.known_ids:
                return str(description["RouteTableAssociationId"])
        return str(call(client.associate_route_table, RouteTableId=table, **target)["AssociationId"])

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the association."""
        association = self._current(account, identifier, state)
        if association is None:
            return None
        return {
            "routeTableId": association["RouteTableId"],
            "subnetId": association.get("SubnetId"),
            "gatewayId": association.get("GatewayId"),
        }

    def _current(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """The current association. A change of the table gives it a new id, which the engine does not have."""
        subnet, gateway = state.get("subnetId"), state.get("gatewayId")
        for table in account.client("ec2").describe_route_tables()["RouteTables"]:
            description: Json
            for description in table["Associations"]:
                matches = description["RouteTableAssociationId"] == identifier
                if (
                    matches
                    or (subnet and description.get("SubnetId") == subnet)
                    or (gateway and description.get("GatewayId") == gateway)
                ):
                    return {**description, "RouteTableId": table["RouteTableId"]}
        return None

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Sets another table."""
        association = self._current(account, identifier, old)
        current = association["RouteTableAssociationId"] if association else identifier
        client = account.client("ec2")
        client.replace_route_table_association(AssociationId=current, RouteTableId=new["routeTableId"])

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the resource."""
        association = self._current(account, identifier, state)
        if association is not None:
            current = association["RouteTableAssociationId"]
            call_or_none(
                account.client("ec2").disassociate_route_table, "InvalidAssociationID.NotFound", AssociationId=current
            )


KINDS: list[Kind] = [
    Ec2Kind(
        Row(
            token="aws:ec2/routeTable:RouteTable",
            noun="route_table",
            plural="route_tables",
            key="RouteTableId",
            response_key="RouteTable",
            arn="route-table",
            parameters={"vpcId": "VpcId"},
            outputs={"vpcId": "VpcId"},
            apply=_table_apply,
            extra_outputs=_table_outputs,
        )
    ),
    RouteKind(),
    RouteTableAssociationKind(),
]

"""Route tables, their routes, and which subnets use them."""

import hashlib

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import Account
from anykube_rehearsal.aws.plugin.backed.ec2_kind import Ec2Kind, Row
from anykube_rehearsal.aws.plugin.backed.kind import ClientError, CreateRequest, Inputs, Json, Kind, call, code, found

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


def _set(account: Account, table: str, route: Json) -> None:
    """Makes a route; one to the same destination is pointed anew."""
    client = account.client("ec2")
    try:
        client.create_route(RouteTableId=table, **route)
    except ClientError as error:
        if code(error) != "RouteAlreadyExists":
            raise
        client.replace_route(RouteTableId=table, **route)


def _parameters(given: Inputs, names: dict[str, str]) -> Json:
    return {name: given[wire] for wire, name in names.items() if given.get(wire)}


def _inline(inputs: Inputs) -> dict[tuple[str, ...], Json]:
    """The routes in a table's own inputs, by destination."""
    routes = {}
    for given in inputs.get("routes") or []:
        where = _parameters(given, _INLINE)
        routes[tuple(map(str, where.values()))] = {**where, **_parameters(given, _TARGETS)}
    return routes


def _table_after(account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
    before, after = _inline(old), _inline(new)
    for where, route in after.items():
        if before.get(where) != route:
            _set(account, identifier, route)
    for where in before.keys() - after.keys():
        gone = {name: value for name, value in before[where].items() if name.startswith("Destination")}
        found(account.client("ec2").delete_route, "InvalidRoute.NotFound", RouteTableId=identifier, **gone)


def _table_more(account: Account, about: Json) -> Json:
    del account
    shown = []
    for route in about.get("Routes", []):
        if route.get("GatewayId") == "local" or str(route.get("GatewayId", "")).startswith("vpce-"):
            continue
        wires = {**{wire: name for name, wire in ((v, k) for k, v in _INLINE.items())}, **_TARGETS}
        shown.append({wire: route.get(name, "") for wire, name in wires.items()})
    return {
        "routes": shown,
        "propagatingVgws": [one["GatewayId"] for one in about.get("PropagatingVgws", [])],
    }


class Route(Kind):
    """One route of a table."""

    token = "aws:ec2/route:Route"

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it."""
        given, table = making.inputs, str(making.inputs["routeTableId"])
        where = _parameters(given, _DESTINATIONS)
        _set(making.account, table, {**where, **_parameters(given, _TARGETS)})
        digits = hashlib.sha256(str(next(iter(where.values()))).encode()).hexdigest()
        return f"r-{table}{int(digits[:8], 16)}"

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What its table says of its destination."""
        where = _parameters(state, _DESTINATIONS)
        table = state.get("routeTableId")
        answer = found(
            account.client("ec2").describe_route_tables, "InvalidRouteTableID.NotFound", RouteTableIds=[table]
        )
        for one in (answer or {"RouteTables": []})["RouteTables"]:
            for route in one["Routes"]:
                if where and all(route.get(name) == value for name, value in where.items()):
                    outputs = {wire: route.get(name, "") for wire, name in {**_DESTINATIONS, **_TARGETS}.items()}
                    about = {"state": route.get("State", "active"), "origin": route.get("Origin", "CreateRoute")}
                    machine = {"instanceId": route.get("InstanceId", ""), "instanceOwnerId": ""}
                    return {**outputs, **about, **machine, "routeTableId": table}
        return None

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Points it elsewhere."""
        route = {**_parameters(new, _DESTINATIONS), **_parameters(new, _TARGETS)}
        account.client("ec2").replace_route(RouteTableId=new["routeTableId"], **route)

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it."""
        missing = ("InvalidRoute.NotFound", "InvalidRouteTableID.NotFound")
        where = _parameters(state, _DESTINATIONS)
        found(account.client("ec2").delete_route, *missing, RouteTableId=state["routeTableId"], **where)


class RouteTableAssociation(Kind):
    """That a subnet or a gateway uses a table."""

    token = "aws:ec2/routeTableAssociation:RouteTableAssociation"

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it; a subnet has one at most."""
        given, client = making.inputs, making.account.client("ec2")
        target = {"SubnetId": given.get("subnetId"), "GatewayId": given.get("gatewayId")}
        table = str(given["routeTableId"])
        for about in client.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Associations"]:
            same = any(value and about.get(name) == value for name, value in target.items())
            if same and not making.replacement and about["RouteTableAssociationId"] not in making.known_ids:
                return str(about["RouteTableAssociationId"])
        return str(call(client.associate_route_table, RouteTableId=table, **target)["AssociationId"])

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What the table says."""
        association = self._now(account, identifier, state)
        if association is None:
            return None
        return {
            "routeTableId": association["RouteTableId"],
            "subnetId": association.get("SubnetId"),
            "gatewayId": association.get("GatewayId"),
        }

    def _now(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """The association, also after a change of table, which gave it another id than the engine knows."""
        subnet, gateway = state.get("subnetId"), state.get("gatewayId")
        for table in account.client("ec2").describe_route_tables()["RouteTables"]:
            about: Json
            for about in table["Associations"]:
                same = about["RouteTableAssociationId"] == identifier
                if (
                    same
                    or (subnet and about.get("SubnetId") == subnet)
                    or (gateway and about.get("GatewayId") == gateway)
                ):
                    return {**about, "RouteTableId": table["RouteTableId"]}
        return None

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Another table."""
        association = self._now(account, identifier, old)
        now = association["RouteTableAssociationId"] if association else identifier
        client = account.client("ec2")
        client.replace_route_table_association(AssociationId=now, RouteTableId=new["routeTableId"])

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it."""
        association = self._now(account, identifier, state)
        if association is not None:
            now = association["RouteTableAssociationId"]
            found(account.client("ec2").disassociate_route_table, "InvalidAssociationID.NotFound", AssociationId=now)


KINDS: list[Kind] = [
    Ec2Kind(
        Row(
            token="aws:ec2/routeTable:RouteTable",
            noun="route_table",
            many="route_tables",
            key="RouteTableId",
            answer="RouteTable",
            arn="route-table",
            parameters={"vpcId": "VpcId"},
            outputs={"vpcId": "VpcId"},
            after=_table_after,
            more=_table_more,
        )
    ),
    Route(),
    RouteTableAssociation(),
]

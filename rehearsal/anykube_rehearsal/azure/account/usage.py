"""What is in a subnet, behind a gateway, at an address: while there is something, these stay."""

from collections.abc import Iterator

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.lookup import name
from anykube_rehearsal.azure.account.pools import pools
from anykube_rehearsal.azure.plugin.facts import BALANCER, CLUSTER, NAT, SUBNET
from anykube_rehearsal.cloud.account.account import Account


def subnet_users(account: Account, subnet: str) -> Iterator[str]:
    """Nodes, API servers and load balancers in it."""
    for cluster in account.store.all(CLUSTER):
        for pool in pools(account, cluster.id):
            if ids.same(pool.subnet, subnet):
                yield f"{name(cluster)}/{pool.name}"
        place = (cluster.inputs.get("apiServerAccessProfile") or {}).get("subnetId")
        if ids.same(place, subnet):
            yield f"{name(cluster)}/apiserver"
    for balancer in account.store.all(BALANCER):
        for front in balancer.inputs.get("frontendIPConfigurations") or []:
            if ids.same((front.get("subnet") or {}).get("id"), subnet):
                yield f"{balancer.id}/frontendIPConfigurations/{front.get('name')}"


def nat_users(account: Account, gateway: str) -> Iterator[str]:
    """Subnets that go out by it."""
    return _subnets(account, "natGateway", gateway)


def security_users(account: Account, group: str) -> Iterator[str]:
    """Subnets that it is on."""
    return _subnets(account, "networkSecurityGroup", group)


def address_users(account: Account, address: str) -> Iterator[str]:
    """Gateways and load balancers that answer at it."""
    for gateway in account.store.all(NAT):
        if any(ids.same(one.get("id"), address) for one in gateway.inputs.get("publicIpAddresses") or []):
            yield gateway.id
    for balancer in account.store.all(BALANCER):
        for front in balancer.inputs.get("frontendIPConfigurations") or []:
            if ids.same((front.get("publicIPAddress") or {}).get("id"), address):
                yield f"{balancer.id}/frontendIPConfigurations/{front.get('name')}"


def _subnets(account: Account, wire: str, identifier: str) -> Iterator[str]:
    for subnet in account.store.all(SUBNET):
        if ids.same((subnet.inputs.get(wire) or {}).get("id"), identifier):
            yield subnet.id

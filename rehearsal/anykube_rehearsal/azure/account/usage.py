"""The users of subnets, NAT gateways, security groups and public IPs, which block their deletion."""

from collections.abc import Iterator

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.lookup import name
from anykube_rehearsal.azure.account.pools import pools
from anykube_rehearsal.azure.plugin.facts import CLUSTER, LOAD_BALANCER, NAT, SUBNET
from anykube_rehearsal.cloud.account.account import Account


def subnet_users(account: Account, subnet: str) -> Iterator[str]:
    """Nodes, API servers and load balancers in a subnet."""
    for cluster in account.store.all(CLUSTER):
        for pool in pools(account, cluster.id):
            if ids.same(pool.subnet, subnet):
                yield f"{name(cluster)}/{pool.name}"
        api_server_subnet = (cluster.inputs.get("apiServerAccessProfile") or {}).get("subnetId")
        if ids.same(api_server_subnet, subnet):
            yield f"{name(cluster)}/apiserver"
    for balancer in account.store.all(LOAD_BALANCER):
        for frontend in balancer.inputs.get("frontendIPConfigurations") or []:
            if ids.same((frontend.get("subnet") or {}).get("id"), subnet):
                yield f"{balancer.id}/frontendIPConfigurations/{frontend.get('name')}"


def nat_users(account: Account, gateway: str) -> Iterator[str]:
    """Subnets with this NAT gateway."""
    return _subnets(account, "natGateway", gateway)


def security_users(account: Account, group: str) -> Iterator[str]:
    """Subnets with this network security group."""
    return _subnets(account, "networkSecurityGroup", group)


def address_users(account: Account, address: str) -> Iterator[str]:
    """NAT gateways and load balancers with this public IP."""
    for gateway in account.store.all(NAT):
        if any(ids.same(item.get("id"), address) for item in gateway.inputs.get("publicIpAddresses") or []):
            yield gateway.id
    for balancer in account.store.all(LOAD_BALANCER):
        for frontend in balancer.inputs.get("frontendIPConfigurations") or []:
            if ids.same((frontend.get("publicIPAddress") or {}).get("id"), address):
                yield f"{balancer.id}/frontendIPConfigurations/{frontend.get('name')}"


def _subnets(account: Account, wire: str, identifier: str) -> Iterator[str]:
    for subnet in account.store.all(SUBNET):
        if ids.same((subnet.inputs.get(wire) or {}).get("id"), identifier):
            yield subnet.id

"""The facts about a cluster in its stack's state."""

from collections.abc import Iterable, Mapping
from typing import Any

from anykube_cli.sweep.facts import Facts

Resource = Mapping[str, Any]

_NETWORKS = ("aws:ec2/vpc:Vpc", "gcp:compute/network:Network", "azure-native:network:VirtualNetwork")
_SUBNETS = ("aws:ec2/subnet:Subnet", "gcp:compute/subnetwork:Subnetwork", "azure-native:network:Subnet")
_CLUSTERS = (
    "aws:eks/cluster:Cluster",
    "gcp:container/cluster:Cluster",
    "azure-native:containerservice:ManagedCluster",
)
_HOST = "/compute/v1/"


def state_facts(deployment: Mapping[str, Any]) -> Facts:
    """The facts in a deployment, such as `Engine.deployment()` returns. None of a resource that the stack only reads.

    Google's ids are paths such as `projects/P/global/networks/N`. Azure's are in lower case, because its API returns
    them in any case.
    """
    resources = [it for it in deployment.get("resources") or () if it.get("custom") and not it.get("external")]
    networks = frozenset(_id(it) for it in resources if it["type"] in _NETWORKS)
    clusters = [it for it in resources if it["type"] in _CLUSTERS]
    return Facts(
        networks=networks,
        used_networks=networks.union(
            (_id(it) for it in resources if it["type"] in _SUBNETS), *(_networks_of(it) for it in clusters)
        ),
        clusters=frozenset(id for it in clusters for id in _ids(it)),
        groups=frozenset(group for it in clusters for group in _groups_of(it)),
        managed=frozenset(
            id for it in resources if not it["type"].startswith(("kubernetes", "pulumi")) for id in _ids(it)
        ),
    )


def _id(resource: Resource) -> str:
    return normalize(str(resource.get("id") or ""))


def _ids(resource: Resource) -> Iterable[str]:
    """The id and the ARN: some of AWS' APIs use one, some the other."""
    arn = _texts((resource.get("outputs") or {}).get("arn"))
    return [normalize(text) for text in (str(resource.get("id") or ""), *arn) if text]


def _networks_of(cluster: Resource) -> frozenset[str]:
    """The network and subnets that a cluster uses."""
    values = {**(cluster.get("inputs") or {}), **(cluster.get("outputs") or {})}
    vpc = values.get("vpcConfig") or {}
    pools = [pool.get("vnetSubnetID") for pool in values.get("agentPoolProfiles") or () if isinstance(pool, Mapping)]
    texts = [vpc.get("vpcId"), *(vpc.get("subnetIds") or ()), values.get("network"), values.get("subnetwork"), *pools]
    return frozenset(normalize(text) for value in texts for text in _texts(value))


def _groups_of(cluster: Resource) -> Iterable[str]:
    vpc = (cluster.get("outputs") or {}).get("vpcConfig") or {}
    return _texts(vpc.get("clusterSecurityGroupId"))


def _texts(value: object) -> list[str]:
    """A text, but not an encrypted value."""
    return [value] if isinstance(value, str) and value else []


def normalize(text: str) -> str:
    """An id in the form of `Facts`."""
    if _HOST in text:
        return text.partition(_HOST)[2]
    return text.lower() if text.lower().startswith("/subscriptions/") else text

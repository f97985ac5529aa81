"""Who reaches the API of an EKS cluster. https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html"""

from collections.abc import Iterator

from anykube_rehearsal.aws.account import moto_backends
from anykube_rehearsal.aws.account.eks.state import Cluster, Eks
from anykube_rehearsal.cloud.caller import NODE, Caller, Network

_HTTPS = 443


def reaches(eks: Eks, name: str, address: str, caller: Caller) -> bool:
    """Whether the caller reaches a cluster by its only name. False without such a cluster."""
    del address
    with eks.lock:
        cluster = eks.clusters.get(name)
        if cluster is None:
            return False
        return caller == NODE or _reaches(cluster, caller)


def _reaches(cluster: Cluster, caller: Caller) -> bool:
    config = cluster.description["resourcesVpcConfig"]
    public, private = config["endpointPublicAccess"], config["endpointPrivateAccess"]
    if caller.place == "network" and private:
        # The VPC resolves the name to the private address, also if there is a public one.
        return _admits(cluster, Caller("range", _vpc_range(cluster)))
    if caller.is_connected and not public:
        return private and _admits(cluster, caller)
    # Outside the VPC the name resolves to the public address, if there is one. Callers with private addresses come
    # from an unknown NAT address.
    known = caller if caller.place == "range" and not caller.is_connected else Caller("internet")
    return public and known.is_within(config["publicAccessCidrs"])


def _admits(cluster: Cluster, caller: Caller) -> bool:
    """Whether a rule of the control plane's security groups admits the range on port 443.

    "You must ensure that your Amazon EKS control plane security group contains rules to allow ingress traffic on port
    443 from your connected network": the document above.
    """
    return caller.is_within(_admitted_ranges(cluster))


def _admitted_ranges(cluster: Cluster) -> Iterator[str]:
    config = cluster.description["resourcesVpcConfig"]
    for group_id in (config["clusterSecurityGroupId"], *config["securityGroupIds"]):
        yield from moto_backends.admitted_ranges(cluster.region, group_id, _HTTPS)


def _vpc_range(cluster: Cluster) -> Network:
    return Network(moto_backends.vpc_range(cluster.region, cluster.vpc))

"""Nodes of Auto Mode. EKS adds nodes for pending pods; the simulation creates all of them with the cluster.

https://docs.aws.amazon.com/eks/latest/userguide/automode.html
"""

from collections.abc import Iterator

from anykube_rehearsal.aws.account import moto_backends
from anykube_rehearsal.aws.account.eks.state import Cluster
from anykube_rehearsal.aws.account.runtime import NodeGroupSpec, Taint

_NODES_PER_POOL = 3
_INSTANCE_TYPE = "c6g.large"
_TAINTS = {"system": [Taint("CriticalAddonsOnly", "true", "NoSchedule")]}
"""https://docs.aws.amazon.com/eks/latest/userguide/set-builtin-node-pools.html"""


def groups(cluster: Cluster) -> Iterator[NodeGroupSpec]:
    """The nodes of the built-in node pools; none in standard mode."""
    compute = cluster.description.get("computeConfig") or {}
    if not compute.get("enabled"):
        return
    subnets = cluster.description["resourcesVpcConfig"]["subnetIds"]
    zones = [subnet.zone for subnet_id in subnets if (subnet := moto_backends.subnet(cluster.region, subnet_id))]
    for pool in compute.get("nodePools", []):
        yield NodeGroupSpec(
            name=pool,
            size=_NODES_PER_POOL,
            instance_types=[_INSTANCE_TYPE],
            capacity_type="ON_DEMAND",
            ami_type="BOTTLEROCKET_ARM_64",
            labels={"karpenter.sh/nodepool": pool, "eks.amazonaws.com/compute-type": "auto"},
            taints=_TAINTS.get(pool, []),
            zones=list(dict.fromkeys(zones)),
            version=cluster.description["version"],
        )

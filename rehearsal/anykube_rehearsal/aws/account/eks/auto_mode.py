"""Nodes of Auto Mode. EKS makes them for pods that wait, one by one; here they are there from the start.

https://docs.aws.amazon.com/eks/latest/userguide/automode.html
"""

from collections.abc import Iterator

from anykube_rehearsal.aws.account import cloud
from anykube_rehearsal.aws.account.eks.state import Cluster
from anykube_rehearsal.aws.account.runtime import Group, Taint

_NODES_A_POOL = 3
_MACHINE = "c6g.large"
_TAINTS = {"system": [Taint("CriticalAddonsOnly", "true", "NoSchedule")]}
"""https://docs.aws.amazon.com/eks/latest/userguide/set-builtin-node-pools.html"""


def groups(cluster: Cluster) -> Iterator[Group]:
    """The nodes of its built-in node pools; none in standard mode."""
    compute = cluster.about.get("computeConfig") or {}
    if not compute.get("enabled"):
        return
    subnets = cluster.about["resourcesVpcConfig"]["subnetIds"]
    zones = [found.zone for one in subnets if (found := cloud.subnet(cluster.region, one))]
    for pool in compute.get("nodePools", []):
        yield Group(
            name=pool,
            size=_NODES_A_POOL,
            instance_types=[_MACHINE],
            capacity_type="ON_DEMAND",
            ami_type="BOTTLEROCKET_ARM_64",
            labels={"karpenter.sh/nodepool": pool, "eks.amazonaws.com/compute-type": "auto"},
            taints=_TAINTS.get(pool, []),
            zones=list(dict.fromkeys(zones)),
            version=cluster.about["version"],
        )

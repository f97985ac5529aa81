"""The nodes of a pool, as AKS names, labels and taints them.

https://learn.microsoft.com/en-us/azure/aks/use-labels#reserved-prefixes and
https://learn.microsoft.com/en-us/azure/aks/spot-node-pool
"""

from collections.abc import Iterator, Mapping
from typing import Any

from anykube_cli.kubernetes.nodes import Node

from anykube_rehearsal.azure.account.catalogue import machines, regions, versions
from anykube_rehearsal.azure.account.pools import Pool
from anykube_rehearsal.cloud.account.model import Record
from anykube_rehearsal.cloud.kubernetes import node_digest

SPOT_TAINT = "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"
AUTOMATIC_MACHINE = "Standard_D4lds_v5"
"""The VM size of pools without `vmSize`, for which AKS chooses one."""
_PROVISIONED = 3
"""Node auto-provisioning creates nodes for pending pods, one by one. The simulation creates this many at the start."""


def nodes(cluster: Record, pool: Pool, version: str) -> list[Node]:
    """The nodes of a pool. `version` is the patch version of the kubelets."""
    inputs, region = pool.inputs, regions.canonical(str(cluster.get("location")))
    machine = machines.find(str(inputs.get("vmSize") or AUTOMATIC_MACHINE))
    assert machine is not None, "the account's rules refuse unknown VM sizes"
    spot, zones = inputs.get("scaleSetPriority") == "Spot", list(inputs.get("availabilityZones") or ())
    digest = node_digest(cluster.id, pool.name, machine.name, version, inputs.get("osSKU"))
    group = str(cluster.get("nodeResourceGroup"))
    labels = {
        **(inputs.get("nodeLabels") or {}),
        "agentpool": pool.name,
        "kubernetes.azure.com/agentpool": pool.name,
        "kubernetes.azure.com/cluster": group,
        "kubernetes.azure.com/mode": str(inputs.get("mode", "User")).lower(),
        "kubernetes.azure.com/os-sku": str(inputs.get("osSKU") or "Ubuntu"),
        "kubernetes.azure.com/role": "agent",
        "node.kubernetes.io/instance-type": machine.name,
        **({"kubernetes.azure.com/scalesetpriority": "spot"} if spot else {}),
        **({"kubernetes.azure.com/accelerator": "nvidia"} if machine.gpus else {}),
    }
    taints = [*(inputs.get("nodeTaints") or ()), *([SPOT_TAINT] if spot else ())]
    return [
        Node(
            name=f"aks-{pool.name}-{digest}-{index}",
            group=pool.name,
            version=versions.minor(version),
            cpu=machine.vcpus,
            memory=f"{round(machine.memory * 1024)}Mi",
            arch=machine.arch,
            region=region,
            # "0" means no zone: https://learn.microsoft.com/en-us/azure/aks/availability-zones
            zone=f"{region}-{zones[index % len(zones)]}" if zones else "0",
            labels=labels,
            taints=list(map(taint, dict.fromkeys(taints))),
            pods=int(inputs.get("maxPods") or _pods(cluster.inputs)),
            disk=f"{inputs.get('osDiskSizeGB') or 128}Gi",
            extended_resources={"nvidia.com/gpu": str(machine.gpus)} if machine.gpus else {},
        )
        for index in range(pool.size)
    ]


def provisioned(cluster: Record, version: str) -> Iterator[Node]:
    """The nodes of node auto-provisioning's pool `default`; none if it is disabled.

    https://learn.microsoft.com/en-us/azure/aks/node-auto-provisioning
    """
    if (cluster.inputs.get("nodeProvisioningProfile") or {}).get("mode") != "Auto":
        return
    zones = regions.zones(str(cluster.get("location")))
    subnet = next((pool.get("vnetSubnetID") for pool in cluster.inputs.get("agentPoolProfiles") or []), None)
    profile: Mapping[str, Any] = {
        "count": _PROVISIONED,
        "availabilityZones": zones,
        "vnetSubnetID": subnet,
        "osSKU": "AzureLinux",
        "nodeLabels": {"karpenter.sh/nodepool": "default", "karpenter.azure.com/aksnodeclass": "default"},
    }
    yield from nodes(cluster, Pool(cluster.id, "default", profile), version)


def taint(text: str) -> Mapping[str, str]:
    """Parses `key=value:effect`."""
    head, _, effect = text.rpartition(":")
    key, _, value = head.partition("=")
    return {"key": key, "value": value, "effect": effect}


def _pods(cluster: Mapping[str, Any]) -> int:
    """https://learn.microsoft.com/en-us/azure/aks/quotas-skus-regions#service-quotas-and-limits"""
    network = cluster.get("networkProfile") or {}
    if network.get("networkPlugin") == "azure":
        return 250 if network.get("networkPluginMode") == "overlay" else 30
    return 110

"""What apps find on the cluster: load balancers, certificates, GPUs. Storage classes are AKS' own.

Their default is an encrypted disk in the zone of the pod, or in all zones where the nodes are in several:
https://learn.microsoft.com/azure/aks/azure-csi-disk-storage-provision
"""

import pulumi
import pulumi_azure_native.containerservice as containerservice
import pulumi_azure_native.resources as resources
import pulumi_kubernetes as kubernetes

from anykube._clusters.aks.certificates import certificates
from anykube._clusters.aks.gpus import device_plugin, service_account
from anykube._clusters.aks.load_balancers import load_balancers
from anykube._clusters.aks.machines import resolve
from anykube._clusters.aks.network import ClusterNetwork
from anykube._clusters.aks.platform_context import PlatformContext
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.spec import AksClusterSpec
from anykube._kubernetes import apply


def platform(
    children: ResourceScope,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    cluster: containerservice.ManagedCluster,
    network: ClusterNetwork,
    issuer: pulumi.Output[str],
    onto: kubernetes.Provider,
) -> list[pulumi.Resource]:
    """Makes all of it. What uses it comes after, and goes before."""
    ground = PlatformContext(children, spec, group, issuer, onto)
    made: list[pulumi.Resource] = []
    if spec.mode == "standard":
        assert network.load_balancers is not None, "a rule refuses a network without a subnet for load balancers"
        made += load_balancers(ground, cluster, network.load_balancers)
    if spec.aks.dns_zone is not None:
        made += certificates(ground, spec.aks.dns_zone)
    with_gpus = [name for name, asked in spec.pools.items() if resolve(asked.machine)[0].gpu]
    if with_gpus:
        opts = pulumi.ResourceOptions(parent=children.parent, provider=onto)
        account = apply(service_account(), children.name("device-plugin-account"), opts)
        after = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[account]))
        made.append(apply(device_plugin(with_gpus), children.name("device-plugin"), after))
    return made

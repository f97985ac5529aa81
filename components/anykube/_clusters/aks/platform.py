"""Objects in the cluster for apps: load balancers, certificates and GPUs. AKS installs storage classes.

Its default storage class has encrypted disks in the zone of the pod, or zone-redundant ones in a multi-zone cluster:
https://learn.microsoft.com/azure/aks/azure-csi-disk-storage-provision
"""

import pulumi
import pulumi_azure_native.containerservice as containerservice
import pulumi_azure_native.resources as resources
import pulumi_kubernetes as kubernetes

from anykube._clusters.aks.access import review_policy
from anykube._clusters.aks.certificates import install_cert_manager
from anykube._clusters.aks.gpus import device_plugin, service_account
from anykube._clusters.aks.load_balancers import install_load_balancer_controller
from anykube._clusters.aks.machines import resolve
from anykube._clusters.aks.network import ClusterNetwork
from anykube._clusters.aks.platform_context import PlatformContext
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.spec import AksClusterSpec
from anykube._kubernetes import apply


def install_platform(
    children: ResourceScope,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    cluster: containerservice.ManagedCluster,
    network: ClusterNetwork,
    issuer: pulumi.Output[str],
    provider: kubernetes.Provider,
) -> list[pulumi.Resource]:
    """Creates all of it. Create apps after these objects and delete them before."""
    context = PlatformContext(children, spec, group, issuer, provider)
    opts = pulumi.ResourceOptions(parent=children.parent, provider=provider)
    objects: list[pulumi.Resource] = [
        apply(manifest, children.name(name), opts) for name, manifest in review_policy(spec)
    ]
    if spec.mode == "standard":
        assert network.load_balancers is not None, "a rule rejects a network without a subnet for load balancers"
        objects += install_load_balancer_controller(context, cluster, network.load_balancers)
    if spec.aks.dns_zone is not None:
        objects += install_cert_manager(context, spec.aks.dns_zone)
    gpu_pools = [name for name, pool in spec.pools.items() if resolve(pool.machine)[0].gpu]
    if gpu_pools:
        account = apply(service_account(), children.name("device-plugin-account"), opts)
        after = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[account]))
        objects.append(apply(device_plugin(gpu_pools), children.name("device-plugin"), after))
    return objects

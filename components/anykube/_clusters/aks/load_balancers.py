"""Application Gateway for Containers: its controller with its permissions, and the cluster's load balancer.

https://learn.microsoft.com/azure/application-gateway/for-containers/quickstart-deploy-application-gateway-for-containers-alb-controller-helm
"""

from collections.abc import Mapping

import pulumi
import pulumi_azure_native.containerservice as containerservice

from anykube._clusters.aks.charts import install_chart
from anykube._clusters.aks.identity import create_federated_credential, create_identity, create_role_assignment
from anykube._clusters.aks.naming import node_resource_group, resource_group_id
from anykube._clusters.aks.platform_context import PlatformContext
from anykube._clusters.aks.platform_names import ALB_CHART, ALB_REPOSITORY, ALB_VERSION
from anykube._clusters.aks.roles import ROLES
from anykube._clusters.aks.routing import ALB_NAME, ALB_NAMESPACE
from anykube._kubernetes import apply

_ACCOUNT = f"system:serviceaccount:{ALB_NAMESPACE}:alb-controller-sa"


def install_load_balancer_controller(
    context: PlatformContext, cluster: containerservice.ManagedCluster, subnet: pulumi.Input[str]
) -> list[pulumi.Resource]:
    """Installs the controller and creates a load balancer.

    Create apps after these objects and delete them before; otherwise a load balancer can block the deletion of the
    subnet.
    """
    children, spec = context.children, context.spec
    identity = create_identity(children, ALB_CHART, context.group)
    # The controller creates load balancers in the resource group of the nodes, which exists once the cluster does.
    node_group = cluster.id.apply(lambda _: resource_group_id(spec.aks.subscription, node_resource_group(spec.name)))
    assignments = [
        create_role_assignment(
            children, f"{ALB_CHART}-{suffix}", principal=identity.principal_id, role=ROLES[role], scope=scope
        )
        for suffix, role, scope in (
            ("group", "Reader", node_group),
            ("gateways", "AppGw for Containers Configuration Manager", node_group),
            ("subnet", "Network Contributor", subnet),
        )
    ]
    credential = create_federated_credential(children, ALB_CHART, identity, context.group, context.issuer, _ACCOUNT)
    release = install_chart(
        children,
        ALB_CHART,
        ALB_REPOSITORY,
        ALB_VERSION,
        "kube-system",
        {"albController": {"namespace": ALB_NAMESPACE, "podIdentity": {"clientID": identity.client_id}}},
        context.kubernetes_provider,
        [*assignments, credential],
    )
    opts = pulumi.ResourceOptions(parent=children.parent, provider=context.kubernetes_provider, depends_on=[release])
    return [release, apply(load_balancer(subnet), children.name("load-balancer"), opts)]


def load_balancer(subnet: pulumi.Input[str]) -> Mapping[str, object]:
    """The cluster's load balancer, with a frontend for each Ingress and Gateway."""
    return {
        "apiVersion": "alb.networking.azure.io/v1",
        "kind": "ApplicationLoadBalancer",
        "metadata": {"name": ALB_NAME, "namespace": ALB_NAMESPACE},
        "spec": {"associations": [subnet]},
    }

"""Application Gateway for Containers: its controller, what that may do, and the cluster's own load balancer.

https://learn.microsoft.com/azure/application-gateway/for-containers/quickstart-deploy-application-gateway-for-containers-alb-controller-helm
"""

from collections.abc import Mapping

import pulumi
import pulumi_azure_native.containerservice as containerservice

from anykube._clusters.aks.charts import chart
from anykube._clusters.aks.identity import assigned, trusted, user_assigned
from anykube._clusters.aks.naming import node_resource_group, resource_group_id
from anykube._clusters.aks.platform_context import PlatformContext
from anykube._clusters.aks.platform_names import ALB_CHART, ALB_REPOSITORY, ALB_VERSION
from anykube._clusters.aks.roles import ROLES
from anykube._clusters.aks.routing import ALB_NAME, ALB_NAMESPACE
from anykube._kubernetes import apply

_ACCOUNT = f"system:serviceaccount:{ALB_NAMESPACE}:alb-controller-sa"


def load_balancers(
    ground: PlatformContext, cluster: containerservice.ManagedCluster, subnet: pulumi.Input[str]
) -> list[pulumi.Resource]:
    """Makes all of it. What uses it comes after, and goes before: one left behind blocks the subnet's end."""
    children, spec = ground.children, ground.spec
    own = user_assigned(children, ALB_CHART, ground.group)
    # Load balancers are made beside the nodes. That group is there once the cluster is.
    beside = cluster.id.apply(lambda _: resource_group_id(spec.aks.subscription, node_resource_group(spec.name)))
    allowed = [
        assigned(children, f"{ALB_CHART}-{part}", principal=own.principal_id, role=ROLES[role], scope=scope)
        for part, role, scope in (
            ("group", "Reader", beside),
            ("gateways", "AppGw for Containers Configuration Manager", beside),
            ("subnet", "Network Contributor", subnet),
        )
    ]
    bound = trusted(children, ALB_CHART, own, ground.group, ground.issuer, _ACCOUNT)
    release = chart(
        children,
        ALB_CHART,
        ALB_REPOSITORY,
        ALB_VERSION,
        "kube-system",
        {"albController": {"namespace": ALB_NAMESPACE, "podIdentity": {"clientID": own.client_id}}},
        ground.onto,
        [*allowed, bound],
    )
    opts = pulumi.ResourceOptions(parent=children.parent, provider=ground.onto, depends_on=[release])
    return [release, apply(balancer(subnet), children.name("load-balancer"), opts)]


def balancer(subnet: pulumi.Input[str]) -> Mapping[str, object]:
    """One for the cluster: each Ingress and Gateway has an address of it."""
    return {
        "apiVersion": "alb.networking.azure.io/v1",
        "kind": "ApplicationLoadBalancer",
        "metadata": {"name": ALB_NAME, "namespace": ALB_NAMESPACE},
        "spec": {"associations": [subnet]},
    }

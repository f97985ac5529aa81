"""`EksCluster`: a cluster on Amazon EKS with its network, nodes, storage class and Ingress class."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from anykube._clusters.eks.access import grant_access
from anykube._clusters.eks.addons import AFTER_NODES, BEFORE_NODES, create_addons
from anykube._clusters.eks.api_access import admit_ranges
from anykube._clusters.eks.args import EksClusterArgs
from anykube._clusters.eks.control_plane import create_control_plane, create_oidc_provider
from anykube._clusters.eks.identity import create_pod_identity_association, create_pod_role
from anykube._clusters.eks.kubeconfig import kubeconfig
from anykube._clusters.eks.network import create_network
from anykube._clusters.eks.platform import install_platform
from anykube._clusters.eks.pools import create_node_role, create_pool
from anykube._clusters.eks.resource_scope import ResourceScope
from anykube._clusters.eks.spec import EksClusterSpec
from anykube._clusters.gateways import project_crds
from anykube._clusters.lookup import cluster_context
from anykube._clusters.protocol import kubernetes_provider, provider_of, secret_output
from anykube._kubernetes import Manifest
from anykube._validation import validated
from anykube._workloads.identity import CloudIdentity, IdentityBinding

if TYPE_CHECKING:
    from anykube.dicts import EksClusterArgsDict


class EksCluster(pulumi.ComponentResource):
    """A cluster on Amazon EKS, private and encrypted by default.

    Resources are created in this order: network, control plane, access entries, add-ons that nodes need, node pools,
    other add-ons, storage class and Ingress class. They are deleted in reverse, so that nothing blocks the deletion of
    the network.

    Example: `EksCluster("prod", {"name": "prod", "region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b"],
    "pools": {"servers": {"min": 2, "max": 6}}})`

    :param name: the name of the resource.
    :param args: `EksClusterArgs`, or a dict of the same keys.
    :param opts: Pulumi's options. Without an AWS provider in `provider` or `providers`, the component creates one for
        the region, which adds the cluster's tags to every resource.
    :raises pulumi.RunError: if args are invalid, before any resource is registered.
    """

    def __init__(
        self,
        name: str,
        args: "EksClusterArgs | EksClusterArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        spec = validated("EksCluster", name, EksClusterArgs, args)
        gateway_definitions = _gateway_definitions(spec)
        super().__init__("anykube:index:EksCluster", name, None, opts)
        self._spec = spec
        cloud = provider_of(self, "aws", aws.Provider) or _provider(
            f"{name}-aws", spec, pulumi.ResourceOptions(parent=self)
        )
        self._children = children = ResourceScope(
            name, self, cloud, cluster=spec.name, permissions_boundary=spec.eks.permissions_boundary
        )
        self.network = create_network(children, spec)
        plane = create_control_plane(children, spec, self.network)
        self.cluster = plane.cluster
        self.issuer = create_oidc_provider(children, plane)
        entries = grant_access(children, spec, plane.cluster)
        ready = [*self.network.ready, *entries, *admit_ranges(children, spec, plane.cluster)]
        self.pools: dict[str, aws.eks.NodeGroup] = {}
        if spec.mode == "standard":
            ready += self._create_nodes(spec, plane.cluster, entries)
        self.kubeconfig = secret_output(
            pulumi.Output.all(
                plane.cluster.name, plane.cluster.endpoint, plane.cluster.certificate_authority.data
            ).apply(lambda values: kubeconfig(values[0], spec.region, values[1], values[2]))
        )
        self.cluster_name = plane.cluster.name
        self.version = plane.cluster.version.apply(lambda version: cast("str | None", version))
        self.endpoint = plane.cluster.endpoint
        # A new cluster with the same name has the same ARN, but another endpoint.
        self.identity = plane.cluster.endpoint
        provider = self._create_provider(f"{name}-platform", ready)
        installed = install_platform(children, spec, plane.cluster, self.network, provider, gateway_definitions)
        self.provider: kubernetes.Provider = self._create_provider(f"{name}-kubernetes", [*ready, *installed])
        self.context = cluster_context(spec, self.provider, self.grant)
        self.register_outputs({"name": self.cluster_name, "endpoint": self.endpoint})

    def _create_nodes(
        self, spec: EksClusterSpec, cluster: aws.eks.Cluster, entries: Sequence[pulumi.Resource]
    ) -> list[pulumi.Resource]:
        before = create_addons(self._children, BEFORE_NODES, cluster, entries)
        nodes = create_node_role(self._children, spec)
        self.pools = {
            name: create_pool(self._children, name, pool, spec, cluster, self.network, nodes, before)
            for name, pool in spec.pools.items()
        }
        pools = list(self.pools.values())
        return [*before, *pools, *create_addons(self._children, AFTER_NODES, cluster, pools)]

    def _create_provider(self, name: str, ready: Sequence[pulumi.Resource]) -> kubernetes.Provider:
        opts = pulumi.ResourceOptions(parent=self, depends_on=list(ready))
        return kubernetes_provider(name, self.kubeconfig, self.identity, opts)

    def grant(self, namespace: str, service_account: str, identity: CloudIdentity) -> IdentityBinding:
        """Gives the pods of a service account an IAM role with the policies and statements of `identity.aws`.

        Create the resources in `ready` before the pods, since pods get the role when they start. Raises pulumi.RunError
        if the identity has no section `aws`.
        """
        if identity.aws is None:
            subject = f"EksCluster {self._spec.name}: the identity of {namespace}/{service_account}"
            raise pulumi.RunError(f"{subject} has no section `aws`. Add `aws` with policies or statements.")
        name = f"{namespace}-{service_account}"
        role = create_pod_role(
            self._children,
            name,
            policies=identity.aws.policies,
            statements=[statement.to_iam() for statement in identity.aws.statements],
            description=f"Pods of {namespace}/{service_account} in the EKS cluster {self._spec.name}",
        )
        association = create_pod_identity_association(
            self._children, name, self.cluster, namespace, service_account, role
        )
        return IdentityBinding([association])


def _gateway_definitions(spec: EksClusterArgs) -> Sequence[Manifest]:
    if not spec.gateway_api:
        return ()
    return project_crds() if spec.gateway_definitions is None else spec.gateway_definitions


def _provider(name: str, spec: EksClusterSpec, opts: pulumi.ResourceOptions) -> aws.Provider:
    tags = {"anykube:cluster": spec.name, "anykube:stack": pulumi.get_stack(), **spec.tags}
    return aws.Provider(
        name,
        region=spec.region,
        allowed_account_ids=[spec.eks.account] if spec.eks.account else None,
        default_tags=aws.ProviderDefaultTagsArgs(tags=tags),
        opts=opts,
    )

"""`EksCluster`: a cluster on Amazon EKS, from the network to the Ingress class."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from anykube._clusters.eks.access import access
from anykube._clusters.eks.addons import AFTER_NODES, BEFORE_NODES, addons
from anykube._clusters.eks.args import EksClusterArgs
from anykube._clusters.eks.control_plane import control_plane, issuer_of
from anykube._clusters.eks.identity import associate, pod_role
from anykube._clusters.eks.kubeconfig import kubeconfig
from anykube._clusters.eks.network import network
from anykube._clusters.eks.platform import platform
from anykube._clusters.eks.pools import node_role, pool
from anykube._clusters.eks.spec import EksClusterSpec
from anykube._clusters.gateways import project_crds
from anykube._clusters.lookup import cluster_context
from anykube._clusters.protocol import kubernetes_provider, provider_of, secret_output
from anykube._clusters.resource_scope import ResourceScope
from anykube._kubernetes import Manifest
from anykube._validation import validated
from anykube._workloads.identity import CloudIdentity, IdentityBinding

if TYPE_CHECKING:
    from anykube.dicts import EksClusterArgsDict


class EksCluster(pulumi.ComponentResource):
    """A cluster on Amazon EKS, private and encrypted unless its spec says otherwise.

    Up it goes network → control plane → access → add-ons that nodes need → pools → the other add-ons → storage class
    and Ingress class; down in the exact reverse, so that nothing is left that would block the network's end.

    Example: `EksCluster("prod", {"name": "prod", "region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b"],
    "pools": {"servers": {"min": 2, "max": 6}}})`

    :param name: the name of the resource.
    :param args: `EksClusterArgs`, or a dict of the same keys.
    :param opts: Pulumi's options. Without an AWS provider among them (`provider`, `providers`) the component creates
        one for the region, which puts the cluster's tags on everything.
    :raises pulumi.RunError: before anything is registered, for args that are wrong.
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
        self._children = children = ResourceScope(name, self, cloud)
        self.network = network(children, spec)
        plane = control_plane(children, spec, self.network)
        self.cluster = plane.cluster
        self.issuer = issuer_of(children, plane)
        entries = access(children, spec, plane.cluster)
        ready = [*self.network.ready, *entries]
        self.pools: dict[str, aws.eks.NodeGroup] = {}
        if spec.mode == "standard":
            ready += self._standard(spec, plane.cluster, entries)
        self.kubeconfig = secret_output(
            pulumi.Output.all(
                plane.cluster.name, plane.cluster.endpoint, plane.cluster.certificate_authority.data
            ).apply(lambda parts: kubeconfig(parts[0], spec.region, parts[1], parts[2]))
        )
        self.cluster_name = plane.cluster.name
        self.version = plane.cluster.version.apply(lambda version: cast("str | None", version))
        self.endpoint = plane.cluster.endpoint
        # The ARN comes back when a cluster of the same name is made again; the endpoint does not.
        self.identity = plane.cluster.endpoint
        own = self._kubernetes(f"{name}-platform", ready)
        made = platform(children, spec, plane.cluster, self.network, own, gateway_definitions)
        self.provider: kubernetes.Provider = self._kubernetes(f"{name}-kubernetes", [*ready, *made])
        self.context = cluster_context(spec, self.provider, self.grant)
        self.register_outputs({"name": self.cluster_name, "endpoint": self.endpoint})

    def _standard(
        self, spec: EksClusterSpec, cluster: aws.eks.Cluster, entries: Sequence[pulumi.Resource]
    ) -> list[pulumi.Resource]:
        before = addons(self._children, BEFORE_NODES, cluster, entries)
        nodes = node_role(self._children, spec)
        self.pools = {
            name: pool(self._children, name, asked, spec, cluster, self.network, nodes, before)
            for name, asked in spec.pools.items()
        }
        pools = list(self.pools.values())
        return [*before, *pools, *addons(self._children, AFTER_NODES, cluster, pools)]

    def _kubernetes(self, name: str, ready: Sequence[pulumi.Resource]) -> kubernetes.Provider:
        opts = pulumi.ResourceOptions(parent=self, depends_on=list(ready))
        return kubernetes_provider(name, self.kubeconfig, self.identity, opts)

    def grant(self, namespace: str, service_account: str, identity: CloudIdentity) -> IdentityBinding:
        """Lets the pods of a service account act in AWS, by managed policies and statements of one's own.

        Pods get it when they start: the association belongs before them. Raises pulumi.RunError where the identity has
        no section `aws`.
        """
        asked = identity.aws
        if asked is None:
            raise pulumi.RunError(
                f"EksCluster {self._spec.name}: the identity of {namespace}/{service_account} says nothing of AWS; "
                "give it `aws` with policies or statements."
            )
        part = f"{namespace}-{service_account}"
        own = pod_role(
            self._children,
            part,
            policies=asked.policies,
            statements=[statement.rendered() for statement in asked.statements],
            description=f"Pods of {namespace}/{service_account} in the EKS cluster {self._spec.name}",
        )
        return IdentityBinding([associate(self._children, part, self.cluster, namespace, service_account, own)])


def _gateway_definitions(spec: EksClusterArgs) -> Sequence[Manifest]:
    if not spec.gateway_api:
        return ()
    return project_crds() if spec.gateway_definitions is None else spec.gateway_definitions


def _provider(name: str, spec: EksClusterSpec, opts: pulumi.ResourceOptions) -> aws.Provider:
    tags = {"anykube:cluster": spec.name, "anykube:stack": pulumi.get_stack(), **spec.tags}
    return aws.Provider(
        name,
        region=spec.region,
        default_tags=aws.ProviderDefaultTagsArgs(tags=tags),
        opts=opts,
    )

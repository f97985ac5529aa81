"""`GkeCluster`: a cluster on Google Kubernetes Engine with its APIs, network, nodes and permissions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pulumi
import pulumi_gcp as gcp
import pulumi_kubernetes as kubernetes

from anykube._clusters.access import all_principals
from anykube._clusters.gke.access import CLUSTER_VIEWER
from anykube._clusters.gke.args import GkeClusterArgs
from anykube._clusters.gke.control_plane import api_endpoint, create_control_plane, is_dns_name
from anykube._clusters.gke.iam import NodeAccount, create_node_account, grant_role
from anykube._clusters.gke.identity import grant_roles
from anykube._clusters.gke.kubeconfig import kubeconfig
from anykube._clusters.gke.labels import labels
from anykube._clusters.gke.network import create_network
from anykube._clusters.gke.platform import install_platform
from anykube._clusters.gke.pools import create_pool
from anykube._clusters.gke.project import RETRYABLE_ERRORS, enable_apis
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._clusters.lookup import cluster_context
from anykube._clusters.protocol import kubernetes_provider, provider_of, secret_output
from anykube._clusters.resource_scope import ResourceScope
from anykube._validation import validated
from anykube._workloads.identity import CloudIdentity, IdentityBinding

if TYPE_CHECKING:
    from anykube.dicts import GkeClusterArgsDict


class GkeCluster(pulumi.ComponentResource):
    """A cluster on Google Kubernetes Engine, private and encrypted by default.

    Resources are created in this order: APIs, network and Cloud NAT, key and service account of the nodes, control
    plane, node pools, objects in the cluster. They are deleted in reverse, so that nothing blocks the deletion of the
    network.

    Example: `GkeCluster("prod", {"name": "prod", "region": "europe-west1", "zones": ["europe-west1-b",
    "europe-west1-c"], "pools": {"servers": {"min": 2, "max": 6}}, "gke": {"project": "my-project"}})`

    :param name: the name of the resource.
    :param args: `GkeClusterArgs`, or a dict of the same keys.
    :param opts: Pulumi's options. Without a Google Cloud provider in `provider` or `providers`, the component creates
        one for the project and region, which adds the cluster's tags to every resource as labels.
    :raises pulumi.RunError: if args are invalid, before any resource is registered.
    """

    def __init__(
        self,
        name: str,
        args: "GkeClusterArgs | GkeClusterArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        spec = validated("GkeCluster", name, GkeClusterArgs, args)
        super().__init__("anykube:index:GkeCluster", name, None, opts)
        self._spec = spec
        cloud = provider_of(self, "gcp", gcp.Provider) or _provider(
            f"{name}-gcp", spec, pulumi.ResourceOptions(parent=self)
        )
        self._children = children = ResourceScope(name, self, cloud, RETRYABLE_ERRORS)
        self._project = enable_apis(children, spec)
        self.network = create_network(children, spec, self._project)
        nodes = create_node_account(children, spec, self._project)
        self.cluster = create_control_plane(children, spec, self._project, self.network, nodes)
        self.pools = self._create_pools(nodes)
        self.cluster_name = self.cluster.name
        self.version = self.cluster.master_version.apply(_minor_version)
        self.endpoint = api_endpoint(spec, self.cluster)
        # A new cluster with the same name has the same ID, but another IP address. The DNS endpoint does not identify
        # the cluster: switching it on or off would replace all objects.
        self.identity = self.cluster.endpoint.apply(lambda address: f"https://{address}")
        certificate = self.cluster.master_auth.apply(lambda auth: auth.cluster_ca_certificate)
        authority = pulumi.Output.all(self.endpoint, certificate).apply(
            lambda values: None if is_dns_name(values[0]) else values[1]
        )
        self.kubeconfig = secret_output(
            pulumi.Output.all(self.cluster.name, self.endpoint, authority).apply(lambda values: kubeconfig(*values))
        )
        ready = [self.cluster, *self.network.ready, *self.pools.values(), *self._grant_lookup()]
        provider = self._create_provider(f"{name}-platform", ready)
        installed = install_platform(children, spec, provider)
        self.provider: kubernetes.Provider = self._create_provider(f"{name}-kubernetes", [*ready, *installed])
        self.context = cluster_context(spec, self.provider, self.grant)
        self.register_outputs({"name": self.cluster_name, "endpoint": self.endpoint})

    def _create_pools(self, nodes: NodeAccount) -> dict[str, gcp.container.NodePool]:
        """Pools depend on Cloud NAT: without it their nodes could not be drained."""
        return {
            name: create_pool(self._children, name, pool, self._spec, self.cluster, nodes, self.network.ready)
            for name, pool in self._spec.pools.items()
        }

    def _grant_lookup(self) -> list[pulumi.Resource]:
        """Lets all principals in the settings get the cluster's endpoint, for their own kubeconfig."""
        return [
            grant_role(self._children, f"finds-{member.replace(':', '-')}", self._project, CLUSTER_VIEWER, member)
            for member in all_principals(self._spec.access)
        ]

    def _create_provider(self, name: str, ready: Sequence[pulumi.Resource]) -> kubernetes.Provider:
        opts = pulumi.ResourceOptions(parent=self, depends_on=list(ready))
        return kubernetes_provider(name, self.kubeconfig, self.identity, opts)

    def grant(self, namespace: str, service_account: str, identity: CloudIdentity) -> IdentityBinding:
        """Gives a service account the roles of `identity.gcp`.

        Create the resources in `ready` before the pods. Raises pulumi.RunError if the identity has no section `gcp`.
        """
        if identity.gcp is None:
            subject = f"GkeCluster {self._spec.name}: the identity of {namespace}/{service_account}"
            raise pulumi.RunError(f"{subject} has no section `gcp`. Add `gcp` with roles.")
        return IdentityBinding(
            grant_roles(self._children, self._project, namespace, service_account, identity.gcp, [self.cluster])
        )


def _minor_version(version: str) -> str | None:
    """Shortens 1.35.3-gke.1000 to 1.35."""
    return ".".join(version.split(".")[:2]) or None


def _provider(name: str, spec: GkeClusterSpec, opts: pulumi.ResourceOptions) -> gcp.Provider:
    return gcp.Provider(
        name,
        project=spec.gke.project,
        region=spec.region,
        default_labels=labels(spec),
        opts=opts,
    )

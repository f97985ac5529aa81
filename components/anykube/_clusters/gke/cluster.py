"""`GkeCluster`: a cluster on Google Kubernetes Engine, from the project's APIs to who may use it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pulumi
import pulumi_gcp as gcp
import pulumi_kubernetes as kubernetes

from anykube._clusters.gke.access import LOOK_UP
from anykube._clusters.gke.args import GkeClusterArgs
from anykube._clusters.gke.control_plane import control_plane, endpoint_of
from anykube._clusters.gke.iam import NodeAccount, member, node_account
from anykube._clusters.gke.identity import granted
from anykube._clusters.gke.kubeconfig import kubeconfig
from anykube._clusters.gke.labels import labels
from anykube._clusters.gke.network import network
from anykube._clusters.gke.platform import platform
from anykube._clusters.gke.pools import pool
from anykube._clusters.gke.project import project
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._clusters.lookup import cluster_context
from anykube._clusters.protocol import kubernetes_provider, provider_of, secret_output
from anykube._clusters.resource_scope import ResourceScope
from anykube._validation import validated
from anykube._workloads.identity import CloudIdentity, IdentityBinding

if TYPE_CHECKING:
    from anykube.dicts import GkeClusterArgsDict


class GkeCluster(pulumi.ComponentResource):
    """A cluster on Google Kubernetes Engine, private and encrypted unless its spec says otherwise.

    Up it goes APIs → network and way out → key, nodes' account → control plane → pools → what people and apps find on
    it; down in the exact reverse, so that nothing is left that would block the network's end.

    Example: `GkeCluster("prod", {"name": "prod", "region": "europe-west1", "zones": ["europe-west1-b",
    "europe-west1-c"], "pools": {"servers": {"min": 2, "max": 6}}, "gke": {"project": "my-project"}})`

    :param name: the name of the resource.
    :param args: `GkeClusterArgs`, or a dict of the same keys.
    :param opts: Pulumi's options. Without a Google Cloud provider among them (`provider`, `providers`) the component
        creates one for the project and region, which puts the cluster's tags on everything as labels.
    :raises pulumi.RunError: before anything is registered, for args that are wrong.
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
        self._children = children = ResourceScope(name, self, cloud)
        self._project = project(children, spec)
        self.network = network(children, spec, self._project)
        nodes = node_account(children, spec, self._project)
        self.cluster = control_plane(children, spec, self._project, self.network, nodes)
        self.pools = self._pools(nodes)
        self.cluster_name = self.cluster.name
        self.version = self.cluster.master_version.apply(_minor)
        self.endpoint = endpoint_of(spec, self.cluster)
        # The id comes back when a cluster of the same name is made again; the endpoint does not.
        self.identity = self.endpoint
        authority = self.cluster.master_auth.apply(
            lambda auth: None if spec.gke.dns_endpoint else auth.cluster_ca_certificate
        )
        self.kubeconfig = secret_output(
            pulumi.Output.all(self.cluster.name, self.endpoint, authority).apply(lambda parts: kubeconfig(*parts))
        )
        ready = [self.cluster, *self.network.ready, *self.pools.values(), *self._known()]
        own = self._kubernetes(f"{name}-platform", ready)
        made = platform(children, spec, own)
        self.provider: kubernetes.Provider = self._kubernetes(f"{name}-kubernetes", [*ready, *made])
        self.context = cluster_context(spec, self.provider, self.grant)
        self.register_outputs({"name": self.cluster_name, "endpoint": self.endpoint})

    def _pools(self, nodes: NodeAccount) -> dict[str, gcp.container.NodePool]:
        """Pools hold on to the way out, without which their nodes could not be drained."""
        return {
            name: pool(self._children, name, asked, self._spec, self.cluster, nodes, self.network.ready)
            for name, asked in self._spec.pools.items()
        }

    def _known(self) -> list[pulumi.Resource]:
        """Lets admins and viewers look the cluster up, for a kubeconfig of their own."""
        access = self._spec.access
        return [
            member(self._children, f"finds-{who.replace(':', '-')}", self._project, LOOK_UP, who)
            for who in dict.fromkeys((*access.admins, *access.viewers))
        ]

    def _kubernetes(self, name: str, ready: Sequence[pulumi.Resource]) -> kubernetes.Provider:
        opts = pulumi.ResourceOptions(parent=self, depends_on=list(ready))
        return kubernetes_provider(name, self.kubeconfig, self.identity, opts)

    def grant(self, namespace: str, service_account: str, identity: CloudIdentity) -> IdentityBinding:
        """Lets the pods of a service account act in Google Cloud, by roles of its own.

        The roles belong before the pods. Raises pulumi.RunError where the identity has no section `gcp`.
        """
        if identity.gcp is None:
            raise pulumi.RunError(
                f"GkeCluster {self._spec.name}: the identity of {namespace}/{service_account} says nothing of Google "
                "Cloud; give it `gcp` with roles."
            )
        return IdentityBinding(
            granted(self._children, self._project, namespace, service_account, identity.gcp, [self.cluster])
        )


def _minor(version: str) -> str | None:
    """From 1.35.3-gke.1000 to 1.35."""
    return ".".join(version.split(".")[:2]) or None


def _provider(name: str, spec: GkeClusterSpec, opts: pulumi.ResourceOptions) -> gcp.Provider:
    return gcp.Provider(
        name,
        project=spec.gke.project,
        region=spec.region,
        default_labels=labels(spec),
        opts=opts,
    )

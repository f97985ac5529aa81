"""What every cluster gives, whichever cloud made it."""

from typing import Protocol, TypeVar

import pulumi
import pulumi_kubernetes as kubernetes

from anykube._clusters.context import ClusterContext

P = TypeVar("P", bound=pulumi.ProviderResource)


class Cluster(Protocol):
    """The outputs that clusters have in common; workloads need nothing else."""

    @property
    def cluster_name(self) -> pulumi.Output[str]:
        """Name of the cluster."""

    @property
    def version(self) -> pulumi.Output[str | None]:
        """Kubernetes minor version, such as 1.36; None for an existing cluster, of which nobody said it."""

    @property
    def endpoint(self) -> pulumi.Output[str]:
        """URL of the API server."""

    @property
    def identity(self) -> pulumi.Output[str]:
        """The provider's `cluster_identifier`: a new cluster changes it, an edited kubeconfig does not."""

    @property
    def kubeconfig(self) -> pulumi.Output[str]:
        """A kubeconfig that needs no other file; a secret."""

    @property
    def provider(self) -> kubernetes.Provider:
        """The provider for all that goes onto the cluster. Ready when pods can be scheduled."""

    @property
    def context(self) -> ClusterContext:
        """What apps need to know of the cluster."""


def summary(cluster: Cluster) -> dict[str, pulumi.Output[str] | pulumi.Output[str | None]]:
    """The outputs that are not secret: what a stack exports for those that layer on its cluster."""
    return {
        "name": cluster.cluster_name,
        "version": cluster.version,
        "endpoint": cluster.endpoint,
        "identity": cluster.identity,
    }


def provider_of(component: pulumi.Resource, package: str, model: type[P]) -> P | None:
    """The provider of a package that the component's options name, or its parent's. None: neither names one."""
    provider = component.get_provider(f"{package}:index:Provider")
    return provider if isinstance(provider, model) else None


def hidden(value: pulumi.Input[str]) -> pulumi.Output[str]:
    """The value as a secret: encrypted in the state, shown nowhere."""
    return pulumi.Output.secret(value)


def kubernetes_provider(
    name: str,
    kubeconfig: pulumi.Input[str],
    identity: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
    *,
    delete_unreachable: bool = False,
) -> kubernetes.Provider:
    """The provider of a cluster.

    `cluster_identifier` is there from the first creation, so that a kubeconfig that merely changes replaces nothing
    (pulumi-kubernetes compares kubeconfigs without it). `delete_unreachable` forgets objects of a cluster that does not
    answer: only where they cannot outlive it.
    """
    return kubernetes.Provider(
        name,
        kubeconfig=kubeconfig,
        cluster_identifier=identity,
        enable_server_side_apply=True,
        # A Secret that changes is updated in place: replaced, it would be missing for the pods that start meanwhile.
        enable_secret_mutable=True,
        delete_unreachable=delete_unreachable,
        opts=opts,
    )

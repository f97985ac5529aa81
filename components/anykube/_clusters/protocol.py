"""`Cluster`: the outputs that every cluster component has."""

from typing import Protocol, TypeVar

import pulumi
import pulumi_kubernetes as kubernetes

from anykube import _admission
from anykube._clusters.context import ClusterContext

P = TypeVar("P", bound=pulumi.ProviderResource)


class Cluster(Protocol):
    """The outputs that all cluster components have in common."""

    @property
    def cluster_name(self) -> pulumi.Output[str]:
        """Name of the cluster."""

    @property
    def version(self) -> pulumi.Output[str | None]:
        """Kubernetes version, such as 1.36. None for an existing cluster."""

    @property
    def endpoint(self) -> pulumi.Output[str]:
        """URL of the API server."""

    @property
    def identity(self) -> pulumi.Output[str]:
        """The provider's `cluster_identifier`. It changes with a new cluster, but not with an edited kubeconfig."""

    @property
    def kubeconfig(self) -> pulumi.Output[str]:
        """A self-contained kubeconfig, as a secret."""

    @property
    def provider(self) -> kubernetes.Provider:
        """The Kubernetes provider for apps. It depends on everything that pods need to be scheduled."""

    @property
    def context(self) -> ClusterContext:
        """What apps need to know about the cluster."""


def cluster_outputs(cluster: Cluster) -> dict[str, pulumi.Output[str] | pulumi.Output[str | None]]:
    """The outputs that a stack exports for other stacks on its cluster. None of them is secret."""
    return {
        "name": cluster.cluster_name,
        "version": cluster.version,
        "endpoint": cluster.endpoint,
        "identity": cluster.identity,
    }


def provider_of(component: pulumi.Resource, package: str, model: type[P]) -> P | None:
    """The provider of a package in the options of a component or of its parent. None if there is none."""
    provider = component.get_provider(f"{package}:index:Provider")
    return provider if isinstance(provider, model) else None


def secret_output(value: pulumi.Input[str]) -> pulumi.Output[str]:
    """The value as a secret output: encrypted in the state and never displayed."""
    return pulumi.Output.secret(value)


def kubernetes_provider(
    name: str,
    kubeconfig: pulumi.Input[str],
    identity: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
    *,
    delete_unreachable: bool = False,
) -> kubernetes.Provider:
    """The Kubernetes provider of a cluster.

    It has a `cluster_identifier` from the start, so that an edited kubeconfig does not replace objects; without it,
    pulumi-kubernetes compares kubeconfigs. `delete_unreachable` removes objects from the state if the cluster does
    not respond: set it only if the objects cannot outlive the cluster.
    """
    provider: kubernetes.Provider = kubernetes.Provider(
        name,
        kubeconfig=_admission.gate(kubeconfig, lambda: provider),
        cluster_identifier=identity,
        enable_server_side_apply=True,
        # Update a Secret in place. During a replacement it would be missing for pods that start.
        enable_secret_mutable=True,
        delete_unreachable=delete_unreachable,
        opts=opts,
    )
    return provider

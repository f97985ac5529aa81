"""`ClusterContext`: what an app needs to know about its cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import pulumi
from pydantic_core import CoreSchema, core_schema

from anykube._certificates import Issuer
from anykube._routing import IngressProfile, LoadBalancers
from anykube._workloads.identity import Grant

if TYPE_CHECKING:
    from anykube._clusters.unions import ClusterSpec
    from anykube._workloads.pods.spec import Toleration


@dataclass(frozen=True)
class ClusterContext:
    """What apps need to know about their cluster. Every cluster component has one as its property `context`.

    Without arguments it describes an unknown cluster: no pools, no load balancer annotations, the default Ingress
    class, no certificate issuer and no workload identity.

    Example: `WebService("shop", {"cluster": ClusterContext(provider), "image": "registry.example/shop:1.0.0"})`
    """

    provider: pulumi.ProviderResource | None = None
    """The Kubernetes provider for apps. None: pass one in the app's `opts`."""
    spec: "ClusterSpec | None" = None
    """The cluster's spec. None: unknown, such as for a cluster that another tool created."""
    pools: Mapping[str, "Sequence[Toleration]"] = field(default_factory=dict)
    """Tolerations for the taints of each pool, by pool name."""
    load_balancers: LoadBalancers = field(default_factory=LoadBalancers)
    """How a Service requests an internal or a public load balancer."""
    ingress: IngressProfile = field(default_factory=IngressProfile)
    """Class names and annotations for Ingresses and Gateways."""
    issuer: Issuer | None = None
    """Signs certificates for routes with `issuer: cluster`. None: the ingress controller finds or requests them."""
    grant: Grant | None = None
    """Gives a service account an identity in the cloud. None: this stack cannot."""
    identity_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels for the pods of apps that have an identity."""
    credential_endpoints: Sequence[tuple[str, int]] = ()
    """The addresses and TCP ports at which these pods get credentials."""
    local_volumes_hold_nodes: bool = False
    """Whether the cluster's autoscaler keeps a node for the directories of its pods if no annotation lists them."""

    def options(self, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
        """Adds this cluster's Kubernetes provider to resource options, unless they have one."""
        opts = opts or pulumi.ResourceOptions()
        if self.provider is None or _has_kubernetes(opts):
            return opts
        return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(providers=[self.provider]))


def _has_kubernetes(opts: pulumi.ResourceOptions) -> bool:
    listed = opts.providers.values() if isinstance(opts.providers, Mapping) else opts.providers or ()
    providers = [*listed, *([opts.provider] if opts.provider else [])]
    return any(provider.package == "kubernetes" for provider in providers)


class HasContext(Protocol):
    """A cluster component."""

    @property
    def context(self) -> ClusterContext:
        """What apps need to know about the cluster."""


def context_of(cluster: object) -> ClusterContext | None:
    """The context of a cluster component, or the value itself if it is a context. None for anything else."""
    context = cluster if isinstance(cluster, ClusterContext) else getattr(cluster, "context", None)
    return context if isinstance(context, ClusterContext) else None


def _check_cluster(value: object) -> object:
    if context_of(value) is None:
        raise ValueError("must be a cluster component, such as EksCluster, or a ClusterContext")
    return value


class _Check:
    """Makes pydantic call `_check_cluster` instead of looking into the types."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_check_cluster)


AppCluster = Annotated[HasContext | ClusterContext, _Check()]
"""The cluster of an app: a cluster component, or a ClusterContext."""

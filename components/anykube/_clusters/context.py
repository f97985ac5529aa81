"""`ClusterContext`: what an app needs to know of the cluster that it goes to."""

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
    """A cluster as far as apps depend on it. Every cluster component has one as its property `context`.

    The default suits a cluster of which nothing is known: no pools, no load balancer annotations, the default Ingress
    class, no certificate issuer and no workload identity.

    Example: `WebService("shop", {"cluster": ClusterContext(provider), "image": "registry.example/shop:1.0.0"})`
    """

    provider: pulumi.ProviderResource | None = None
    """The Kubernetes provider of apps. None: the app's `opts` have one."""
    spec: "ClusterSpec | None" = None
    """None: unknown, as of a cluster that something else created."""
    pools: Mapping[str, "Sequence[Toleration]"] = field(default_factory=dict)
    """By pool, the tolerations for its taints."""
    load_balancers: LoadBalancers = field(default_factory=LoadBalancers)
    """How a Service asks for an internal or a public load balancer."""
    ingress: IngressProfile = field(default_factory=IngressProfile)
    """What Ingresses and Gateways need on this cluster."""
    issuer: Issuer | None = None
    """Signs the certificates of routes with `issuer: cluster`. None: the ingress controller finds or requests them."""
    grant: Grant | None = None
    """Gives a service account an identity in the cloud. None: not possible."""
    identity_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of pods whose app has an identity."""

    def options(self, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
        """The options with this cluster's Kubernetes provider, unless they name one."""
        opts = opts or pulumi.ResourceOptions()
        if self.provider is None or _has_kubernetes(opts):
            return opts
        return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(providers=[self.provider]))


def _has_kubernetes(opts: pulumi.ResourceOptions) -> bool:
    several = opts.providers.values() if isinstance(opts.providers, Mapping) else opts.providers or ()
    providers = [*several, *([opts.provider] if opts.provider else [])]
    return any(provider.package == "kubernetes" for provider in providers)


class HasContext(Protocol):
    """A cluster component."""

    @property
    def context(self) -> ClusterContext:
        """What apps need to know of the cluster."""


def context_of(cluster: object) -> ClusterContext | None:
    """The context of a cluster component, or the value itself where it is one. None for anything else."""
    context = cluster if isinstance(cluster, ClusterContext) else getattr(cluster, "context", None)
    return context if isinstance(context, ClusterContext) else None


def _cluster(value: object) -> object:
    if context_of(value) is None:
        raise ValueError("must be a cluster component, such as an EksCluster, or a ClusterContext")
    return value


class _Check:
    """Has pydantic ask `_cluster`, and look no further into the types."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_cluster)


AppCluster = Annotated[HasContext | ClusterContext, _Check()]
"""The cluster of an app: a cluster component, or a ClusterContext."""

"""How a cluster takes requests from outside: what an Ingress or a Gateway needs of it beside hosts and paths."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Via = Literal["ingress", "gateway"]
"""The two ways in: Kubernetes' Ingress, and the Gateway API."""


@dataclass(frozen=True)
class IngressExtra:
    """An object of an app's own that its Ingress names by an annotation: it has the app's name."""

    suffix: str
    """Ends the name of its Pulumi resource."""
    annotation: str
    api_version: str
    kind: str
    spec: Callable[[Sequence[str]], Mapping[str, object]]
    """From the hosts that it is for to its spec."""


@dataclass(frozen=True)
class IngressProfile:
    """What a cluster's Ingresses and Gateways carry, and can do.

    The default suits a controller that takes any Ingress, and Secrets for TLS.
    """

    ingress_class: str | None = None
    """None: the cluster's default class."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    tls_annotations: Mapping[str, str] = field(default_factory=dict)
    """What an Ingress carries beside, where one of its routes has TLS."""
    redirect_annotations: Mapping[str, str] = field(default_factory=dict)
    """What has an Ingress send plain HTTP on to HTTPS. Empty: no way is known."""
    split_annotation: str | None = None
    """Beginning of the annotation by which the controller divides a path's requests, as AWS' does; an action's name
    ends it. None: an Ingress leads each path to one app."""
    finds_certificates: bool = False
    """Whether the controller finds certificates by host, in the cloud's own store: then it takes no Secret."""
    certificate: IngressExtra | None = None
    """What has the cloud make the certificates of an Ingress' hosts for `issuer: cluster`, none of them a wildcard."""
    redirect: IngressExtra | None = None
    """What has an Ingress send plain HTTP on to HTTPS, where that is not an annotation."""
    cluster_issuer: str | None = None
    """cert-manager's ClusterIssuer that signs for `issuer: cluster`, where the cluster has one."""
    gateway_annotations: Mapping[str, str] = field(default_factory=dict)
    """What a Gateway that is made here carries."""
    gateway_class: str | None = None
    """Of Gateways that are made here. None: none is known."""
    via: Via = "ingress"
    """How apps are reached that do not say."""

    @property
    def redirects(self) -> bool:
        """Whether a way is known how an Ingress sends plain HTTP on."""
        return bool(self.redirect_annotations or self.redirect)

    def provides(self, via: str) -> bool:
        """Whether `issuer: cluster` needs nobody beside the cluster, for routes of that way in."""
        return bool(self.finds_certificates or self.cluster_issuer or (self.certificate and via == "ingress"))


@dataclass(frozen=True)
class LoadBalancers:
    """How a cloud is told what kind of load balancer a Service wants."""

    internal: Mapping[str, str] = field(default_factory=dict)
    """Annotations of one that only the network reaches."""
    public: Mapping[str, str] = field(default_factory=dict)
    """Annotations of one that the internet reaches."""
    load_balancer_class: str | None = None

"""Ingress profiles and load balancers: what Ingresses, Gateways and Services need on each kind of cluster."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Via = Literal["ingress", "gateway"]
"""The kinds of routes: Kubernetes Ingress, or the Gateway API."""


@dataclass(frozen=True)
class IngressExtra:
    """An additional object of an app that an annotation of its Ingress refers to. It has the app's name."""

    suffix: str
    """Suffix of the name of its Pulumi resource."""
    annotation: str
    """Annotation of the Ingress that has the name of the object."""
    api_version: str
    kind: str
    spec: Callable[[Sequence[str]], Mapping[str, object]]
    """The spec of the object, given the hosts."""


@dataclass(frozen=True)
class IngressProfile:
    """What a cluster's Ingresses and Gateways need, and what they support.

    The default is for an Ingress controller that needs no annotations and takes certificates from Secrets.
    """

    ingress_class: str | None = None
    """Name of the IngressClass. None: the cluster's default class."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations of all Ingresses."""
    tls_annotations: Mapping[str, str] = field(default_factory=dict)
    """Additional annotations of an Ingress with TLS."""
    redirect_annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations by which an Ingress redirects HTTP to HTTPS. Empty: not supported by annotations."""
    split_annotation: str | None = None
    """Prefix of the annotation by which the controller splits the requests of a path; the name of the action follows.
    None: not supported."""
    finds_certificates: bool = False
    """Whether the controller finds certificates by host in the cloud's certificate store, and ignores Secrets."""
    certificate: IngressExtra | None = None
    """Object that makes the cloud issue certificates for the hosts of an Ingress, for `issuer: cluster`. It does not
    support wildcard hosts."""
    redirect: IngressExtra | None = None
    """Object by which an Ingress redirects HTTP to HTTPS, if annotations alone cannot."""
    cluster_issuer: str | None = None
    """ClusterIssuer of cert-manager for `issuer: cluster`. None: the cluster has none."""
    gateway_annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations of new Gateways."""
    gateway_class: str | None = None
    """GatewayClass of new Gateways. None: unknown, so that only existing Gateways can be used."""
    via: Via = "ingress"
    """Kind of routes of apps that do not set `via`."""

    @property
    def redirects(self) -> bool:
        """Whether an Ingress can redirect HTTP to HTTPS."""
        return bool(self.redirect_annotations or self.redirect)

    def provides(self, via: str) -> bool:
        """Whether the cluster issues certificates for `issuer: cluster`, for routes of that kind."""
        return bool(self.finds_certificates or self.cluster_issuer or (self.certificate and via == "ingress"))


@dataclass(frozen=True)
class LoadBalancers:
    """How a Service requests an internal or public load balancer of the cloud."""

    internal: Mapping[str, str] = field(default_factory=dict)
    """Annotations for a load balancer that is reachable only in the network."""
    public: Mapping[str, str] = field(default_factory=dict)
    """Annotations for a load balancer that is reachable from the internet."""
    load_balancer_class: str | None = None
    """Class of load balancers. None: the cluster's default."""

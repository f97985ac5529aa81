"""How a cluster takes requests from outside: what an Ingress or a Gateway needs of it beside hosts and paths."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Via = Literal["ingress", "gateway"]
"""The two ways in: Kubernetes' Ingress, and the Gateway API."""


@dataclass(frozen=True)
class Routing:
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
    cluster_issuer: str | None = None
    """cert-manager's ClusterIssuer that signs for `issuer: cluster`, where the cluster has one."""
    gateway_annotations: Mapping[str, str] = field(default_factory=dict)
    """What a Gateway that is made here carries."""
    gateway_class: str | None = None
    """Of Gateways that are made here. None: none is known."""
    via: Via = "ingress"
    """How apps are reached that do not say."""

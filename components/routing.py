"""How a cluster takes requests from outside: what an Ingress needs of it beside hosts and paths."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Routing:
    """What a cluster's Ingresses carry. The default suits a controller that takes any Ingress, and Secrets for TLS."""

    ingress_class: str | None = None
    """None: the cluster's default class."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    tls_annotations: Mapping[str, str] = field(default_factory=dict)
    """What an Ingress carries beside, where one of its routes has TLS."""
    finds_certificates: bool = False
    """Whether the controller finds certificates by host, in the cloud's own store: then no Secret is named."""

"""Names by which workloads and clusters find each other: the label of pools, and annotations of load balancers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

POOL_LABEL = "anykube.dev/pool"
"""The label that every cloud's component gives the nodes of a pool, with the pool's name."""


@dataclass(frozen=True)
class LoadBalancers:
    """How a cloud is told what kind of load balancer a Service wants."""

    internal: Mapping[str, str] = field(default_factory=dict)
    """Annotations of one that only the network reaches."""
    public: Mapping[str, str] = field(default_factory=dict)
    """Annotations of one that the internet reaches."""
    load_balancer_class: str | None = None

"""What a workload needs to know of the cluster that it goes onto."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from components.routing import LoadBalancers as LoadBalancers
from components.workloads.identity import Allow

if TYPE_CHECKING:
    from components.workloads.pods.spec import Toleration

POOL_LABEL = "anykube.dev/pool"
"""The label that every cloud's component gives the nodes of a pool, with the pool's name."""


@dataclass(frozen=True)
class Site:
    """A cluster, as far as a workload's manifests depend on it. The default suits any that nothing is known of."""

    pools: Mapping[str, "Sequence[Toleration]"] = field(default_factory=dict)
    """By name of the pool, what its taints ask of pods."""
    load_balancers: LoadBalancers = field(default_factory=LoadBalancers)
    allow: Allow | None = None
    """None: the cluster has no way to give its pods an identity in a cloud."""
    identity_labels: Mapping[str, str] = field(default_factory=dict)
    """What pods carry whose app has an identity."""

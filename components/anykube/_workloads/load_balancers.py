"""The settings of each cloud for Services of type LoadBalancer."""

from collections.abc import Mapping

from anykube._clouds.registry import definitions
from anykube._routing import LoadBalancers

LOAD_BALANCERS: Mapping[tuple[str, str], LoadBalancers] = {
    (cloud.name, mode): balancers
    for cloud in definitions().values()
    for mode, balancers in cloud.load_balancers.items()
}
"""By cloud and cluster mode. Without an entry, a Service gets no annotations."""

INTERNAL = frozenset(
    annotation
    for cloud in LOAD_BALANCERS.values()
    for annotation in cloud.internal.items()
    if annotation not in cloud.public.items()
)
"""The annotations, as name and value, any of which makes a load balancer internal."""

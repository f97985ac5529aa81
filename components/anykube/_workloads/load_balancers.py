"""How each cloud is told what kind of load balancer a Service wants."""

from collections.abc import Mapping

from anykube._clouds.registry import definitions
from anykube._routing import LoadBalancers

LOAD_BALANCERS: Mapping[tuple[str, str], LoadBalancers] = {
    (cloud.name, mode): balancers
    for cloud in definitions().values()
    for mode, balancers in cloud.load_balancers.items()
}
"""By cloud and mode of the cluster. Where there is none, a Service has no annotations."""

INTERNAL = frozenset(
    annotation
    for cloud in LOAD_BALANCERS.values()
    for annotation in cloud.internal.items()
    if annotation not in cloud.public.items()
)
"""The annotations by any of which a cloud keeps a load balancer off the internet: name and value."""

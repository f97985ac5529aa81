"""By cloud and mode, how requests from outside come in. No SDK is needed to know it."""

from collections.abc import Mapping

from anykube._clouds.registry import definitions
from anykube._clusters.local.facts import GATEWAY_CLASS
from anykube._routing import IngressProfile

ROUTINGS: Mapping[tuple[str, str], IngressProfile] = {
    ("local", "standard"): IngressProfile(gateway_class=GATEWAY_CLASS),
    **{(cloud.name, mode): routing for cloud in definitions().values() for mode, routing in cloud.ingress.items()},
    # Whose controller it is, nobody says: a Gateway that is there can be named.
    ("existing", "standard"): IngressProfile(),
}

"""`INGRESS_PROFILES`: class names and annotations for Ingresses and Gateways, by cloud and mode. Imports no SDK."""

from collections.abc import Mapping

from anykube._clouds.registry import definitions
from anykube._clusters.local.facts import GATEWAY_CLASS
from anykube._routing import IngressProfile

INGRESS_PROFILES: Mapping[tuple[str, str], IngressProfile] = {
    ("local", "standard"): IngressProfile(gateway_class=GATEWAY_CLASS),
    **{(cloud.name, mode): profile for cloud in definitions().values() for mode, profile in cloud.ingress.items()},
    # The ingress controller is unknown. Apps can name an existing Gateway.
    ("existing", "standard"): IngressProfile(),
}

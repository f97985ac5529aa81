"""By cloud and mode, how requests from outside come in. No SDK is needed to know it."""

from collections.abc import Mapping

from components.clusters.aks.routing import ROUTINGS as _AKS
from components.clusters.eks.routing import ROUTING as _EKS
from components.clusters.gke.routing import ROUTING as _GKE
from components.routing import IngressProfile
from components.workloads.routes.classes import GATEWAY_CLASSES

ROUTINGS: Mapping[tuple[str, str], IngressProfile] = {
    ("local", "standard"): IngressProfile(gateway_class=GATEWAY_CLASSES["local"]),
    ("aws", "standard"): _EKS,
    ("aws", "managed"): _EKS,
    ("gcp", "standard"): _GKE,
    ("gcp", "managed"): _GKE,
    **{("azure", mode): routing for mode, routing in _AKS.items()},
    # Whose controller it is, nobody says: a Gateway that is there can be named.
    ("existing", "standard"): IngressProfile(),
}

"""By cloud, how requests from outside come in. No SDK is needed to know it."""

from collections.abc import Mapping

from components.clusters.aks.routing import ROUTING as _AKS
from components.clusters.eks.routing import ROUTING as _EKS
from components.clusters.gke.routing import ROUTING as _GKE
from components.routing import Routing
from components.workloads.routes.classes import GATEWAY_CLASSES

ROUTINGS: Mapping[str, Routing] = {
    "local": Routing(gateway_class=GATEWAY_CLASSES["local"]),
    "aws": _EKS,
    "gcp": _GKE,
    "azure": _AKS,
    # Whose controller it is, nobody says: a Gateway that is there can be named.
    "existing": Routing(),
}

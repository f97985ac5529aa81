"""By `cloud` of a page's cluster, what may be said there. Local clusters and existing ones are no cloud's."""

from collections.abc import Mapping

from anykube.clusters.aks.facts import FACTS as _AKS
from anykube.clusters.cloud import Cloud
from anykube.clusters.eks.facts import FACTS as _EKS
from anykube.clusters.gke.facts import FACTS as _GKE

CLOUDS: Mapping[str, Cloud] = {"aws": _EKS, "gcp": _GKE, "azure": _AKS}

"""By `cloud` of a page's cluster, what may be said there. Local clusters and existing ones are no cloud's."""

from collections.abc import Mapping

from anykube._clouds.registry import definitions
from anykube._clusters.cloud import Cloud

CLOUDS: Mapping[str, Cloud] = {name: cloud.facts for name, cloud in definitions().items()}

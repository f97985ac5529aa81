"""`CLOUDS`: the facts of each cloud, by `cloud` in settings. Local and existing clusters have no entry."""

from collections.abc import Mapping

from anykube._clouds.registry import definitions
from anykube._clusters.cloud import Cloud

CLOUDS: Mapping[str, Cloud] = {name: cloud.facts for name, cloud in definitions().items()}

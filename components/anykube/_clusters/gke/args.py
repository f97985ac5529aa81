"""Arguments of `GkeCluster`."""

from typing import Literal

from anykube._clusters.gke.spec import GkeClusterSpec


class GkeClusterArgs(GkeClusterSpec):
    """Arguments of `GkeCluster`: the fields of the settings, with an optional `cloud`."""

    cloud: Literal["gcp"] = "gcp"

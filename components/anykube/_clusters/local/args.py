"""Arguments of `LocalCluster`."""

from typing import Literal

from anykube._clusters.spec import LocalClusterSpec


class LocalClusterArgs(LocalClusterSpec):
    """Arguments of `LocalCluster`: the fields of the settings, with an optional `cloud`."""

    cloud: Literal["local"] = "local"

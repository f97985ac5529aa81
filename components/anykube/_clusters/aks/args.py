"""Arguments of `AksCluster`."""

from typing import Literal

from anykube._clusters.aks.spec import AksClusterSpec


class AksClusterArgs(AksClusterSpec):
    """Arguments of `AksCluster`: the fields of the settings, with an optional `cloud`."""

    cloud: Literal["azure"] = "azure"

"""`AksClusterArgs`."""

from typing import Literal

from anykube._clusters.aks.spec import AksClusterSpec


class AksClusterArgs(AksClusterSpec):
    """The args of `AksCluster`: the fields of a settings file, with `cloud` optional."""

    cloud: Literal["azure"] = "azure"

"""`LocalClusterArgs`."""

from typing import Literal

from anykube._clusters.spec import LocalClusterSpec


class LocalClusterArgs(LocalClusterSpec):
    """The args of `LocalCluster`: the fields of a settings file, with `cloud` optional."""

    cloud: Literal["local"] = "local"

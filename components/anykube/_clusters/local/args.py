"""What a program passes to `LocalCluster`."""

from typing import Literal

from anykube._clusters.spec import LocalClusterSpec


class LocalClusterArgs(LocalClusterSpec):
    """The args of `LocalCluster`: the fields of a settings file, where `cloud` is optional."""

    cloud: Literal["local"] = "local"
